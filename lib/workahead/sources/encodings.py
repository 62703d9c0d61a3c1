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
        return _as_stated(data, name, stated)
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            if (text := _read(data, codec)) is not None:
                return text, label
            raise SourceError(f"{name} begins as {label} and is cut or damaged. Export it again.")
    if data[:4000].count(0) > len(data[:4000]) // 4:
        text = _read(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
        if text is not None:
            return text, "UTF-16"
        raise SourceError(f"{name} is no text. Export it again as CSV, or name an XLSX file.")
    if (text := _read(data, "utf-8")) is not None:
        return text, "UTF-8"
    # cp1252 is what Western tools write; where most letters are outside ASCII, charset-normalizer judges
    head = data[:50_000]
    western = sum(byte >= 0x80 for byte in head) <= sum(byte < 0x80 and chr(byte).isalpha() for byte in head)
    if western and (text := _read(data, "cp1252")) is not None:
        return text, "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is not None and (text := _read(data, best.encoding)) is not None:
        return text, best.encoding
    raise SourceError(
        f"{name} is in no encoding that could be told. Add `encoding:` to its entry in workbench.yml."
    )


def _read(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _as_stated(data: bytes, name: str, stated: str) -> tuple[str, str]:
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
