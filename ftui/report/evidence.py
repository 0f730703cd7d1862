"""What a finding was decided by, as lines for a person: distributions as bars, lists as tables, the rest by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ftui.text.visible import shortened, visible

BARS = 6
"""Bars of one distribution."""
_ROWS, _LONGEST = 12, 60
"""Lines of a table, and characters of one of its cells."""
DRAWN = ("counts", "production", "classes")
"""Members of evidence that the bars show."""


def bars(finding: Mapping[str, Any], most: int = BARS, name_width: int = 32) -> list[str]:
    """The figures of a finding about a distribution, as bars; nothing for others."""
    evidence = finding["evidence"]
    if not finding["code"].startswith("BAL") or not evidence:
        return []
    from ftui.statistics.distributions import Distribution, side_by_side

    counts, production = evidence.get("counts"), evidence.get("production")
    if isinstance(counts, dict) and isinstance(production, dict):
        words = evidence.get("part") == "vocabulary"
        sizes = (
            (evidence["rows"], evidence["production_rows"])
            if words
            else (sum(counts.values()), sum(production.values()))
        )
        one, other = (
            [n / max(size, 1) for n in side.values()]
            for side, size in zip((counts, production), sizes, strict=True)
        )
        names = [visible(name) for name in counts]
        ordered = evidence.get("part") == "length"
        return side_by_side(names, one, other, most=most, in_order=ordered, name_width=name_width)
    if isinstance(counts, dict):
        items = list(counts.items())
        if finding["code"] == "BAL001" and len(items) > most:  # the two ends, which the finding compares
            items = [*items[: most // 2], *items[-(most // 2) :]]
        found = Distribution(tuple(visible(name) for name, _ in items), tuple(count for _, count in items))
        return found.as_bars(most=most)
    classes = evidence.get("classes")
    if isinstance(classes, list):
        names = [visible(each["class"]) for each in classes]
        one, other = [each["training"] for each in classes], [each["share"] for each in classes]
        return side_by_side(names, one, other, most=most, name_width=name_width)
    return []


def plainly(evidence: Mapping[str, Any], leave_out: Sequence[str] = ()) -> Iterator[str]:
    """Lines of name and value; a list of objects is a table below its name."""
    for name, value in evidence.items():
        if name in leave_out or value in (None, "", [], {}):
            continue
        title = visible(name).replace("_", " ")
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            yield f"{title}:"
            yield from (f"  {line}" for line in _table(value))
        elif isinstance(value, dict):
            yield f"{title}:"
            yield from (f"  {line}" for line in _table([{"": key, " ": held} for key, held in value.items()]))
        elif isinstance(value, list):
            yield f"{title}: {', '.join(map(_cell, value[:_ROWS]))}" + _more(value)
        else:
            yield f"{title}: {_cell(value)}"


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name, "")) for name in columns] for row in rows[:_ROWS]]
    head = [visible(name).replace("_", " ").strip() for name in columns]
    lines = [head, *cells] if any(head) else cells
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    for line in lines:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
    if len(rows) > _ROWS:
        yield f"…{_more(rows)}"


def _more(values: Sequence[Any]) -> str:
    return f" and {len(values) - _ROWS:,} more" if len(values) > _ROWS else ""


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(map(_cell, value[:3])) + (" …" if len(value) > 3 else "")
    if isinstance(value, dict):
        return ", ".join(f"{visible(str(name))} {_cell(held)}" for name, held in list(value.items())[:4])
    return shortened(str(value), _LONGEST)
