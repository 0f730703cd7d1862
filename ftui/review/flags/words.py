"""Words of outputs: how many, and those that carry the matter."""

from __future__ import annotations

import re

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]|[^\W_]+(?:['’][^\W_]+)*")
SHORT = 3
"""Letters of the shortest words that may carry the matter."""
_LONG = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_STEM = 5
"""Letters by which forms of a word agree: translate, translation."""
_FREQUENT = (
    "the and for are was you has had not but can his her him she its all any our out who how why did get got say see "
    "may one two way too use used now new own let lot yet yes via per set put add off"
    " about above according actually added after again also although always among another anything around because "
    "been before being below between both cannot come could course does doing done down during each either else "
    "even ever every example fact find following follows for from further gets give given gives giving goes going "
    "good great have having help helps here high however important including instead into itself just keep kind "
    "know known large less like likely little long look made make makes making many maybe mean means might more "
    "most much must need needs never next none nothing often once only other others over part people perhaps "
    "please possible provide provides really right said same several shall should show simply since some "
    "something sometimes still such sure take takes tell than that their them themselves then there therefore "
    "these they thing things think this those through thus time together towards under until upon used useful "
    "uses using usually various very want well were what when where whether which while will with within without "
    "work would write your yours yourself"
)
_COMMON = frozenset(word[:_STEM] for word in _FREQUENT.split())


def size(text: str) -> int:
    """How many words a text has; in scripts without spaces every character is one."""
    return len(_WORD.findall(text))


def tokens(text: str) -> list[str]:
    """The words in small letters."""
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def stems(text: str) -> set[str]:
    """The beginnings of the words of three letters and more that are not among the commonest, and the numbers."""
    return {word[:_STEM] for word in map(str.casefold, _LONG.findall(text))} - _COMMON


def counted(number: int, noun: str) -> str:
    """`1 word`, `3 words`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"
