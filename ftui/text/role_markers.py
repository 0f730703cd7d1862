"""Name tags of speakers inside a text: `User:`, `### Instruction:`, `<|im_start|>user`."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.code import fences

_TAG = re.compile(
    r"^[ \t]*(?P<bold>\*\*|__)?(?P<tag>"
    r"(?P<plain>User|USER|Human|HUMAN|Assistant|ASSISTANT|AI|System|SYSTEM|Bot|BOT|Prompter)(?=(?:\*\*|__)?[ ]?:)"
    r"|\#{2,4}[ ]?(?P<hash>Instruction|Input|Response|User|Human|Assistant|System)s?(?=[ ]?:|[ \t]*$))"
    r"(?:\*\*|__)?[ ]?:?",
    re.M,
)
_TOKEN = re.compile(
    r"<\|im_start\|>[ ]?(?P<im>system|user|assistant|tool)\b"
    r"|<\|start_header_id\|>[ ]?(?P<header>system|user|assistant|ipython|tool)[ ]?<\|end_header_id\|>"
    r"|<start_of_turn>[ ]?(?P<turn>user|model)\b"
    r"|<\|(?P<bar>user|assistant|system)\|>"
    r"|(?P<inst>\[/?INST\])|(?P<sys><</?SYS>>)"
)
CUES = (
    "User:", "USER:", "Human:", "HUMAN:", "Assistant:", "ASSISTANT:", "AI:", "System:", "SYSTEM:", "Bot:", "BOT:",
    "Prompter:", "User :", "Human :", "Assistant :", "User*", "Human*", "Assistant*", "AI*", "System*", "Bot*", "User_",
    "Human_", "Assistant_", "##Instruction", "# Instruction", "# Input", "# Response", "# User", "# Human",
    "# Assistant", "# System", "##Response", "##Input", "##Human", "##User", "##Assistant", "<|im_start|>",
    "<|start_header_id|>", "<start_of_turn>", "<|user|>", "<|assistant|>", "<|system|>", "INST]", "SYS>>",
    "AI :", "Bot :",
)  # fmt: skip
"""Every marker holds one of these."""
_ASKED = frozenset({"user", "human", "prompter", "instruction", "input"})
_ALONE = frozenset({"user", "human", "assistant", "prompter", "instruction", "response"})
"""Tags that count further on without a tag of another role beside them."""
_FIRST_ANSWER = frozenset({"assistant", "ai", "bot", "response"})
_FIRST_PROMPT = frozenset({"user", "human", "instruction"})
_OTHER_SPEAKER = re.compile(
    r"^[ \t]*(?:\*\*|__)?(?!Note|Example|Answer|Question|Q|A\b|Step)([A-Z][\w.'’ -]{1,24})(?:\*\*|__)?:(?=\s*\S)",
    re.M,
)
_DIALOGUE = re.compile(
    r"dialog|conversation|\bchat|transcript|\bscript|\bscene|screenplay|interview|role[- ]?play|speaker|\bturns?\b"
    r"|few[- ]shot|template|fine[- ]?tun|jsonl|\bprompt(?:s|ing)?\b|\blog\b|exchange between|\bplay\b|\bskit\b|debate"
    r"|user stor|persona|test case|use case|pretend|\bact as|simulat|prompt engineer|respond as",
    re.IGNORECASE,
)


class Marker(NamedTuple):
    """One name tag and whose it is: user, assistant or system."""

    start: int
    end: int
    role: str
    token: bool
    """Whether it is a token of a chat template rather than words."""


def find(text: str, *, answer: bool) -> list[Marker]:
    """The name tags in a text that belong to another turn, code and quotations left out."""
    markers = sorted([*_tags(text), *_tokens(text)])
    if not markers:
        return []
    code = [(block.start, block.end) for block in fences.blocks(text)]
    code += [match.span() for match in re.finditer(r"`[^`\n]+`|\"[^\"\n]{1,300}\"|“[^”\n]{1,300}”", text)]
    markers = [each for each in markers if not any(a <= each.start < b for a, b in code)]
    return _counting(text, markers, answer)


def asks_for_dialogue(text: str) -> bool:
    """Whether a prompt is about a dialogue or about prompts, so that name tags belong in it and in its answer."""
    return _DIALOGUE.search(text) is not None


def _tags(text: str) -> list[Marker]:
    found = []
    for match in _TAG.finditer(text):
        name = (match["plain"] or match["hash"]).lower()
        found.append(Marker(match.start("tag"), match.end(), name, token=False))
    return found


def _tokens(text: str) -> list[Marker]:
    found = []
    for match in _TOKEN.finditer(text):
        role = (
            match["im"]
            or match["header"]
            or match["turn"]
            or match["bar"]
            or ("user" if match["inst"] else "system")
        )
        found.append(Marker(match.start(), match.end(), {"model": "assistant"}.get(role, role), token=True))
    return found


def _counting(text: str, markers: list[Marker], answer: bool) -> list[Marker]:
    """Those that count, by where they stand and what stands beside them."""
    kept = []
    plain = [each for each in markers if not each.token]
    other_names = {name.strip() for name in _OTHER_SPEAKER.findall(text)} if plain else set()
    speakers = len({n for n in other_names if n.lower() not in _ALL}) >= 2
    sides = {_side(each.role) for each in markers}
    for each in markers:
        if each.token:
            kept.append(each)
            continue
        first = not text[: each.start].strip(" \t\r\n*_")
        if speakers or _is_definition(text, each):
            continue
        if first:
            counts = each.role in (_FIRST_ANSWER if answer else _FIRST_PROMPT) or len(sides) > 1
        else:
            counts = each.role in _ALONE or len(sides) > 1
        if counts:
            kept.append(each)
    return kept


_ALL = _ALONE | _FIRST_ANSWER | _ASKED | {"system"}


def _side(role: str) -> str:
    return "user" if role in _ASKED else "system" if role == "system" else "assistant"


def _is_definition(text: str, marker: Marker) -> bool:
    """A line of a form, a list or a specification: nothing after the colon, or `User: the person who …`."""
    line_start = text.rfind("\n", 0, marker.start) + 1
    line_end = text.find("\n", marker.end)
    line = text[marker.end : line_end if line_end >= 0 else len(text)].strip(" *_")
    if text[line_start : marker.start].strip(" \t*_"):
        return True
    if re.match(
        r"(?:the|a|an|someone|anyone|any)\s+(?:\w+\s+){0,3}(?:who|that|which)\b", line, re.IGNORECASE
    ):
        return True
    return (
        re.search(r"^\W*(?:password|host|port|email|e-mail|database)\W*:", text, re.M | re.IGNORECASE)
        is not None
    )
