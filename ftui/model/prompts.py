"""One conversation rendered for inference and for training, and the first place at which the two differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ftui.model import chat_template, ollama_template
from ftui.model.chat_template import RefusedError
from ftui.model.inference import Inference, Template
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError

_MARK = "\ue000answer\ue001"
"""Stands for the answer: private-use characters are in no template, and no filter of one changes them."""
_BEGIN = ("<s>", "<|begin_of_text|>", "<bos>", "<|startoftext|>", "<｜begin▁of▁sentence｜>", "[BOS]")
_NAMED = re.compile(r"\{(system|prompt|answer)\}")
_AROUND = 40


class Around(NamedTuple):
    """What training puts before an answer and behind it."""

    before: str
    after: str


class Difference(NamedTuple):
    """The first difference of two prompts: the character, and both texts around it."""

    at: int
    inference: str
    training: str


@dataclass(frozen=True)
class Renderer:
    """A template with what belongs to it."""

    template: Template
    tokens: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    """SYSTEM of a Modelfile: put before conversations that have no system text."""
    opening: tuple[Message, ...] = ()
    """MESSAGE lines of a Modelfile: they stand before each conversation."""

    @classmethod
    def inference(cls, inference: Inference) -> Renderer | None:
        """The renderer of prompts at inference; None where no file has a template."""
        template = inference.prompt_template
        if template is None:
            return None
        modelfile = inference.modelfile
        if modelfile is None:
            return cls(template, inference.tokens)
        opening = tuple(Message(role, text) for role, text in modelfile.messages)
        return cls(template, inference.tokens, modelfile.system, opening)

    @classmethod
    def training(cls, inference: Inference) -> Renderer | None:
        """The renderer of rows in training; None where nothing says it."""
        template = inference.training_template
        return None if template is None else cls(template, inference.tokens)

    def prompt(self, messages: Sequence[Message]) -> str:
        """The prompt for the next answer, as it goes to the model. Raises FtuiError."""
        whole = [*self.opening, *messages]
        if self.system and (not messages or messages[0].role != "system"):
            whole.insert(0, Message("system", self.system))
        if self.template.kind == "go":
            return ollama_template.render(self.template.text, whole)
        if self.template.kind == "format":
            return self.around(whole).before
        return chat_template.render(
            self.template.text, [m._asdict() for m in whole], tokens=self.tokens, add_generation_prompt=True
        )

    def around(self, messages: Sequence[Message]) -> Around:
        """What training shows around the answer that follows the messages. Raises FtuiError."""
        if self.template.kind == "format":
            text = _formatted(self.template.text, messages)
        else:
            whole = [*messages, Message("assistant", _MARK)]
            text = chat_template.render(self.template.text, [m._asdict() for m in whole], tokens=self.tokens)
        before, mark, after = text.partition(_MARK)
        if not mark:
            raise FtuiError(f"{self.template.source}: it leaves the answer out", "mend the template")
        return Around(before, after)

    def full(self, messages: Sequence[Message]) -> str:
        """A whole conversation as training sees it. Raises FtuiError."""
        if self.template.kind == "format":
            *head, last = messages
            return _formatted(self.template.text, head).replace(_MARK, last.content)
        if self.template.kind == "go":
            return ollama_template.render(self.template.text, messages)
        return chat_template.render(self.template.text, [m._asdict() for m in messages], tokens=self.tokens)


def _formatted(form: str, messages: Sequence[Message]) -> str:
    """`{system}`, `{prompt}` and `{answer}` filled in; it has one turn."""
    if any(message.role == "assistant" for message in messages):
        raise RefusedError(
            "template under [training] has one turn only", "name a chat_template under [model]"
        )
    parts = {
        "system": "\n\n".join(m.content for m in messages if m.role == "system"),
        "prompt": "\n".join(m.content for m in messages if m.role == "user"),
        "answer": _MARK,
    }
    return _NAMED.sub(lambda found: parts[found[1]], form)


def compare(inference: Renderer, training: Renderer, messages: Sequence[Message]) -> Difference | None:
    """The first difference for one conversation; None where the prompts agree. Raises FtuiError.

    Right is what training has before the answer, and what its own template writes where an answer is to follow.
    """
    begin = training.tokens.get("bos_token") or inference.tokens.get("bos_token")
    asked = inference.prompt(messages)
    shown = training.around(messages).before
    if _agree(*without_begin(asked, shown, begin)):
        return None
    if training.template.kind == "jinja" and _agree(*without_begin(asked, training.prompt(messages), begin)):
        return None
    return difference(*without_begin(asked, shown, begin))


def _agree(asked: str, shown: str) -> bool:
    """Spaces that training has before the answer are written by the model."""
    return shown.startswith(asked) and not shown[len(asked) :].strip(" ")


def without_begin(asked: str, shown: str, begin: str | None) -> tuple[str, str]:
    """Two prompts without the begin-of-text token that only one of them writes out: engines add it by themselves."""
    for token in (begin, *_BEGIN):
        if token and asked.startswith(token) != shown.startswith(token):
            return asked.removeprefix(token), shown.removeprefix(token)
    return asked, shown


def difference(asked: str, shown: str) -> Difference:
    """The first character in which two prompts differ, and what stands around it."""
    at = next(
        (i for i, (a, b) in enumerate(zip(asked, shown, strict=False)) if a != b), min(len(asked), len(shown))
    )
    return Difference(at, _window(asked, at), _window(shown, at))


def _window(text: str, at: int) -> str:
    start, end = max(0, at - _AROUND), at + _AROUND
    left, right = "…" if start else "", "…" if end < len(text) else ""
    return f"{left}{text[start:at]}▸{text[at:end]}{right}"
