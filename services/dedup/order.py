"""The order of all stories: by job, then by place in it. Pure."""

from shared.models import split_id, story_id

_SEQ_DIGITS = 10
_DESCENDING = str.maketrans("-0123456789abcdef", "fedcba9876543210-")


def order_key(id: str) -> str:
    """A key that sorts, bytewise, as stories do: by job, then by number. Raises ``ValueError`` without one."""
    job, seq = split_id(id)
    return f"{job}-{seq:0{_SEQ_DIGITS}d}"


def id_of(order: str) -> str:
    """The id that ``order_key`` was made from."""
    return story_id(*split_id(order))


def descending(order: str) -> str:
    """A key that sorts the other way round: the first story has the highest."""
    return order.translate(_DESCENDING)
