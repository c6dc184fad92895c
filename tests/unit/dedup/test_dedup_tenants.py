from hypothesis import given
from hypothesis import strategies as st

from services.dedup.signature import BAND_BYTES, sign
from services.dedup.tenants import apart

tenants = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)
TEXT = " ".join(f"word{number}" for number in range(60))


@given(tenants, tenants)
def test_no_two_tenants_have_a_hash_in_common(one: str, other: str) -> None:
    signature = sign(TEXT)
    assert signature
    a, b = apart(signature, one), apart(signature, other)
    assert (a == b) == (one == other)
    assert (len(a.text), len(a.bands)) == (len(signature.text), len(signature.bands))
    assert (a.sketch, a.figures, a.level) == (signature.sketch, signature.figures, signature.level)
    cut = [[s.bands[at : at + BAND_BYTES] for at in range(0, len(s.bands), BAND_BYTES)] for s in (a, b, signature)]
    assert not set(cut[0]) & set(cut[2])
    assert one == other or not (set(cut[0]) & set(cut[1]) or a.text == b.text)


def test_without_a_tenant_all_stays_as_it_is() -> None:
    signature = sign("a short text")
    assert signature and apart(signature, "") is signature
    assert apart(signature, "desk").bands == b""
