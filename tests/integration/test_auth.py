"""Who may do what: every route of the gateway, with every kind of key; and what another site's page may: nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from services.gateway.app import create_app
from services.gateway.auth import COOKIE
from shared import keys
from shared.errors import BadRequestError
from shared.keyring import Keyring, Scope
from shared.results import Results
from shared.settings import Settings
from shared.store import Store
from tests.conftest import until
from tests.core import Line
from tests.stages import plan

ROUTES = {
    "POST /v1/jobs": "submit",
    "GET /v1/jobs": "read",
    "GET /v1/jobs/<job>": "read",
    "GET /v1/jobs/<job>/events": "read",
    "GET /v1/jobs/<job>/deliveries": "read",
    "GET /v1/jobs/<job>/results": "read",
    "GET /v1/jobs/<job>/results/<int:seq>": "read",
    "GET /v1/jobs/<job>/results/<int:seq>/trail": "read",
    "POST /v1/jobs/<job>/results/<int:seq>/release": "submit",
    "POST /v1/jobs/<job>/cancel": "submit",
    "POST /v1/jobs/<job>/retry": "submit",
    "GET /v1/entities/<key>": "read",
    "GET /v1/clusters/<cluster>": "read",
    "GET /v1/clusters/<cluster>/summary": "read",
    "GET /v1/webhooks/secret": "submit",
    "POST /v1/webhooks/secret": "submit",
    "GET /metrics": "metrics",
    "GET /healthz": "",
    "GET /readyz": "",
    "GET /openapi.json": "",
    "GET /docs": "",
    "GET /docs/start.js": "",
    "GET /docs/assets/<path:filename>": "",
    "GET /static/<path:filename>": "",
    "GET /page/<path:filename>": "",
    "GET /": "read",
    "POST /jobs": "submit",
    "POST /sample": "submit",
    "GET /jobs/<job>": "read",
    "GET /jobs/<job>/progress": "read",
    "POST /jobs/<job>/cancel": "submit",
    "POST /jobs/<job>/retry": "submit",
    "GET /jobs/<job>/stories": "read",
    "GET /jobs/<job>/stories/<int:seq>": "read",
    "GET /jobs/<job>/stories/<int:seq>/compare": "read",
    "POST /jobs/<job>/stories/<int:seq>/release": "submit",
    "GET /clusters/<cluster>": "read",
    "POST /login": "",
    "POST /logout": "",
}
"""Each route and the scope it asks for, "" for none. One that is not here fails the tests: think, then add it."""

GUARDED = [route for route, scope in ROUTES.items() if scope]
OF_A_JOB = [route for route in GUARDED if "<job>" in route]
ARGUMENTS = {"job", "seq", "key", "cluster", "filename"}
"""Arguments of routes. What holds a job's or a story's id must be called as ``auth`` knows it."""


@pytest.fixture
def app(redis: "Redis", settings: Settings) -> Flask:
    return create_app(settings.model_copy(update={"require_keys": True}))


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def keyring(redis: "Redis") -> Keyring:
    return Keyring(redis)


@pytest.fixture
def job(store: Store, tmp_path: Path) -> str:
    """A job of the tenant ``desk``, ended, with one story failed."""
    line = Line(store)
    job, ref = store.submit([plan(tmp_path, 3, {1: ["raise@clean"]})], tenant="desk")
    line.send([ref])
    line.drain()
    return job


def new(keyring: Keyring, *scopes: Scope, tenant: str = "desk", expires: datetime | None = None) -> str:
    return keyring.create("test", scopes=frozenset(scopes), tenant=tenant, expires=expires)[0]


def ask(client: FlaskClient, route: str, job: str, key: str | None = None, **options: object) -> TestResponse:
    method, rule = route.split(" ")
    path = rule.replace("<job>", job).replace("<int:seq>", "0").replace("<key>", "gpe:x")
    path = path.replace("<cluster>", f"{job}-0")
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    return client.open(path, method=method, headers=headers | dict(options.pop("headers", {})), data=b"text", **options)


def test_every_route_is_in_the_table(app: Flask) -> None:
    found = {
        f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert found == set(ROUTES)
    assert {name for rule in app.url_map.iter_rules() for name in rule.arguments} <= ARGUMENTS


@pytest.mark.parametrize("route", GUARDED)
def test_without_a_valid_key(client: FlaskClient, keyring: Keyring, job: str, route: str) -> None:
    response = ask(client, route, job)
    assert (response.status_code, response.json["type"]) == (401, "urn:wiremill:problem:no-key")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="wiremill"'
    past = datetime.now(UTC) - timedelta(seconds=1)
    token, revoked = keyring.create("gone", scopes=frozenset({"admin"}))
    assert keyring.revoke(revoked.id) == revoked
    for bad in ("wm_nonsense", "é", " ", token, new(keyring, "admin", expires=past)):
        response = ask(client, route, job, bad)
        assert response.status_code == 401, bad
        assert response.headers["WWW-Authenticate"].startswith("Bearer ")
    for scheme in ("Basic dXNlcjpwdw==", "Bearer", "wm_x"):
        assert ask(client, route, job, headers={"Authorization": scheme}).status_code == 401


@pytest.mark.parametrize("route", GUARDED)
def test_with_the_wrong_scope_and_the_right_one(client: FlaskClient, keyring: Keyring, job: str, route: str) -> None:
    scopes: set[Scope] = {"submit", "read", "metrics"}
    right: Scope = ROUTES[route]  # type: ignore[assignment]
    response = ask(client, route, job, new(keyring, *(scopes - {right})))
    assert (response.status_code, response.json["type"]) == (403, "urn:wiremill:problem:not-allowed")
    assert f'scope="{right}"' in response.headers["WWW-Authenticate"]
    for key in (new(keyring, right), new(keyring, "admin", tenant="")):
        response = ask(client, route, job, key)
        gone = "<cluster>" in route or route.endswith("/compare")
        assert gone or response.status_code in (200, 202, 303, 409), response.data
        response.close()


@pytest.mark.parametrize("route", OF_A_JOB)
def test_a_job_of_another_tenant_is_not_there(
    client: FlaskClient, keyring: Keyring, job: str, route: str, redis: "Redis"
) -> None:
    before = redis.hgetall(keys.of_job(job, "job"))
    for key in (new(keyring, "submit", "read", tenant="rival"), new(keyring, "submit", "read", tenant="")):
        theirs = ask(client, route, job, key)
        nobodys = ask(client, route, "0" * 23, key)
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.data.replace(job.encode(), b"?") == nobodys.data.replace(b"0" * 23, b"?")
    assert redis.hgetall(keys.of_job(job, "job")) == before


@pytest.mark.parametrize("route", [route for route, scope in ROUTES.items() if not scope and "<" not in route])
def test_what_needs_no_key(client: FlaskClient, job: str, route: str) -> None:
    status = ask(client, route, job).status_code
    assert status < 400 or (route == "POST /login" and status == 400)


def test_a_listing_shows_only_ones_own(client: FlaskClient, keyring: Keyring, store: Store, job: str) -> None:
    theirs, _ = store.submit([], tenant="rival")

    def listed(key: str) -> list[str]:
        response = client.get("/v1/jobs", headers={"Authorization": f"Bearer {key}"})
        return [row["id"] for row in response.json["jobs"]]

    assert listed(new(keyring, "read")) == [job]
    assert listed(new(keyring, "read", tenant="rival")) == [theirs]
    assert listed(new(keyring, "read", tenant="")) == []
    assert listed(new(keyring, "admin", tenant="")) == [theirs, job]


def test_a_job_is_its_key_s_tenant_s(client: FlaskClient, keyring: Keyring, redis: "Redis") -> None:
    key = new(keyring, "submit", "read")
    response = ask(client, "POST /v1/jobs", "", key)
    assert Results(redis).job(response.json["id"]).tenant == "desk"
    secret = ask(client, "GET /v1/webhooks/secret", "", key).json["secrets"]
    assert ask(client, "GET /v1/webhooks/secret", "", new(keyring, "submit", tenant="rival")).json["secrets"] != secret


def test_where_no_keys_are_asked_for(redis: "Redis", settings: Settings, keyring: Keyring, job: str) -> None:
    with create_app(settings).test_client() as client:
        own = ask(client, "POST /v1/jobs", "").json["id"]
        for route in GUARDED:
            response = ask(client, route, own)
            missing = response.status_code == 404 and ("<int:seq>" in route or "<cluster>" in route)
            assert missing or response.status_code in (200, 202, 303, 409)
            response.close()
        assert ask(client, "GET /v1/jobs/<job>", job).status_code == 404
        assert job not in [row["id"] for row in client.get("/v1/jobs").json["jobs"]]
        # A key that is sent counts all the same.
        assert ask(client, "GET /v1/jobs/<job>", job, "wm_wrong").status_code == 401
        assert ask(client, "GET /v1/jobs/<job>", job, new(keyring, "read", tenant="rival")).status_code == 404


def test_what_is_kept_of_a_key(redis: "Redis", client: FlaskClient, keyring: Keyring) -> None:
    token, made = keyring.create("desk feed", scopes=frozenset({"read"}), tenant="desk")
    assert token.startswith("wm_") and len(token) == 46
    everything = str([redis.hgetall(name) for name in redis.keys("*")])
    assert token not in everything and token[3:] not in everything
    [kept] = keyring.all()
    assert kept == made and kept.used is None
    client.get("/v1/jobs", headers={"Authorization": f"Bearer {token}"})
    [kept] = keyring.all()
    assert kept.used and datetime.now(UTC) - kept.used < timedelta(minutes=1)
    redis.hset(keys.API_KEYS_USED, next(iter(redis.hkeys(keys.API_KEYS))), 1_700_000_000)
    keyring.caller(token)
    assert keyring.all()[0].used > datetime(2025, 1, 1, tzinfo=UTC)
    assert keyring.revoke("nosuchkey") is None
    assert keyring.revoke(made.id) and keyring.all() == [] and not redis.hgetall(keys.API_KEYS_USED)
    for name in ("Desk", "a b", "-x", "x" * 64, "é"):
        with pytest.raises(BadRequestError, match="tenant"):
            keyring.create("x", scopes=frozenset(), tenant=name)


def test_an_admin_key_from_a_file(redis: "Redis", settings: Settings, tmp_path: Path, job: str) -> None:
    file = tmp_path / "admin-key"
    file.write_text("k" * 40 + "\n")
    sealed = settings.model_copy(update={"require_keys": True, "admin_key_file": file})
    with create_app(sealed).test_client() as client:
        assert ask(client, "GET /v1/jobs/<job>", job, "k" * 40).status_code == 200
        assert ask(client, "GET /v1/jobs/<job>", job, "k" * 39).status_code == 401
    file.write_text("short")
    with pytest.raises(BadRequestError, match="openssl"):
        create_app(sealed)


def test_log_in_and_out(client: FlaskClient, keyring: Keyring, job: str) -> None:
    key = new(keyring, "read", "submit")
    assert client.post("/login", data={"key": "wm_wrong"}).status_code == 401
    assert client.post("/login", data={"key": ""}).status_code == 401
    response = client.post("/login", data={"key": key})
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie
    assert "Secure" in client.post("/login", data={"key": key}, base_url="https://localhost").headers["Set-Cookie"]
    assert ask(client, "GET /v1/jobs/<job>", job).status_code == 200
    client.post("/logout")
    assert client.get_cookie(COOKIE) is None
    assert ask(client, "GET /v1/jobs/<job>", job).status_code == 401
    client.set_cookie(COOKIE, "wm_revoked")
    assert ask(client, "GET /v1/jobs/<job>", job).status_code == 401
    assert client.get_cookie(COOKIE) is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:8081"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_another_site_s_page_cannot_use_the_cookie_or_the_network(
    redis: "Redis", settings: Settings, keyring: Keyring, job: str, headers: dict[str, str], status: int
) -> None:
    key = new(keyring, "read", "submit")
    for required in (True, False):
        with create_app(settings.model_copy(update={"require_keys": required})).test_client() as client:
            if required:
                client.set_cookie(COOKIE, key)
            assert ask(client, "POST /v1/webhooks/secret", job, headers=headers).status_code == status
            assert ask(client, "GET /v1/jobs", job, headers=headers).status_code == 200
            assert client.post("/login", data={"key": key}, headers=headers).status_code == (
                303 if status == 200 else 403
            )
            # Who sends a key by hand is asked nothing more.
            assert ask(client, "POST /v1/webhooks/secret", job, key, headers=headers).status_code == 200


def test_rates(redis: "Redis", settings: Settings, keyring: Keyring) -> None:
    limited = settings.model_copy(update={"submit_rate": "3/minute", "read_rate": "5/minute", "trusted_proxies": 1})
    client, replica = create_app(limited).test_client(), create_app(limited).test_client()
    for number in range(5):
        response = client.get("/v1/jobs")
        assert response.status_code == 200
        assert response.headers["X-RateLimit-Remaining"] == str(4 - number)
    response = replica.get("/v1/jobs")
    assert (response.status_code, response.json["type"]) == (429, "urn:wiremill:problem:too-many-requests")
    assert 0 < int(response.headers["Retry-After"]) <= 61
    assert response.headers["X-RateLimit-Limit"] == "5"
    for _ in range(3):  # the two are counted apart
        assert client.post("/v1/webhooks/secret").status_code == 200
    assert client.post("/v1/webhooks/secret").status_code == 429
    for path in ("/healthz", "/readyz", "/docs"):
        assert client.get(path).status_code == 200
    for headers in (
        {"Authorization": f"Bearer {new(keyring, 'read')}"},  # another caller
        {"X-Forwarded-For": "198.51.100.7"},
        {"X-Forwarded-For": "127.0.0.1, 198.51.100.8"},  # only what our own proxy says counts
    ):
        assert client.get("/v1/jobs", headers=headers).status_code == 200
    with create_app(limited.model_copy(update={"trusted_proxies": 0})).test_client() as client:
        assert client.get("/v1/jobs", headers={"X-Forwarded-For": "198.51.100.9"}).status_code == 429
    assert all(name.startswith(b"wm:") for name in redis.keys("*"))
    with pytest.raises(ValueError, match="read_rate"):
        Settings(read_rate="often")


def test_a_webhook_is_checked_at_submission(
    client: FlaskClient, keyring: Keyring, store: Store, redis: "Redis"
) -> None:
    headers = {"Authorization": f"Bearer {new(keyring, 'submit', 'read')}"}
    response = client.post("/v1/jobs?webhook=http://169.254.169.254/", data=b"text", headers=headers)
    assert (response.status_code, response.json["type"]) == (400, "urn:wiremill:problem:bad-webhook")
    response = client.post("/v1/jobs?webhook=https://desk.example/hook", data=b"text", headers=headers)
    job = response.json["id"]
    assert response.json["options"]["webhook"] == "https://desk.example/hook"
    client.post(f"/v1/jobs/{job}/cancel", headers=headers)
    until(lambda: Results(redis).job(job).state.ended)
    [delivery] = client.get(f"/v1/jobs/{job}/deliveries", headers=headers).json["deliveries"]
    assert (delivery["state"], delivery["event"]["type"], delivery["attempts"]) == ("pending", "job.cancelled", [])
