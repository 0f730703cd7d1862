"""A baseline: how many findings a rule had per row at some time, so that a later check can tell what became worse."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftui import __version__
from ftui.project.errors import FtuiError
from ftui.project.settings import SEVERITIES

if TYPE_CHECKING:
    from ftui.rules.check import Check

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared: the share of findings a rule, so that data may grow."""

    rows: int
    by_rule: dict[str, int]
    judged: frozenset[str]
    """The rules that ran; another rule has no baseline and is not compared."""


def write(check: Check) -> str:
    """The text of a baseline file. Accepted findings are not in it."""
    judged = sorted(set(check.rules) - set(check.skipped))
    content = {
        "ftui": __version__,
        "schema": SCHEMA,
        "rows": check.row_count,
        "judged": judged,
        "by_rule": check.open_counts,
    }
    return json.dumps(content, indent=2) + "\n"


def read(path: Path) -> Baseline:
    """A baseline file; raises FtuiError when it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise FtuiError(
                f"{path}: baseline of schema {content['schema']}, this ftui reads {SCHEMA}",
                "write it anew with --write-baseline",
            )
        counts = {str(code): int(count) for code, count in content["by_rule"].items()}
        return Baseline(int(content["rows"]), counts, frozenset(map(str, content["judged"])))
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror}", "write one with --write-baseline") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FtuiError(f"{path}: not a baseline", "write one with --write-baseline") from error


def compare(check: Check, baseline: Baseline, fail_on: str) -> list[str]:
    """What became worse, a clause a rule: more findings per 1,000 rows of a rule at or above `fail_on`."""
    worse = []
    for code, count in check.open_counts.items():
        severity = check.gravest(code)
        if fail_on not in SEVERITIES or SEVERITIES.index(severity) > SEVERITIES.index(fail_on):
            continue
        if code not in baseline.judged and code not in baseline.by_rule:
            continue
        before = baseline.by_rule.get(code, 0)
        if count * baseline.rows > before * check.row_count:  # whole numbers: rounding must not decide
            rates = f"{_per_thousand(count, check.row_count)}, was {_per_thousand(before, baseline.rows)}"
            worse.append(f"{code} {check.rules[code].name}: {rates} per 1,000 rows")
    return worse


def _per_thousand(count: int, rows: int) -> str:
    return f"{1000 * count / rows:.2f}" if rows else "0.00"
