"""Prompts that give a text to translate, correct or reword: what belongs to that text, what stands around it."""

from __future__ import annotations

import re

_TRANSFORMS = re.compile(
    r"^\W*(?:(?:please|pls|kindly|hi|hey|hello|now|can you|could you|would you|will you|i need you to|"
    r"i want you to|"
    r"help me(?: to)?)\W+)*(?P<verb>translate|rewrite|rephrase|paraphrase|reword|proofread|correct|fix|"
    r"edit|spell-?check|"
    r"shorten|simplify|improve|check|give (?:me )?the translation|what is the translation|how (?:do|would|"
    r"can) (?:you|i|we) say|"
    r"turn|convert)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«](?P<a>[^\"”»]+)[\"”»]|(?:^|[\s(])['‘](?P<b>.+)['’](?=[\s.,?!)]|$)", re.DOTALL)
_TO_ENGLISH = re.compile(r"\b(?:in|into|to) (?:\w+ )?english\b|\bfrom (?!english)[A-Z]\w+", re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b(?:the|is|are|am|you|and|my|we|she|he|it|this|that|where|what|how|i|they|was|were|to|of|your|"
    r"please|have|has|"
    r"good|not|with|for|goes|go)\b",
    re.IGNORECASE,
)
_OF_THE_TASK = re.compile(
    r"\b(?:translat\w+|rewrit\w+|rephras\w+|paraphras\w+|proofread\w*|correct(?:ed|ion|ions|ing)?|"
    r"edit(?:ed|ing|s)?|reword\w*|"
    r"version|(?:this|that|the|your) (?:text|request|sentence|task|phrase|paragraph|passage|language))\b",
    re.IGNORECASE,
)


def given(prompt: str) -> str | None:
    """The text that a prompt gives to be put otherwise; None where it gives none."""
    match = _TRANSFORMS.match(prompt)
    if match is None:
        return None
    rest = prompt[match.end() :]
    quoted = _QUOTED.search(rest)
    if quoted is not None:
        return (quoted["a"] or quoted["b"]).strip()
    opened = re.search(r":\s|\n", rest)
    return rest[opened.end() :].strip() if opened else rest.strip()


def around(prompt: str, said: str, answer: str, alike: re.Pattern[str]) -> bool:
    """Whether words of an answer stand around the asked text: the given one has nothing alike.

    False where the prompt gives no text to work on, and where its language says nothing.
    """
    text = given(prompt)
    if text is None:
        return False
    if _OF_THE_TASK.search(said) and not _OF_THE_TASK.search(text):
        return True
    if alike.search(text):
        return False
    if _TO_ENGLISH.search(prompt) or not _ENGLISH.search(text):
        words = len(text.split())
        return words <= 3 and len(answer.split()) >= 2 * words + 3
    return True
