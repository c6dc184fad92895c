"""Makes broken files of good ones, the same every time for the same seed."""

import random

MARKS = (
    b"<", b">", b"</", b"/>", b"<![CDATA[", b"]]>", b"<!--", b"<!ENTITY x 'y'>", b"&#0;", b"&amp;", b'"', b"'", b"{",
    b"}", b"[", b"]", b",", b":", b"\\u0000", b"\\", b"\0", b"\x01", b"\x02", b"\x03", b"\x04", b"\x0e", b"\x1b",
    b"\x7f", b"\x81", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n", b"\n\n", b"\n", b"-1", b"9" * 20, b"1e999",
    b"null",
)  # fmt: skip
_LONGEST = 20_000  # bytes of a file to mutate: the rest is not needed to break a parser


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    """One of the ``seeds`` with one to six changes."""
    data = bytearray(chance.choice(seeds)[:_LONGEST])
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 1, 2, 8, 64, 1024)))
        change = chance.randrange(6)
        if change == 0:
            data[start:end] = chance.choice(MARKS)
        elif change == 1:
            data[start:end] = b""
        elif change == 2:
            data[start:start] = data[start:end] * chance.randint(1, 5)
        elif change == 3 and start < len(data):
            data[start] = chance.randrange(256)
        elif change == 4:
            del data[start:]
        else:
            donor = chance.choice(seeds)[:_LONGEST]
            at = chance.randint(0, len(donor))
            data[start:end] = donor[at : at + chance.choice((1, 16, 256))]
    return bytes(data)
