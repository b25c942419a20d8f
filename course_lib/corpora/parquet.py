"""Reads the one Parquet file that a carrier brings: a single column of distinct strings.

Nothing more of the format is understood, and the caller checks the result's sha256. This saves
a dependency of 40 MB for one list of words.

Source: Apache Parquet format, "File Format"; Thrift compact protocol; Snappy format.
"""

from typing import Any

DATA_PAGE, DICTIONARY_PAGE = 0, 2
PLAIN = 0
# Numbers of the fields that are read, of a page header and of what is in it.
TYPE, COMPRESSED_SIZE, DATA, DICTIONARY = 1, 3, 5, 7
COUNT, ENCODING = 1, 2
# Wire types of the Thrift compact protocol.
TRUE, FALSE, I16, I32, I64, BINARY, STRUCT = 1, 2, 4, 5, 6, 8, 12


def distinct_strings(data: bytes, count: int) -> list[bytes]:
    """The column's `count` values in order.

    A writer that meets only new values numbers them in order, so the dictionary page is the
    start of the column, and the pages that refer to it are skipped. Plain pages follow.

    Raises:
        ValueError: if the file is not like that, or is cut short.
    """
    values: list[bytes] = []
    at = 4
    try:
        while len(values) < count:
            header, at = _struct(data, at)
            page = data[at : at + header[COMPRESSED_SIZE]]
            at += len(page)
            if header[TYPE] == DICTIONARY_PAGE:
                values += _plain(_snappy(page), 0, header[DICTIONARY][COUNT])
            elif header[TYPE] == DATA_PAGE and header[DATA][ENCODING] == PLAIN:
                content = _snappy(page)
                levels = 4 + int.from_bytes(content[:4], "little")  # all present: nothing to read
                values += _plain(content, levels, header[DATA][COUNT])
    except (IndexError, KeyError) as error:
        raise ValueError("not a Parquet file with one column of distinct strings") from error
    return values


def _plain(page: bytes, at: int, count: int) -> list[bytes]:
    values = []
    for _ in range(count):
        start = at + 4
        at = start + int.from_bytes(page[at:start], "little")
        values.append(page[start:at])
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _integer(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _struct(data: bytes, at: int) -> tuple[dict[int, Any], int]:
    """A Thrift struct as {field number: value}, and where it ends."""
    fields: dict[int, Any] = {}
    number = 0
    while head := data[at]:
        at += 1
        step, kind = head >> 4, head & 0x0F
        if step:
            number += step
        else:
            number, at = _integer(data, at)
        if kind in (TRUE, FALSE):
            fields[number] = kind == TRUE
        elif kind in (I16, I32, I64):
            fields[number], at = _integer(data, at)
        elif kind == BINARY:
            length, at = _varint(data, at)
            fields[number] = data[at : at + length]
            at += length
        elif kind == STRUCT:
            fields[number], at = _struct(data, at)
        else:
            raise KeyError(kind)
    return fields, at + 1


def _snappy(data: bytes) -> bytes:
    """Undo Snappy: literals, and copies of what was written before."""
    size, at = _varint(data, 0)
    out = bytearray()
    while len(out) < size:
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length, at = _literal_length(data, at, tag >> 2)
            out += data[at : at + length]
            at += length
            continue
        if tag & 3 == 1:
            length, width, high = 4 + (tag >> 2 & 7), 1, tag >> 5 << 8
        else:
            length, width, high = 1 + (tag >> 2), 2 if tag & 3 == 2 else 4, 0
        offset = high | int.from_bytes(data[at : at + width], "little")
        at += width
        start = len(out) - offset
        for _ in range(0, length, offset):  # a copy may run into what it has just written
            out += out[start : start + min(length, offset)]
            length -= offset
    return bytes(out)


def _literal_length(data: bytes, at: int, short: int) -> tuple[int, int]:
    if short < 60:
        return short + 1, at
    width = short - 59
    return 1 + int.from_bytes(data[at : at + width], "little"), at + width
