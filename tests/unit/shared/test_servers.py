from pathlib import Path

import pytest

from shared.errors import BadRequestError
from shared.servers import broker, connect
from shared.settings import Settings


def test_without_a_password_file_a_url_stays_as_it_is():
    settings = Settings(redis_url="redis://:written@host:6379/1?ssl_ca_certs=/ca.pem")
    assert settings.store() == settings.broker() == settings.redis_url


def test_a_password_comes_from_its_file_whatever_is_in_it(tmp_path: Path):
    file = tmp_path / "password"
    file.write_text(" p@ss/wörd:%41#\n")
    settings = Settings(redis_url="redis://wiremill@host:6379/1", redis_password_file=file)
    given = connect(settings.store()).connection_pool.connection_kwargs
    assert (given["username"], given["password"]) == ("wiremill", "p@ss/wörd:%41#")
    assert (given["host"], given["port"], given["db"]) == ("host", 6379, 1)
    assert settings.broker() == settings.store()


def test_the_broker_may_be_another_with_a_password_of_its_own(tmp_path: Path):
    (tmp_path / "one").write_text("one")
    (tmp_path / "two").write_text("two")
    settings = Settings(
        redis_url="redis://host",
        redis_password_file=tmp_path / "one",
        broker_url="amqp://guest@rabbit:5672//",
        broker_password_file=tmp_path / "two",
    )
    assert settings.store() == "redis://:one@host"
    assert settings.broker() == "amqp://guest:two@rabbit:5672//"


def test_a_missing_password_file_is_named(tmp_path: Path):
    with pytest.raises(OSError, match="nowhere"):
        Settings(redis_password_file=tmp_path / "nowhere").store()


def test_sentinels_are_asked_where_the_store_is():
    client = connect("sentinel://u:p%40ss@one:1,two/main/3")
    pool = client.connection_pool
    assert [
        tuple(s.connection_pool.connection_kwargs[k] for k in ("host", "port")) for s in pool.sentinel_manager.sentinels
    ] == [
        ("one", 1),
        ("two", 26379),
    ]
    assert pool.service_name == "main"
    assert [pool.connection_kwargs[name] for name in ("username", "password", "db")] == ["u", "p@ss", 3]


def test_celery_is_told_of_each_sentinel():
    url, options = broker("sentinel://u:p%40ss@one:1,two/main/3")
    assert url == "sentinel://u:p%40ss@one:1/3;sentinel://u:p%40ss@two:26379/3"
    assert options == {"master_name": "main"}
    assert broker("redis://one") == ("redis://one", {})


@pytest.mark.parametrize(
    "url", ["sentinel://one", "sentinel:///main", "sentinel://one:x/main", "sentinel://one/main/x"]
)
def test_a_url_that_names_no_server_is_refused(url: str):
    with pytest.raises(BadRequestError, match="must look like"):
        connect(url)
