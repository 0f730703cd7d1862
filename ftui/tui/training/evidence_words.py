"""The values that a verdict rests on as a person reads them, with their units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite

from ftui.training.diagnosis.evidence_units import SECONDS, SHARE, TIMES, UNIX, unit_of
from ftui.training.local_time import local_minute
from ftui.tui.durations import in_words

_LONGEST_LIST = 6
"""Values of a list in the evidence that are shown."""
_WRITTEN: Mapping[str, Callable[[float], str]] = {
    SHARE: lambda value: f"{100 * value:.3g} %",
    TIMES: lambda value: f"{value:.4g} times",
    SECONDS: in_words,
    UNIX: local_minute,
}
"""Units that stand beside a number; of the others the name says enough: `best step`, `evaluations`."""


def evidence(values: Mapping[str, object], code: str) -> Iterator[str]:
    """The values that a verdict rests on, in words and with their units: `best step 1,750`, `rise 9.3 %`."""
    for name, value in values.items():
        if value is not None and not (isinstance(value, list | dict) and not value):
            unit = unit_of(code, name)
            said = name.removesuffix("_s") if unit == SECONDS else name
            yield f"{said.replace('_', ' ')} {_shown(value, unit, code)}"


def _shown(value: object, unit: str, code: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and unit in _WRITTEN and isfinite(value):
        return _WRITTEN[unit](value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) < 1e12 else f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(evidence(value, code))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        more = f", … ({len(value):,})" if len(value) > _LONGEST_LIST else ""
        return ", ".join(_shown(each, unit, code) for each in value[:_LONGEST_LIST]) + more
    return str(value)
