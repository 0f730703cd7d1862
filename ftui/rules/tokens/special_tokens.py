"""TOK001 and TOK002: special tokens where they do not belong, and two for one purpose. Part of the TOK family."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ftui.dataset.example import ANSWER_ROLES, Example, Role, Text
from ftui.dataset.record import FieldEdit
from ftui.model.gguf import CONTROL, read_header
from ftui.model.tokenizer import special_tokens
from ftui.project.errors import FtuiError
from ftui.project.settings import Severity
from ftui.rules.chunk import Chunk
from ftui.rules.rule import Context, Finding, Fix
from ftui.text import special_tokens as specials
from ftui.text.blank import STRAY
from ftui.text.special_tokens import KNOWN, REMOVABLE, Special

JUDGED_ROLES: tuple[Role, ...] = ("system", "user", "assistant", "chosen", "rejected")
HABIT_SHARE, HABIT_ROWS = 0.5, 10
"""A purpose that so many rows have a token for is part of the data's own template."""
USUAL_SHARE, USUAL_ROWS = 0.75, 10
"""A token is usual when so many of the rows with any token of its purpose have it."""
SURVEYED_ROWS = 4_000
_MOST = 20
"""Findings of one rule in one text."""
_PLAIN_WORD = re.compile(r"</?[a-z][a-z_ -]*>|\[[a-z_ ]+\]", re.I)
_MEANT_FOR_CONTENT = re.compile(
    r"think|tool|function|reason|image|img|vision|audio|video|code|box|ref|quad|answer", re.I
)
_WHOLE_CONVERSATION = re.compile(r"\n\n(?:Human|Assistant):|<\|im_start\|>|\[INST\]|<\|start_header_id\|>")
_SPEAKS_OF_HTML = re.compile(r"\bx?html\b|\bstr(?:ike|uck)[- ]?(?:through|out)", re.I)
_THOUGHTS = ("<think>", "<thinking>", "<thought>", "<reasoning>", "<|begin_of_thought|>")
_CALLS = ("<tool_call>", "<function_call>", "<functioncall>", "[TOOL_CALLS]", "<|python_tag|>")
_IMAGES = ("<image>", "<img>", "<|image|>", "[IMG]", "<image_placeholder>")
_ENDS = tuple(
    name
    for name, purpose in KNOWN.items()
    if purpose == "end" and name not in ("<|eom_id|>", "<|return|>", "<|call|>")
)
_BEGINNINGS = tuple(name for name, purpose in KNOWN.items() if purpose == "begin")
LITERALS = (*KNOWN, *_THOUGHTS, *_CALLS, *_IMAGES)
_AT_LINE_EDGE = re.compile("(?m)^[ \t]*(%s)|(%s)[ \t]*$" % (("|".join(map(re.escape, _IMAGES)),) * 2))
_CALL = re.compile("|".join(map(re.escape, _CALLS)))


@dataclass(frozen=True)
class Vocabulary:
    """What the survey settled about special tokens."""

    own: frozenset[str] = frozenset()
    """Control tokens of the user's own model."""
    marker: str = ""
    sequences: tuple[str, ...] = ()
    habits: frozenset[tuple[str, str]] = frozenset()
    """(kind of text, purpose) that belongs to the data's own template."""
    usual: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(kind of text, purpose) to the tokens that most rows have for it."""

    @property
    def extra(self) -> tuple[str, ...]:
        """Control tokens beside the known ones."""
        return tuple(sorted(self.own - set(KNOWN)))


def own_tokens(context: Context) -> frozenset[str]:
    """Control tokens of the model under [model]; none where its files cannot be read, which STP008 and LEN005 say."""
    model, found = context.project.model, set[str]()
    try:
        if model.gguf is not None:
            header = read_header(model.gguf)
            pairs = zip(header.tokens, header.token_types, strict=False)
            found |= {text for text, kind in pairs if kind == CONTROL}
        found |= special_tokens(model)
    except FtuiError:
        return frozenset()
    return frozenset(t for t in found if len(t) > 2 and t.strip() and not _MEANT_FOR_CONTENT.search(t))


def with_marker(known: Vocabulary, context: Context) -> Vocabulary:
    """The same with the end marker that the STP family found in the data."""
    found = getattr(context.surveys.get("STP"), "marker", None)
    return replace(known, marker=found) if found and found != known.marker else known


def kind_of(example: Example, text: Text) -> str:
    """prompt, answer or whole: the kinds of text in which tokens are compared."""
    if example.layout == "text":
        return "whole"
    return "answer" if text.role in ANSWER_ROLES else "prompt" if text.role in ("system", "user") else ""


def survey(sample: Sequence[Chunk], context: Context) -> Vocabulary:
    """The model's control tokens, the end marker, and which purposes and tokens are the data's own habit."""
    own = own_tokens(context)
    stop = context.project.stop
    marker = stop.end_marker or ""
    bare = Vocabulary(own, marker, stop.sequences)
    purposes: Counter[tuple[str, str]] = Counter()
    tokens: Counter[tuple[str, str, str]] = Counter()
    total = Counter[str]()
    for example in _spread(sample):
        total.update({kind_of(example, text) for text in example.texts})
        purposes.update(
            {
                (kind_of(example, text), each.purpose)
                for text in example.texts
                if _may_hold(text.text)
                for each in misplaced(example, text, bare)
            }
        )
        tokens.update((*group, token) for group, held in purposes_of(example).items() for token in held)
    habits = frozenset(
        group for group, n in purposes.items() if n >= HABIT_ROWS and n >= HABIT_SHARE * total[group[0]]
    )
    return Vocabulary(own, marker, stop.sequences, habits, usual_of(tokens, _rows(sample)))


def _spread(sample: Sequence[Chunk]) -> Iterator[Example]:
    examples = [each for chunk in sample for each in chunk.examples if each is not None]
    yield from examples[:: max(1, len(examples) // SURVEYED_ROWS)]


def _rows(sample: Sequence[Chunk]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for example in _spread(sample):
        found.update(purposes_of(example).keys())
    return found


def usual_of(
    tokens: Mapping[tuple[str, str, str], int], rows: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], frozenset[str]]:
    """The tokens that three quarters of the rows with any of their purpose have; a purpose without such: none."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for group, total in rows.items():
        held = {token: n for (kind, purpose, token), n in tokens.items() if (kind, purpose) == group}
        usual = {token for token, n in held.items() if n >= USUAL_SHARE * total and n >= USUAL_ROWS}
        if usual:
            found[group] = frozenset(usual)
    return found


def _may_hold(text: str) -> bool:
    return "<" in text or "[" in text


def judged(example: Example) -> bool:
    """Whether special tokens have no place in the texts of a row: it is not itself a rendered conversation."""
    if example.layout == "text":
        return False
    return not any(
        t.role in ("chosen", "rejected") and _WHOLE_CONVERSATION.search(t.text) for t in example.texts
    )


def misplaced(example: Example, text: Text, known: Vocabulary) -> list[Special]:
    """Special tokens of one text that TOK001 would report, habits of the data not yet left out."""
    if text.role not in JUDGED_ROLES or not judged(example):
        return []
    found = specials.find(text.text, known.extra)
    if text.role in ANSWER_ROLES and found:
        found = [each for each in found if each.token != known.marker and each.token not in known.sequences]
        end = _without_ends(text.text, known)
        found = [each for each in found if each.start < end]
    return found


def _without_ends(text: str, known: Vocabulary) -> int:
    """Where an answer ends without the end tokens and markers behind it."""
    ends = [
        *_ENDS,
        "<|eom_id|>",
        "<|return|>",
        "<|call|>",
        *([known.marker] if known.marker else []),
        *known.sequences,
    ]
    end = len(text)
    while True:
        body = text[:end].rstrip(STRAY)
        last = next((each for each in ends if body.endswith(each)), None)
        if last is None:
            return len(body)
        end = len(body) - len(last)


def about_tokens(example: Example, known: Vocabulary) -> bool:
    """Whether the row speaks of tokens and templates, so that tokens are its subject."""
    return any(
        specials.speaks_of_tokens(text.text, known.extra)
        for text in example.texts
        if text.role in ("system", "user")
    )


def in_text(example: Example, known: Vocabulary) -> Iterator[Finding]:
    """TOK001: the findings of one row."""
    places = [
        (text, [each for each in misplaced(example, text, known) if not _habit(example, text, each, known)])
        for text in example.texts
        if _may_hold(text.text)
    ]
    if not any(found for _, found in places) or about_tokens(example, known):
        return
    html = any(_SPEAKS_OF_HTML.search(text.text) for text in example.texts if text.role in ("system", "user"))
    for text, found in places:
        for each in found[:_MOST]:
            if not (html and each.token in ("<s>", "</s>")):
                yield _finding(text, each, known)


def _habit(example: Example, text: Text, each: Special, known: Vocabulary) -> bool:
    return (kind_of(example, text), each.purpose) in known.habits


def _finding(text: Text, each: Special, known: Vocabulary) -> Finding:
    own = each.token in known.own
    severity: Severity | None = None
    if own:
        severity = "info" if _PLAIN_WORD.fullmatch(each.token) and each.token not in KNOWN else "error"
    whose = "a control token of your model" if own else "a control token of a model"
    where = "the answer" if text.role in ANSWER_ROLES else "the prompt"
    fix = None
    if each.purpose in REMOVABLE:
        edit = FieldEdit(text.field, each.start, each.end, "")
        fix = Fix(f"delete {each.token}", "unsafe", "edit", (edit,))
    evidence = {"token": each.token, "purpose": each.purpose, "in_own_vocabulary": own}
    message = f"{each.token}, {whose}, stands in {where}"
    return Finding("TOK001", message, text.field, each.start, each.end, evidence, fix=fix, severity=severity)


def purposes_of(example: Example) -> dict[tuple[str, str], dict[str, list[tuple[Text, int, int]]]]:
    """What TOK002 compares: (kind of text, purpose) to the row's tokens and where they stand."""
    found: dict[tuple[str, str], dict[str, list[tuple[Text, int, int]]]] = {}
    for text in example.texts:
        kind = kind_of(example, text)
        for purpose, token, start in _signs(kind, text.text) if kind and _may_hold(text.text) else ():
            held = found.setdefault((kind, purpose), {})
            held.setdefault(token, []).append((text, start, start + len(token)))
    return found


def _signs(kind: str, text: str) -> Iterator[tuple[str, str, int]]:
    lead = len(text) - len(text.lstrip())
    if kind == "answer":
        yield from (("thoughts", token, lead) for token in _THOUGHTS if text.startswith(token, lead))
        for match in _CALL.finditer(text):
            if text[match.start() - 1 : match.start()] not in ("`", '"', "'", "“"):
                yield "tool calls", match[0], match.start()
        return
    yield from (("the beginning", token, lead) for token in _BEGINNINGS if text.startswith(token, lead))
    for each in specials.find(text):
        if each.token in _ENDS:
            yield "the end", each.token, each.start
    if kind == "prompt":
        for match in _AT_LINE_EDGE.finditer(text):
            which = 1 if match[1] else 2
            yield "images", match[which], match.start(which)


def inconsistent(example: Example, known: Vocabulary) -> Iterator[Finding]:
    """TOK002: the findings of one row, given what is usual."""
    if not known.usual:
        return
    for group, tokens in purposes_of(example).items():
        usual = known.usual.get(group)
        odd = set(tokens) - usual if usual else set()
        if usual and odd and not about_tokens(example, known):
            for token in sorted(odd):
                yield from (_odd(group, token, place, usual) for place in tokens[token][:_MOST])


def _odd(group: tuple[str, str], token: str, place: tuple[Text, int, int], usual: frozenset[str]) -> Finding:
    text, start, end = place
    wanted = " or ".join(sorted(usual))
    fix = None
    if len(usual) == 1 and group[1] != "tool calls":
        edits = [FieldEdit(text.field, start, end, wanted)]
        if group[1] == "thoughts" and (closing := text.text.find(_closing(token), end)) >= 0:
            edits.append(FieldEdit(text.field, closing, closing + len(_closing(token)), _closing(wanted)))
        fix = Fix(f"write {wanted} in its place", "unsafe", "edit", tuple(edits))
    message = f"{token} for {group[1]}, where most rows have {wanted}"
    evidence = {"token": token, "usual": sorted(usual), "purpose": group[1], "kind": group[0]}
    return Finding("TOK002", message, text.field, start, end, evidence, fix=fix)


def _closing(token: str) -> str:
    return token.replace("begin_of", "end_of") if "begin_of" in token else f"</{token[1:]}"
