"""ART: what a careless export left in texts: HTML, escapes, mojibake, control characters, links, binary data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from ftui.dataset.example import Text
from ftui.dataset.record import FieldEdit
from ftui.rules.artefacts.pages import RULES
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import RowFamily
from ftui.rules.row_talk import Talk, body_end
from ftui.rules.rule import Context, Finding, Fix, Row, Safety
from ftui.text import bare_urls, blobs, controls, escapes, html_traces, mojibake, prose
from ftui.text.code import delimiters
from ftui.text.visible import shortened

_PROSE = ("system", "user", "assistant", "chosen", "rejected")
_ANSWERS = ("assistant", "chosen")
_SHOWN = 10
"""Matches listed in the evidence."""
_ENCODINGS = re.compile(
    r"\b(?:mojibake|encod\w+|charsets?|utf-?8|latin-?1|windows-1252|unicode|garbled|code\s?pages?|iso-8859)\b",
    re.I,
)
_LOST = re.compile(r"\b(?:unicode|encod\w+|utf-?\d*|replacement\s+characters?|u\+fffd|charsets?)\b", re.I)
_TAGS = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_ABOUT_TAGS = re.compile(
    r"(?<=\s)</?[A-Za-z][A-Za-z0-9]*\s?/?>(?=[\s?.,;:!]|\Z)|\b(?:what|why|how|mean\w*|does)\b[^.\n]{0,60}&\w+;[^.\n]{0,30}\?",
    re.I,
)
"""A prompt that names a tag or an entity: `What does <br> do?`; what was copied from a page has no space around it."""


class Artefacts(RowFamily):
    """The ART family."""

    name = "ART"
    rules = RULES

    def suspects(self, chunk: Chunk, state: Any, context: Context) -> dict[str, list[int]]:  # noqa: ARG002
        """Rows with a text that holds a sign of a rule, by rule."""
        text, role = pl.col("text"), pl.col("role")
        tags = text.str.contains_any(list(html_traces.CUES), ascii_case_insensitive=True)
        entities = text.str.contains("&", literal=True) & text.str.contains(html_traces.ENTITY_PATTERN)
        links = text.str.contains_any(["://", "www."]) & text.str.contains(bare_urls.NEAR_END)
        cue = text.str.contains_any(list(blobs.CUES)) | text.str.contains(blobs.RUN_PATTERN)
        said = role.is_in(_PROSE)
        signs = {
            "ART001": said & (tags | entities),
            "ART002": said & text.str.contains("\\", literal=True),
            "ART003": text.str.contains(mojibake.PATTERN),
            "ART004": text.str.contains(controls.PATTERN),
            "ART005": role.is_in(_ANSWERS) & links,
            "ART006": said & cue,
        }
        wanted = {code: sign for code, sign in signs.items() if context.wants(code)}
        flags = chunk.texts.select("row", **wanted)
        return {code: flags.filter(code)["row"].to_list() for code in wanted}

    def findings(self, row: Row, state: Any, context: Context) -> Iterable[Finding]:  # noqa: ARG002
        """Field by field, in the order of codes."""
        assert row.example is not None
        talk = Talk(row.example)
        for text in row.example.texts:
            said = text.role in _PROSE
            if said and context.wants("ART001"):
                yield from _html(text, talk)
            if said and context.wants("ART002"):
                yield from _escapes(text, talk)
            if context.wants("ART003") or context.wants("ART004"):
                garbled = mojibake.find(text.text) if text.role != "label" else []
                if garbled and context.wants("ART003"):
                    yield from _mojibake(text, garbled, talk)
                if context.wants("ART004"):
                    yield from _controls(text, garbled, talk)
            if text.role in _ANSWERS and context.wants("ART005"):
                yield from _links(text, talk, context)
            if said and context.wants("ART006"):
                yield from _blobs(text, talk, context)


def _html(text: Text, talk: Talk) -> Iterator[Finding]:
    if "<" not in text.text and "&" not in text.text:
        return
    traces = html_traces.find(text.text)
    if not traces or _ABOUT_TAGS.search(talk.asked):
        return
    if any(html_traces.TOPIC.search(_TAGS.sub(" ", said)) for said in (talk.asked, talk.answered)):
        return
    if talk.asks(html_traces.TO_WORK_ON) and _TAGS.search(talk.asked):
        return
    entities, tags = [t for t in traces if t.entity], [t for t in traces if not t.entity]
    for what, found in (("entities", entities), ("tags", tags)):
        if not found:
            continue
        edits = [FieldEdit(text.field, t.start, t.end, t.instead) for t in found]
        same = all(t.same for t in found) and not _unbalances(text.text, edits)
        title = "decode the entities" if what == "entities" else "take out the tags"
        fix = Fix(title, "safe" if same else "unsafe", "edit", tuple(_tidy(text.text, edits)))
        yield _finding("ART001", text, f"HTML {what} in prose", [(t.start, t.end) for t in found], fix)


def _escapes(text: Text, talk: Talk) -> Iterator[Finding]:
    found = escapes.find(text.text)
    if not found or talk.speaks_of(escapes.TOPIC) or talk.asks(escapes.CODE_ASKED):
        return
    edits = [FieldEdit(text.field, each.start, each.end, each.instead) for each in found]
    fix = Fix("decode the escapes", "unsafe", "edit", tuple(_tidy(text.text, edits)))
    yield _finding(
        "ART002", text, "escapes written out in prose", [(each.start, each.end) for each in found], fix
    )


def _mojibake(text: Text, garbled: list[mojibake.Mended], talk: Talk) -> Iterator[Finding]:
    code = prose.code_spans(text.text)
    found = [each for each in garbled if not any(a <= each.start < b for a, b in code)]
    if not found or talk.speaks_of(_ENCODINGS):
        return
    safety: Safety = "safe" if all(each.exact for each in found) else "unsafe"
    edits = tuple(FieldEdit(text.field, each.start, each.end, each.instead) for each in found)
    fix = Fix("read the bytes as UTF-8", safety, "edit", edits)
    spans = [(each.start, each.end) for each in found]
    finding = _finding("ART003", text, "text decoded with the wrong encoding", spans, fix)
    finding.evidence["meant"] = [shortened(each.instead, 40) for each in found[:_SHOWN]]
    yield finding


def _controls(text: Text, garbled: list[mojibake.Mended], talk: Talk) -> Iterator[Finding]:
    found = [
        each for each in controls.find(text.text) if not any(g.start <= each.start < g.end for g in garbled)
    ]
    lost = [each for each in found if each.kind == "lost"]
    windows = [each for each in found if each.kind == "windows"]
    plain = [each for each in found if each.kind in ("sequence", "control")]
    if plain:
        yield _unprinted(text, plain, "control characters", "safe")
    if windows:
        yield _unprinted(text, windows, "C1 controls that were Windows-1252 signs", "unsafe")
    if lost and not talk.speaks_of(_LOST):
        message = "characters that were lost when the text was decoded (U+FFFD)"
        yield _finding("ART004", text, message, [(each.start, each.end) for each in lost], None)


def _unprinted(text: Text, found: list[controls.Control], message: str, safety: Safety) -> Finding:
    edits = [FieldEdit(text.field, each.start, each.end, each.instead or "") for each in found]
    fix = Fix("take out what is not printed", safety, "edit", tuple(_tidy(text.text, edits)))
    finding = _finding("ART004", text, message, [(each.start, each.end) for each in found], fix)
    names = sorted({controls.named(text.text[each.start]) for each in found})
    finding.message = f"{message}: {', '.join(names[:4])}"
    finding.evidence["characters"] = names[:_SHOWN]
    return finding


def _links(text: Text, talk: Talk, context: Context) -> Iterator[Finding]:
    end = body_end(text.text, context)
    found = bare_urls.find(text.text[:end])
    if found is None or talk.asks(bare_urls.ASKED):
        return
    message = "the answer is only a link" if found.whole else "the answer ends with bare links"
    fix = None
    if not found.whole:
        start = len(text.text[: found.start].rstrip())
        fix = Fix("cut off the links", "unsafe", "edit", (FieldEdit(text.field, start, found.end, ""),))
    yield _finding("ART005", text, message, [(found.start, found.end)], fix)


def _blobs(text: Text, talk: Talk, context: Context) -> Iterator[Finding]:
    shortest = int(context.option("ART006", "base64", 120)), int(context.option("ART006", "hex", 160))
    found = blobs.find(text.text, base64=shortest[0], hexadecimal=shortest[1])
    if not found or blobs.ASKED.search(_without(talk.asked, text, found)):
        return
    length = sum(each.end - each.start for each in found)
    if length * 2 >= len(text.text.strip()):
        fix = Fix("remove the row", "unsafe", "remove")
    else:
        edits = [FieldEdit(text.field, each.start, each.end, "") for each in found]
        fix = Fix("cut out the binary data", "unsafe", "edit", tuple(_tidy(text.text, edits)))
    finding = _finding("ART006", text, "", [(each.start, each.end) for each in found], fix)
    finding.message = f"{found[0].kind}, {length:,} characters of binary data"
    finding.evidence["characters"] = length
    yield finding


def _without(asked: str, text: Text, found: list[blobs.Blob]) -> str:
    """The prompts without the blobs: `base64` within a data: URI asks for nothing."""
    if text.role in ("user", "system"):
        for each in found:
            asked = asked.replace(text.text[each.start : each.end], " ")
    return asked


def _finding(code: str, text: Text, message: str, spans: list[tuple[int, int]], fix: Fix | None) -> Finding:
    """One finding a text and kind, at the first place, with all places in the evidence."""
    shown = [shortened(text.text[a:b], 60) for a, b in spans[:_SHOWN]]
    evidence = {"count": len(spans), "found": shown, "spans": [list(span) for span in spans[:_SHOWN]]}
    more = f" ({len(spans)} places)" if len(spans) > 1 else ""
    start, end = spans[0]
    return Finding(code, f"{message}: {shown[0]}{more}", text.field, start, end, evidence, fix=fix)


def _tidy(text: str, edits: list[FieldEdit]) -> Iterator[FieldEdit]:
    """The edits, grown over white space where taking something out at the edge of the text would leave some."""
    for i, edit in enumerate(edits):
        start, end, instead = edit.start, edit.end, edit.text
        if not instead.strip() and not text[:start].strip():
            start, instead = (0, "") if i == 0 else (start, "")
            after = text[end : edits[i + 1].start if i + 1 < len(edits) else len(text)]
            end += len(after) - len(after.lstrip())
        elif not instead.strip() and not text[end:].strip():
            floor = edits[i - 1].end if i else 0
            start, end, instead = max(floor, len(text[:start].rstrip())), len(text), ""
        yield edit._replace(start=start, end=end, text=instead)


def _unbalances(text: str, edits: list[FieldEdit]) -> bool:
    """Whether the mended text has a lone bracket or quotation mark that could not be seen before."""
    parts, at = [], 0
    for edit in edits:
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    mended = "".join((*parts, text[at:]))
    return len(delimiters.find(mended)) > len(delimiters.find(text))


FAMILY = Artefacts()
