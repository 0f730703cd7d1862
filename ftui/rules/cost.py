"""Which rules of the project's own, and of packages, took more than their share of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ftui.rules import registry

if TYPE_CHECKING:
    from ftui.rules.check import Check

SHARE = 0.25
SECONDS = 1.0
_CODE = len("ABC001")


class Costly(NamedTuple):
    """A rule, or a family of a package, and its part in the time of a check, all processes together."""

    name: str
    seconds: float
    share: float


def costly(check: Check) -> list[Costly]:
    """Those that took more than a quarter of the time, and a second; rules of the project are timed one by one."""
    families = {family.name for family in check.families}
    others = {name: seconds for name, seconds in check.timing.items() if len(name) != _CODE}
    total = sum(others.values())
    single = {name: seconds for name, seconds in check.timing.items() if name not in others}
    bought = {name: check.timing[name] for name in families & registry.packaged()}
    return [
        Costly(name, seconds, seconds / total)
        for name, seconds in (single | bought).items()
        if seconds > SECONDS and seconds > SHARE * total
    ]
