"""Grammars of tree-sitter, each loaded once a process: one wheel a language, read when first needed."""

from __future__ import annotations

import warnings
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Language, Parser, Tree

_SPECIAL = {
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
}
_PATIENCE = 200_000
"""Microseconds a parse may take: 80 KB of nested brackets take bash 34 s."""
_LOADED: dict[str, Language] = {}
_PARSERS: dict[str, Parser] = {}


def loaded(name: str) -> bool:
    """Whether the grammar is in memory: the first use of one reads up to 12 MB (1.5 s for SQL on a cold disk)."""
    return name in _LOADED


def grammar(name: str) -> Language:
    """The grammar of a language: python, javascript, tsx."""
    if name not in _LOADED:
        from tree_sitter import Language

        module, function = _SPECIAL.get(name, (f"tree_sitter_{name}", "language"))
        of: Any = import_module(module)
        _LOADED[name] = Language(getattr(of, function)())
    return _LOADED[name]


def tree(data: bytes, name: str) -> Tree | None:
    """The tree of some code in UTF-8; None where the parser needs too long."""
    if name not in _PARSERS:
        from tree_sitter import Parser

        # Deprecated in favour of a callback, which crashes 0.25.2 with a segmentation fault.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _PARSERS[name] = Parser(grammar(name), timeout_micros=_PATIENCE)
    parser = _PARSERS[name]
    try:
        return parser.parse(data)
    except ValueError:
        parser.reset()
        return None


class Fault(NamedTuple):
    """Where code is not what the grammar wants: lines and column from 1, what is missing."""

    line: int
    column: int
    last: int
    missing: bool
    what: str


@lru_cache(32)  # a second look at a row must not depend on whether the machine is busier than at the first
def faults_of(code: str, name: str, most: int = 50) -> tuple[Fault, ...]:
    """The places at which the code is not what the grammar wants, in order; empty for valid code."""
    parsed = tree(code.encode("utf-8", "replace"), name)
    if parsed is None or not parsed.root_node.has_error:
        return ()
    found: list[Fault] = []
    held = [parsed.root_node]
    while held and len(found) < most:
        node = held.pop()
        if node.is_error or node.is_missing:
            start = node.start_point
            found.append(Fault(start[0] + 1, start[1] + 1, node.end_point[0] + 1, node.is_missing, node.type))
        elif node.has_error:
            held.extend(reversed(node.children))
    return tuple(found)
