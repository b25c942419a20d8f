"""Files are written here by hand, from the specifications."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.corpora.parquet import _snappy, distinct_strings


def varint(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def integer(n):
    """A field that follows the one before, with a 32-bit number."""
    return b"\x15" + varint(n << 1)


def literal(data):
    short, long = bytes([len(data) - 1 << 2 & 0xFF]), (len(data) - 1).to_bytes(2, "little")
    return (short if len(data) <= 60 else b"\xf4" + long) + data


def snappy(data):
    return varint(len(data)) + b"".join(
        literal(data[i : i + 1000]) for i in range(0, len(data), 1000)
    )


def page(kind, content, count, encoding):
    body = snappy(content)
    header = integer(kind) + integer(len(content)) + integer(len(body))
    # Field 5 (delta 2) holds a data page's header, field 7 (delta 4) a dictionary's.
    header += (b"\x2c" if kind == 0 else b"\x4c") + integer(count) + integer(encoding)
    if kind == 0:
        header += integer(3) + integer(3) + b"\x1c" + b"\x18\x03abc" + b"\x11" + b"\x00"
    else:
        header += b"\x12"
    return header + b"\x00\x00" + body


def plain(words):
    return b"".join(len(word).to_bytes(4, "little") + word for word in words)


@given(st.lists(st.binary(max_size=9), max_size=40), st.integers(0, 40))
def test_dictionary_then_plain_pages(words, cut):
    first, rest = words[:cut], words[cut:]
    data = b"PAR1" + page(2, plain(first), len(first), 0)
    data += page(0, b"references", len(first), 8)
    for word in rest:
        data += page(0, b"\x02\x00\x00\x00\x06\x01" + plain([word]), 1, 0)
    assert distinct_strings(data + b"footer", len(words)) == words


def test_copies_may_overlap_what_they_write():
    """4 characters, 9 from 4 back (offset in one byte), then 5 from 3 back (in two)."""
    data = varint(18) + literal(b"the ") + bytes([9 - 4 << 2 | 1, 4, 5 - 1 << 2 | 2, 3, 0])
    assert _snappy(data) == b"the the the te te "


@pytest.mark.parametrize("data", [b"PAR1", b"", b"PAR1" + b"\x19" * 20])
def test_other_files_are_refused(data):
    with pytest.raises(ValueError, match="not a Parquet file"):
        distinct_strings(data, 3)
