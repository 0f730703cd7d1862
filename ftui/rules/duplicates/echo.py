"""Answers that begin with the prompt, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ftui.dataset.example import Example
from ftui.text.blank import STRAY

_MIN_WORDS = 4
_MIN_CHARACTERS = 12
_LEAD = STRAY + "\"'“”>*#"
_CODE = re.compile(
    r"\s*(?:```|def |class |import |from \w+ import |#include|#!|function |public |private |const |let |var |"
    r"select |create table |fn |func |package |using |<\?php|<!doctype|<html|@\w+)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s\"'”*#:.–—-]*")


class Echo(NamedTuple):
    """The characters of an answer that repeat what was asked, and what follows them."""

    field: str
    start: int
    end: int
    """Behind the repeated text, the quotes and spaces after it included."""
    rest: bool
    """Whether anything follows."""


def echoes(example: Example) -> Iterator[Echo]:
    """Every answer text that begins with the whole of what was asked right before it, or with its first part.

    Not counted: less than four words, and prompts that are code, which an answer repeats in order to complete it.
    """
    asked: list[str] = []
    answered = True
    for field, role, text in example.texts:
        if role == "user":
            if answered:
                asked, answered = [], False
            if text:
                asked.append(text)
        elif role in ("assistant", "chosen"):
            found = _echo(field, asked, text)
            if found is not None:
                yield found
            answered = True


def _echo(field: str, asked: list[str], answer: str) -> Echo | None:
    start = len(answer) - len(answer.lstrip(_LEAD))
    for question in ("\n".join(asked), asked[0]) if len(asked) > 1 else asked:
        wanted = question.strip(_LEAD)
        # The comparison of a few characters comes first: nearly every row ends here.
        if not wanted or answer[start : start + 12] != wanted[:12] or not answer.startswith(wanted, start):
            continue
        end = start + len(wanted)
        whole_word = end == len(answer) or not (answer[end].isalnum() and wanted[-1].isalnum())
        if whole_word and len(wanted) >= _MIN_CHARACTERS and len(wanted.split()) >= _MIN_WORDS:
            if _CODE.match(wanted) or "```" in wanted:
                return None
            tail = _TAIL.match(answer, end)
            end = tail.end() if tail else end
            return Echo(field, 0, end, end < len(answer))
    return None
