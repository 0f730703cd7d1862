"""The functions of Go templates that prompt templates use, and how Go shows values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping

_VERB = re.compile(r"%([-+# 0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")


class GoError(Exception):
    """What Go's template package would refuse."""


class Struct(dict[str, object]):
    """A map whose missing fields are an error, as those of a Go struct are."""


def true(value: object) -> bool:
    """Go's truth: zero, nil and everything empty are false; a struct never is."""
    return isinstance(value, Struct) or bool(value)


def shown(value: object) -> str:
    """A value as a template prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Struct) or (
        isinstance(value, list | tuple) and any(isinstance(v, Struct) for v in value)
    ):
        return to_json(value)  # Ollama's own structs (tools, arguments) print as JSON
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{shown(held)}" for key, held in sorted(value.items())) + "]"
    if isinstance(value, list | tuple):
        return "[" + " ".join(map(shown, value)) + "]"
    return str(value)


def _float(value: float) -> str:
    if not math.isfinite(value):
        return {"inf": "+Inf", "-inf": "-Inf"}.get(str(value), "NaN")
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    return repr(value)


def to_json(value: object) -> str:
    """As encoding/json writes it: no spaces, map keys sorted, `<`, `>` and `&` escaped."""
    text = json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":"), default=str)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _sorted(value: object) -> object:
    if isinstance(value, Mapping):
        items = value.items() if isinstance(value, Struct) else sorted(value.items())
        return {key: _sorted(held) for key, held in items}
    return [_sorted(each) for each in value] if isinstance(value, list | tuple) else value


def _same_kind(one: object, other: object) -> None:
    kinds = [
        "nil" if v is None else "bool" if isinstance(v, bool) else "number" if isinstance(v, int | float)
        else "text" if isinstance(v, str) else "other"
        for v in (one, other)
    ]  # fmt: skip
    if "nil" not in kinds and (kinds[0] != kinds[1] or "other" in kinds):
        raise GoError("incompatible types for comparison")


def _eq(first: object, *others: object) -> bool:
    if not others:
        raise GoError("missing argument for comparison")
    for other in others:
        _same_kind(first, other)
        if first == other:
            return True
    return False


def _lt(first: object, second: object) -> bool:
    _same_kind(first, second)
    if isinstance(first, bool) or first is None or second is None:
        raise GoError("incompatible types for comparison")
    return bool(first < second)  # type: ignore[operator]


def _index(held: object, *keys: object) -> object:
    for key in keys:
        if isinstance(held, Mapping):
            held = held.get(key)
        elif isinstance(held, list | tuple | str) and isinstance(key, int) and 0 <= key < len(held):
            held = held.encode()[key] if isinstance(held, str) else held[key]
        else:
            raise GoError(f"index out of range or of the wrong kind: {key}")
    return held


def _slice(held: object, *bounds: object) -> object:
    if not isinstance(held, list | tuple | str):
        raise GoError("can't slice this value")
    sized = held.encode() if isinstance(held, str) else held
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    ends = [0, len(sized)]
    ends[: len(numbers)] = numbers[:2]
    if len(numbers) != len(bounds) or not 0 <= ends[0] <= ends[1] <= len(sized):
        raise GoError("slice index out of range")
    part = sized[ends[0] : ends[1]]
    return part.decode(errors="replace") if isinstance(part, bytes) else part


def _length(held: object) -> int:
    if isinstance(held, str):
        return len(held.encode())
    if isinstance(held, Mapping | list | tuple):
        return len(held)
    raise GoError("len of a value that has none")


def _printf(form: object, *values: object) -> str:
    """printf with %s %v %d %q %t %f %x and widths; what does not fit is marked as Go marks it."""
    if not isinstance(form, str):
        raise GoError("printf wants a text first")
    rest = list(values)

    def put(match: re.Match[str]) -> str:
        flags, width, places, verb = match.groups()
        if verb == "%":
            return "%"
        if not rest:
            return f"%!{verb}(MISSING)"
        wide = min(int(width or 0), 10_000)
        text = _verb(verb, rest.pop(0), None if places is None else min(int(places), 100))
        if "-" in flags:
            return text.ljust(wide)
        return text.zfill(wide) if "0" in flags else text.rjust(wide)

    text = _VERB.sub(put, form)
    return text + "".join(f"%!(EXTRA {shown(value)})" for value in rest)


def _verb(verb: str, value: object, places: int | None) -> str:
    match verb:
        case "q":
            return json.dumps(shown(value), ensure_ascii=False)
        case "f" | "F" if isinstance(value, int | float):
            return f"{value:.{6 if places is None else places}f}"
        case "x" if isinstance(value, int):
            return f"{value:x}"
        case "s" | "v" | "d" | "t" | "g":
            text = "<nil>" if value is None else shown(value)
            return text if places is None or verb != "s" else text[:places]
    return f"%!{verb}({shown(value)})"


def _html(*values: object) -> str:
    text = _print(*values)
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        text = text.replace(sign, escaped)
    return text


def _print(*values: object) -> str:
    """As fmt.Sprint: a space only between two values neither of which is a text."""
    found = ""
    for number, value in enumerate(values):
        if number and not isinstance(value, str) and not isinstance(values[number - 1], str):
            found += " "
        found += "<nil>" if value is None else shown(value)
    return found


def _typescript(kind: object) -> str:
    """Ollama's toTypeScriptType for a property: its type, or a union of several."""
    held = kind.get("type", kind.get("Type")) if isinstance(kind, Mapping) else kind
    names = {
        "string": "string",
        "integer": "number",
        "number": "number",
        "boolean": "boolean",
        "null": "null",
    }
    names |= {"array": "any[]", "object": "Record<string, any>"}
    kinds = held if isinstance(held, list | tuple) else [held]
    return " | ".join(names.get(str(each), "any") for each in kinds) or "any"


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "eq": _eq,
    "ne": lambda first, second: not _eq(first, second),
    "lt": _lt,
    "le": lambda first, second: _lt(first, second) or first == second,
    "gt": lambda first, second: _lt(second, first),
    "ge": lambda first, second: _lt(second, first) or first == second,
    "not": lambda value: not true(value),
    "len": _length,
    "index": _index,
    "slice": _slice,
    "print": _print,
    "println": lambda *values: " ".join("<nil>" if v is None else shown(v) for v in values) + "\n",
    "printf": _printf,
    "html": _html,
    "json": to_json,
    "toJson": to_json,
    "toTypeScriptType": _typescript,
}
"""currentDate, yesterdayDate, and, or are the evaluator's own."""
