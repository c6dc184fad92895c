from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shared.webhooks import _new_secret, sign, wait_after


@pytest.mark.parametrize("life", [86_400, 3_600])
def test_attempts_fill_the_life_of_a_webhook_and_no_more(life: int) -> None:
    age, attempts = 0.0, 1
    while again := wait_after(attempts - 1, age, wait=10, life=life):
        assert 10 <= again <= life / 6 * 1.2
        age, attempts = age + again, attempts + 1
    assert 0.75 * life < age <= life
    assert 10 <= attempts <= 20


@given(st.text(max_size=200), st.integers(1_600_000_000, 2_000_000_000), st.integers(0, 99))
def test_a_signature_is_that_of_the_standard(body: str, at: int, number: int) -> None:
    secrets, id = [_new_secret(), _new_secret()], f"msg_{number}"
    theirs = [Webhook(secret).sign(id, datetime.fromtimestamp(at, UTC), body) for secret in secrets]
    assert sign(secrets, id, at, body.encode()).split(" ") == theirs
