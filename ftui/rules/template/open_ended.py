"""TPL004 open-ended-prompt: a topic and nothing else, where answers take all forms. A row rule of the TPL family.

For that family: `survey` in its survey, rows of `suspects`, and `findings` of each row.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import polars as pl

from ftui.rules.chunk import Chunk
from ftui.rules.exchanges import exchanges, has_media
from ftui.rules.rule import Context, Finding, Row
from ftui.rules.structure.exact import end_marker
from ftui.rules.template.open_ended_pages import PAGE
from ftui.text.late_pattern import late

CODE = PAGE.code
MOST_WORDS, SYSTEM_WORDS, TOPIC_WORDS = 12, 8, 4
BARE_SHARE = 1 / 3
"""Where more of the prompts are as short as a topic, topics are the task."""
ENOUGH, SAME_FORM, SAME_LENGTH = 10, 0.8, 0.35
_MOST_BYTES = 100
_SHAPES = (
    ("tell", r"tell (?:me |us )?(?:something |anything |everything |more |all )?about"),
    ("talk", r"(?:talk|speak|chat)(?: to me| with me)? about"),
    ("write", r"write (?:something |anything |me something )?(?:about|on)"),
    ("say", r"say (?:something|anything) about"),
    (
        "information",
        r"(?:i (?:want|need) |share |give me |give )?(?:some |any )?info(?:rmation)? (?:on|about)",
    ),
    ("what about", r"what about"),
    (
        "what",
        r"what (?:can|could) you tell me about|what do you know about|do you know (?:anything|"
        r"something) about",
    ),
    ("something", r"(?:something|anything|everything) (?:on|about)"),
    ("thoughts", r"(?:your |any |give me your )?thoughts (?:on|about)"),
    ("discuss", r"discuss"),
)
_SHAPE = tuple(
    (
        name,
        late(
            rf"\W*(?:please |can you |could you |hi,? |hey,? |"
            rf"hello,? )*(?:{pattern})\s+(?P<x>[^\n]+?)\W*(?:please\W*)?",
            re.IGNORECASE,
        ),
    )
    for name, pattern in _SHAPES
)
_TASK = late(
    r"\b(?:causes?|effects?|difference|differences|history|role|impact|importance|advantages?|benefits?|"
    r"pros|cons|reasons?|steps?|ways?|process|types?|how|why|when|where|what|who|which|"
    r"your ?self|you|your|my|me|day|vs\.?|versus|list|lists|essay|poem|story|stor(?:y|ies)|article|haiku|"
    r"joke|song|letter|e-?mail|tweet|paragraphs?|sentences?|words?|points?|bullets?|table|summary|"
    r"brief(?:ly)?|short(?:ly)?|detail(?:s|ed)?|depth|simple|simply|children|kids?|beginners?|experts?|"
    r"students?|class|presentation|exam|in (?:one|two|three|\d)|using|as if|like i|step by step|\d+|"
    r"compare|explain|"
    r"in (?:french|spanish|german|english|italian)|symptoms|rules|plot|structure|function|purpose|meaning|"
    r"future|origin|side effects|characteristics|features|culture|economy|geography|climate|population|"
    r"life of|career|childhood|time (?:you|when))\b",
    re.IGNORECASE,
)
_VERB = late(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|have|has|had|be|am|translate|write|"
    r"explain|describe|list|name|give|make|create|find|calculate|solve|hello|hi|hey|thanks?|yes|no|ok|"
    r"okay|please|help|stop|continue|more|go|good|great|nice|sorry|bye|me|i|you|we|it|this|that|they|he|"
    r"she|what|who|why|how|when|where|which|let|let's|tell|say|show|play|sing|summarize|summarise|"
    r"classify|compute|define|convert|sort|fix|add|remove|repeat|count|try|again|next|start|test|ask|"
    r"answer|question)\b",
    re.IGNORECASE,
)
_TOPIC = late(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*(?:\s+(?:[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’-]*)){0,3}[.!]?")
_ITEM = late(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s", re.MULTILINE)
_HEADING = late(r"^(?:#{1,6}\s|\*\*[^*\n]+\*\*\s*$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shape:
    """What answers to prompts of one shape look like."""

    answers: int
    form: str
    """The commonest."""
    share: float
    """Of that form."""
    spread: float
    """Median absolute deviation of the log of words."""

    @property
    def settled(self) -> bool:
        """Whether the data itself says the form and the length."""
        return self.answers >= ENOUGH and self.share >= SAME_FORM and self.spread <= SAME_LENGTH


@dataclass(frozen=True, slots=True)
class Openness:
    """What the survey learnt: forms by shape of prompt, and whether bare topics are the task."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    topics: bool = False


def shape(prompt: str) -> str | None:
    """The shape of a prompt that names a topic and nothing else, else None."""
    prompt = prompt.strip()
    if len(prompt.split()) > MOST_WORDS or "\n" in prompt or not prompt:
        return None
    for name, pattern in _SHAPE:
        match = pattern.fullmatch(prompt)
        if match is not None:
            return None if _TASK.search(match["x"]) or _aspect(match["x"]) else name
    bare = _TOPIC.fullmatch(prompt)
    if bare is not None and not _VERB.search(prompt) and not _TASK.search(prompt) and not _aspect(prompt):
        return "topic"
    return None


def _aspect(topic: str) -> bool:
    """Whether more than a thing at large is meant: “the causes of …”, a clause, two things to compare."""
    return re.search(r"\b(?:of|that|between|if|whether|because|to)\b|[:;,\"“(]", topic) is not None


def form(answer: str) -> str:
    """One line, one paragraph, several paragraphs, a list, headings or code."""
    if "```" in answer:
        return "code"
    if _HEADING.search(answer):
        return "headings"
    if len(_ITEM.findall(answer)) >= 2:
        return "list"
    parts = [part for part in answer.split("\n") if part.strip()]
    if len(parts) > 1:
        return "several paragraphs"
    return "one line" if len(answer.split()) <= 20 else "one paragraph"


def survey(sample: Sequence[Chunk], context: Context) -> Openness:  # noqa: ARG001
    """The forms of the answers by shape, and the share of prompts that are as short as a topic."""
    forms: dict[str, Counter[str]] = {}
    lengths: dict[str, list[float]] = {}
    prompts = short = 0
    for chunk in sample:
        for example in chunk.examples:
            if example is None or not example.prompt.strip():
                continue
            prompts += 1
            short += len(example.prompt.split()) <= TOPIC_WORDS
            if (
                len(example.prompt) <= _MOST_BYTES
                and example.answer
                and (name := shape(example.prompt)) is not None
            ):
                forms.setdefault(name, Counter())[form(example.answer)] += 1
                lengths.setdefault(name, []).append(math.log(len(example.answer.split()) or 1))
    shapes = {}
    for name, counted in forms.items():
        middle = median(lengths[name])
        spread = median(abs(each - middle) for each in lengths[name])
        commonest, count = counted.most_common(1)[0]
        shapes[name] = Shape(counted.total(), commonest, count / counted.total(), spread)
    return Openness(shapes, prompts > 0 and short > BARE_SHARE * prompts)


def suspects(chunk: Chunk, context: Context) -> list[int]:
    """Rows with a short user turn."""
    if not context.wants(CODE):
        return []
    short = (pl.col("role") == "user") & (pl.col("text").str.len_bytes() <= _MOST_BYTES)
    return chunk.texts.filter(short)["row"].unique().to_list()


def findings(row: Row, state: Openness, context: Context) -> Iterator[Finding]:
    """The finding of one row: its first user turn is a topic and nothing else."""
    example = row.example
    if example is None or not context.wants(CODE) or example.label is not None:
        return
    first = next((text for text in example.texts if text.role == "user"), None)
    if first is None or len(first.text) > _MOST_BYTES or (name := shape(first.text)) is None:
        return
    if (
        (name == "topic" and state.topics)
        or len(example.system.split()) > SYSTEM_WORDS
        or has_media(row.parsed.value)
    ):
        return
    known = state.shapes.get(name)
    found = exchanges(row, end_marker(context))
    if (known is not None and known.settled) or not found or len(found[0].turn.texts) > 1:
        return
    evidence: dict[str, object] = {
        "shape": name,
        "form": form(found[0].answer),
        "words": len(found[0].answer.split()),
    }
    if known is not None and known.answers >= ENOUGH:
        evidence |= {"answers": known.answers, "commonest_form": known.form, "share": round(known.share, 3)}
    message = "the prompt names a topic, but no task, form or length"
    yield Finding(CODE, message, first.field, 0, len(first.text), dict(evidence))
