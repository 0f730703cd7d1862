"""Typed reading of TOML tables: every fault names the file, the line and the nearest valid name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest
from ftui.project.toml_lines import KeyPath, key_lines, line_of


class TomlTable:
    """One table of a file; what is not asked for by `finish` is refused."""

    def __init__(self, file: Path, text: str, held: dict[str, Any], path: KeyPath = ()) -> None:
        self.file = file
        self._text = text
        self._held = held
        self._path = path

    def keys(self) -> list[str]:
        """The keys of the table, in file order."""
        return list(self._held)

    def text(self, key: str) -> str | None:
        """A text; None when the key is not there."""
        held: str | None = self._typed(key, str, "a text")
        return held

    def flag(self, key: str) -> bool | None:
        """true or false; None when the key is not there."""
        held: bool | None = self._typed(key, bool, "true or false")
        return held

    def number(self, key: str) -> float | None:
        """A number from 0; None when the key is not there."""
        held = self._held.get(key)
        if held is not None and (
            isinstance(held, bool) or not isinstance(held, int | float) or not held >= 0
        ):
            self.fail(f"{self._name(key)} must be a number from 0, not {held!r}", key)
        return held

    def count(self, key: str) -> int | None:
        """A whole number from 1; None when the key is not there."""
        held = self._held.get(key)
        if held is not None and (isinstance(held, bool) or not isinstance(held, int) or held < 1):
            self.fail(f"{self._name(key)} must be a whole number from 1, not {held!r}", key)
        return held

    def within(self, key: str, least: float, most: float, *, whole: bool = False) -> float | None:
        """A number between two others; None when the key is not there."""
        held = self._held.get(key)
        if held is None:
            return None
        right = int if whole else (int, float)
        if isinstance(held, bool) or not isinstance(held, right) or not least <= held <= most:
            kind = "a whole number" if whole else "a number"
            self.fail(f"{self._name(key)} must be {kind} from {least:g} to {most:.10g}, not {held!r}", key)
        return int(held) if whole else float(held)

    def table(self, key: str) -> TomlTable:
        """A table; an empty one when it is not there."""
        held: dict[str, Any] | None = self._typed(key, dict, "a table")
        return TomlTable(self.file, self._text, held or {}, (*self._path, key))

    def only(self, key: str) -> TomlTable:
        """The table with nothing but one of its keys."""
        return TomlTable(self.file, self._text, {key: self._held[key]}, self._path)

    def tables(self, key: str) -> list[TomlTable]:
        """The tables of an array; none when it is not there."""
        held = self._held.get(key, [])
        if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
            self.fail(f"{self._name(key)} must be tables: [[{self._name(key)}]]", key)
        return [
            TomlTable(self.file, self._text, one, (*self._path, key, str(number)))
            for number, one in enumerate(held)
        ]

    def line(self) -> int | None:
        """The line on which the table begins."""
        return line_of(key_lines(self._text), self._path)

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; empty when the key is not there."""
        held = self._held.get(key)
        if isinstance(held, str):
            return (held,)
        if held is None:
            return ()
        if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
            self.fail(f"{self._name(key)} must be a text or a list of texts", key)
        return tuple(held)

    def value(self, key: str) -> Any:
        """The value as it is."""
        return self._held[key]

    def finish(self, known: Iterable[str]) -> None:
        """Raises FtuiError for a key that is not known."""
        names = list(known)
        for key in self._held:
            if key not in names:
                what = "table" if isinstance(self._held[key], dict) else "key"
                where = f" in [{'.'.join(self._path)}]" if self._path else ""
                hint = f"known here: {', '.join(names)}"
                self.fail(f"unknown {what} {key!r}{where}{nearest(key, names)}", key, hint)

    def fail(self, message: str, key: str = "", hint: str = "") -> NoReturn:
        """Raises FtuiError that names the file and the line of the key."""
        line = line_of(key_lines(self._text), (*self._path, key) if key else self._path)
        where = f"{self.file} line {line}" if line else str(self.file)
        raise FtuiError(f"{where}: {message}", hint)

    def _name(self, key: str) -> str:
        return ".".join((*self._path, key))

    def _typed(self, key: str, kind: type, words: str) -> Any:
        held = self._held.get(key)
        if held is not None and not isinstance(held, kind):
            self.fail(f"{self._name(key)} must be {words}, not {_kind(held)}", key)
        return held


def read_toml(file: Path) -> TomlTable:
    """The whole file as a table. Raises FtuiError when it cannot be read or is no TOML."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FtuiError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FtuiError(f"{file} is not UTF-8 text (byte {error.start + 1})") from error
    text = text.replace("\r\n", "\n")
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FtuiError(f"{file}: {error}", "mend the line, or let `ftui init` write a new file") from error
    return TomlTable(file, text, held)


def _kind(held: object) -> str:
    words = {
        bool: "true or false",
        str: "a text",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a table",
    }
    return words.get(type(held), "a date")
