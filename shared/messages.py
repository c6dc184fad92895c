"""What travels on a queue: references only. A lost or repeated message costs a look-up, never a story."""

from pydantic import BaseModel, ConfigDict

from shared.pipeline import INGEST, STAGES


class Ref(BaseModel):
    """Points a worker at its work: read a job's files (``batch`` is None), or take one batch through one stage."""

    model_config = ConfigDict(frozen=True)

    job: str
    stage: str
    batch: int | None = None

    @property
    def unit(self) -> str:
        """What is worked on within the job, as the store names it: ``ingest`` or the batch's number."""
        return INGEST if self.batch is None else str(self.batch)

    @property
    def task(self) -> str:
        """The Celery task that takes this message."""
        return f"wiremill.{self.stage}"

    @classmethod
    def of_unit(cls, job: str, unit: str, number: int) -> "Ref":
        """The message for a unit that the store says is at stage ``number``."""
        if unit == INGEST:
            return cls(job=job, stage=INGEST)
        return cls(job=job, stage=STAGES[number].name, batch=int(unit))
