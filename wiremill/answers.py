"""What a gateway answers, as the models of this version: what a newer one may say besides is left out. Pure."""

from typing import Any

from shared.models import Job, SpoolFile


def job_of(row: dict[str, Any]) -> Job:
    """A job; of its files, where they lie is the gateway's business."""
    known = {name: value for name, value in row.items() if name in Job.model_fields}
    known["files"] = [SpoolFile(name=file["name"], path="", size=file["size"]) for file in row.get("files", [])]
    return Job.model_validate(known)
