"""Which messages a worker keeps to itself."""

import time

import pytest

from shared.messages import Ref
from shared.pipeline import INGEST, NAMES
from shared.runner import Run, Send, follow

FAST = 4


class Line:
    """Stages that only hand their batch on, with a message about the batch behind it."""

    def __init__(self, *stages: str) -> None:
        self.runs: dict[str, Run] = dict.fromkeys(stages, self.run)
        self.done: list[Ref] = []
        self.sent: list[Ref] = []

    def run(self, send: Send, ref: Ref) -> None:
        self.done.append(ref)
        following = NAMES[NAMES.index(ref.stage) + 1 :] if ref.stage in NAMES else NAMES
        next_batch = Ref(job=ref.job, stage=NAMES[0], batch=(ref.batch or 0) + 1)
        send([*(Ref(job=ref.job, stage=stage, batch=ref.batch or 0) for stage in following[:1]), next_batch])


def batch(stage: str, number: int = 0) -> Ref:
    return Ref(job="j", stage=stage, batch=number)


def test_a_first_batch_goes_on_through_all_stages_that_are_here() -> None:
    line = Line(*NAMES)
    follow(line.runs, line.sent.extend, batch(NAMES[0]), fast=FAST, seconds=60)
    assert line.done == [batch(stage) for stage in NAMES]
    assert line.sent == [batch(NAMES[0], 1)] * len(NAMES)


def test_it_leaves_where_a_stage_is_not_here() -> None:
    line = Line(*NAMES[:2])
    follow(line.runs, line.sent.extend, batch(NAMES[0]), fast=FAST, seconds=60)
    assert line.done == [batch(stage) for stage in NAMES[:2]]
    assert batch(NAMES[2]) in line.sent


@pytest.mark.parametrize("ref", [batch(NAMES[0], FAST), Ref(job="j", stage=INGEST)])
def test_later_batches_and_those_just_read_are_sent(ref: Ref) -> None:
    line = Line(*NAMES, INGEST)
    follow(line.runs, line.sent.extend, ref, fast=FAST, seconds=60)
    assert line.done == [ref]
    assert len(line.sent) == 2


def test_not_for_long() -> None:
    line = Line()

    def slow(send: Send, ref: Ref) -> None:
        time.sleep(0.06)
        line.run(send, ref)

    follow(dict.fromkeys(NAMES, slow), line.sent.extend, batch(NAMES[0]), fast=FAST, seconds=0.05)
    assert line.done == [batch(NAMES[0])]
    assert batch(NAMES[1]) in line.sent
