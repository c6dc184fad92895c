"""Signatures: the same bytes everywhere, alike for alike texts, bounded for every text."""

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dedup.signature import (
    BAND_BYTES,
    BANDS,
    FIGURES,
    VALUES,
    Signature,
    agreement,
    containment,
    sign,
    similarity,
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


def jaccard(one: str, other: str) -> float:
    sketches = [np.frombuffer(signed(text).sketch, np.uint8) for text in (one, other)]
    return float(similarity(sketches[0], sketches[1][None, :])[0])


@given(st.text())
def test_any_text_can_be_signed_and_always_alike(text: str) -> None:
    signature = sign(text)
    assert signature == sign(text)
    assert (signature is None) == (not tokenise(text))
    if signature and signature.sketch:
        assert (len(signature.bands), len(signature.sketch)) == (BANDS * BAND_BYTES, VALUES)


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
    assert digest == ("30f59fba1f08ff6d0ed864f4", "789cfc973abe", "1063fd14cccf", "44cdf77f")


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
    assert jaccard(text, text[:-3]) > 0.8


@pytest.mark.parametrize(("shift", "expected"), [(0, 1.0), (20, 178 / 218), (66, 132 / 264), (400, 0.0)])
def test_similarity_estimates_jaccard(shift: int, expected: float) -> None:
    assert jaccard(words(0, 200), words(shift, 200)) == pytest.approx(expected, abs=0.15)


def test_containment_of_a_cut_text() -> None:
    assert containment(0.5, inner=100, outer=200) == pytest.approx(1.0)
    assert containment(0.5, inner=200, outer=100) == pytest.approx(0.5)
    assert containment(0.0, inner=0, outer=0) == 0.0


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
