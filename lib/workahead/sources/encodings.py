"""Bytes to text: which encoding an export is in, and saying which."""

from __future__ import annotations

import codecs

from workahead.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decode(data: bytes, name: str, stated: str | None = None) -> tuple[str, str]:
    """Text and the name of its encoding. SourceError where the stated one does not fit, or none is found.

    >>> decode("Zoë".encode("cp1252"), "a.csv")
    ('Zoë', 'cp1252')
    """
    if stated:
        try:
            return data.decode(stated).removeprefix("\ufeff"), stated
        except LookupError:
            raise SourceError(
                f"{name}: there is no encoding {stated!r}; write utf-8, utf-16 or cp1252."
            ) from None
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise SourceError(
                f"{name} line {line}: byte {data[error.start]:#04x} does not fit encoding {stated!r}. "
                "Leave `encoding:` out and it is detected."
            ) from None
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), label
            except UnicodeDecodeError:
                raise SourceError(
                    f"{name} begins as {label} and is cut or damaged. Export it again."
                ) from None
    zeros = data[:4000].count(0)
    if zeros > len(data[:4000]) // 4:
        codec = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        try:
            return data.decode(codec), "UTF-16"
        except UnicodeDecodeError:
            raise SourceError(f"{name} is no text. Export it again as CSV, or name an XLSX file.") from None
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _eight_bit(data, name)


def _eight_bit(data: bytes, name: str) -> tuple[str, str]:
    """cp1252 is what Western tools write; where most letters are outside ASCII, charset-normalizer judges."""
    head = data[:50_000]
    high = sum(1 for byte in head if byte >= 0x80)
    if high <= sum(1 for byte in head if chr(byte).isalpha() and byte < 0x80):
        try:
            return data.decode("cp1252"), "cp1252"
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is not None:
        try:
            return data.decode(best.encoding), best.encoding
        except UnicodeDecodeError:
            pass
    raise SourceError(
        f"{name} is in no encoding that could be told. Add `encoding:` to its entry in workbench.yml."
    )
