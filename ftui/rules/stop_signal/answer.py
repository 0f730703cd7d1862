"""The exact check of one answer against the way in which answers are meant to end."""

from __future__ import annotations

from ftui.dataset.example import ANSWER_ROLES, Example, Text
from ftui.dataset.record import FieldEdit
from ftui.rules.rule import Finding, Fix
from ftui.rules.stop_signal.end_marker import Ending
from ftui.text import markers
from ftui.text.blank import STRAY
from ftui.text.markers import Tail
from ftui.text.truncation import cut_off

_MOST = 20
"""Findings of one rule in one answer; a text made of nothing but markers would give thousands."""


def judged(example: Example) -> list[tuple[Text, bool]]:
    """The answers of a row that are not empty, each with whether it is the last one of its role."""
    answers = [text for text in example.texts if text.role in ANSWER_ROLES and text.text.strip(STRAY)]
    return [
        (answer, i + 1 == len(answers) or answers[i + 1].role != answer.role)
        for i, answer in enumerate(answers)
    ]


def findings(answer: Text, last: bool, ending: Ending) -> list[Finding]:
    """What is wrong with the end of one answer, in the order of its characters."""
    text = answer.text
    found, body_end = _end(answer, ending) if last or not ending.last_only else ([], _body_end(text, ending))
    found += _inside(answer, body_end, ending)
    cut = cut_off(text[:body_end], ending.habit)
    if cut is not None:
        message = f"the answer breaks off: {cut.reason}"
        found.append(Finding("STP006", message, answer.field, cut.start, cut.end, {"reason": cut.reason}))
    return sorted(found, key=lambda finding: (finding.start or 0, finding.code))


def _body_end(text: str, ending: Ending) -> int:
    """Where the answer ends without the marker, when nothing about the marker is judged."""
    end = len(text.rstrip(STRAY))
    tail = markers.known_at_end(text)
    if ending.marker and text.endswith(ending.marker, 0, end):
        return end - len(ending.marker)
    return tail.start if tail else end


def _end(answer: Text, ending: Ending) -> tuple[list[Finding], int]:
    """Findings about the end, and where the body ends: before the marker, or what stands in its place."""
    text = answer.text
    end = len(text.rstrip(STRAY))
    if ending.marker is None:
        return [], _body_end(text, ending)
    if not ending.marker:
        tail = markers.known_at_end(text)
        return ([_unwanted(answer, tail, ending)], tail.start) if tail else ([], end)
    tail = markers.at_end(text, ending.marker)
    if tail is None:
        return _unmarked(answer, end, ending)
    if tail.kind != "same":
        return [_other(answer, tail, ending)], tail.start
    start = tail.start
    while (before := text[:start].rstrip(STRAY)).endswith(ending.marker):
        start = len(before) - len(ending.marker)
    if start == tail.start:
        return [], start
    return [_repeated(answer, start + len(ending.marker), tail.end, ending)], start


def _unmarked(answer: Text, end: int, ending: Ending) -> tuple[list[Finding], int]:
    marker = ending.marker or ""
    inside = [
        span for span in markers.occurrences(answer.text, marker) if _ends_answer(answer.text, span, marker)
    ]
    if inside:
        start, stop = inside[-1]
        while (before := answer.text[:start].rstrip(STRAY)).endswith(marker):
            start = len(before) - len(marker)
        return [_trailing(answer, stop, end, marker)], start
    fix = Fix(
        f"append {shown(ending.separator + marker)}",
        "safe",
        "edit",
        (FieldEdit(answer.field, end, len(answer.text), ending.separator + marker),),
    )
    share = ending.share
    evidence = {"marker": marker} | ({} if share is None else {"share_of_answers": round(share, 4)})
    message = f"the answer does not end with {shown(marker)}"
    if share is not None and not ending.named:
        message += f", as {share:.1%} of the answers do"
    last_line = answer.text.rfind("\n", 0, end) + 1
    return [Finding("STP001", message, answer.field, max(last_line, end - 24), end, evidence, fix=fix)], end


def _ends_answer(text: str, span: tuple[int, int], marker: str) -> bool:
    """Whether a marker in the middle ends the answer there: it is not the beginning of a longer word or heading."""
    after = text[span[1] : span[1] + 1]
    if markers.bare(marker):
        return markers.on_own_line(text, *span)
    return not (after.isalnum() or after == "_")


def _trailing(answer: Text, start: int, end: int, marker: str) -> Finding:
    first = start + len(answer.text[start:end]) - len(answer.text[start:end].lstrip(STRAY))
    message = (
        f"{end - first} characters after the end marker {shown(marker)}: the model learns to go on after it"
    )
    edit = FieldEdit(answer.field, start, len(answer.text), "")
    fix = Fix(f"cut the text after {shown(marker)}", "unsafe", "edit", (edit,))
    return Finding(
        "STP003", message, answer.field, first, end, {"marker": marker, "characters": end - first}, fix=fix
    )


def _other(answer: Text, tail: Tail, ending: Ending) -> Finding:
    marker = ending.marker or ""
    body = len(answer.text[: tail.start].rstrip(STRAY))
    fix = Fix(
        f"replace it by {shown(marker)}",
        "safe",
        "edit",
        (FieldEdit(answer.field, body, len(answer.text), ending.separator + marker),),
    )
    what = {"variant": "a variant of", "cut": "only a part of", "other": "another marker than"}[tail.kind]
    message = f"the answer ends with {shown(tail.text)}, {what} {shown(marker)}"
    evidence = {"marker": marker, "found": tail.text, "kind": tail.kind}
    return Finding("STP002", message, answer.field, tail.start, tail.end, evidence, fix=fix)


def _unwanted(answer: Text, tail: Tail, ending: Ending) -> Finding:
    body = len(answer.text[: tail.start].rstrip(STRAY))
    fix = Fix(
        f"remove {shown(tail.text)}",
        "safe" if ending.named else "unsafe",
        "edit",
        (FieldEdit(answer.field, body, len(answer.text), ""),),
    )
    reason = (
        "the project wants no end marker" if ending.named else "hardly any other answer has an end marker"
    )
    message = f"the answer ends with {shown(tail.text)}, and {reason}"
    evidence = {"marker": "", "found": tail.text, "kind": "other"}
    return Finding("STP002", message, answer.field, tail.start, tail.end, evidence, fix=fix)


def _repeated(answer: Text, start: int, end: int, ending: Ending) -> Finding:
    marker = ending.marker or ""
    first = start + len(answer.text[start:end]) - len(answer.text[start:end].lstrip(STRAY))
    times = len(markers.occurrences(answer.text[:end], marker, end)) if marker else 0
    fix = Fix(f"keep one {shown(marker)}", "safe", "edit", (FieldEdit(answer.field, start, end, ""),))
    message = f"the end marker {shown(marker)} stands more than once at the end"
    return Finding("STP004", message, answer.field, first, end, {"marker": marker, "times": times}, fix=fix)


def _inside(answer: Text, body_end: int, ending: Ending) -> list[Finding]:
    """Stop sequences in the body: the inference engine would cut the answer there."""
    found: list[Finding] = []
    named = ([ending.marker] if ending.marker else []) + list(ending.sequences)
    for sequence in named:
        for start, end in markers.occurrences(answer.text, sequence, body_end)[:_MOST]:
            lost = body_end - start
            message = (
                f"{shown(sequence)} stands in the answer: inference stops there and loses {lost} characters"
            )
            evidence = {"sequence": sequence, "lost_characters": lost}
            found.append(Finding("STP005", message, answer.field, start, end, evidence))
    return found


def shown(marker: str) -> str:
    """A marker in a message, its line feeds and tabs written out."""
    return '"' + marker.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
