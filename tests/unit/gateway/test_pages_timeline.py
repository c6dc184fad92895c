"""A cluster in order of time."""

from services.gateway.pages.timeline import moments
from shared.models import Cluster, Dedup, Evidence, Member, State, Story

CHANGED = [Evidence(kind="changed-figures", detail="12 → 14", value=1)]


def story(state: State = State.DONE) -> Story:
    return Story(state=state, body="Fourteen hurt.", dedup=Dedup(relation="update", of="j-0", evidence=CHANGED))


CLUSTER = Cluster(
    id="j-0",
    members=[
        Member(id="j-0", head=True, state=State.DONE, relation="original", superseded_by="k-3"),
        Member(id="j-1", state=State.DUPLICATE, relation="near", of="j-0"),
        Member(id="gone-2"),
        Member(id="k-3", state=State.DONE, relation="update", of="j-0"),
    ],
)


def test_each_says_what_it_is_and_what_it_changed():
    found = moments(CLUSTER, {"k-3": story()}, most=10)
    assert [(moment.says, moment.newest, list(moment.changed)) for moment in found] == [
        ("the first to tell it", False, []),
        ("nearly the same text", False, []),
        ("its job has expired", False, []),
        ("a later version", True, CHANGED),
    ]


def test_of_a_hidden_text_nothing_is_quoted():
    for state in (State.WITHHELD, State.KILLED):
        assert not moments(CLUSTER, {"k-3": story(state)}, most=10)[3].changed


def test_no_more_than_asked_for():
    assert [moment.member.id for moment in moments(CLUSTER, {}, most=2)] == ["j-0", "j-1"]
