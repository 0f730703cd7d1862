"""Special tokens of the known model families in a text: where they stand as tokens, mentions left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from ftui.text.code import fences

Purpose = Literal["begin", "end", "pad", "turn", "other"]

_BY_PURPOSE: Mapping[Purpose, tuple[str, ...]] = {
    "begin": ("<s>", "<|begin_of_text|>", "<bos>", "<｜begin▁of▁sentence｜>"),
    "end": (
        "</s>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>",
        "<|end|>", "<eos>", "<|return|>", "<|call|>", "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>",
    ),
    "pad": ("<pad>", "<unk>", "<|pad|>"),
    "turn": (
        "<|im_start|>", "<|im_sep|>", "<|start_header_id|>", "<|end_header_id|>", "<start_of_turn>", "<|channel|>",
        "<|START_OF_TURN_TOKEN|>", "[/INST]", "<</SYS>>",
    ),
    "other": (
        "<|endofprompt|>", "<|python_tag|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|file_sep|>",
    ),
}  # fmt: skip
KNOWN: Mapping[str, Purpose] = {token: purpose for purpose, names in _BY_PURPOSE.items() for token in names}
"""Special tokens of the known families, and what each is for."""
REMOVABLE: frozenset[Purpose] = frozenset({"begin", "end", "pad"})
"""A token for one of these may go without the text around it changing its meaning."""

MOST = 500
"""Tokens of one text that are looked at: one made of nothing else costs no more."""
_WITH_ROLE = re.compile(
    r"<\|im_start\|>[ \t]*(?:system|user|assistant|tool)\b"
    r"|<\|start_header_id\|>[ \t]*\w+[ \t]*<\|end_header_id\|>"
    r"|<start_of_turn>[ \t]*(?:user|model|system)\b"
)
_OPENING = {"[/INST]": "[INST]", "<</SYS>>": "<<SYS>>"}
_TAG = re.compile(
    r"</?(?:p|b|i|u|em|strong|div|span|br|a|ul|ol|li|table|tr|td|th|h[1-6]|del|ins|html|body|img|code|pre)\b[^<>]*>",
    re.I,
)
_STRUCK = re.compile(r"<s>[^\n<>]{1,80}</s>")
_SPEAKS = re.compile(
    r"\b(?:tokens?|tokeni[sz]\w*|detokeni[sz]\w*|(?:chat |prompt )?templates?|chatml|prompt formats?|fine-?tun\w*"
    r"|stop sequences?|end[- ]of[- ](?:sequence|text|turn)|prompt injections?|jailbreaks?)\b|\b(?-i:BOS|EOS)\b",
    re.I,
)
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "„": "“", "「": "」", "`": "`"}
_INLINE = re.compile(r"(?<!`)(`++).{1,400}?(?<!`)\1(?!`)")


class Special(NamedTuple):
    """One special token in a text: characters start..end."""

    token: str
    start: int
    end: int

    @property
    def purpose(self) -> Purpose:
        """What the token is for; "other" for one that only the user's own model knows."""
        return KNOWN.get(self.token, "other")


def find(text: str, tokens: Iterable[str] = ()) -> list[Special]:
    """The special tokens that stand in a text as tokens: known ones and the given; mentions are left out."""
    matches = [*islice(_pattern(tuple(tokens)).finditer(text), MOST)]
    if not matches:
        return []
    hidden = [*_mentions(text), *((m.start(), m.end()) for m in _WITH_ROLE.finditer(text))]
    struck = _struck(text)
    found = []
    for match in matches:
        token, start, end = match[0], match.start(), match.end()
        opening = _OPENING.get(token)
        if (opening and opening in text) or (token in ("<s>", "</s>") and struck(start)):
            continue
        if not any(first <= start < last for first, last in hidden) and not _quoted(text, start, end):
            found.append(Special(token, start, end))
    return found


def speaks_of_tokens(text: str, tokens: Iterable[str] = ()) -> bool:
    """Whether a prompt is about tokens, templates or fine-tuning, so that they are its subject."""
    return _SPEAKS.search(_pattern(tuple(tokens)).sub(" ", text)) is not None


@lru_cache(maxsize=8)
def _pattern(tokens: tuple[str, ...]) -> re.Pattern[str]:
    every = sorted({*KNOWN, *tokens}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, every)))


def _mentions(text: str) -> list[tuple[int, int]]:
    blocks = [(block.start, block.end) for block in fences.blocks(text)]
    return blocks + ([(m.start(), m.end()) for m in _INLINE.finditer(text)] if "`" in text else [])


def _quoted(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(before) and (_QUOTES.get(before) == after or (before in "\"'" and after == "\\"))


def _struck(text: str) -> Callable[[int], bool]:
    """Tells of a place of <s> or </s> whether it strikes text out, as HTML does."""
    html = _TAG.search(text) is not None
    bare = text.strip()
    spans = [m.span() for m in _STRUCK.finditer(text) if m[0] != bare]
    return lambda start: html or any(first <= start < last for first, last in spans)
