import json

import pytest
from click.testing import CliRunner
from redis import Redis

from services.cli.main import main
from shared.keyring import Keyring
from shared.settings import Settings


@pytest.fixture
def run(redis: "Redis", settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WIREMILL_REDIS_URL", settings.redis_url)
    return lambda *arguments: CliRunner().invoke(main, ["keys", *arguments])


def test_a_key_is_made_listed_and_revoked(run, redis: "Redis"):
    made = run("create", "desk", "--scope", "read", "--tenant", "news", "--days", "30")
    token = made.stdout.strip()
    assert made.exit_code == 0
    caller = Keyring(redis).caller(token)
    assert (caller.tenant, caller.scopes) == ("news", {"read"})
    [row] = map(json.loads, run("list", "--json").stdout.splitlines())
    assert (row["name"], row["scopes"]) == ("desk", ["read"])
    listing = run("list").stdout
    assert row["id"] in listing and token not in listing
    assert run("revoke", row["id"]).exit_code == 0
    assert Keyring(redis).caller(token) is None


def test_what_is_wrong_is_said(run, capsys: pytest.CaptureFixture[str]):
    assert run("revoke", "nosuch").exit_code == 1
    assert run("create", "x", "--tenant", "No Such").exit_code == 1
    assert run("create", "x", "--scope", "everything").exit_code == 2
    assert run("create", "x", "--days", "0").exit_code == 2
