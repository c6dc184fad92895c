"""``wiremill keys``: make, list and revoke API keys. Talks to the store itself: whoever may do that needs no key."""

from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.errors import WiremillError
from shared.keyring import SCOPES, ApiKey, Keyring, Scope
from shared.settings import Settings

out = Console()


class NoSuchKeyError(WiremillError):
    """There is no such key."""


@click.group()
def command() -> None:
    """API keys of a gateway. Run where the gateway's Redis can be reached (`WIREMILL_REDIS_URL`)."""


@command.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=("submit", "read"), show_default=True,
    help="What it allows; may be repeated. `admin` allows everything, of all tenants.",
)  # fmt: skip
@click.option("--tenant", default="", help="Whose jobs it makes and sees; keys of one tenant share theirs.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="Days it is valid [default: until revoked].")
def create(name: str, scopes: tuple[Scope, ...], tenant: str, days: float | None) -> None:
    """Make a key; prints it to stdout, this once."""
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    token, key = _keyring().create(name, scopes=frozenset(scopes), tenant=tenant, expires=expires)
    click.echo(f"key {key.id} made; it is not shown again:", err=True)
    click.echo(token)


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one key a line.")
def list_keys(as_json: bool) -> None:
    """Show all keys (not what to send)."""
    found = _keyring().all()
    if as_json:
        for key in found:
            click.echo(key.model_dump_json())
    else:
        out.print(_table(found))


@command.command()
@click.argument("id")
def revoke(id: str) -> None:
    """Take a key back (ID as `list` shows it); it is refused at once."""
    key = _keyring().revoke(id)
    if key is None:
        raise NoSuchKeyError(f"there is no key {id!r}; `wiremill keys list` shows those there are")
    click.echo(f"key {key.id} ({key.name}) revoked")


def _keyring() -> Keyring:
    from shared.store import connect

    return Keyring(connect(Settings().redis_url))


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
