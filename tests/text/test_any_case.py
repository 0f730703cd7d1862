"""Patterns searched in small letters find what `re.IGNORECASE` finds, where it stands."""

from __future__ import annotations

import re

import pytest

from ftui.text.any_case import AnyCase

PATTERN = r"\b(?:as an? (?P<kind>ai|robot)|i['’]m (?:sorry|afraid))\b|^note:"
TEXTS = (
    "",
    "As an AI I can tell. I’M SORRY. NOTE: no",
    "Note: as a Robot\nNOTE: I'm afraid",
    "İstanbul: as an AI, I'm Sorry",
    "a ROBOT as an air",
    "é as an ai é",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("flags", [re.NOFLAG, re.MULTILINE])
def test_matches_are_those_of_ignorecase(text: str, flags: re.RegexFlag) -> None:
    known, own = re.compile(PATTERN, flags | re.IGNORECASE), AnyCase(PATTERN, flags)
    wanted = [(match.span(), match.group(), match["kind"]) for match in known.finditer(text)]
    assert [(match.span(), match.group(), match["kind"]) for match in own.finditer(text)] == wanted
    first = own.search(text)
    assert (first.span() if first else None) == (wanted[0][0] if wanted else None)
    later = own.search(text, 3)
    found = known.search(text, 3)
    assert (later.span() if later else None) == (found.span() if found else None)


def test_columns_read_it_as_a_pattern() -> None:
    assert AnyCase("x", re.MULTILINE).flags & (re.IGNORECASE | re.MULTILINE) == re.IGNORECASE | re.MULTILINE
    assert AnyCase("x|y").pattern == "x|y"
