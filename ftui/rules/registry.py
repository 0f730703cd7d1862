"""The catalogue: every family found in this package, every rule by its code, and which of them a run selects."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import ftui.rules
from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest
from ftui.rules.rule import Family, Rule


@cache
def _families() -> tuple[Family, ...]:
    found: list[Family] = []
    for module in pkgutil.iter_modules(ftui.rules.__path__, ftui.rules.__name__ + "."):
        family = getattr(importlib.import_module(module.name), "FAMILY", None)
        if family is not None:
            found.append(family)
    return tuple(sorted(found, key=lambda family: family.name))


def families() -> list[Family]:
    """Every family, by name: each module of ftui.rules that has a `FAMILY`."""
    return list(_families())


def rules() -> list[Rule]:
    """Every rule, by code."""
    return sorted((rule for family in _families() for rule in family.rules), key=lambda rule: rule.code)


def rule(code: str) -> Rule:
    """The rule with this code or name, in any case; raises FtuiError that names the nearest one."""
    wanted = code.strip()
    for known in rules():
        if wanted.upper() == known.code or wanted.lower() == known.name:
            return known
    raise _unknown("rule", wanted, [*(r.code for r in rules()), *(r.name for r in rules())])


def expand(names: Iterable[str]) -> set[str]:
    """Codes, rule names, families and ALL as rule codes; raises FtuiError for a name that is none of them."""
    known = rules()
    by_family: dict[str, list[str]] = {}
    for each in known:
        by_family.setdefault(each.family, []).append(each.code)
    chosen: set[str] = set()
    for name in (part.strip() for given in names for part in given.split(",")):
        if name.upper() == "ALL":
            chosen.update(r.code for r in known)
        elif name.upper() in by_family:
            chosen.update(by_family[name.upper()])
        elif name:
            chosen.add(_one(name, known, by_family))
    return chosen


def _one(name: str, known: Sequence[Rule], by_family: Iterable[str]) -> str:
    for each in known:
        if name.upper() == each.code or name.lower() == each.name:
            return each.code
    raise _unknown("rule or family", name, [*by_family, *(r.code for r in known), *(r.name for r in known)])


def choose(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[list[Rule], dict[str, str]]:
    """The rules that a run looks at, and for every other rule the reason why not."""
    wanted = expand(select)
    unwanted = expand(ignore)
    chosen: list[Rule] = []
    left_out: dict[str, str] = {}
    for each in rules():
        if each.code in unwanted:
            left_out[each.code] = "ignored"
        elif wanted and each.code not in wanted:
            left_out[each.code] = "not selected"
        elif not wanted and not each.default:
            left_out[each.code] = "off by default: select it by its code"
        else:
            chosen.append(each)
    return chosen, left_out


def check_options(given: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise FtuiError for a `[rules.CODE]` that no rule reads: a name mistyped there would have no effect at all."""
    for code, values in given.items():
        known = {option.name: option for option in rule(code).options}
        for name, value in values.items():
            option = known.get(name)
            if option is None:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise FtuiError(
                    f"ftui.toml: [rules.{code}] has no option {name!r}{nearest(name, known)}", has
                )
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not option.low <= value <= option.high
            ):
                wanted = f"a number from {option.low:g} to {option.high:g}"
                raise FtuiError(
                    f"ftui.toml: [rules.{code}] {name} = {value!r} is not {wanted}", "mend the line"
                )


def _unknown(what: str, name: str, known: Sequence[str]) -> FtuiError:
    lowered = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.5)
    hint = (
        f"did you mean {' or '.join(lowered[each] for each in near)}?"
        if near
        else "`ftui rules` lists all rules"
    )
    return FtuiError(f"there is no {what} {name!r}", hint)
