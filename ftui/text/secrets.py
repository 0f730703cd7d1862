"""Keys, tokens and passwords in a text that have the shape of real ones, and those that documentation prints."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ftui.text.late_pattern import late

Sureness = Literal["known", "likely", "printed"]


class Secret(NamedTuple):
    """One secret: where its value stands, and what it is."""

    start: int
    end: int
    kind: str
    """What a message calls it: "AWS access key"."""
    sureness: Sureness
    """known: the shape of one issuer; likely: by its name and its randomness; printed: an example of documentation."""


_CUES_OF: dict[str, tuple[str, ...]] = {
    "private key": ("-----BEGIN",),
    "AWS access key id": ("AKIA", "ASIA"),
    "AWS secret key": ("aws", "AWS", "Aws"),
    "Google API key": ("AIza",),
    "Google OAuth secret": ("GOCSPX-",),
    "Azure storage key": ("AccountKey=",),
    "Azure shared access signature": ("sig=",),
    "GitHub token": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "GitLab token": ("glpat-",),
    "Slack token": ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"),
    "Slack webhook": ("hooks.slack.com",),
    "Stripe live key": ("sk_live_", "rk_live_"),
    "Stripe test key": ("sk_test_", "rk_test_"),
    "Stripe webhook secret": ("whsec_",),
    "Anthropic key": ("sk-ant-",),
    "OpenAI key": ("sk-",),
    "Hugging Face token": ("hf_",),
    "npm token": ("npm_",),
    "PyPI token": ("pypi-AgE",),
    "SendGrid key": ("SG.",),
    "Twilio key": ("SK",),
    "Telegram bot token": (":AA",),
    "DigitalOcean token": ("dop_v1_",),
    "Databricks token": ("dapi",),
    "Shopify token": ("shpat_",),
    "Mailgun key": ("key-",),
    "JSON web token": ("eyJ",),
    "password in a URL": ("://",),
}
"""Kind to pieces of text one of which is in every secret of that kind."""
CUES = tuple(sorted({cue for cues in _CUES_OF.values() for cue in cues}))
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, late(pattern))
    for kind, pattern in (
        ("private key",
         r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s|[\w .,:-]{0,80}\n)*"
         r"(?P<body>(?:[A-Za-z0-9+/=]|\\n|\\r|\s){64,}?)-----END [A-Z ]*-----"),
        ("private key",
         r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)*(?P<body>"
         r"(?:[A-Za-z0-9+/=]|\\n|\n){64,})"),
        ("AWS access key id", r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7][A-Z0-9]{15}(?![A-Za-z0-9])"),
        ("AWS secret key",
         r"(?i:aws.{0,20}(?:secret|key).{0,20}[=:]\s*[\"']?)(?P<body>[A-Za-z0-9/+]{40})"
         r"(?![A-Za-z0-9/+=])"),
        ("Google API key", r"(?<![\w-])AIza[\w-]{35}(?![\w-])"),
        ("Google OAuth secret", r"(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])"),
        ("Azure storage key", r"AccountKey=(?P<body>[A-Za-z0-9+/]{86}==)"),
        ("Azure shared access signature", r"[?&;]sig=(?P<body>[A-Za-z0-9%+/]{40,80}(?:%3[Dd]|=))"),
        ("GitHub token", r"(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?!\w)"),
        ("GitLab token", r"(?<![\w-])glpat-[\w-]{20,}(?![\w-])"),
        ("Slack token",
         r"(?<![\w-])(?:xox[bpars]-\d{9,14}-[\w-]{10,}|xox[bpars]-[\w-]{20,}|xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{20,})(?![\w-]"
         r")"),
        ("Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,}"),
        ("Stripe live key", r"(?<!\w)[sr]k_live_[A-Za-z0-9]{20,}(?!\w)"),
        ("Stripe test key", r"(?<!\w)[sr]k_test_[A-Za-z0-9]{20,}(?!\w)"),
        ("Stripe webhook secret", r"(?<!\w)whsec_[A-Za-z0-9]{24,}(?!\w)"),
        ("Anthropic key", r"(?<![\w-])sk-ant-[\w-]{32,}(?![\w-])"),
        ("OpenAI key", r"(?<![\w-])sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9][\w-]{30,}[A-Za-z0-9](?![\w-])"),
        ("Hugging Face token", r"(?<!\w)hf_[A-Za-z]{30,40}(?!\w)|(?<!\w)hf_[A-Za-z0-9]{34}(?!\w)"),
        ("npm token", r"(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)"),
        ("PyPI token", r"(?<![\w-])pypi-AgE[\w-]{50,}"),
        ("SendGrid key", r"(?<!\w)SG\.[\w-]{20,24}\.[\w-]{39,50}(?![\w-])"),
        ("Twilio key", r"(?<!\w)SK[0-9a-f]{32}(?!\w)"),
        ("Telegram bot token", r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])"),
        ("DigitalOcean token", r"(?<!\w)dop_v1_[a-f0-9]{64}(?!\w)"),
        ("Databricks token", r"(?<!\w)dapi[a-f0-9]{32}(?!\w)"),
        ("Shopify token", r"(?<!\w)shpat_[a-fA-F0-9]{32}(?!\w)"),
        ("Mailgun key", r"(?<![\w-])key-[0-9a-f]{32}(?!\w)"),
        ("JSON web token", r"(?<![\w.-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}(?![\w-])"),
        ("password in a URL",
         r"(?<![\w])[a-z][a-z0-9+]{2,20}://[^\s:/@\"'<>]{1,64}:(?P<body>[^\s/@\"'<>:]{3,80})@"
         r"(?P<host>[\w.-]+)"),
    )
)  # fmt: skip
_GENERIC = late(
    r"(?i:(?<![a-z])[\w.-]{0,30}?(?:api[_-]?key|access[_-]?key|secret(?:[_-]?key)?|client[_-]?secret"
    r"|auth[_-]?token|access[_-]?token|"
    r"token|password|passwd))[\"']?\s{0,3}(?:=|:|=>"
    r"|:=)\s{0,3}(?P<quote>[\"'`]?)(?P<body>[A-Za-z0-9_\-+/=.~!@#$%^&*]{20,200})(?P=quote)(?![\w])"
)
NAMED_COLUMN = (
    r"(?i)(?:key|secret|token|passw(?:or)?d)[\"']?\s{0,3}(?:=|:)[=>]?\s{0,3}[\"'`]?"
    r"[a-z0-9_\-+/=.~!@#$%^&*]{20}"
)
"""Every text with a secret that has a name but no shape matches this."""
_NAMED = late(NAMED_COLUMN)
_NAMES = ("key", "secret", "token", "passw")
_PLACEHOLDER = late(
    r"your|my[_-]|example|fake|dummy|sample|placeholder|change[_-]?me|replace|redacted|insert"
    r"|test(?!_)|xxx|\*\*\*|\.\.\.|…|<|\$\{|\{\{|%s"
    r"|(.)\1{5,}|012345|123456|abcdef|abc123|secret[_-]?key|foobar|lorem|here$|todo|enter|hidden"
    r"|masked|deadbeef|process\.env|environ|getenv|config",
    re.IGNORECASE,
)
_PRINTED = late(
    r"EXAMPLE|SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c|TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ"
    r"|bPxRfiCY"
    r"|sk_test_|4eC39HqLyjWDarjtT1zdp7dc"
)
_PLAIN_PASSWORD = late(
    r"(?:pass(?:word|wd|wort)?|pwd|secret|user(?:name)?|root|admin|postgres|mysql|guest|token|x+|\*+"
    r"|\.+|changeme|db_?pass\w*|my\w*"
    r"|p[a4@]ssw[o0]rd\d*|pw|test\w*|example|foo|bar|hunter2|key|your\w*|some\w*|\d{1,6}|app|api"
    r"|user_?pass\w*|rabbitmq|redis|mongo)$",
    re.IGNORECASE,
)
_LOCAL_HOST = late(
    r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host|hostname|server|db|database|example|postgres|mysql"
    r"|mongo|redis|rabbitmq"
    r"|(?:[\w.-]+\.)?(?:example|localhost|test|invalid)(?:\.[a-z]+)?|your[\w.-]*|my[\w.-]*)$",
    re.IGNORECASE,
)
_HASH = late(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{128}"
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
)
ENTROPY = 3.5
"""Bits a character from which a value counts as random."""


def find(text: str) -> list[Secret]:
    """The secrets in a text, in order; what lies in another is left out."""
    kept: list[Secret] = []
    for each in [*_shaped(text), *_generic(text)]:
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return sorted(kept)


def _shaped(text: str) -> Iterator[Secret]:
    here = {kind for kind, cues in _CUES_OF.items() for cue in cues if cue in text}
    if not here:
        return
    for kind, pattern in _SHAPES:
        for match in pattern.finditer(text) if kind in here else ():
            group = "body" if "body" in pattern.groupindex and kind != "private key" else 0
            value = match[group]
            sureness = _judged(kind, value, match)
            if sureness:
                start, end = match.span(group)
                yield Secret(start, end, kind, sureness)


def _judged(kind: str, value: str, match: re.Match[str]) -> Sureness | None:
    """How sure it is that a value of a known shape is a secret; None: it is none."""
    if kind == "private key":
        body = re.sub(r"\\n|\s", "", match["body"])
        return "known" if len(body) >= 60 and entropy(body) > 4 and "..." not in match[0] else None
    if kind == "password in a URL":
        dull = _PLAIN_PASSWORD.match(value) or _PLACEHOLDER.search(value) or _LOCAL_HOST.match(match["host"])
        return None if dull or re.search(r"[{}$<>\[\]()]", value) else "known"
    if _PRINTED.search(value):
        return "printed"
    if kind == "JSON web token":
        return "known" if _is_header(value.split(".")[0]) else None
    tail = re.sub(r"^[A-Za-z0-9]{2,6}[-_.]", "", value)
    if _PLACEHOLDER.search(value.replace("sk_test_", "")) or entropy(tail) < 3:
        return None
    if kind == "OpenAI key" and (not re.search(r"\d", tail) or not re.search(r"[A-Z]", tail)):
        return None
    return "known"


def _is_header(part: str) -> bool:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(header, dict) and "alg" in header


def _generic(text: str) -> Iterator[Secret]:
    low = text.lower()
    if not any(name in low for name in _NAMES) or not _NAMED.search(text):
        return
    for match in _GENERIC.finditer(text):
        value = match["body"]
        if (
            _HASH.fullmatch(value)
            or _PLACEHOLDER.search(value)
            or re.fullmatch(r"[A-Za-z_.]+(?:\.[A-Za-z_]+)+", value)
        ):
            continue
        digits = sum(map(str.isdigit, value))
        if digits < 3 or not re.search(r"[A-Za-z]", value) or entropy(value) < ENTROPY or _worded(value):
            continue
        printed = _PRINTED.search(value) is not None
        yield Secret(*match.span("body"), "secret", "printed" if printed else "likely")


def _worded(value: str) -> bool:
    """Whether a value is words joined by dots, dashes or underscores rather than random characters."""
    parts = re.split(r"[-_./]", value)
    return (
        sum(len(part) for part in parts if re.fullmatch(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}", part)) > len(value) / 2
    )


def entropy(value: str) -> float:
    """Shannon entropy of the characters of a text, in bits a character."""
    if not value:
        return 0.0
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())
