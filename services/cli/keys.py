"""``wiremill keys``: make, list and revoke API keys. Talks to the store itself: whoever may do that needs no key."""

import json
from datetime import UTC, datetime, timedelta

import click
from rich.table import Table
from rich.text import Text

from services.cli import options
from services.cli.common import example, out
from shared.errors import WiremillError
from shared.keyring import SCOPES, ApiKey, Keyring, Scope
from shared.settings import Settings


class NoSuchKeyError(WiremillError):
    """There is no such key."""


@click.group(epilog=example("keys create desk --tenant news", "keys list"))
def command() -> None:
    """Make, list and revoke API keys of a gateway.

    Run where the gateway's Redis can be reached (WIREMILL_REDIS_URL). The gateway asks for keys when
    WIREMILL_REQUIRE_KEYS says so; commands here send the one in WIREMILL_KEY.
    """


@command.command(
    epilog=example(
        "keys create desk --tenant news", "keys create grafana --scope metrics", "keys create intern --days 30"
    )
)
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=("submit", "read"), show_default=True,
    help="What it allows; may be repeated. `admin` allows everything, of all tenants.",
)  # fmt: skip
@click.option("--tenant", default="", help="Whose jobs it makes and sees; keys of one tenant share theirs.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="Days it is valid [default: until revoked].")
@options.json
def create(name: str, scopes: tuple[Scope, ...], tenant: str, days: float | None, as_json: bool) -> None:
    """Make a key, and print it, this once.

    Only a hash of it is kept: who loses it makes a new one. NAME is for people, to tell keys apart.
    """
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    token, key = _keyring().create(name, scopes=frozenset(scopes), tenant=tenant, expires=expires)
    click.echo(f"key {key.id} made; it is not shown again:", err=True)
    click.echo(json.dumps(key.model_dump(mode="json") | {"token": token}) if as_json else token)


@command.command(name="list", epilog=example("keys list", "keys list --json"))
@options.json
def list_keys(as_json: bool) -> None:
    """Show all keys.

    Their ids, names, tenants, scopes and times, and when each was last used, to the hour or so. What to send as a key
    is not kept, and not shown.
    """
    found = _keyring().all()
    if as_json:
        for key in found:
            click.echo(key.model_dump_json())
    else:
        out.print(_table(found))


@command.command(epilog=example("keys revoke 3f8a0c1d2e4b"))
@click.argument("id")
@options.json
def revoke(id: str, as_json: bool) -> None:
    """Take a key back, by its ID.

    The ID is the one that `wiremill keys list` shows. Every gateway refuses the key at once; its jobs stay.
    """
    key = _keyring().revoke(id)
    if key is None:
        raise NoSuchKeyError(f"there is no key {id!r}; `wiremill keys list` shows those there are")
    click.echo(key.model_dump_json() if as_json else f"key {key.id} ({key.name}) revoked")


def _keyring() -> Keyring:
    from shared.servers import connect

    return Keyring(connect(Settings().store()))


def _table(found: list[ApiKey]) -> Table:
    rows = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "tenant", "scopes", "created", "last used", "expires"):
        rows.add_column(heading, overflow="fold")
    for key in found:
        cells = (key.id, key.name, key.tenant, " ".join(sorted(key.scopes)))
        times = (_day(key.created), _day(key.used) or "never", _day(key.expires) or "never")
        rows.add_row(*(Text(cell) for cell in (*cells, *times)))
    return rows


def _day(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else ""
