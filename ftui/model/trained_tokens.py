"""What training sees of one row: the rendered text, and which characters and tokens of it are trained on.

How a screen uses it::

    template = trained_tokens.find(project)              # once a project; FtuiError where a file is broken
    rendered = trained_tokens.render(turns, template)    # turns: (role, text) in reading order
    for span in rendered.spans:                          # the whole text, in order, nothing left out
        show(rendered.text[span.start : span.end], dimmed=not span.trained)
    for token in trained_tokens.tokens(rendered, recipe):   # [] without a tokenizer
        show(token.text, dimmed=not token.trained)

Trained are the answers of the assistant with the end marker or end token behind them; system, prompt, tool results and
what the template writes around them are masked, as with the usual settings of TRL, Axolotl and Unsloth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ftui.model import chat_template, tokenizer
from ftui.model.gguf import read_header
from ftui.model.tokenizer_config import NAME, TokenizerConfig, read_template, read_tokenizer_config
from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project

TRAINED_ROLES = frozenset({"assistant", "chosen"})
_PART = re.compile(r"\{(system|prompt|answer)\}")
_ROLES = {"chosen": "assistant", "other": "user", "label": "assistant"}
"""Roles of texts as a chat template knows them; others are their own name."""


class Turn(NamedTuple):
    """One text of a conversation: who says it (system, user, assistant, tool, chosen), and what."""

    role: str
    text: str


class Span(NamedTuple):
    """Characters start..end of the rendered text, and whether training learns them."""

    start: int
    end: int
    trained: bool


class TrainedToken(NamedTuple):
    """One token: its name in the vocabulary, its characters start..end, and whether training learns it."""

    text: str
    start: int
    end: int
    trained: bool


@dataclass(frozen=True)
class Template:
    """How a row becomes text, and where that was found."""

    kind: Literal["chat", "training", "none"]
    source: str = ""
    """The Jinja source, or the text with {system}, {prompt} and {answer}."""
    tokens: tuple[tuple[str, str], ...] = ()
    """bos_token, eos_token and the like, for the chat template."""
    found_in: str = "the texts alone: no template is set"


@dataclass(frozen=True)
class Rendered:
    """A row as training reads it."""

    text: str
    trained: tuple[tuple[int, int], ...]
    """Characters that are trained on, in order, not overlapping."""
    found_in: str
    """Which template rendered it."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The whole text as trained and masked spans."""
        found, at = [], 0
        for start, end in self.trained:
            found += [Span(at, start, False)] if start > at else []
            found.append(Span(start, end, True))
            at = end
        return (*found, Span(at, len(self.text), False)) if at < len(self.text) else tuple(found)

    @property
    def last_answer(self) -> int:
        """Where the last trained span starts; the whole length without one."""
        return self.trained[-1][0] if self.trained else len(self.text)


def find(project: Project) -> Template:
    """The template that a project names, the most explicit first.

    chat_template under [model], template under [training], the tokenizer's own, the GGUF header's. Raises FtuiError.
    """
    model = project.model
    header = read_header(model.gguf) if model.gguf is not None else None
    config = _tokenizer_config(model)
    names = ("bos", "eos", "pad", "unk") if header else ()
    special = {f"{name}_token": text for name in names if header and (text := header.special_text(name))}
    said = tuple({**special, **(config.tokens if config else {})}.items())
    if model.chat_template is not None:
        return Template("chat", read_template(model.chat_template), said, model.chat_template.name)
    if project.training.template:
        return Template("training", project.training.template, (), "template under [training]")
    if config is not None and config.chat_template:
        return Template(
            "chat", config.chat_template, said, f"the chat template in {config.template_path.name}"
        )
    if header is not None and header.chat_template:
        return Template("chat", header.chat_template, said, f"the chat template of {header.path.name}")
    return Template("none")


def render(turns: Sequence[Turn], template: Template) -> Rendered:
    """One row as training reads it; FtuiError where the chat template refuses the conversation or is broken."""
    turns = [turn for turn in turns if turn.role != "rejected"]
    if template.kind == "chat":
        return _chat(turns, template)
    return _by_parts(turns, template) if template.kind == "training" else _plain(turns, template)


def tokens(rendered: Rendered, recipe: tokenizer.Recipe) -> list[TrainedToken]:
    """The tokens of a rendered text; [] where there is only an estimate.

    A token is trained when its last character is, as a trainer that masks by lengths of prefixes sees it.
    """
    exact = tokenizer.exact(recipe)
    found: list[TrainedToken] = []
    spans, at = rendered.spans, 0
    for text, start, end in exact.pieces(rendered.text) if exact else ():
        while at + 1 < len(spans) and spans[at].end < max(end, start + 1):
            at += 1
        found.append(TrainedToken(text, start, end, bool(spans) and spans[at].trained))
    return found


def _plain(turns: Sequence[Turn], template: Template) -> Rendered:
    parts: list[str] = []
    trained: list[tuple[int, int]] = []
    at = 0
    for turn in turns:
        parts.append(turn.text)
        if turn.role in TRAINED_ROLES and turn.text:
            trained.append((at, at + len(turn.text)))
        at += len(turn.text) + 1
    return Rendered("\n".join(parts), tuple(trained), template.found_in)


def _by_parts(turns: Sequence[Turn], template: Template) -> Rendered:
    """The template once a row; earlier turns of a conversation stand in its prompt."""
    answers = [number for number, turn in enumerate(turns) if turn.role in TRAINED_ROLES]
    last = answers[-1] if answers else len(turns)
    held = {
        "system": "\n".join(turn.text for turn in turns if turn.role == "system"),
        "prompt": "\n".join(turn.text for turn in turns[:last] if turn.role != "system"),
        "answer": turns[last].text if answers else "",
    }
    out, trained, at, length = [], [], 0, 0
    for part in _PART.finditer(template.source):
        before = template.source[at : part.start()]
        length += len(before)
        text = held[part[1]]
        if part[1] == "answer" and text:
            trained.append((length, length + len(text)))
        out += [before, text]
        length += len(text)
        at = part.end()
    tail = template.source[at:]
    out.append(tail)
    # What stands behind the answer is its end marker: it is learnt with it.
    if trained and trained[-1][1] == length and tail.strip():
        trained[-1] = (trained[-1][0], length + len(tail.rstrip()))
    return Rendered("".join(out), tuple(trained), template.found_in)


def _chat(turns: Sequence[Turn], template: Template) -> Rendered:
    messages = [{"role": _ROLES.get(turn.role, turn.role), "content": turn.text} for turn in turns]
    known = dict(template.tokens)
    text = chat_template.render(template.source, messages, tokens=known)
    trained: list[tuple[int, int]] = []
    at = 0
    for number, turn in enumerate(turns):
        if turn.role not in TRAINED_ROLES or not turn.text.strip():
            continue
        place, body = _place(text, at, turn.text, _before(template, messages[:number], known))
        if place >= 0:
            at = _with_end(text, place + len(body), turns[number + 1 :])
            trained.append((place, at))
    return Rendered(text, tuple(trained), template.found_in)


def _before(template: Template, messages: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> str:
    """The prompt of an answer, as inference renders it; "" where the template refuses it."""
    try:
        return chat_template.render(template.source, messages, tokens=known, add_generation_prompt=True)
    except FtuiError:
        return ""


def _place(text: str, at: int, answer: str, before: str) -> tuple[int, str]:
    """Where an answer stands in the whole text, and as what: most templates strip their messages.

    Behind its prompt, where the whole text begins with that (a template that shortens earlier turns does not render
    so); else where it is found first. -1 where it is not there.
    """
    start = max(at, len(before)) if before and text.startswith(before) else at
    for body in (answer, answer.strip()):
        place = text.find(body, start)
        if place >= 0:
            return place, body
    return -1, answer


_END = re.compile(r"[ \t]*(?:<[|｜/]?[^<>\s]{1,40}>|\[/?[A-Z_]{2,20}\])")


def _with_end(text: str, at: int, later: Sequence[Turn]) -> int:
    """Behind the end token that follows an answer at once; the rest of the text where no turn follows."""
    match = _END.match(text, at)
    if match is not None:
        return match.end()
    rest = text[at:].rstrip()
    return at + len(rest) if not later and len(rest) <= 40 else at


def _tokenizer_config(model: Model) -> TokenizerConfig | None:
    folder = model.tokenizer
    if folder is not None and not folder.is_dir():
        folder = folder.parent
    path = model.tokenizer_config or (folder / NAME if folder is not None else None)
    if path is None or (model.tokenizer_config is None and not path.is_file()):
        return None
    return read_tokenizer_config(path)
