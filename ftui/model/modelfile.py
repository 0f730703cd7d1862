"""An Ollama Modelfile: read as Ollama reads it, and edited so that every other byte stays as it was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ftui.project.errors import FtuiError

COMMANDS = (
    "from", "license", "template", "system", "adapter", "renderer", "parser", "parameter", "message", "requires",
)  # fmt: skip
MESSAGE_ROLES = ("system", "user", "assistant")
MOST_BYTES = 16 << 20
"""A Modelfile is text of some kilobytes; a model named here by mistake is not read into memory."""
_BLANK = " \t\r\n"
_LINE_END = re.compile(r"[\r\n]")


class Instruction(NamedTuple):
    """One instruction: `PARAMETER stop "x"` is ("parameter", "stop", "x"); `key` is "" for most others."""

    command: str
    key: str
    """The parameter's name, or the role of a MESSAGE."""
    value: str
    start: int
    """Character offset of the command in the text."""
    end: int
    """Behind the value, before the line's end."""
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Modelfile:
    """The text of a Modelfile and its instructions, in file order."""

    text: str
    instructions: tuple[Instruction, ...]

    def values(self, command: str, key: str = "") -> list[str]:
        """The values of a command, or of one parameter, in file order."""
        return [each.value for each in self.instructions if (each.command, each.key) == (command, key)]

    def last(self, command: str, key: str = "") -> Instruction | None:
        """The instruction that counts where one is given several times."""
        found = [each for each in self.instructions if (each.command, each.key) == (command, key)]
        return found[-1] if found else None

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop sequences: every `PARAMETER stop` counts."""
        return tuple(dict.fromkeys(self.values("parameter", "stop")))

    @property
    def num_predict(self) -> int | None:
        """The token limit as written; None where none, or no whole number, is given."""
        found = self.last("parameter", "num_predict")
        try:
            return None if found is None else int(found.value)
        except ValueError:
            return None

    @property
    def template(self) -> str | None:
        """The prompt template; None where the model's own is used."""
        found = self.last("template")
        return None if found is None else found.value

    @property
    def system(self) -> str:
        """The system prompt that Ollama puts before requests that bring none."""
        found = self.last("system")
        return "" if found is None else found.value

    @property
    def messages(self) -> tuple[tuple[str, str], ...]:
        """The conversation that stands before each request, as (role, text)."""
        return tuple((each.key, each.value) for each in self.instructions if each.command == "message")

    @property
    def base(self) -> str:
        """What FROM names: a file, or a model of a library."""
        found = self.last("from")
        return "" if found is None else found.value

    def with_parameter(self, key: str, value: str) -> str:
        """The text with one parameter line more, after the last line that sets a parameter, else at the end."""
        line = f"PARAMETER {key} {_quoted(value) if key == 'stop' else value}"
        ending = "\r\n" if "\r\n" in self.text else "\n"
        parameters = [each for each in self.instructions if each.command == "parameter"]
        if parameters:
            at = _line_end(self.text, parameters[-1].end)
            return self.text[:at] + ending + line + self.text[at:]
        head = self.text
        if head and not head.endswith(("\n", "\r")):
            head += ending
        return head + line + ending

    def with_changed_parameter(self, key: str, value: str) -> str:
        """The text with the value of the parameter that counts replaced, or with a new line where there is none."""
        found = self.last("parameter", key)
        if found is None:
            return self.with_parameter(key, value)
        head = self.text[found.start : found.end]
        kept = head[: len(head) - len(_written(head, 2))]
        return self.text[: found.start] + kept + value + self.text[found.end :]


def read_modelfile(path: Path) -> Modelfile:
    """The Modelfile at a path; line ends are kept. Raises FtuiError for a missing, huge, broken or binary file."""
    hint = "look at modelfile under [model] in ftui.toml"
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}", hint) from error
    if len(data) > MOST_BYTES:
        raise FtuiError(f"{path}: larger than {MOST_BYTES >> 20} MB: no Modelfile", hint)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FtuiError(f"{path}: not UTF-8 text (byte {error.start:,})", hint) from error
    try:
        return parse_modelfile(text)
    except FtuiError as error:
        raise FtuiError(f"{path}: {error.message}", error.hint) from error


def parse_modelfile(text: str) -> Modelfile:
    """The instructions of a Modelfile's text. Raises FtuiError that names the line of a fault."""
    return Modelfile(text, tuple(_instructions(text)))


def _instructions(text: str) -> Iterator[Instruction]:
    at = 1 if text.startswith(codecs.BOM_UTF8.decode()) else 0
    line, counted = 1, 0
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
        elif text[at] == "#":
            at = _line_end(text, at)
        else:
            line += text.count("\n", counted, at)
            counted = at
            found = _instruction(text, at, line)
            yield found
            at = found.end


def _instruction(text: str, start: int, line: int) -> Instruction:
    name, at = _word(text, start)
    command = name.lower()
    if command not in COMMANDS:
        known = ", ".join(each.upper() for each in COMMANDS)
        raise FtuiError(f"line {line}: {name[:40]!r} is no instruction", f"one of {known}")
    key = ""
    if command in ("parameter", "message"):
        key, at = _word(text, _skip_spaces(text, at))
        if command == "message" and key not in MESSAGE_ROLES:
            raise FtuiError(f"line {line}: MESSAGE {key[:40]!r}", f"a role: {', '.join(MESSAGE_ROLES)}")
    begin = _skip_spaces(text, at)
    end = _value_end(text, begin, line)
    value = _unquoted(text[begin:end])
    if value == "" and begin == end:
        raise FtuiError(
            f"line {line}: {name.upper()} {key} has no value".replace("  ", " "), "add it, or drop the line"
        )
    return Instruction(command, key.lower() if command == "parameter" else key, value, start, end, line)


def _value_end(text: str, begin: int, line: int) -> int:
    """Where a value ends: at the line's end or, where a quote is open there, at the first line end after it closes."""
    mark = next((each for each in ('"""', '"') if text.startswith(each, begin)), "")
    end = begin
    while True:
        stop = _line_end(text, end)
        last = stop
        while last > end and text[last - 1] in _BLANK:
            last -= 1
        if last == end and end > begin:  # blank: what stands before was looked at already
            pass
        elif not mark or (last - begin >= 2 * len(mark) and text.endswith(mark, begin, last)):
            return last
        if stop >= len(text):
            raise FtuiError(f"line {line}: {mark} is never closed", f"close it with {mark}")
        end = stop + 1


def _unquoted(value: str) -> str:
    """As Ollama does it: no escapes, the quotes are just taken off."""
    for mark in ('"""', '"'):
        if value.startswith(mark) and len(value) >= 2 * len(mark):
            return value[len(mark) : -len(mark)]
    return value


def _quoted(value: str) -> str:
    """A value that reads back the same: quotes inside want three outside."""
    return f'"""{value}"""' if '"' in value or "\n" in value else f'"{value}"'


def _written(line: str, words: int) -> str:
    """What stands behind the first words of an instruction, as written."""
    return line.split(None, words)[words]


def _word(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] not in _BLANK:
        end += 1
    return text[at:end], end


def _skip_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)
