"""The exact half of family FMT: the findings of one row, with spans, evidence and fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ftui.dataset import field_path
from ftui.dataset.example import ANSWER_ROLES, Example, LayoutProblem, Text
from ftui.dataset.layouts.turns import OPENAI, SHAREGPT, meant_role
from ftui.dataset.record import FieldEdit, Problem
from ftui.project.settings import Severity
from ftui.rules.rule import Context, Finding, Fix, Row
from ftui.rules.stop_signal.end_marker import Ending
from ftui.rules.structure import row_template
from ftui.text import blank, placeholders

REMOVE = Fix("remove the row", "unsafe", "remove")
NOTES = ("byte-order-mark", "line-separator", "long-line")
"""Problems of bytes that most readers cope with."""
SEPARATORS = "\u2028\u2029\x85"
SAFE_ROLES = ("human", "gpt", "bot", "ai", "model", "prompter", "chatbot")
"""Words for a role that mean nothing else."""
SHOWN = 80
"""Characters of a text that evidence shows."""
_BYTE = re.compile(r"byte ([0-9]+)")
REMOVABLE = ("FMT003", "FMT004", "FMT005")


class Form(NamedTuple):
    """What stands before and after a text."""

    before: str
    after: str


Conventions = dict[tuple[int, str, str], Form]
"""(file, role, first name of the field) to the white space that nearly all texts there share."""


def head(field: str) -> str:
    """The first name of a path: `messages` of `messages[2].content`."""
    for i, character in enumerate(field):
        if character in "[.":
            return field[:i]
    return field


class Examiner:
    """Judges rows, one at a time."""

    def __init__(self, conventions: Conventions, context: Context) -> None:
        self.conventions = conventions
        self.marker = end_marker(context)
        said = context.project.template
        wanted = context.wants(row_template.CODE) and (said.prompt is not None or said.answer is not None)
        self.template = said if wanted else None

    def findings(self, row: Row) -> list[Finding]:
        """All findings of a row, in the order of its fields."""
        example = row.example
        found = [self._byte_finding(problem, example, row.raw) for problem in row.parsed.problems]
        if example is None or any(problem.fatal for problem in row.parsed.problems):
            return found  # an array on a line has an example too, but one fault is enough
        found += [self._shape_finding(problem, example, row.parsed.value) for problem in example.problems]
        empty = list(self._empty(row, example))
        found += empty
        silent = {finding.field for finding in empty}
        for text in example.texts:
            if text.field not in silent:
                found += self._placeholders(text, example)
                found += self._stray(text, row, example)
        if self.template is not None:
            deviations = row_template.findings(example, self.template, self.marker)
            found += [each for each in deviations if each.field not in silent]
        place = {text.field: i for i, text in enumerate(example.texts)}
        return sorted(found, key=lambda each: (place.get(each.field, -1), each.start or 0, each.code))

    # FMT001

    def _byte_finding(self, problem: Problem, example: Example | None, raw: bytes) -> Finding:
        severity: Severity = "error" if problem.fatal else "info" if problem.kind in NOTES else "warning"
        evidence: dict[str, Any] = {"problem": problem.kind, "readable": not problem.fatal}
        if raw:
            evidence["around"] = _around(raw, problem)
        finding = Finding("FMT001", problem.message, evidence=evidence, severity=severity)
        if problem.fatal:
            finding.fix = REMOVE
        elif example is not None and problem.kind in ("lone-surrogate", "line-separator"):
            self._mend_characters(finding, problem, example)
        return finding

    @staticmethod
    def _mend_characters(finding: Finding, problem: Problem, example: Example) -> None:
        """Point at the first odd character, and offer to replace them all."""
        surrogate = problem.kind == "lone-surrogate"
        edits = tuple(
            FieldEdit(text.field, i, i + 1, "\ufffd" if surrogate else "\n")
            for text in example.texts
            if not text.text.isascii()
            for i, character in enumerate(text.text)
            if ("\ud800" <= character <= "\udfff" if surrogate else character in SEPARATORS)
        )
        if edits:
            finding.field, finding.start, finding.end = edits[0][:3]
            title = "replace by U+FFFD" if surrogate else "replace by a newline"
            finding.fix = Fix(title, "unsafe", "edit", edits)

    # FMT002, 003, 006, 007, 008, and null prompts and answers

    @staticmethod
    def _shape_finding(problem: LayoutProblem, example: Example, value: Any) -> Finding:
        code, field, message, severity = problem
        fix = REMOVE if code in REMOVABLE else None
        evidence: dict[str, Any] = {"layout": example.layout}
        finding = Finding(code, message, field, evidence=evidence, fix=fix, severity=severity)
        if code == "FMT007":
            word = field_path.get(value, field)
            evidence["role"] = word[:SHOWN]
            finding.start, finding.end, finding.fix = 0, len(word), role_fix(word, field, example.layout)
        return finding

    # FMT004, FMT005

    def _empty(self, row: Row, example: Example) -> Iterator[Finding]:
        yield from self._empty_prompt(row, example)
        yield from self._empty_answers(row, example)

    def _empty_prompt(self, row: Row, example: Example) -> Iterator[Finding]:
        users = [text for text in example.texts if text.role == "user"]
        turns = [text for text in users if _turn(text.field)]
        for text in _silent_turns(turns, row.parsed.value, ""):
            yield self._empty_finding("FMT004", text, "the user turn is empty")
        plain = [text for text in users if not _turn(text.field)]
        if plain and all(blank.is_empty(text.text) for text in users):
            what = "text" if example.layout == "classification" else "prompt"
            yield self._empty_finding("FMT004", plain[0], f"the {what} is empty")
        elif (
            not users and example.layout == "preference" and example.texts and blank.is_empty(example.prompt)
        ):
            text = example.texts[0]
            if "\n\nAssistant:" in text.text:
                yield self._empty_finding("FMT004", text, "the prompt is empty")

    def _empty_answers(self, row: Row, example: Example) -> Iterator[Finding]:
        texts = [text for text in example.texts if text.role in ANSWER_ROLES]
        turns = [text for text in texts if _turn(text.field)]
        for text in _silent_turns(turns, row.parsed.value, self.marker):
            yield self._empty_finding("FMT005", text, self._empty_words(text, "answer"))
        plain = [text for text in texts if not _turn(text.field)]
        if example.layout == "columns" and not all(self._says_nothing(text.text) for text in plain):
            plain = []
        for text in plain:
            what = f"{text.role} answer" if text.role in ("chosen", "rejected") else "answer"
            if self._says_nothing(text.text) or self._ends_unanswered(text):
                yield self._empty_finding("FMT005", text, self._empty_words(text, what))
        for text in example.texts:
            if text.role == "label" and blank.is_empty(text.text):
                yield self._empty_finding("FMT005", text, "the label is empty")

    def _says_nothing(self, text: str) -> bool:
        return blank.is_empty(_unmarked(text, self.marker))

    def _ends_unanswered(self, text: Text) -> bool:
        """hh-rlhf: a transcript whose last Assistant turn is empty."""
        if text.role not in ("chosen", "rejected"):
            return False
        before, found, answer = text.text.rpartition("\n\nAssistant:")
        return bool(found) and before.startswith("\n\nHuman:") and self._says_nothing(answer)

    def _empty_words(self, text: Text, what: str) -> str:
        marked = bool(self.marker) and self.marker in text.text
        return f"the {what} is nothing but the end marker" if marked else f"the {what} is empty"

    @staticmethod
    def _empty_finding(code: str, text: Text, message: str) -> Finding:
        held = blank.names(text.text[:SHOWN]) if text.text and blank.is_empty(text.text) else ""
        evidence: dict[str, Any] = {"holds": held} if held else {}
        said = f"{message} ({held} only)" if held else message
        return Finding(code, said, text.field, 0, len(text.text), evidence, fix=REMOVE)

    # FMT010

    def _placeholders(self, text: Text, example: Example) -> Iterator[Finding]:
        if text.role not in ("system", "user", *ANSWER_ROLES):
            return
        answer = text.role in ANSWER_ROLES
        said = _unmarked(text.text, self.marker) if answer else text.text
        if len(said.strip()) > placeholders.LONGEST_WHOLE and not placeholders.may_hold(said):
            return
        around = "\n".join(
            other.text for other in example.texts if other is not text and other.role in ("system", "user")
        )
        for hit in placeholders.find(said, answer=answer, around=around):
            shown = said[hit.start : hit.end].rstrip(": ")
            what = "answer" if answer else "prompt"
            message = (
                f"the {what} is only the placeholder {shown}"
                if hit.whole
                else f"placeholder {shown} was never filled"
            )
            fix = REMOVE if hit.whole else None
            yield Finding("FMT010", message, text.field, hit.start, hit.end, {"placeholder": shown}, fix=fix)

    # FMT011

    def _stray(self, text: Text, row: Row, example: Example) -> Iterator[Finding]:
        said = text.text
        if text.role not in ("system", "user", "assistant", "label", "chosen", "rejected") or not said:
            return
        if said[0] not in blank.STRAY and said[-1] not in blank.STRAY:
            return
        if _is_part(text.field, row.parsed.value):
            return
        form = self.conventions.get((row.place.file, text.role, head(text.field)), Form("", ""))
        edits = _border_edits(text, form)
        if not edits:
            return
        yield self._stray_finding(text, edits, example)

    @staticmethod
    def _stray_finding(text: Text, edits: list[FieldEdit], example: Example) -> Finding:
        what = {"user": "prompt", "assistant": "answer", "system": "system prompt"}.get(text.role, text.role)
        if text.role == "user" and example.layout == "classification":
            what = "text"
        evidence = {}
        parts = []
        for edit in edits:
            side = "before" if edit.start == 0 else "after"
            evidence[side] = blank.names(text.text[edit.start : edit.end][:SHOWN])
            parts.append(f"{evidence[side]} {side} the {what}")
        fix = Fix("strip", "safe", "edit", tuple(edits))
        return Finding(
            "FMT011", ", ".join(parts), text.field, edits[0].start, edits[0].end, evidence, fix=fix
        )


def _border_edits(text: Text, form: Form) -> list[FieldEdit]:
    """What brings the white space around a text to the form of its field."""
    said = text.text
    around = blank.border(said)
    if not around.end:  # nothing else, in a field that may be empty
        return [FieldEdit(text.field, 0, len(said), "")]
    lead = said[: len(said) - len(said.lstrip(blank.STRAY))]
    before, start = form.before, around.start
    if len(before) >= 2 and not before.strip(" \t"):  # texts here are indented code: only empty lines may go
        before, start = "", min(start, lead.rfind("\n") + 1)
    edits = []
    if lead != form.before and start:
        edits.append(FieldEdit(text.field, 0, start, before))
    if said[around.end :] not in ("", form.after):
        edits.append(FieldEdit(text.field, around.end, len(said), form.after))
    return edits


def end_marker(context: Context) -> str:
    """The end marker: the project's, else the one found in the data; "" where there is none."""
    named = context.project.stop.end_marker
    if named is not None:
        return named
    found = context.surveys.get("STP")
    if not isinstance(found, Ending):
        return ""
    if found.marker is not None:
        return found.marker
    return next(
        (share.marker for share in found.shares if share.marker), ""
    )  # not of one mind: the most frequent


def _unmarked(text: str, marker: str) -> str:
    """A text without the end marker at its end, however often it stands there; offsets stay true."""
    bare = text.rstrip(blank.STRAY)
    while marker and bare.endswith(marker):
        text = bare.removesuffix(marker)
        bare = text.rstrip(blank.STRAY)
    return text


def _turn(field: str) -> bool:
    """Whether a path goes through a list of turns."""
    return "]." in field


def _silent_turns(texts: list[Text], value: Any, marker: str) -> Iterator[Text]:
    """The first text of each turn that says nothing in any of its parts and calls no tool."""
    turns: dict[str, list[Text]] = {}
    for text in texts:
        turns.setdefault(text.field[: text.field.index("]") + 1], []).append(text)
    for path, parts in turns.items():
        if all(blank.is_empty(_unmarked(part.text, marker)) for part in parts) and not _says_more(
            path, parts, value
        ):
            yield parts[0]


def _says_more(path: str, parts: list[Text], value: Any) -> bool:
    """Whether a turn has something besides these texts: a tool call, a refusal, an image."""
    try:
        turn = field_path.get(value, path)
    except (KeyError, ValueError):
        return False
    if not isinstance(turn, dict):
        return False
    if any(turn.get(key) for key in ("tool_calls", "function_call", "refusal")):
        return True
    content = turn.get("content", turn.get("value"))
    return isinstance(content, list) and len(content) > len(parts)


def _is_part(field: str, value: Any) -> bool:
    """Whether a text is one of several content parts, or of a list of texts: white space between parts is theirs."""
    last = field.rfind("[")
    listed = field.endswith("]")  # the lines of a piece of code, say
    if last < 0 or (field.count("[") < 2 and not listed):
        return False
    try:
        held = field_path.get(value, field[:last])
    except (KeyError, ValueError):
        return False
    return isinstance(held, list) and len(held) > 1 and (listed or "content" in field)


def _around(raw: bytes, problem: Problem) -> str:
    """The bytes around the place that a problem's message names, else the record's first, safe to print."""
    place = _BYTE.search(problem.message)
    at = int(place[1]) - 1 if place else 0
    start = max(0, at - SHOWN // 2)
    piece = raw[start : start + SHOWN].decode(errors="replace")
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in piece)
    return ("…" if start else "") + shown + ("…" if start + SHOWN < len(raw) else "")


def role_fix(word: str, field: str, layout: str) -> Fix | None:
    """The fix of an unknown role: the word of the layout that is meant."""
    words = SHAREGPT if layout == "sharegpt" or field.endswith(".from") else OPENAI
    meant = meant_role(word, words)
    if meant is None:
        return None
    plain = word.strip().lower()
    safe = plain == meant or plain in SAFE_ROLES
    edit = FieldEdit(field, 0, len(word), meant)
    return Fix(f"write {meant!r}", "safe" if safe else "unsafe", "edit", (edit,))
