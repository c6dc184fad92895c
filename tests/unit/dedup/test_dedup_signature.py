"""Signatures: the same bytes everywhere, alike for alike texts, bounded for every text."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.signature import (
    BAND_BYTES,
    FIGURES,
    MARKS,
    SKETCH_BYTES,
    Signature,
    agreement,
    containment,
    sign,
    tokenise,
)


def words(start: int, count: int) -> str:
    return " ".join(
        f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}" for n in range(start, start + count)
    )


def signed(text: str) -> Signature:
    signature = sign(text)
    assert signature is not None
    return signature


def shared(one: str, other: str) -> int:
    """How many bands two texts share."""
    first, second = (
        {bands[at : at + BAND_BYTES] for at in range(0, len(bands), BAND_BYTES)}
        for bands in (signed(one).bands, signed(other).bands)
    )
    return len(first & second)


@given(st.text())
def test_any_text_can_be_signed_and_always_alike(text: str) -> None:
    signature = sign(text)
    assert signature == sign(text)
    assert (signature is None) == (not tokenise(text))
    if signature:
        kept = len(signature.bands) // BAND_BYTES
        assert kept <= MARKS and len(signature.sketch) == kept * SKETCH_BYTES


def test_another_process_makes_the_same_signature() -> None:
    text = words(0, 60) + " ünï 5.1 12"
    show = "print((s.text + s.bands + s.sketch + s.figures).hex())"
    code = f"from services.dedup.signature import sign; s = sign({text!r}); {show}"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    mine = signed(text)
    assert other.stdout.strip() == (mine.text + mine.bands + mine.sketch + mine.figures).hex()


def test_signature_format_is_frozen() -> None:
    """Stored signatures outlive a release: whoever changes this changes ``index.PREFIX`` too."""
    signature = signed(words(0, 60) + " 5.1 12")
    digest = signature.text.hex(), signature.bands[:6].hex(), signature.sketch[:6].hex(), signature.figures.hex()
    assert digest == ("30f59fba1f08ff6d0ed864f4", "83e9be909e05", "015e01a6125c", "44cdf77f")


@pytest.mark.parametrize("text", ["", " \n\t", "--- *** ...", "\u2014", "_"])
def test_text_without_words_has_no_signature(text: str) -> None:
    assert sign(text) is None


@given(st.lists(st.sampled_from(["Seoul", "said", "5.2", "ÉTÉ", "won"]), min_size=8, max_size=40))
def test_case_punctuation_and_layout_do_not_count(tokens: list[str]) -> None:
    assert signed(" ".join(tokens)).text == signed("\n\n".join(f"{token.lower()} ;" for token in tokens)).text


def test_non_ascii_text_has_the_tokens_of_its_ascii_words() -> None:
    ascii_text = "Shares fell -0.5 pct to 1,234.50 at 10:30, G7 said."
    assert tokenise(ascii_text + " é")[:-1] == tokenise(ascii_text)


def test_sign_of_a_number_counts() -> None:
    assert tokenise("fell -0.5 pct") != tokenise("fell 0.5 pct")


def test_short_text_is_known_by_its_headline() -> None:
    assert sign("More to come.", "Fire in Oslo") != sign("More to come.", "Rates cut")
    assert sign("More to come.", "Fire in Oslo") == sign("more to come", "FIRE IN OSLO")
    assert sign(words(0, 60), "Fire in Oslo") == sign(words(0, 60), "Rates cut")


def test_scripts_without_spaces_are_compared_by_character() -> None:
    text = "".join(chr(0x4E00 + n * 7) for n in range(100))
    assert len(tokenise(text)) == 100
    assert containment(signed(text[:-3]), signed(text)) > 0.8


@given(st.integers(50, 3000))
def test_texts_of_any_length_keep_a_handful(count: int) -> None:
    assert MARKS / 2 < len(signed(words(0, count)).bands) // BAND_BYTES <= MARKS


@pytest.mark.parametrize(("start", "count"), [(0, 600), (0, 200), (300, 300), (200, 200)])
def test_a_part_is_found_in_the_whole(start: int, count: int) -> None:
    whole, part = words(0, 600), words(start, count)
    assert shared(whole, part) >= 2
    assert containment(signed(part), signed(whole)) > 0.6
    assert containment(signed(whole), signed(part)) == pytest.approx(count / 600, abs=0.25)


def test_other_texts_share_nothing() -> None:
    assert shared(words(0, 300), words(400, 300)) == 0
    assert containment(signed(words(0, 300)), signed(words(400, 300))) == 0.0
    assert containment(Signature(b""), signed(words(0, 300))) == 0.0


def test_agreement_of_figures() -> None:
    text, table = words(0, 40), " ".join(map(str, range(1000, 1200)))
    full = signed(f"{text} 1,000 22 3.5 4").figures
    assert agreement(signed(f"{text} 1000 22").figures, full) == 1.0
    assert agreement(signed(f"{text} 1000 23").figures, full) == 0.5
    assert agreement(b"", full) == 1.0
    assert agreement(full, b"") == 0.0
    assert len(signed(table).figures) == 2 * FIGURES
    assert agreement(signed(table).figures, signed(table + " 1").figures) == 1.0


def test_megabytes_are_signed_in_bounded_time() -> None:
    started = time.monotonic()
    signed(words(0, 17_000) * 10)
    signed("a1" * 500_000)
    signed("-" * 1_000_000 + "1.1" * 300_000)
    assert time.monotonic() - started < 20
