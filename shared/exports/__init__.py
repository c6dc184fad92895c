"""The forms in which stories leave: one registry for the gateway and the command line.

A writer takes stories as they come and gives out bytes as soon as it can: 100,000 stories need no more memory than one
batch. Only what may be shown is written (``Story.public``).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shared.exports import columns, ndjson, ninjs
from shared.models import Story

Write = Callable[[Iterable[Story]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Export:
    """A form: what HTTP calls it, how its files end, and how it is written."""

    content_type: str
    suffix: str
    write: Write
    needs: str | None = None  # a module that not every installation has
    binary: bool = False


EXPORTS: dict[str, Export] = {
    "ndjson": Export("application/x-ndjson", ".ndjson", ndjson.write),
    "csv": Export("text/csv; charset=utf-8; header=present", ".csv", columns.write_csv),
    "ninjs": Export('application/x-ndjson; profile="ninjs-3.1"', ".ninjs.ndjson", ninjs.write),
    "parquet": Export(
        "application/vnd.apache.parquet", ".parquet", columns.write_parquet, needs="pyarrow", binary=True
    ),
}
