"""The catalogue: every family found in this package, every rule by its code, and which of them a run selects."""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import ftui.rules
from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest
from ftui.project.settings import CustomRule, Project
from ftui.rules.measured import with_figures
from ftui.rules.rule import Family, Rule

ENTRY_POINTS = "ftui.rules"
"""The group under which a package offers a family, or several, of its own."""


@cache
def _built_in() -> tuple[Family, ...]:
    found: list[Family] = []
    for package in pkgutil.iter_modules(ftui.rules.__path__, ftui.rules.__name__ + "."):
        module = f"{package.name}.family"
        if package.ispkg and importlib.util.find_spec(module) is not None:
            found.append(importlib.import_module(module).FAMILY)
    return tuple(found)


@cache
def _plugged_in() -> tuple[tuple[Family, ...], dict[str, str]]:
    """The families that installed packages offer; and each offer that is none, with the reason."""
    taken = {family.name for family in _built_in()}
    found: list[Family] = []
    broken: dict[str, str] = {}
    for point in importlib.metadata.entry_points(group=ENTRY_POINTS):
        try:
            offered = point.load()
            families = list(offered) if isinstance(offered, list | tuple) else [offered]
            for family in families:
                _refuse(family, taken | {each.name for each in found})
        except Exception as error:  # noqa: BLE001 - a package of somebody else's, said in `skipped`
            broken[point.name] = f"{type(error).__name__}: {error}"
        else:
            found += families
    return tuple(found), broken


def _refuse(family: Any, taken: Collection[str]) -> None:
    """Raise ValueError for what is no family, or one that clashes with another."""
    for part in ("name", "rules", "survey", "map", "combine", "inspect"):
        if not hasattr(family, part):
            raise ValueError(f"{family!r} is no family: it has no {part}")
    if family.name in taken:
        raise ValueError(f"there is a family {family.name} already")
    strange = [rule.code for rule in family.rules if rule.family != family.name]
    if strange or not re.fullmatch("[A-Z]{3}", family.name):
        raise ValueError(f"the family {family.name} has rules of another name: {', '.join(strange)}")


def _families() -> tuple[Family, ...]:
    return (*_built_in(), *_plugged_in()[0])


def packaged() -> set[str]:
    """The names of the families that installed packages offer."""
    return {family.name for family in _plugged_in()[0]}


def broken() -> dict[str, str]:
    """Entry points that could not be loaded, with the reason."""
    return dict(_plugged_in()[1])


@cache
def _own(custom: tuple[CustomRule, ...]) -> tuple[Family, ...]:
    from ftui.rules.custom import families

    known = _families()
    taken = {family.name for family in known}
    names = {each.name for family in known for each in family.rules}
    for each in custom:
        where = f"ftui.toml line {each.line}: " if each.line else ""
        if each.code[:3] in taken:
            raise FtuiError(
                f"{where}the letters {each.code[:3]} of {each.code} belong to a family of ftui's",
                f"taken are {', '.join(sorted(taken))}",
            )
        if each.name in names:
            raise FtuiError(f"{where}there is a rule {each.name!r} already", "choose another name")
    return tuple(families(custom))


def families(project: Project | None = None) -> list[Family]:
    """Every family, by name: of each package here with a module `family`, of installed packages, of the project.

    Raises FtuiError for a rule of the project's that can never work.
    """
    custom = project.rules.custom if project is not None else ()
    return sorted((*_families(), *(_own(custom) if custom else ())), key=lambda family: family.name)


def rules(project: Project | None = None) -> list[Rule]:
    """Every rule, by code, with the figures that were measured."""
    found = (with_figures(rule) for family in families(project) for rule in family.rules)
    return sorted(found, key=lambda rule: rule.code)


def rule(code: str, project: Project | None = None) -> Rule:
    """The rule with this code or name, in any case; raises FtuiError that names the nearest one."""
    wanted = code.strip()
    every = rules(project)
    for known in every:
        if wanted.upper() == known.code or wanted.lower() == known.name:
            return known
    raise _unknown("rule", wanted, [*(r.code for r in every), *(r.name for r in every)])


def expand(names: Iterable[str], project: Project | None = None) -> set[str]:
    """Codes, rule names, families and ALL as rule codes; raises FtuiError for a name that is none of them."""
    known = rules(project)
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


def choose(
    select: Iterable[str] = (), ignore: Iterable[str] = (), project: Project | None = None
) -> tuple[list[Rule], dict[str, str]]:
    """The rules that a run looks at, and for every other rule the reason why not."""
    wanted = expand(select, project)
    unwanted = expand(ignore, project)
    chosen: list[Rule] = []
    left_out: dict[str, str] = {}
    for each in rules(project):
        if each.code in unwanted:
            left_out[each.code] = "ignored"
        elif wanted and each.code not in wanted:
            left_out[each.code] = "not selected"
        elif not wanted and not each.default:
            left_out[each.code] = "off by default: select it by its code"
        else:
            chosen.append(each)
    return chosen, left_out


def check_settings(project: Project) -> None:
    """Raise FtuiError for what no rule reads in the project's [rules]: mistyped, it would have no effect at all."""
    check_options(project.rules.options, project)
    for codes in project.rules.ignore_in.values():
        expand(codes, project)


def check_options(given: Mapping[str, Mapping[str, Any]], project: Project | None = None) -> None:
    """Raise FtuiError for a `[rules.CODE]` that no rule reads: a name mistyped there would have no effect at all."""
    for code, values in given.items():
        known = {option.name: option for option in rule(code, project).options}
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
