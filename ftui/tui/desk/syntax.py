"""Colours for code: the leaves of tree-sitter's tree, named by a few words that every grammar shares.

The grammars' own highlight queries are not used: each needs its own fixes, and one of them crashes tree-sitter 0.26.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Language, Node

Token = Literal["keyword", "string", "number", "comment", "function", "type"]
LIMIT = 32 * 1024
"""Longer code is not coloured: 128 KB of JSON take 185 ms."""
LANGUAGES: dict[str, str] = {
    "python": "python", "py": "python", "python3": "python", "json": "json", "jsonl": "json", "jsonc": "json",
    "bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash", "console": "bash", "javascript": "javascript",
    "js": "javascript", "jsx": "javascript", "node": "javascript", "sql": "sql", "yaml": "yaml", "yml": "yaml",
    "toml": "toml", "html": "html", "css": "css",
}  # fmt: skip
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n]*$", re.M)


class Span(NamedTuple):
    """Characters start..end of a text and what they are."""

    start: int
    end: int
    token: Token


class Fence(NamedTuple):
    """A fenced block: characters start..end between its fences, and the language its fence names."""

    start: int
    end: int
    language: str


def fences(text: str, stop: int) -> list[Fence]:
    """The fenced blocks in text[:stop]; one that is never closed goes to the end."""
    found: list[Fence] = []
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text, 0, stop):
        if opened is None:
            opened = match
        elif match[1].startswith(opened[1]) and not match[2]:
            found.append(Fence(opened.end() + 1, match.start(), opened[2].lower()))
            opened = None
    if opened is not None:
        found.append(Fence(min(opened.end() + 1, stop), stop, opened[2].lower()))
    return found


def known(language: str) -> bool:
    """Whether there is a grammar for what a fence names."""
    return language in LANGUAGES


def loaded(language: str) -> bool:
    """Whether the grammar is in memory: the first use of one reads up to 12 MB (1.5 s for SQL on a cold disk)."""
    return LANGUAGES.get(language) in _LOADED


def load(language: str) -> None:
    """Bring a grammar into memory; for a thread."""
    _grammar(LANGUAGES[language])


@lru_cache(maxsize=64)
def highlight(code: str, language: str) -> tuple[Span, ...]:
    """The coloured spans of some code, in order; none for a language without a grammar or beyond LIMIT."""
    name = LANGUAGES.get(language)
    if name is None or len(code) > LIMIT:
        return ()
    from tree_sitter import Parser

    data = code.encode("utf-8", "replace")
    tree = Parser(_grammar(name)).parse(data)
    offsets = _offsets(code) if len(data) != len(code) else None
    return tuple(
        Span(offsets[start] if offsets else start, offsets[end] if offsets else end, token)
        for start, end, token in _leaves(tree.root_node)
    )


_LOADED: dict[str, Language] = {}


def _grammar(name: str) -> Language:
    if name not in _LOADED:
        from tree_sitter import Language

        module: Any = import_module(f"tree_sitter_{name}")
        _LOADED[name] = Language(module.language())
    return _LOADED[name]


def _offsets(code: str) -> list[int]:
    """Byte offset to character offset."""
    offsets: list[int] = []
    for index, character in enumerate(code):
        offsets.extend([index] * len(character.encode("utf-8", "replace")))
    offsets.append(len(code))
    return offsets


def _leaves(root: Node) -> Iterator[tuple[int, int, Token]]:
    cursor = root.walk()
    while True:
        node = cursor.node
        token = _token(node) if node is not None else None
        if node is not None and token is not None:
            yield node.start_byte, node.end_byte, token
        if (token is None and cursor.goto_first_child()) or cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return


NUMBERS = frozenset(
    {
        "integer", "float", "number", "integer_value", "float_value", "true", "false", "null", "none", "boolean",
        "integer_scalar", "float_scalar", "boolean_scalar", "null_scalar", "color_value",
    }
)  # fmt: skip
NAMES: dict[str, Token] = {
    "type_identifier": "type", "type": "type", "tag_name": "keyword", "attribute_name": "type",
    "command_name": "function", "variable_name": "type", "property_name": "type", "property_identifier": "type",
    "class_name": "type", "bare_key": "type", "doctype": "comment", "regex": "string",
    "double_quote_scalar": "string", "single_quote_scalar": "string", "attribute_value": "string",
    "quoted_attribute_value": "string", "raw_string": "string", "string_value": "string",
    "function_name": "function",
}  # fmt: skip


def _token(node: Node) -> Token | None:
    """What a node is drawn as with everything in it; None: look at its children."""
    kind = node.type
    if not node.is_named:
        return "keyword" if kind.isalpha() and kind.isascii() else None
    if "comment" in kind:
        return "comment"
    if kind in NAMES:
        return NAMES[kind]
    if kind in NUMBERS:
        return "number"
    if kind.startswith("keyword"):
        return "keyword"
    parent = node.parent
    if kind == "literal" and (node.text or b"")[:1].isdigit():  # SQL has one word for both
        return "number"
    if kind in ("string", "template_string", "literal"):
        if parent is not None and parent.type == "pair" and parent.child_by_field_name("key") == node:
            return "type"
        return "string"
    if kind == "identifier" and parent is not None and parent.type in CALLS:
        named = parent.child_by_field_name("function") or parent.child_by_field_name("name")
        return "function" if named == node else None
    return None


CALLS = frozenset(
    {"call", "call_expression", "function_definition", "function_declaration", "class_definition"}
)


def shift(spans: tuple[Span, ...], by: int) -> list[Span]:
    """The spans of a block at their place in the whole text."""
    return [Span(start + by, end + by, token) for start, end, token in spans]
