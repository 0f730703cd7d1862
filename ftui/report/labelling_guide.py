"""The labelling guide as Markdown that a person goes on editing: what ftui writes stands between its own marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftui.rules.labels.labelled_rows import Confused, Guide, LabelClass, Sample
from ftui.text.visible import visible

PAIRS = 40
_CHARACTERS = 200
_BLOCK = re.compile(r"<!-- ftui:begin (.*?) -->\n.*?<!-- ftui:end -->", re.DOTALL)
_PLAIN = re.compile(r"([\\`*<>\[\]#|]|(?<![^\W_])_|_(?![^\W_]))")
_REASONS = {
    "conflict": "with the same text under both labels",
    "near conflict": "with nearly the same text under both labels",
    "votes": "on which annotators voted for both",
    "suspect": "labelled as one that read like the other",
}
_INTRO = (
    "# Labelling guide\n\n"
    "What stands between `ftui:begin` and `ftui:end` is written by `ftui guide` and renewed by it; the rest is yours, "
    "and stays as you write it.\n"
)
_YOURS = "What belongs here, and what does not:\n"
_RULE = "How to decide:\n"


def render(guide: Guide, before: str = "") -> str:
    """The guide; with the text of an earlier one, that text with ftui's own parts renewed and new ones added.

    A class or pair that is not in the data any more keeps its place, with a note.
    """
    parts = dict(_parts(guide))
    text = before or f"{_INTRO}\n{_wrapped('summary', '')}\n\n## Classes\n\n## Confused pairs\n"
    there: set[str] = set()

    def renewed(found: re.Match[str]) -> str:
        there.add(found[1])
        return _wrapped(found[1], parts.get(found[1], "Not in the data any more.\n"))

    text = _BLOCK.sub(renewed, text)
    for kind, heading, mine in (("class", "## Confused pairs", _YOURS), ("pair", "", _RULE)):
        new = [
            f"### {_title(key)}\n\n{_wrapped(key, body)}\n\n{mine}\n"
            for key, body in parts.items()
            if key.startswith(kind) and key not in there
        ]
        text = _inserted(text, "".join(new), heading)
    return text


def _inserted(text: str, new: str, before: str) -> str:
    """New sections before a heading, or at the end where there is none."""
    at = re.search(f"^{re.escape(before)}$", text, re.MULTILINE) if before else None
    if not new:
        return text
    return text[: at.start()] + new + text[at.start() :] if at else f"{text.rstrip()}\n\n{new}"


def _wrapped(key: str, body: str) -> str:
    return f"<!-- ftui:begin {key} -->\n{body}<!-- ftui:end -->"


def _title(key: str) -> str:
    _, _, names = key.partition(" ")
    return _text(names)


def _parts(guide: Guide) -> Iterator[tuple[str, str]]:
    """Key to the text that ftui writes; the summary, the classes, the pairs."""
    rows = sum(each.rows for each in guide.classes)
    shown = min(len(guide.pairs), PAIRS)
    yield "summary", f"{rows:,} labelled rows, {len(guide.classes)} classes, {shown} confused pairs.\n"
    confused: dict[str, list[str]] = {}
    for pair in guide.pairs[:PAIRS]:
        confused.setdefault(pair.one, []).append(pair.other)
        confused.setdefault(pair.other, []).append(pair.one)
    for each in guide.classes:
        yield f"class {_name(each.name)}", _class(each, confused.get(each.name, []))
    for pair in guide.pairs[:PAIRS]:
        yield f"pair {_name(pair.one)} / {_name(pair.other)}", _pair(pair)


def _class(label: LabelClass, confused: list[str]) -> str:
    splits = ", ".join(f"{split} {n:,}" for split, n in label.splits.items())
    lines = [f"{label.rows:,} {'row' if label.rows == 1 else 'rows'} ({_text(splits)}). Typical:", ""]
    lines += map(_row, label.typical)
    if label.spellings:
        lines += ["", "Also spelt: " + ", ".join(f"“{_text(each)}”" for each in sorted(label.spellings))]
    if confused:
        lines += ["", "Confused with: " + ", ".join(map(_text, confused))]
    return "\n".join(lines) + "\n"


def _pair(pair: Confused) -> str:
    told = "; ".join(
        f"{n} {'row' if n == 1 else 'rows'} {_REASONS[why]}" for why, n in sorted(pair.reasons.items())
    )
    return (
        "\n".join([f"{told[:1].upper()}{told[1:]}. The rows that decide:", "", *map(_row, pair.rows)]) + "\n"
    )


def _row(row: Sample) -> str:
    note = f" ({_text(row.note)})" if row.note else ""
    return f"- {_text(row.text)}{note} · {_text(row.place)}"


def _text(text: str) -> str:
    """A text of the data as one line that is no Markdown, cut where it is long."""
    line = visible(text)
    line = line if len(line) <= _CHARACTERS else line[: _CHARACTERS - 1] + "…"
    return _PLAIN.sub(r"\\\1", line)


def _name(label: str) -> str:
    """A label within a comment: on one line and without what ends a comment."""
    return visible(label).replace("--", "- -").strip()
