"""Which encoding a file has: its byte-order mark, UTF-8, or the most likely legacy code page."""

import codecs
from typing import BinaryIO

from charset_normalizer import from_bytes

from heard.errors import BadInput

SAMPLE_BYTES = 16_384
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LEGACY = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "shift_jis", "euc_jp", "gb18030", "big5",
    "euc_kr", "cp437", "mac_roman", "utf_16_le", "utf_16_be",
)  # fmt: skip
"""Code pages that help desks and spreadsheets still write; the others only make the guess worse."""


def check_known(encoding: str) -> None:
    """BadInput unless this is a text encoding that Python knows."""
    try:
        "".encode(encoding)
    except (LookupError, UnicodeError):
        raise BadInput(
            "option encoding", got=repr(encoding[:20]), expected="utf-8, cp1252, utf-16, …", todo="Check its spelling."
        ) from None


def encoding_of(stream: BinaryIO, name: str) -> str:
    """The encoding of a whole stream.

    UTF-8 is accepted only when every byte of the file is UTF-8: one stray byte at the end of a large file would
    otherwise stop an import halfway.

    Raises:
        BadInput: It is no text, or no known encoding fits; names the first byte that is not UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset, before = 0, b""
    while chunk := stream.read(2**20):
        if offset == 0:
            for mark, encoding in MARKS:
                if chunk.startswith(mark):
                    return encoding
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as fault:
            near = max(fault.start, 0)
            sample = (before + chunk)[max(0, len(before) + near - SAMPLE_BYTES // 2) :][:SAMPLE_BYTES]
            return _legacy(sample, name, offset + near)
        offset, before = offset + len(chunk), chunk[-SAMPLE_BYTES:]
    if decoder.getstate()[0]:
        return _legacy(before, name, offset)
    return "utf-8"


def _legacy(sample: bytes, name: str, offset: int) -> str:
    best = from_bytes(sample, cp_isolation=list(LEGACY), preemptive_behaviour=False).best()
    if best is None:
        raise BadInput(
            "text",
            where=f"{name} byte {offset}",
            got="bytes that are no text in any known encoding",
            expected="text, best in UTF-8",
            todo='Set the option "encoding", or save the file as UTF-8.',
        )
    return best.encoding
