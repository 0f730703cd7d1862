"""Random records in random spellings, for the property tests of the formats."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import strategies as st

# No lone surrogates by chance: two of them side by side cannot be told from a pair in JSON.
letters = st.one_of(
    st.characters(exclude_categories=["Cs"]), st.sampled_from('\\"/\n\t\x00\x7fé€😀\u2028\u0085 :,{}[]abc')
)
texts = st.text(letters, max_size=30)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
records = st.dictionaries(texts, values, max_size=5)
spellings = st.fixed_dictionaries(
    {
        "item": st.sampled_from([",", ", ", " , ", ",\t"]),
        "key": st.sampled_from([":", ": ", " : "]),
        "pad": st.sampled_from(["", " "]),
        "escape": st.sampled_from([0.0, 0.0, 0.3, 1.0]),
        "seed": st.integers(0, 2**32),
    }
)  # fmt: skip


def spell(value: Any, spelling: dict[str, Any]) -> bytes:
    """A value as JSON in some unusual but valid spelling."""
    return _spell(value, spelling, random.Random(spelling["seed"])).encode()


def _spell(value: Any, how: dict[str, Any], dice: random.Random) -> str:
    pad = how["pad"]
    if isinstance(value, dict):
        inner = [_text(k, how, dice) + how["key"] + _spell(v, how, dice) for k, v in value.items()]
        return "{" + pad + how["item"].join(inner) + pad + "}"
    if isinstance(value, list):
        return "[" + pad + how["item"].join(_spell(v, how, dice) for v in value) + pad + "]"
    return _text(value, how, dice) if isinstance(value, str) else json.dumps(value)


def _text(text: str, how: dict[str, Any], dice: random.Random) -> str:
    return '"' + "".join(_letter(letter, dice.random() < how["escape"]) for letter in text) + '"'


def _letter(letter: str, escaped: bool) -> str:
    if escaped and letter == "/":
        return "\\/"
    if escaped:
        units = letter.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[i]:02x}{units[i + 1]:02X}" for i in range(0, len(units), 2))
    return json.dumps(letter, ensure_ascii=False)[1:-1]


def text_fields(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    """Every text in a value with the path to it."""
    if isinstance(value, str):
        return [(path, value)]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in items for found in text_fields(inner, (*path, key))]
