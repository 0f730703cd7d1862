"""A Go text/template as a tree of nodes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ftui.model.go_template_lexer import Piece, Token, pieces
from ftui.project.errors import FtuiError

MOST_DEPTH = 100
"""Blocks or parentheses inside each other; deeper ones would exhaust Python's own stack."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, number, truth value or nil."""

    value: object


@dataclass(frozen=True, slots=True)
class Path:
    """`.A.B` ("" first), `$x.A` (the variable first) or `(…).A` (the pipeline in `of`)."""

    root: str
    names: tuple[str, ...]
    of: Pipe | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a function."""

    name: str


Operand: TypeAlias = "Constant | Path | Name | Pipe"


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by `|`, whose result may go into variables."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    declares: bool = True
    """`:=` rather than `=`."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Branch:
    """if, with or range, and what stands in its else."""

    kind: Literal["if", "with", "range"]
    pipe: Pipe
    body: tuple[Node, ...]
    other: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Jump:
    """break or continue."""

    kind: Literal["break", "continue"]


Node: TypeAlias = "Text | Action | Branch | Jump"


def parse(source: str) -> tuple[Node, ...]:
    """The nodes of a template. Raises FtuiError that names the line of a fault."""
    blocks = _Blocks([*pieces(source)])
    nodes, ended = blocks.nodes(0)
    if ended:
        raise blocks.fault(f"unexpected {{{{ {ended} }}}}")
    return nodes


@dataclass
class _Blocks:
    """The pieces of a template, read from left to right."""

    pieces: Sequence[Piece]
    at: int = 0
    last: tuple[Token, ...] = field(default=())
    """The tokens of the else that ended a block."""

    def fault(self, what: str) -> FtuiError:
        line = self.pieces[min(self.at, len(self.pieces)) - 1].line if self.pieces else 1
        return FtuiError(f"template, line {line}: {what}", "Go template syntax: pkg.go.dev/text/template")

    def nodes(self, depth: int) -> tuple[tuple[Node, ...], str]:
        """Nodes up to `else`, `end` or the end of the template, and which of them it was."""
        if depth > MOST_DEPTH:
            raise self.fault("too many blocks inside each other")
        found: list[Node] = []
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            self.at += 1
            if piece.tokens is None:
                found.append(Text(piece.text))
                continue
            word = piece.tokens[0].text if piece.tokens and piece.tokens[0].kind == "word" else ""
            if word in ("else", "end"):
                self.last = piece.tokens
                return tuple(found), word
            if word in ("if", "with", "range"):
                found.append(self.branch(word, piece.tokens[1:], piece.line, depth))
            elif word in ("break", "continue") and len(piece.tokens) == 1:
                found.append(Jump(word))  # type: ignore[arg-type]
            elif word in ("define", "block", "template"):
                raise self.fault(f"{{{{ {word} }}}} is not supported: a prompt template is one template")
            else:
                found.append(Action(_Expression(piece.tokens, piece.line).whole()))
        return tuple(found), ""

    def branch(self, kind: str, tokens: Sequence[Token], line: int, depth: int) -> Branch:
        """One if, with or range up to its end; `else if` is a branch in the else."""
        pipe = _Expression(tokens, line, ranging=kind == "range").whole()
        body, ended = self.nodes(depth + 1)
        other: tuple[Node, ...] = ()
        if ended == "else" and len(self.last) > 1:
            again = self.last[1].text
            if again not in ("if", "with") or kind == "range":
                raise self.fault(f"{{{{ else {again} }}}}")
            other = (self.branch(again, self.last[2:], self.pieces[self.at - 1].line, depth + 1),)
        elif ended == "else":
            other, ended = self.nodes(depth + 1)
        if not ended or (ended == "else" and not other):
            raise self.fault(f"{{{{ {kind} }}}} without {{{{ end }}}}")
        return Branch(kind, pipe, body, other)  # type: ignore[arg-type]


class _Expression:
    """The tokens of one action as a pipeline."""

    def __init__(self, tokens: Sequence[Token], line: int, *, ranging: bool = False) -> None:
        self.tokens = tokens
        self.line = line
        self.ranging = ranging
        self.at = 0

    def fault(self, what: str) -> FtuiError:
        return FtuiError(
            f"template, line {self.line}: {what}", "Go template syntax: pkg.go.dev/text/template"
        )

    def whole(self) -> Pipe:
        """The pipeline of the whole action."""
        pipe = self.pipe(0)
        if self.at < len(self.tokens):
            raise self.fault(f"unexpected {self.tokens[self.at].text!r}")
        return pipe

    def pipe(self, depth: int) -> Pipe:
        """A pipeline up to `)` or the end."""
        if depth > MOST_DEPTH:
            raise self.fault("too many parentheses inside each other")
        variables, declares = self._variables() if depth == 0 else ((), True)
        commands = [self._command(depth)]
        while self._is("|"):
            self.at += 1
            commands.append(self._command(depth))
        return Pipe(tuple(commands), variables, declares, self.line)

    def _variables(self) -> tuple[tuple[str, ...], bool]:
        """`$x :=`, `$x =`, and in range `$i, $x :=`."""
        for count in (2, 1) if self.ranging else (1,):
            head = self.tokens[: 2 * count]
            kinds = [token.kind for token in head[::2]]
            signs = [token.text for token in head[1::2]]
            if kinds == ["variable"] * count and signs in ([","] * (count - 1) + [s] for s in (":=", "=")):
                self.at = 2 * count
                return tuple(token.text for token in head[::2]), signs[-1] == ":="
        return (), True

    def _is(self, sign: str) -> bool:
        return (
            self.at < len(self.tokens)
            and self.tokens[self.at].text == sign
            and self.tokens[self.at].kind == "op"
        )

    def _command(self, depth: int) -> tuple[Operand, ...]:
        operands: list[Operand] = []
        while self.at < len(self.tokens) and not self._is("|") and not self._is(")"):
            operands.append(self._operand(depth))
        if not operands:
            raise self.fault("a value is missing")
        return tuple(operands)

    def _operand(self, depth: int) -> Operand:
        token = self.tokens[self.at]
        self.at += 1
        match token.kind:
            case "op" if token.text == "(":
                inner = self.pipe(depth + 1)
                if not self._is(")"):
                    raise self.fault("( is never closed")
                self.at += 1
                names = self._fields()
                return Path("", names, inner) if names else inner
            case "field":
                return Path("", (token.text[1:], *self._fields()))
            case "variable":
                return Path(token.text, self._fields())
            case "dot":
                return Path("", ())
            case "word":
                constants: dict[str, object] = {"true": True, "false": False, "nil": None}
                return Constant(constants[token.text]) if token.text in constants else Name(token.text)
            case "string":
                return Constant(self._text(token.text))
            case "char":
                sign = self._text(token.text)
                if len(sign) != 1:
                    raise self.fault(f"{token.text} is not one character")
                return Constant(ord(sign))
            case "number":
                return Constant(self._number(token.text))
        raise self.fault(f"unexpected {token.text!r}")

    def _fields(self) -> tuple[str, ...]:
        found: list[str] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind != "field" or token.spaced:
                break
            found.append(token.text[1:])
            self.at += 1
        return tuple(found)

    def _text(self, token: str) -> str:
        if token.startswith("`"):
            return token[1:-1].replace("\r", "")
        body, found, at = token[1:-1], [], 0
        while at < len(body):
            if body[at] != "\\":
                found.append(body[at])
                at += 1
                continue
            sign = body[at + 1]
            digits = {"x": 2, "u": 4, "U": 8}.get(sign, 3 if sign in "01234567" else 0)
            if digits:
                begin = at + (1 if digits == 3 else 2)
                number = body[begin : begin + digits]
                try:
                    found.append(chr(int(number, 8 if digits == 3 else 16)))
                except (ValueError, OverflowError):
                    raise self.fault(f"a broken escape in {token}") from None
                at = begin + digits
            else:
                found.append(_ESCAPES.get(sign, sign))
                at += 2
        return "".join(found)

    def _number(self, token: str) -> object:
        try:
            value = ast.literal_eval(token.lower().lstrip("+"))
        except (ValueError, SyntaxError):
            value = None
        if not isinstance(value, int | float):
            raise self.fault(f"{token} is no number")
        return value
