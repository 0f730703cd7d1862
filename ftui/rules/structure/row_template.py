"""FMT009 template-deviation: prompts and answers against the project's strict template. Part of the FMT family."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ftui.dataset.example import Example
from ftui.dataset.record import FieldEdit
from ftui.project.settings import RowTemplate
from ftui.rules.exchanges import bare
from ftui.rules.rule import Finding, Fix, Safety
from ftui.rules.structure.row_template_pages import PAGE
from ftui.text.blank import STRAY
from ftui.text.template_match import Departure, Template, compiled

CODE = PAGE.code
SKIPPED = "ftui.toml sets no template: prompt or answer under [template]"
SHOWN = 80
_JUDGED = ("assistant", "chosen", "rejected", "label")
_cached = lru_cache(maxsize=16)(compiled)


def findings(example: Example, template: RowTemplate, marker: str) -> Iterator[Finding]:
    """The departures of one row, in the order of its texts."""
    if template.prompt is not None:
        yield from _prompts(example, _framed(template.prompt))
    if template.answer is not None:
        form = bare(template.answer, 0, marker)[1]  # a template may name the end marker, too
        yield from _answers(example, _framed(form), marker)


def deviates(example: Example, template: RowTemplate, marker: str) -> bool:
    """Whether a row has a finding."""
    return next(findings(example, template, marker), None) is not None


def _framed(template: str) -> Template:
    return _cached(template.strip(STRAY))


def _prompts(example: Example, template: Template) -> Iterator[Finding]:
    users = [text for text in example.texts if text.role == "user" and text.text.strip(STRAY)]
    if len(users) > 1 and "[" not in users[0].field:  # instruction and input make one prompt
        departure = template.departure("\n".join(text.text for text in users).strip(STRAY))
        if departure is not None:
            yield _finding(
                users[0].field, "prompt", users[0].text, 0, departure._replace(mended=None), whole=True
            )
        return
    for text in users:
        start = len(text.text) - len(text.text.lstrip(STRAY))
        departure = template.departure(text.text.strip(STRAY))
        if departure is not None:
            yield _finding(text.field, "prompt", text.text.strip(STRAY), start, departure)


def _answers(example: Example, template: Template, marker: str) -> Iterator[Finding]:
    judged = [text for text in example.texts if text.role in _JUDGED and text.text.strip(STRAY)]
    if example.has_tool_call:
        judged = judged[-1:]
    for text in judged:
        if text.text.startswith("\n\nHuman:"):
            continue  # a transcript is no answer
        start, said = bare(text.text, 0, marker)
        departure = template.departure(said)
        if said and departure is not None:
            yield _finding(text.field, "answer", said, start, departure)


def _finding(
    field: str, what: str, said: str, offset: int, departure: Departure, *, whole: bool = False
) -> Finding:
    expected = departure.expected
    shown = expected.strip() or expected.replace("\n", "\\n")
    message = f"the {what} departs from the template: {shown[:SHOWN]!r} is expected here"
    start, end = (0, len(said)) if whole else (offset + departure.start, offset + departure.end)
    found = said[departure.start : departure.end]
    finding = Finding(
        CODE, message, field, start, end, {"expected": expected[:SHOWN], "found": found[:SHOWN]}
    )
    if departure.mended is not None:
        edit = FieldEdit(field, offset, offset + len(said), departure.mended)
        safety: Safety = "safe" if departure.only_space else "unsafe"
        finding.fix = Fix("write it in the template's form", safety, "edit", (edit,))
    return finding
