"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import copy
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import ftui.rules
import ftui.text
from ftui.text.late_pattern import _Late, late


def test_a_late_pattern_answers_as_the_pattern_does() -> None:
    known, asked = re.compile(r"(?P<a>b+)\s", re.IGNORECASE), late(r"(?P<a>b+)\s", re.IGNORECASE)
    assert asked.pattern == known.pattern
    assert "search" not in vars(asked)  # not compiled by that
    assert [m.span() for m in asked.finditer("BB b c")] == [m.span() for m in known.finditer("BB b c")]
    assert (asked.flags, dict(asked.groupindex)) == (known.flags, {"a": 1})
    assert asked.sub("-", "abb c") == "a-c"
    assert asked.search("abb c", 2)
    assert not asked.search("abb c", 0, 2)
    again = copy.deepcopy(late("x+"))
    assert again.fullmatch("xx")
    with pytest.raises(AttributeError):
        _ = asked.no_such_thing  # type: ignore[attr-defined]


def _late_ones(value: Any) -> Iterator[_Late]:
    if isinstance(value, _Late):
        yield value
    elif isinstance(value, dict):
        yield from (found for each in value.values() for found in _late_ones(each))
    elif isinstance(value, list | tuple):
        yield from (found for each in value for found in _late_ones(each))


def test_every_late_pattern_of_the_rules_compiles() -> None:
    found = 0
    for package in (ftui.text, ftui.rules):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for each in _late_ones([*vars(importlib.import_module(module.name)).values()]):
                re.compile(each.pattern, each._wanted)  # raises what is wrong with it
                found += 1
    assert found > 100
