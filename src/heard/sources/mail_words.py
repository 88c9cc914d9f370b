"""The words that a mail adds: its plain part, without quoted mail and without the signature below the dashes."""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from heard.sources.markup import text_of

ATTRIBUTION = re.compile(
    r"^\s*(?:On\b.{4,200}\bwrote|Am\b.{4,200}\bschrieb\b.{0,120}|Le\b.{4,200}\ba écrit|El\b.{4,200}\bescribió|"
    r"Op\b.{4,200}\bschreef\b.{0,120}|Il\b.{4,200}\bha scritto)\s*:\s*$",
    re.IGNORECASE,
)
"""How Gmail, Apple Mail and Thunderbird lead in what they quote; it may run over two lines."""
REST_IS_QUOTED = re.compile(
    r"^\s*(?:-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine)\s*-{2,}"
    r"|_{20,})\s*$",
    re.IGNORECASE,
)
OUTLOOK = re.compile(r"^\s*(?:From|Von|De)\s*:.+$", re.IGNORECASE)
OUTLOOK_NEXT = re.compile(r"^\s*(?:Sent|Gesendet|Envoyé|Date|To|An)\s*:.+$", re.IGNORECASE)
SIGNATURE = re.compile(r"^--\s?$")
DEVICE = re.compile(
    r"^\s*(?:Sent|Gesendet|Envoyé)\s.{0,12}\b(?:iPhone|iPad|Android|mobile|Outlook)\b.{0,60}$", re.IGNORECASE
)


def header_of(message: Message, name: str) -> str:
    """A header as text, encoded words decoded; empty when it is missing or cannot be decoded."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError, HeaderParseError, ValueError):
        text = str(value)
    return re.sub(r"\s+", " ", text.encode("utf-8", "replace").decode("utf-8"))


def new_words(message: Message) -> str:
    """What the sender wrote in this mail; empty for a mail of quotes and attachments only."""
    plain = _part(message, "text/plain")
    return without_quotes(plain if plain.strip() else text_of(_part(message, "text/html")))


def without_quotes(text: str) -> str:
    """Plain text without quoted lines, the lines that lead them in, and the signature.

    Example:
        >>> without_quotes("Thanks, it works.\\n\\nOn Monday Ida wrote:\\n> Please try again\\n-- \\nZoe")
        'Thanks, it works.'
    """
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line, following = lines[number], lines[number + 1] if number + 1 < len(lines) else ""
        if (
            REST_IS_QUOTED.match(line)
            or SIGNATURE.match(line)
            or (OUTLOOK.match(line) and OUTLOOK_NEXT.match(following))
        ):
            break
        if ATTRIBUTION.match(line[:400]):
            number += 1
        elif following and ATTRIBUTION.match(f"{line[:200]} {following[:200]}"):
            number += 2
        else:
            if not line.lstrip().startswith(">") and not DEVICE.match(line):
                kept.append(line.rstrip())
            number += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _part(message: Message, kind: str) -> str:
    """The first part of that kind that is no attachment."""
    for part in message.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            data = part.get_payload(decode=True)
            return _decoded(data, part.get_content_charset()) if isinstance(data, bytes) else ""
    return ""


def _decoded(data: bytes, charset: str | None) -> str:
    """Mail lies about its charset, so a byte that does not fit becomes U+FFFD instead of stopping a mailbox."""
    for encoding in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):  # a charset that is unknown, does not fit, or holds a zero byte
            continue
    return data.decode("utf-8", "replace")
