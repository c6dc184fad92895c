"""What the stories of a cluster say together: sentences cited by story and place, their numbers checked against the
other stories, and what the stories disagree about.

Pure, and without dependencies beyond ``shared``: the gateway calls it when it is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

from services.summarise.candidates import Candidate, candidate, candidates_of, shared, top
from services.summarise.figures import CASUALTIES, WEEKDAYS, Number, numbers, singular
from services.summarise.furniture import is_furniture
from services.summarise.summarise import SAYS_THE_SAME, choose
from services.summarise.words import Model, default, expected, features
from shared.models import Checked, Citation, ClusterSentence, ClusterSummary, Disagreement, Figure, State, Story

MAX_STORIES = 30
"""Stories that are read, the newest."""
ALIGNED = 0.4
"""Share of the shorter sentence's words, numbers aside, from which two sentences tell of the same thing."""
AMOUNT_ALIGNED = 0.6
"""The same for amounts of money and percentages: what they are of is said by the sentence alone."""
TOP = 8
"""Among so many first sentences the dead, the injured and so on are those of the event the cluster is about."""
ROUNDED, APPROXIMATE = 0.03, 0.1
"""By what share amounts in millions, and figures that call themselves approximate, may differ and yet agree."""


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A story, the sentences at its top, and those of them that may be cited."""

    story: Story
    sentences: list[Candidate]
    candidates: list[Candidate]

    @classmethod
    def of(cls, story: Story, limit: int) -> Self:
        body = story.body or ""
        spans = top(body, limit)
        every = [candidate(body, *span) for span in spans if not is_furniture(body[slice(*span)])]
        return cls(story, every, candidates_of(body, spans, limit))

    @property
    def current(self) -> bool:
        """Whether no later version has taken its place, and it is no copy."""
        dedup = self.story.dedup
        return self.story.state is not State.DUPLICATE and (dedup is None or dedup.superseded_by is None)


@dataclass(frozen=True, slots=True, eq=False)
class _Fact:
    """A number that a story gives: ``number`` stands in the sentence at ``place``."""

    read: _Read
    place: int
    number: Number
    words: frozenset[str]
    """Those of its sentence that say what it is about: neither numbers nor days of the week."""

    @property
    def sentence(self) -> Candidate:
        return self.read.sentences[self.place]

    def figure(self) -> Figure:
        start, end = self.sentence.start + self.number.start, self.sentence.start + self.number.end
        text = self.sentence.text[self.number.start : self.number.end]
        return Figure(
            story=self.read.story.id, start=start, end=end, text=text, value=self.number.value, bound=self.number.bound
        )


def _facts(reads: Sequence[_Read]) -> Iterator[_Fact]:
    for read in reads:
        for place, one in enumerate(read.sentences):
            for number in numbers(one.text):
                telling = (word for word in one.words - WEEKDAYS if not word[0].isdigit())
                yield _Fact(read, place, number, frozenset(word for word in telling if singular(word) != number.about))


class _Facts:
    """All numbers of the stories, and what each story gives for the same thing."""

    def __init__(self, reads: Sequence[_Read]) -> None:
        self.all = list(_facts(reads))
        self._of: dict[tuple[str, str], list[_Fact]] = {}
        for fact in self.all:
            self._of.setdefault((fact.read.story.id, fact.number.about), []).append(fact)

    def counterpart(self, fact: _Fact, read: _Read) -> _Fact | None:
        """The number that a story gives for the same thing; of several one that agrees, else the best aligned."""
        same = [one for one in self._of.get((read.story.id, fact.number.about), ()) if _same_thing(fact, one)]
        return max(same, key=lambda one: (agree(fact.number, one.number), _aligned(fact, one)), default=None)


def summarise_cluster(stories: Sequence[Story], *, limit: int = 3, model: Model | None = None) -> ClusterSummary:
    """The summary of a cluster's stories, given oldest first.

    Sentences come from stories that no later version supersedes; numbers are compared over all. A story whose text may
    not leave (killed, withheld, embargoed) is not read. Time is bounded: ``MAX_STORIES``, the top of each.
    """
    open_ = [story for story in stories if story.public().body][-MAX_STORIES:]
    reads = [_Read.of(story, limit) for story in open_]
    facts = _Facts(reads)
    sources = [read for read in reversed(reads) if read.current and read.candidates]
    sources = sources or [read for read in reversed(reads) if read.candidates][:1]
    sentences = [_cited(read, at, reads, facts) for read, at in _chosen(sources, limit, model or default())]
    note = None if sentences else "no story of the cluster has a text with sentences that may be shown"
    ids = [read.story.id for read in reads]
    return ClusterSummary(stories=ids, sentences=sentences, disagreements=list(_disagreements(reads, facts)), note=note)


def _chosen(sources: Sequence[_Read], limit: int, model: Model) -> list[tuple[_Read, int]]:
    """The sentences of the summary, by story (the newest first) and place: those with the words most stories have."""
    found = [
        expected(
            model,
            features(read.story.body or "", read.candidates),
            headline=read.story.headline,
            entities=read.story.entities,
        )
        for read in sources
    ]
    likely: dict[str, float] = {}
    for word in {word for one in found for word in one}:
        has = [one[word] for one in found if word in one]
        likely[word] = max(has) * (1 + len(has) / len(found)) / 2
    pool = [(read, at) for read in sources for at in range(len(read.candidates))]
    chosen = choose([read.candidates[at] for read, at in pool], likely, limit=limit, model=model)
    return [pool[at] for at in chosen]


def _cited(read: _Read, at: int, reads: Sequence[_Read], facts: _Facts) -> ClusterSentence:
    """A sentence with where other stories say the same, and what they give for its numbers."""
    sentence = read.candidates[at]
    also: list[Citation] = []
    for other in reads:
        if other is read or not other.candidates:
            continue
        nearest = max(other.candidates, key=lambda one: shared(one, sentence))
        if shared(nearest, sentence) >= SAYS_THE_SAME:
            also.append(Citation(story=other.story.id, start=nearest.start, end=nearest.end, text=nearest.text))
    own = [fact for fact in facts.all if fact.read is read and fact.sentence.start == sentence.start]
    return ClusterSentence(
        story=read.story.id, start=sentence.start, end=sentence.end, text=sentence.text, also=also,
        figures=[_checked(fact, reads, facts) for fact in own],
    )  # fmt: skip


def _checked(fact: _Fact, reads: Sequence[_Read], facts: _Facts) -> Checked:
    """A number, and which other stories give the same or another for the same thing."""
    checked = Checked(figure=fact.figure(), about=fact.number.about)
    for read in reads:
        if read is not fact.read and (other := facts.counterpart(fact, read)):
            (checked.agree if agree(fact.number, other.number) else checked.differ).append(read.story.id)
    return checked


def _disagreements(reads: Sequence[_Read], facts: _Facts) -> Iterator[Disagreement]:
    """What different stories give different numbers for; each number is listed once."""
    listed: set[int] = set()
    for fact in facts.all:
        if id(fact) in listed:
            continue
        group = [fact]
        for read in reads[reads.index(fact.read) + 1 :]:
            # The last one that matched is nearest in time; the first may be worded nearer.
            other = facts.counterpart(group[-1], read) or facts.counterpart(fact, read)
            if other is not None and id(other) not in listed:
                group.append(other)
        if any(not agree(one.number, other.number) for one, other in combinations(group, 2)):
            listed |= {id(one) for one in group}
            yield Disagreement(about=fact.number.about, figures=[one.figure() for one in group])


def _same_thing(one: _Fact, other: _Fact) -> bool:
    """Whether two numbers that count the same do so of the same event."""
    near_top = one.place < TOP and other.place < TOP
    if one.number.about in CASUALTIES and near_top:
        return True
    return _aligned(one, other) >= (ALIGNED if one.number.about[0].isalpha() else AMOUNT_ALIGNED)


def _aligned(one: _Fact, other: _Fact) -> float:
    """The share of the words around the number that both sentences have."""
    return len(one.words & other.words) / max(1, min(len(one.words), len(other.words)))


def agree(one: Number, other: Number) -> bool:
    """Whether two numbers for the same thing say the same, as far as either claims to be exact."""
    larger = max(abs(one.value), abs(other.value))
    if "about" in (one.bound, other.bound):
        return abs(one.value - other.value) <= APPROXIMATE * larger
    return abs(one.value - other.value) <= (ROUNDED * larger if larger >= 1e6 else 0.0)
