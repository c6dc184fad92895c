"""A copy, a newer version, a story that shares a part, or nothing: by what the later of two texts says anew."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.alignment import Words
from services.dedup.changes import Text
from services.dedup.compare import SPANS, Verdict, compare
from shared.models import Evidence

STORY = """ORSK, May 12 - A ferry carrying 86 people sank off Orsk on Monday, and at least 12 drowned, officials said.

The Polar Star left Vik at noon for the island of Hald, a crossing of two hours, Harbour Master Per Lund said.

"She listed and was gone within minutes," said Ina Moe, a teacher, who had watched from the shore with her class.

Coast guard boats and two helicopters were searching the water for survivors when darkness fell over the bay.

The ship, built in 1974, passed its last inspection in March, according to the owner, the Nordvik Line."""
PARAGRAPHS = STORY.split("\n\n")
TABLE = (
    "Closing prices of leading shares in Oslo, in crowns, with the change on the day, were as follows on {}:\n"
    + "\n".join(
        f"{name} {{}}.{{}} up 0.{{}}"
        for name in "Aker Borr Data Elkem Fred Golar Hydro Kone Lund Moss Nel Orkla Protan".split()
    )
)


def verdict(earlier: str, later: str, **options: str) -> Verdict | None:
    return compare(Text.of(earlier), Text.of(later), near=0.8, **options)  # type: ignore[arg-type]


def relation(earlier: str, later: str, **options: str) -> str | None:
    found = verdict(earlier, later, **options)
    return found and found.relation


def evidence(earlier: str, later: str) -> dict[str, Evidence]:
    found = verdict(earlier, later)
    assert found
    return {one.kind: one for one in found.evidence}


@pytest.mark.parametrize(
    "reprint",
    [
        STORY,
        "\n\n".join(PARAGRAPHS[:3]),
        "\n\n".join([PARAGRAPHS[0], *reversed(PARAGRAPHS[1:])]),
        f"Twelve Drown as Ferry Sinks in Northern Bay\n\n{STORY}",
        f"By Sam Poe, Lakeside Herald Staff Writer\n\n{STORY}\n\nCopyright 2026 Lakeside Herald. All rights reserved.",
        f"Lakeside families who once made that crossing were shaken to read the following report.\n\n{STORY}",
        STORY.replace('"', "“")
        .replace("Harbour", "Harbor")
        .replace("two", "2")
        .replace("at least 12", "at least twelve"),
        STORY.replace("carrying", "with")
        .replace("officials said", "authorities stated")
        .replace("when darkness", "as night"),
        STORY.upper().replace("\n\n", "\n    "),
    ],
    ids="same cut moved headline around local spelling reworded teletype".split(),
)
def test_a_reprint_is_a_near_copy(reprint: str) -> None:
    assert relation(STORY, reprint) == "near"


@pytest.mark.parametrize(
    "newer",
    [
        STORY.replace("at least 12", "at least 14"),
        STORY.replace("two helicopters", "three helicopters"),
        STORY.replace(
            PARAGRAPHS[2], f"{PARAGRAPHS[2]}\n\nDivers found the wreck at first light, lying on its side in mud."
        ),
        f"{STORY}\n\nThe Nordvik Line said it would pay for the burials.",
        STORY.replace(
            PARAGRAPHS[3], "The search ended on Tuesday. Nobody else was expected to be found alive, Lund said."
        ),
        f"Hope faded on Tuesday for those missing after the ferry Polar Star sank off Orsk.\n\n{STORY}",
    ],
    ids="toll helicopters paragraph ending replaced lead".split(),
)
def test_a_writethru_without_a_label_is_an_update(newer: str) -> None:
    assert relation(STORY, newer) == "update"


def test_what_calls_itself_a_correction_is_one() -> None:
    assert relation(STORY, STORY.replace("Ina Moe", "Ida Moe"), label="correction") == "correction"


def test_a_reprint_under_a_long_new_top_is_related() -> None:
    top = "\n\n".join(
        f"Shipping on the {coast} coast has had a bad winter, with storms week after week, crews on strike for pay and "
        f"insurers who ask for more each month than the small lines that serve the islands of {coast} can hope to earn."
        for coast in ("western", "eastern", "southern", "northern", "central")
    )
    shared = "\n\n".join(PARAGRAPHS[:2])
    found = verdict(STORY, f"{top}\n\n{shared}")
    assert found and found.relation == "related"
    [span] = found.evidence[0].spans
    assert f"{top}\n\n{shared}"[span.start : span.end] == shared.removesuffix(".")


def test_tables_that_share_all_but_their_figures_have_nothing_to_do_with_each_other() -> None:
    days = [TABLE.format(day, *(n * day * 7 % 97 for n in range(1, 40))) for day in (11, 12)]
    assert relation(*days) is None


def test_other_texts_have_nothing_to_do_with_each_other() -> None:
    assert relation(STORY, "Parliament rose for the summer on Friday. " * 5) is None
    assert relation(STORY, "") is None
    assert relation("", STORY) is None
    assert relation("ferry", "ferry") is None


def test_evidence_says_what_changed() -> None:
    newer = STORY.replace("at least 12", "at least 14").replace("Ina Moe", "Eva Moe")
    found = evidence(STORY, f"{newer}\n\nThe line said it would pay.")
    assert found["changed-figures"].detail == "12 → 14"
    assert found["changed-names"].detail == "Ina → Eva"
    assert (found["added-text"].detail, found["added-text"].value) == ("The line said it would pay", 6)
    assert "first-paragraph" not in found and "removed-text" not in found


def test_evidence_names_a_new_beginning_and_what_is_gone() -> None:
    found = evidence(STORY, "Vik mourned on Tuesday, the harbour silent.\n\n" + "\n\n".join(PARAGRAPHS[1:]))
    assert found["first-paragraph"].detail.startswith("begins otherwise: Vik mourned on Tuesday")
    assert found["removed-text"].value == 20


blocks = st.lists(st.sampled_from([*PARAGRAPHS, "Nothing of it.", "Rain 12 14\n15 9", "ÅSNE sa nei. Ja!"]), max_size=12)


@given(blocks, blocks, st.sampled_from([" ", "\n\n", "\n"]))
def test_spans_are_passages_of_both_texts(first: list[str], second: list[str], between: str) -> None:
    earlier, later = between.join(first), between.join(second)
    if not (found := verdict(earlier, later)):
        return
    assert 0 <= found.score <= 1
    reached = 0
    for span in found.evidence[0].spans:
        assert reached <= span.start < span.end <= len(later)
        reached = span.end
        mine, other = (
            Words.of(text).words for text in (later[span.start : span.end], earlier[span.of_start : span.of_end])
        )
        assert 2 * len(set(mine) & set(other)) >= len(set(mine))


@given(blocks)
def test_a_text_is_a_near_copy_of_itself_or_too_short(paragraphs: list[str]) -> None:
    body = "\n\n".join(paragraphs)
    assert relation(body, body) in ("near", None)
    assert relation(body, body) == "near" or len(body.split()) < 25


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(earlier: str, later: str) -> None:
    verdict(earlier, later)


def test_evidence_is_bounded() -> None:
    facts = [f"On day {n} of the trial {chr(65 + n % 26)}x{'abc'[n % 3]}o told the court about it." for n in range(400)]
    earlier, later = " ".join(facts), " ".join(fact for n, fact in enumerate(reversed(facts)) if n % 3)
    found = verdict(earlier, later)
    assert found and len(found.evidence[0].spans) <= SPANS
    assert all(len(one.detail) < 400 for one in found.evidence)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("spam " * 200_000, "spam " * 190_000),
        (" ".join(map(str, range(150_000))), " ".join(map(str, range(150_000, 0, -1)))),
        ("in the end " + "x" * 1_000_000, f"{STORY} {'y' * 1_000_000} {'7' * 300_000}"),
        (f"{STORY}\n\n" * 800, f"{STORY[:300]}\n\n" * 1600),
        (
            " ".join(f"the word {n} of {n // 9} a" for n in range(9_000)),
            " ".join(f"the word {n if n % 2 else 8_999 - n} of {n // 9} a" for n in range(9_000)),
        ),
    ],
    ids="same counting long-words repeated to-and-fro".split(),
)
def test_a_megabyte_of_anything_is_compared_in_bounded_time_and_room(earlier: str, later: str) -> None:
    started = time.monotonic()
    found = verdict(earlier, later)
    assert time.monotonic() - started < 10
    assert found is None or len(found.evidence) < 10
    assert not found or all(len(one.detail) < 1000 and len(one.spans) <= SPANS for one in found.evidence)


def test_a_word_of_a_megabyte_is_not_quoted_whole() -> None:
    found = evidence(
        STORY, f"{STORY}\n\n{'He said so. ' * 9}{'y' * 1_000_000}".replace("at least 12", "at least " + "12" * 9999)
    )
    assert max(len(one.detail) for one in found.values()) < 1000
