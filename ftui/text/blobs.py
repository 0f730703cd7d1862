"""Binary data in a text: base64, hexadecimal digits, data: URIs, the bytes of files."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

CUES = ("base64,", "%PDF-1", "\\x", "PNG\r", "PNG\n", "\u00ff\u00d8\u00ff", "JFIF", "GIF8", "PK\x03\x04")
RUN_PATTERN = r"[A-Za-z0-9+/_=-]{38}"
"""Any run that may be base64 or hex holds this: the shortest that an option allows, and one line of a longer one."""
_DATA_URI = re.compile(
    r"data:[\w.+/-]{0,80}(?:;[\w=.-]+){0,4},(?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}){64,}={0,2}"
)
_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{2}){24,}|(?:0x[0-9A-Fa-f]{2},\s*){24,}")
_MAGIC = re.compile(
    r"%PDF-1\.\d|(?:\x89|\ufffd|�|‰)PNG\r?\n|\u00ff\u00d8\u00ff|JFIF\x00|GIF8[79]a|PK\x03\x04"
)
_LINES = re.compile(
    r"[A-Za-z0-9+/_-]{38,}(?:\r?\n[A-Za-z0-9+/_-]{20,})*(?:\r?\n[A-Za-z0-9+/_-]{1,20})?={0,2}"
)
_HEX = re.compile(r"[0-9a-fA-F]+\Z")
_WEB_TOKEN = re.compile(r"eyJ[\w-]*\.(?:[\w-]*\.)?\Z")
_PEM = re.compile(r"-----BEGIN [A-Z ]{3,40}-----")
ASKED = re.compile(
    r"\b(?:base-?\d\d|hex(?:adecimal)?|binar(?:y|ies)|en-?cod\w*|decod\w*|hash\w*|sha-?\d*|md5|checksums?|digests?|signatures?|"
    r"certificates?|pem|keys?|tokens?|jwt|data\s?-?ur[il]s?|(?:en|de)crypt\w*|cipher\w*|ciphertext|blobs?|bytes?|"
    r"serializ\w*|shellcode|dna|rna|genom\w*|protein|sequence|puzzle|ctf)\b",
    re.I,
)


_FILES = ("/9j/4", "iVBORw0KGgo", "JVBERi0", "R0lGOD", "UEsDBB", "H4sIA")
"""How JPEG, PNG, PDF, GIF, ZIP and gzip files begin in base64; their headers repeat letters and have few digits."""


class Blob(NamedTuple):
    """Characters start..end and what they are."""

    start: int
    end: int
    kind: str


def find(text: str, *, base64: int = 120, hexadecimal: int = 160) -> list[Blob]:
    """The blobs in a text, in order, none within another; thresholds in characters."""
    found = [Blob(*match.span(), "a data: URI") for match in _DATA_URI.finditer(text)]
    found += [Blob(*match.span(), "bytes as escapes") for match in _BYTES.finditer(text)]
    magic = _MAGIC.search(text)
    if magic:
        found.append(Blob(magic.start(), len(text.rstrip()), "the bytes of a file"))
    found += _runs(text, base64, hexadecimal)
    kept: list[Blob] = []
    for blob in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or blob.start >= kept[-1].end:
            kept.append(blob)
    return kept


def _runs(text: str, base64: int, hexadecimal: int) -> list[Blob]:
    found = []
    for match in _LINES.finditer(text):
        run = match.group()
        bare = run.replace("\n", "").replace("\r", "")
        if _HEX.match(bare):
            # The digits of pi are hexadecimal too, but a number.
            if len(bare) >= hexadecimal and len(set(bare.lower())) >= 8 and not bare.isdigit():
                found.append(Blob(*match.span(), "hexadecimal digits"))
        elif len(bare) >= base64 and _is_base64(bare) and not _in_address(text, match):
            found.append(Blob(*match.span(), "base64"))
    return found


def _is_base64(run: str) -> bool:
    """Both cases and digits throughout, as random bytes give; words, paths and runs of few letters do not."""
    if run.startswith(_FILES):
        return True
    upper = sum(c.isupper() for c in run)
    digits = sum(c.isdigit() for c in run)
    if len(set(run)) < 20 or upper < 0.15 * len(run) or digits < 0.04 * len(run):
        return False
    if sum(c in "/_-" for c in run) > 0.12 * len(run):
        return False
    return sum(a.isupper() and b.islower() for a, b in pairwise(run)) > 0.08 * len(run)


def _in_address(text: str, match: re.Match[str]) -> bool:
    """Within a link, a JSON web token, or a certificate."""
    head = text[max(0, match.start() - 200) : match.start()]
    token = head.rsplit(None, 1)[-1] if head and not head[-1].isspace() else ""
    web_token = match.group().startswith("eyJ") and text[match.end() : match.end() + 1] == "."
    if "://" in token or token.startswith("www.") or web_token or _WEB_TOKEN.search(token):
        return True
    before = text[max(0, match.start() - 20_000) : match.start()]
    opened = [found.start() for found in _PEM.finditer(before)]
    return bool(opened) and "-----END" not in before[opened[-1] :]
