"""The stages' names, and messages about them."""

import pytest

from shared.errors import BadRequestError
from shared.messages import Ref
from shared.pipeline import FINISHED, INGEST, NAMES, QUEUES, STAGES, number
from shared.settings import Settings
from shared.worker import create_worker


def test_stages_are_numbered_in_order() -> None:
    assert [number(name) for name in NAMES] == list(range(FINISHED))
    assert set(QUEUES) == {*NAMES, INGEST}
    with pytest.raises(ValueError, match="not in"):
        number(INGEST)


@pytest.mark.parametrize("ref", [Ref(job="j", stage=INGEST), *(Ref(job="j", stage=name, batch=7) for name in NAMES)])
def test_a_message_names_its_unit(ref: Ref) -> None:
    assert Ref.of_unit(ref.job, ref.unit, 0 if ref.batch is None else number(ref.stage)) == ref
    assert Ref.model_validate_json(ref.model_dump_json()) == ref
    assert ref.task == f"wiremill.{ref.stage}"


def test_a_stages_task_is_what_its_messages_ask_for() -> None:
    for stage in STAGES:
        assert Ref(job="j", stage=stage.name, batch=0).task == stage.task


def test_a_worker_of_no_stage() -> None:
    with pytest.raises(BadRequestError, match="nonsense"):
        create_worker(Settings(), ("nonsense",))
