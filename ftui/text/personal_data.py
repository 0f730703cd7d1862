"""Personal data in a text: addresses and numbers, each with its kind and whether anybody is behind it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple

from ftui.text import documentation_values as known
from ftui.text.late_pattern import late


class Datum(NamedTuple):
    """One piece of personal data."""

    start: int
    end: int
    kind: str
    """email, phone, card, iban, ssn or ip."""
    value: str
    """In normal form, so that two spellings of one number are one value."""
    harmless: bool
    """A documentation value, a shared mailbox, a private address: nobody is behind it."""


EMAIL = (
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
NUMBER = r"\d[\d ().\u2011–/-]{5,22}\d"
CUE_COLUMN = (
    r"@[A-Za-z0-9-]+\.|\d(?:[ ().\-/]{0,2}\d){6}|\.\d{1,3}\.\d{1,3}\.\d|\b[A-Z]{2}\d{2}[ ]?[A-Z0-9]{4}"
    r"|:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:"
)
"""Every text with personal data matches this (Rust syntax)."""
_CUES = (
    ("@", late(r"@[A-Za-z0-9-]+\.")),
    ("", late(NUMBER)),
    ("", late(r"\b[A-Z]{2}\d{2}[ ]?[A-Z0-9]{4}")),
    (":", late(r":(?<=[0-9A-Fa-f]:)[0-9A-Fa-f:]{4,}")),
)
"""Every text with personal data matches one; each begins with what the engine looks for at once, or has a sign."""
_SEVEN = late(r"\d(?:[ ().\-/]{0,2}\d){6}")
"""Every phone number, card and social security number matches this; the exact patterns need 100 µs a text."""
_DOTS = late(r"\.\d{1,3}\.\d{1,3}\.\d")
_COLONS = late(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:")
_EMAIL = late(rf"(?<![\w.%+@/-]){EMAIL}(?![\w@]|-\w|\.\w)")
_FILE = late(
    r"\.(?:png|jpe?g|gif|svg|webp|css|js|ts|py|md|txt|html?|json|service|sh|java|rb|go|rs)$", re.IGNORECASE
)
_PHONE = late(
    r"(?<![\w.+\-/#=$€£])(?:"
    r"(?P<plus>(?:\+|00)[1-9]\d{0,2}[ .\-/]?(?:\(0?\d{1,4}\)[ .\-/]?)?\d(?:[ .\-/]?\d){5,12})"
    r"|(?P<nanp>(?:1[ .\-])?(?:\([2-9]\d{2}\)[ .\-]?"
    r"|[2-9]\d{2}(?P<sep>[.\-]))[2-9]\d{2}(?:(?(sep)(?P=sep)|[ .\-]))\d{4})"
    r"|(?P<film>555[.\-]\d{4}|\(?123\)?[ .\-]456[ .\-]7890)"
    r")(?![\w%$€£]|[.,\-/]\d)"
)
_CUED = late(
    r"\b(?:tel(?:ephone|efon|efono|[ée]fono|[ée]phone)?|phone|call(?=[ ](?:me|us|him|her|them|at"
    r"|on)\b|:)|mobile|cell"
    r"|cellphone|fax|whatsapp|handy|text (?:me|us|him|her)|ring (?:me|us)|reach (?:me|us|him|her"
    r"|them)|reached"
    r"|contact number|rufnummer|handynummer|m[óo]vil|portable|sms)\b"
    r"(?:[ .:#()*=-]|n[°º]|\b(?:number|no|num|nr|is|are|at|on|by|me|us|him|her|them|under|via|to|my"
    r"|his|der|unter|ist"
    r"|phone|mobile|cell|line|es|est)\b){0,12}?"
    r"(?P<number>(?<![\d.])\(?\+?\d(?:[ ().\-/]{0,2}\d){6,14})(?![\w%]|[.,\-/]\d)",
    re.IGNORECASE,
)
_PHONE_CUES = (
    "tel", "phone", "fono", "call", "mobile", "cell", "fax", "whatsapp", "handy", "text", "ring", "reach", "contact",
    "rufn", "vil", "portable", "sms",
)  # fmt: skip
_NO_PHONE = late(r"(?:19|20)\d\d(?:[-/. ](?:19|20)\d\d)+|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d{6}")
"""Years and dates."""
_GROUPED = late(
    r"(?<![\w.\-+/])(?:\d{4}(?P<a>[ \-])\d{4}(?P=a)\d{4}(?P=a)\d{4}(?:(?P=a)\d{3})?"
    r"|3\d{3}(?P<b>[ \-])\d{6}(?P=b)\d{5})(?![\w]|[.\-]\d|[ \-]\d{4})"
)
_RUN = late(r"(?<![\w.\-+/])\d{13,19}(?![\w]|[.\-]\d)")
_CARD_WORD = late(
    r"card|visa|master|amex|american express|credit|debit|\bcvv|\bcvc|payment|discover|karte", re.IGNORECASE
)
_IBAN = late(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_SSN = late(r"(?<![\w.\-/+])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w]|-\d|\.\d)")
_BARE_SSN = late(
    r"\b(?:SSN|social security(?: (?:number|no\.?))?)\b[^\d\n]{0,15}(?P<number>(?!000|666"
    r"|9)\d{3}[ ]?(?!00)\d{2}[ ]?(?!0000)\d{4})(?![\w\-])",
    re.IGNORECASE,
)
_NOT_SSN = late(
    r"\b(?:part|order|model|serial|isbn|sku|item|ticket|case|invoice|product|catalog"
    r"|ref(?:erence)?)\b[^.\n]{0,15}$",
    re.IGNORECASE,
)
_IPV4 = late(r"(?<![\w.\-])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w\-]|\.\d)")
_IPV6 = late(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){1,7}(?::|(?::[0-9A-Fa-f]{1,4}){1,6}|[0-9A-Fa-f]{1,4})(?![\w:.])"
)
_VERSION = late(
    r"(?:\bv|version|release|build|section|chapter|clause|firmware|driver|update|\bver\.?|§|paragraph"
    r"|oid|step|rev(?:ision)?)[\s:=]*(?:is |number )?$",
    re.IGNORECASE,
)


def find(text: str) -> list[Datum]:
    """The personal data in a text, in order; what lies in another is left out."""
    if not any(sign in text and pattern.search(text) for sign, pattern in _CUES):
        return []
    found = [*_emails(text), *_ibans(text), *_addresses(text)]
    if _SEVEN.search(text):
        found += [*_cards(text), *_ssns(text), *_phones(text)]
    kept: list[Datum] = []
    for each in sorted(found, key=lambda d: (_FIRST.index(d.kind), d.start)):
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return sorted(kept)


_FIRST = ("email", "iban", "card", "ssn", "ip", "phone")
"""Which kind wins where two lie over each other."""


def masked(kind: str, value: str) -> str:
    """A value as it may be shown: a few characters at its ends."""
    if kind == "email":
        local, _, domain = value.partition("@")
        name, _, top = domain.rpartition(".")
        return f"{local[:1]}…@{name[:1]}….{top}"
    if kind == "ip":
        return re.sub(r"[0-9A-Fa-f]+(?=[.:]?[0-9A-Fa-f]*$)", "…", value[:6]) + "…"
    return f"{value[:2]}…{value[-2:]}"


def _emails(text: str) -> Iterator[Datum]:
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        value = match[0].lower()
        if _FILE.search(value) or value.startswith("git@") or _PATH.match(text, match.end()):
            continue
        if text[: match.start()].endswith(":") and _in_url(text, match.start()):
            continue
        yield Datum(match.start(), match.end(), "email", value, known.harmless_email(value))


_PATH = late(r":[\w.~-]+/")


def _in_url(text: str, start: int) -> bool:
    """Whether the colon before it stands in a URL (`//anna:pw@host`) rather than after a word (`mail:anna@…`)."""
    before = text[max(0, start - 80) : start].split()
    return bool(before) and "//" in before[-1]


def _phones(text: str) -> Iterator[Datum]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 7 <= len(digits) <= 16:
            yield Datum(match.start(), match.end(), "phone", digits, known.harmless_phone(digits))
    low = text.lower()
    for match in _CUED.finditer(text) if any(cue in low for cue in _PHONE_CUES) else ():
        digits = re.sub(r"\D", "", match["number"])
        start, end = match.span("number")
        if 7 <= len(digits) <= 15 and not _NO_PHONE.fullmatch(match["number"]):
            yield Datum(start, end, "phone", digits, known.harmless_phone(digits))


def _cards(text: str) -> Iterator[Datum]:
    for match in _GROUPED.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if card_network(digits) and luhn(digits):
            yield Datum(match.start(), match.end(), "card", digits, known.harmless_card(digits))
    for match in _RUN.finditer(text):
        near = text[max(0, match.start() - 60) : match.end() + 60]
        if card_network(match[0]) and luhn(match[0]) and _CARD_WORD.search(near):
            yield Datum(match.start(), match.end(), "card", match[0], known.harmless_card(match[0]))


def _ibans(text: str) -> Iterator[Datum]:
    for match in _IBAN.finditer(text):
        value = match[0].replace(" ", "")
        length = known.IBAN_LENGTHS.get(value[:2])
        if length is None or len(value) < length:
            continue
        end = match.end()
        if len(value) > length:
            # A word in capitals after it was taken along.
            end = match.start() + _reach(match[0], length)
            value = value[:length]
        if iban_checks(value):
            yield Datum(match.start(), end, "iban", value, value in known.IBANS)


def _reach(spaced: str, length: int) -> int:
    seen = 0
    for i, character in enumerate(spaced):
        seen += character != " "
        if seen == length:
            return i + 1
    return len(spaced)


def _ssns(text: str) -> Iterator[Datum]:
    for match in _SSN.finditer(text):
        if not _NOT_SSN.search(text[max(0, match.start() - 30) : match.start()]):
            digits = match[0].replace("-", "")
            yield Datum(match.start(), match.end(), "ssn", digits, digits in known.SSNS)
    for match in _BARE_SSN.finditer(text):
        digits = match["number"].replace(" ", "")
        yield Datum(*match.span("number"), "ssn", digits, digits in known.SSNS)


def _addresses(text: str) -> Iterator[Datum]:
    for pattern, cue in ((_IPV4, _DOTS), (_IPV6, _COLONS)):
        for match in pattern.finditer(text) if cue.search(text) else ():
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            if known.no_address(address, text[match.end() : match.end() + 3]):
                continue
            if address.version == 4 and _VERSION.search(text[max(0, match.start() - 20) : match.start()]):
                continue
            if address.version == 6 and match[0].count(":") < 3:
                continue
            yield Datum(match.start(), match.end(), "ip", str(address), known.harmless_address(address))


def luhn(digits: str) -> bool:
    """Whether a number has the checksum of payment cards (ISO/IEC 7812-1)."""
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + i % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card_network(digits: str) -> bool:
    """Whether a number has the prefix and the length of a payment network."""
    return _NETWORKS.fullmatch(digits) is not None and (len(set(digits)) > 2 or known.harmless_card(digits))


_NETWORKS = late(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}"
)


def iban_checks(value: str) -> bool:
    """Whether an IBAN without spaces has its checksum (ISO 13616, mod 97)."""
    turned = value[4:] + value[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
