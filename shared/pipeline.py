"""Read this first: the stages a story goes through, in order.

A job is what one submission hands over. ``ingest`` reads its files into *batches* of stories; each batch then
moves through the stages below, as a whole, one message per batch and stage::

    submit ─▶ ingest ─▶ clean ─▶ dedup ─▶ entities ─▶ summarise ─▶ finished
                 │         (a message says: job, batch, stage; never the text)
                 └─ a batch waits in its job until the release window lets it in

A worker *begins* a batch (a lease, so that nobody else works on it), calls the stage's function on the stories still
pending, and *commits*: one atomic script that moves the batch on exactly once, however often its message is delivered.
Only then is the next message sent. Whatever dies in between, the clerk finds the overdue batch and sends it again.

Queues, tasks, extras, compose services, log fields and progress bars all derive their names from ``STAGES``.
"""

from dataclasses import dataclass

INGEST = "ingest"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the pipeline. ``name`` is its folder, queue, extra, compose service and label, everywhere.

    A stage ``tells_of_others`` if what it finds is also about stories outside the batch. Then a story that such a
    finding ended on its way through the stage is passed through it all the same, should its worker have died: else
    what it means for others would be lost.
    """

    name: str
    does: str
    tells_of_others: bool = False

    @property
    def task(self) -> str:
        """The Celery task's name."""
        return f"wiremill.{self.name}"


STAGES: tuple[Stage, ...] = (
    Stage("clean", "leave the text a reader should see"),
    Stage("dedup", "tell copies from originals", tells_of_others=True),
    Stage("entities", "tag people, places and organisations"),
    Stage("summarise", "pick the sentences that tell the story"),
)
NAMES: tuple[str, ...] = tuple(stage.name for stage in STAGES)
FINISHED = len(STAGES)
"""The stage number of a batch that has been through all of them."""

QUEUES: tuple[str, ...] = (*reversed(NAMES), INGEST)
"""In the order in which a worker of several stages should serve them: finish what is begun before starting more."""


def number(stage: str) -> int:
    """The position of a stage; raises ``ValueError`` for a name that is none."""
    return NAMES.index(stage)
