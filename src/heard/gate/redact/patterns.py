"""Formal kinds: addresses of the net, phones, cards, accounts, order-like numbers, street addresses, postcodes.

None of them may survive (T12). Every pattern is linear in the length of the text: candidates begin behind a
lookbehind and run possessively, so that no start is tried twice; what a candidate is gets decided in Python.
"""

import re
from re import Match

from heard.gate.redact.checks import is_iban, is_luhn, is_uk_postcode
from heard.gate.redact.lexicon import keyed

_URL = re.compile(r"(?i:\bhttps?://|\bwww\.)[^\s<>\"]++")
_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]++(?:@|\s?[(\[]at[)\]]\s?|＠)[\w-]++(?:\.[\w-]++)+")
_QUOTED_EMAIL = re.compile(r'"[^"\n@]{1,64}+"@[\w-]++(?:\.[\w-]++)+')
_HANDLE = re.compile(r"(?<![\w.@])@++(\w++)(?:@\w++)*+")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])"
)
_UK_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,2})\d[A-Za-z0-9]?\s?\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?![A-Za-z0-9])"
)
_CA_POSTCODE = re.compile(r"(?<![A-Za-z0-9])[A-CEGHJ-NPR-TVXY]\d[A-Z][ -]?\d[A-Z]\d(?![A-Za-z0-9])")
_CUED_POSTCODE = re.compile(
    r"(?i:\b(?:zip(?:\s?code)?|post\s?code|postal code|plz|postleitzahl|code postal|cap)\b[\s:]{0,3}"
    r"(?:is\s|ist\s|:\s)?\s?)"
    r"([A-Za-z]{0,2}\d[A-Za-z0-9]{0,5}(?:[ -]\d?[A-Za-z0-9]{2,4})?)(?![A-Za-z0-9])"
)
_ZIP_AFTER_STATE = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]"
    r"|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? (\d{5}(?:-\d{4})?)(?!\d)"
)
_STREET = (
    r"(?:street|str\.?|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|dr\.?|close|court|ct\.?|way|place|pl\.?|boulevard|blvd\.?|terrace|crescent|gardens?"
    r"|square|hill|row|grove|mews|highway|hwy\.?|parkway|pkwy\.?|walk|rise|quay|wharf|view|circle|cir\.?|trail|alley|park|green)"
)
_ENGLISH_ADDRESS = re.compile(
    r"(?<![\w.,-])(?:(?i:flat|apartment|apt\.?|unit|suite|room)\s?\d{1,4}[A-Za-z]?,?\s)?\d{1,5}[A-Za-z]?(?:[-/]\d{1,5}[A-Za-z]?)?,?\s(?:[A-Z][\w'’.-]{0,24}\s|(?:of|the|north|south|east|west)\s){1,4}?(?i:"
    + _STREET
    + r")(?![\w-])(?:,?\s(?i:flat|apartment|apt\.?|unit|suite|room|#)\s?#?\d{1,4}[A-Za-z]?)?"
)
_LOWER_ADDRESS = re.compile(
    r"(?<![\w.,-])\d{1,5}[a-z]?\s(?:[a-z'-]{2,20}\s){1,2}?(?:street|road|avenue|lane|drive|crescent|boulevard|terrace)(?![\w-])"
)
_STREET_THEN_NUMBER = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][\wäöüß'-]{1,30}(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|damm|ufer|gracht|straat|laan|plein|kade|utca|gatan|gata|vägen|veien|vej|gade|katu|tie)"
    r"|(?:[A-ZÄÖÜ][\wäöüß.'-]{1,30}[\s-]){1,3}?(?:Stra(?:ß|ss)e|Str\.|Gasse|Weg|Platz|Allee|Damm|Ring|utca|út)"
    r"|(?:Am|An der|Auf der|Im|In der|Zum|Zur)\s(?:[A-ZÄÖÜ][\wäöüß-]{2,30}\s?){1,2}?"
    r"|(?:Calle|Avenida|Avda\.?|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|ulica|ul\.)\s(?:(?:de|del|della|dei|da|do|la|los|las)\s){0,2}(?:[A-ZÀ-Ž][\w'’.-]{1,30}\s?,?\s?){1,4}?)"
    r",?\s?(?:n[º°o]?\.?\s?)?\d{1,4}\s?[a-zA-Z]?(?![\w-])"
)
_FRENCH_ADDRESS = re.compile(
    r"(?<![\w-])\d{1,4}\s?(?:bis|ter)?,?\s(?i:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|cours)\s(?:(?:de|du|des|la|le|les|d'|l')\s?){0,3}[A-ZÀ-Ž][\w'’-]{1,30}(?:[\s-][A-ZÀ-Ž][\w'’-]{1,30}){0,3}"
)
_PO_BOX = re.compile(r"(?i:\bp\.?\s?o\.?\s?box|\bpostfach)\s?#?\d{1,7}")
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_DIGITS = re.compile(r"(?<![\d])(?:\+|\(\+?)?\d(?:[\s().\-–/·]{0,2}\d)*+")
_CODE = re.compile(
    r"(?<![\w-])(?:[A-Za-z]{0,24}+[-_/]?\d|[A-Z]{5,8}(?![\w-]))(?:[A-Za-z0-9]|[-_/][A-Za-z0-9])*+|(?<![\w-])(?:[A-Za-z]++[-_/])++[A-Za-z]*+\d(?:[A-Za-z0-9]|[-_/][A-Za-z0-9])*+"
)
_MONEY_BEFORE = re.compile(r"(?:[$£€¥₹]|\b(?:USD|EUR|GBP|INR|Rs|CHF|RM|PLN|HUF|Ft)\.?)\s?\Z")
_UNIT_AFTER = re.compile(
    r"\s?(?i:%|€|£|\$|usd|eur|gbp|chf|huf|ft|pln|points?|miles?|km|kms|steps?|mah|mb|gb|kb|kbps|mbps|ms|rpm|users?|people|customers?|followers?|views?|songs?|photos?|files?|emails?"
    r"|times|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|words?|pounds?|euros?|dollars?|rupees|bucks|quid|kwh|watts?|btu|lbs?|kg|grams?|calories|mm|cm|ml|litres?|units|pcs|pieces|avios|stars?)\b"
)
_DATE = re.compile(
    r"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:(?:19|20)?\d\d))\Z"
)
_BORN = re.compile(
    r"(?i)(?:\bborn(?:\son)?|\bdate of birth"
    r"|\bd\.?o\.?b\.?|\bgeboren(?:\sam)?|\bbirthday)(?:\s(?:is|was|ist))?[\s:]{0,3}\Z"
)
_SORT_CODE = re.compile(r"(?i)\bsort\s?code(?:\sis)?[\s:]{0,3}\Z")
_PHONE_CUE = re.compile(
    r"(?i)(?:\b(?:phone|tel|telephone|mobile|cell|call me|ring me|text me"
    r"|reach me|whatsapp|fax|handy|telefon|landline|contact)\b[\w\s:.']{0,20})\Z"
)
_PLAIN_HANDLE = re.compile(r"[A-Za-z]+\Z")
_CUE_WORDS = keyed("number_cues")
_SHORT = 28
"""How far back a cue is looked for, in characters."""


def formal(text: str) -> str:
    """The text with every formal kind replaced by its placeholder."""
    if "@" in text or "＠" in text or "at)" in text or "at]" in text:
        text = _EMAIL.sub("[email]", _QUOTED_EMAIL.sub("[email]", text))
    if "://" in text or "www." in text or "WWW." in text:
        text = _URL.sub(_url, text)
    if "@" in text:
        text = _HANDLE.sub(_handle, text)
    if not _has_digit(text):
        return text
    text = _IBAN.sub(_account, text)
    text = _addresses(text)
    text = _IP.sub(lambda found: "[ip]" if _is_ip(found[0]) else found[0], text)
    return _DIGITS.sub(_number, _CODE.sub(_code, text))


def _account(found: Match[str]) -> str:
    """An IBAN, also where the words behind it look like one more group of it."""
    text = found[0]
    for end in (len(text), *(i for i in range(len(text) - 1, 14, -1) if text[i] in " -")):
        if is_iban(text[:end]):
            return "[iban]" + text[end:]
    return text


def _is_ip(text: str) -> bool:
    """A version such as 11.1.2.0 has no part of 20 or more; an address nearly always has."""
    parts = [int(part) for part in text.split(".")]
    return all(part < 256 for part in parts) and max(parts) >= 20


_has_digit = re.compile(r"\d").search


def _addresses(text: str) -> str:
    text = _ENGLISH_ADDRESS.sub("[address]", text)
    text = _LOWER_ADDRESS.sub("[address]", text)
    text = _STREET_THEN_NUMBER.sub("[address]", text)
    text = _FRENCH_ADDRESS.sub("[address]", text)
    text = _PO_BOX.sub("[address]", text)
    text = _UK_POSTCODE.sub(lambda found: "[postcode]" if is_uk_postcode(found[1]) else found[0], text)
    text = _CA_POSTCODE.sub("[postcode]", text)
    text = _ZIP_AFTER_STATE.sub(lambda found: found[0].replace(found[1], "[postcode]"), text)
    return _CUED_POSTCODE.sub(lambda found: found[0][: found.start(1) - found.start()] + "[postcode]", text)


def _url(found: Match[str]) -> str:
    """A plain address of a page stays; one with a query, an id, a person or a shortened target goes."""
    url = found[0].rstrip(".,;:!?)")
    tail = found[0][len(url) :]
    path = url.split("://")[-1].partition("/")[2]
    personal = "?" in url or "#" in path or "[email]" in url or "@" in url or bool(_has_digit(path)) or len(path) > 60
    return ("[url]" if personal or url.split("://")[-1].startswith("t.co/") else url) + tail


def _handle(found: Match[str]) -> str:
    """A handle of letters alone may be a brand's and stays; digits and underscores mark persons, care desks apart."""
    name = found[1].lower()
    is_desk = any(word in name for word in ("help", "support", "care", "service", "team", "official"))
    return found[0] if is_desk or _PLAIN_HANDLE.match(found[1]) else "[handle]"


def _number(found: Match[str]) -> str:
    """What a run of digits with separators is; the tail after a gap of words never belongs to it."""
    parts = found[0].split(" ") if " " in found[0] else [found[0]]
    if len(parts) == 1 or not any(_ALONE.match(part) or _DATE.match(part) for part in parts):
        return _kind(found[0], found.string[max(0, found.start() - _SHORT) : found.start()], found.string, found.end())
    told, at = [], found.start()
    for part in parts:
        before = found.string[max(0, at - _SHORT) : at]
        told.append(_kind(part, before, found.string, at + len(part)) if part else part)
        at += len(part) + 1
    return " ".join(told)


_ALONE = re.compile(r"\d{1,4}\.\d{1,2}\Z")
"""A decimal beside other numbers: a price or a size, not a part of them."""


def _is_cued(before: str) -> bool:
    """Whether the words just before say that a number names something: an order, a case, an account."""
    if before.rstrip()[-1:] == "#":
        return True
    for word in reversed(_CUE_TOKEN.findall(before.lower())):
        if word in _CUE_WORDS["thing"] or word in _CUE_WORDS["number"] or word.endswith(("nummer", "number")):
            return True
        if word not in _CUE_WORDS["between"]:
            return False
    return False


_CUE_TOKEN = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)*|[,;!?)\]]")


def _kind(text: str, before: str, whole: str, end: int) -> str:
    digits = "".join(c for c in text if c.isdigit())
    count = len(digits)
    if count < 3 or (before and (before[-1].isalnum() or before[-1] in "_-") and count < 7):
        return text
    if _is_measure(text, before, whole, end):
        return text
    if 13 <= count <= 19 and digits[0] != "0" and text[0] != "+" and is_luhn(digits):
        return "[card]"
    if _DATE.match(text):
        return "[order]" if _SORT_CODE.search(before) else "[date]" if _BORN.search(before) else text
    if _is_phone(text, digits, before):
        return "[phone]"
    return _by_length(text, digits, before)


def _is_measure(text: str, before: str, whole: str, end: int) -> bool:
    """An amount, a quantity with its unit, a version or a grouped thousand."""
    if _MONEY_BEFORE.search(before) and len(text) <= 14:
        return True
    if _UNIT_AFTER.match(whole, end) and sum(c.isdigit() for c in text) <= 7:
        return True
    is_version = sum(c.isdigit() for c in text) <= 8 and bool(_VERSION.match(text))
    return is_version or bool(_GROUPED.match(text) or _YEARS.match(text))


_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d\Z")


_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,3}\Z")
_GROUPED = re.compile(r"\d{1,3}(?:[. ]\d{3}){1}\Z")


def _is_phone(text: str, digits: str, before: str) -> bool:
    count = len(digits)
    if text[0] == "+" or text.startswith("(+"):
        return 7 <= count <= 16
    if count < 6 or count > 15:
        return False
    if _PHONE_CUE.search(before) and not _is_cued(before):
        return True
    if digits.startswith("00") and count >= 9:
        return True
    has_separator = len(text) > count
    if _LOCAL_PHONE.match(text):
        return True
    if has_separator:
        return count >= 9 and not re.match(r"\d{3}-\d{2}-\d{4}\Z", text) and not _is_cued(before)
    return count in (10, 11) and digits[0] == "0" and not _is_cued(before)


_LOCAL_PHONE = re.compile(r"\d{3}[-.]\d{4}\Z")


def _by_length(text: str, digits: str, before: str) -> str:
    """Digits that are no phone: an order-like number when long, cued, or in one piece of five and more."""
    longest = max(len(part) for part in re.findall(r"\d+", text))
    if longest >= 5 or len(digits) >= 8:
        return "[order]"
    if _is_cued(before) and len(digits) >= 3:
        return "[order]"
    if _PHONE_CUE.search(before) and len(digits) >= 6:
        return "[phone]"
    return text


def _code(found: Match[str]) -> str:
    """Letters and digits in one piece: an order code with five digits in a row, six in all, or behind a cue."""
    text = found[0]
    count = sum(c.isdigit() for c in text)
    before = found.string[max(0, found.start() - _SHORT) : found.start()]
    if not count:
        is_locator = 5 <= len(text) <= 8 and text.isupper() and bool(_LOCATOR_CUE.search(before))
        return "[order]" if is_locator and not found.string.isupper() else text
    letters = sum(c.isalpha() for c in text)
    if not letters:
        return text
    longest = max(len(part) for part in re.findall(r"\d+", text))
    if _UNIT_GLUED.match(text):
        return text
    if longest >= 5 or count >= 6:
        return "[order]"
    is_code = len(text) >= 4 and (count >= 2 or (text.isupper() and len(text) >= 5))
    return "[order]" if is_code and _is_cued(before) else text


_LOCATOR_CUE = re.compile(
    r"(?i)\b(?:pnr|locator|(?:booking|reservation|confirmation)(?:\s(?:code|number|ref(?:erence)?|no))?)(?:\sis)?[\s:#]{1,3}\Z"
)
_UNIT_GLUED = re.compile(
    r"(?i)\d{1,5}(?:x\d{1,5}){1,2}(?:mm|cm|px)?\Z|\d{1,7}(?:st|nd|rd|th|gb|mb|tb|kb|mah|mbps|kbps|mp|hz|ghz|mhz|kg|km|cm|mm|ml|am|pm|k|m|p|w|v|x|hrs?|h|mins?|s|eur|usd|gbp)\Z"
)
