"""Which of two stories is the earlier: by when it was published, then by its version, then by what it is. Pure.

Nothing of it depends on when or how a story was handed over, except that of two that are the same in every respect the
one that was is named first. Of those published at the same time, or at no known time, the fuller comes first: what is
cut from a story is the copy.
"""

import re
import struct
from hashlib import blake2b

from shared.models import Story, split_id, story_id

_HEAD = struct.Struct(">IIH4s")  # published, version, words (fewer sort later), identity; 14 bytes (``nodes.lua``)
_SEQ = struct.Struct(">I")
_JOB = re.compile(r"[0-9a-f]{23}", re.ASCII)  # as ``store.new_job_id`` makes them: packed, for there are many
_PACKED = b"\0"
_MAX = 0xFFFFFFFF
_MAX_DIGITS = 11  # one more than the largest has: a longer number is larger
_MAX_WORDS = 0xFFFF


def order_key(story: Story) -> bytes:
    """A key that sorts, bytewise, as stories do; it ends with the story's id. Undated stories come last.

    Raises ``ValueError`` for a story without an id.
    """
    job, seq = split_id(story.id)
    source, body = story.source, story.body or ""
    identity = "\0".join(part or "" for part in (source.provider, source.guid, story.custom_id, story.headline, body))
    digest = blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    words = _MAX_WORDS - min(_MAX_WORDS, len(body.split()))
    return _HEAD.pack(_published(story) or _MAX, version_of(story), words, digest) + _pack(job) + _SEQ.pack(seq)


def id_of(order: bytes) -> str:
    """The id of the story that ``order_key`` was made from."""
    [seq] = _SEQ.unpack(order[-_SEQ.size :])
    return story_id(_unpack(order[_HEAD.size : -_SEQ.size]), seq)


def _pack(job: str) -> bytes:
    return _PACKED + bytes.fromhex(f"{job}0") if _JOB.fullmatch(job) else job.encode()


def _unpack(job: bytes) -> str:
    return job[1:].hex()[:-1] if job.startswith(_PACKED) else job.decode()


def published_of(order: bytes) -> int:
    """When it was published, in Unix seconds; 0 if that is unknown."""
    published: int = _HEAD.unpack_from(order)[0]
    return 0 if published == _MAX else published


def number_of(order: bytes) -> int:
    """The number of its version; 0 if it has none."""
    number: int = _HEAD.unpack_from(order)[1]
    return number


def version_of(story: Story) -> int:
    """A version that is a number; 0 for any other, and for none."""
    number = story.source.version or ""
    return min(int(number[:_MAX_DIGITS]), _MAX) if number.isascii() and number.isdecimal() else 0


def descending(order: bytes) -> str:
    """Text that sorts the other way round: the earliest story has the highest."""
    return bytes(0xFF - byte for byte in order).hex()


def _published(story: Story) -> int:
    return min(max(0, int(story.published.timestamp())), _MAX - 1) if story.published else 0
