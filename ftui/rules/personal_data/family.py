"""PII: personal data and secrets. No finding shows a value in full, and a placeholder stands for one value only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import polars as pl

from ftui.dataset.example import Text
from ftui.dataset.record import FieldEdit
from ftui.project.settings import Project, Severity
from ftui.rules.chunk import Chunk
from ftui.rules.personal_data.pages import RULES
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import Context, Finding, Fix, Row
from ftui.text import personal_data, secrets

NAMES = {
    "email": "an e-mail address", "phone": "a phone number", "card": "a payment card", "iban": "an IBAN",
    "ssn": "a social security number", "ip": "an IP address",
}  # fmt: skip
_SEVERITIES: dict[secrets.Sureness, Severity] = {"known": "error", "likely": "warning", "printed": "info"}


class PersonalData(RowFamily):
    """The PII family."""

    name = "PII"
    rules = RULES

    def suspects(self, chunk: Chunk, state: object, context: Context) -> Iterable[int]:  # noqa: ARG002
        """Rows with a text that has a cue of a secret, an @, or enough digits in a row."""
        text = pl.col("text")
        texts = chunk.texts
        # One after the other: in one expression the slow pattern would look at every text.
        shaped = texts.filter(text.str.contains_any(_CUES)).filter(text.str.contains(_RANDOM))
        urls = texts.filter(text.str.contains("://", literal=True)).filter(text.str.contains(_LOGIN))
        others = texts.filter(
            text.str.contains(secrets.NAMED_COLUMN) | text.str.contains(personal_data.CUE_COLUMN)
        )
        return [row for each in (shaped, urls, others) for row in each["row"]]

    def findings(self, row: Row, state: object, context: Context) -> Iterator[Finding]:  # noqa: ARG002
        """The findings of all texts of one row."""
        if row.example is None:
            return
        for text in row.example.texts:
            taken = secrets.find(text.text)
            if context.wants("PII001"):
                yield from _personal(text, taken, context.project)
            if context.wants("PII002"):
                yield from _secrets(text, taken, context.project)


_CUES = [cue for cue in secrets.CUES if cue != "://"]
_RANDOM = r"[A-Za-z0-9_+/.%-]{20,}"
_LOGIN = r"://[^\s:/@]+:[^\s/@]+@"


def placeholder(kind: str, value: str, project: Project) -> str:
    """What stands for a value: `[EMAIL_4f1c2a]`, the same in all rows, files and worker processes of a project.

    The digest is keyed by the project's folder, so that nobody finds a value by trying all phone numbers elsewhere.
    """
    key = hashlib.sha256(str(project.root).encode("utf-8", "surrogateescape")).digest()
    tag = hashlib.blake2b(value.encode("utf-8", "replace"), key=key, digest_size=3).hexdigest()
    return f"[{kind.upper()}_{tag}]"


def _personal(text: Text, taken: list[secrets.Secret], project: Project) -> Iterator[Finding]:
    for datum in personal_data.find(text.text):
        if any(datum.start < each.end and each.start < datum.end for each in taken):
            continue
        shown = personal_data.masked(datum.kind, datum.value)
        note = ", one of documentation or of nobody in particular" if datum.harmless else ""
        yield Finding(
            "PII001",
            f"{NAMES[datum.kind]}: {shown}{note}",
            text.field,
            datum.start,
            datum.end,
            {"kind": datum.kind, "masked": shown, "documentation": datum.harmless},
            fix=_replaced(text, datum.start, datum.end, placeholder(datum.kind, datum.value, project)),
            severity="info" if datum.harmless else None,
        )


def _secrets(text: Text, taken: list[secrets.Secret], project: Project) -> Iterator[Finding]:
    for secret in taken:
        value = text.text[secret.start : secret.end]
        kind = "private_key" if secret.kind == "private key" else "secret"
        shown = "-----BEGIN…" if kind == "private_key" else f"{value[:3]}… ({len(value)} characters)"
        note = " that documentation prints" if secret.sureness == "printed" else ""
        severity = _SEVERITIES[secret.sureness]
        yield Finding(
            "PII002",
            f"{secret.kind}{note}: {shown}",
            text.field,
            secret.start,
            secret.end,
            {
                "kind": secret.kind,
                "masked": shown,
                "sureness": secret.sureness,
                "entropy": round(secrets.entropy(value), 2),
            },
            fix=_replaced(text, secret.start, secret.end, placeholder(kind, value, project)),
            severity=None if severity == "error" else severity,
        )


def _replaced(text: Text, start: int, end: int, stands_for: str) -> Fix:
    edits = (FieldEdit(text.field, start, end, stands_for),)
    return Fix(f"put {stands_for} in its place", "unsafe", "edit", edits)


FAMILY = PersonalData()
