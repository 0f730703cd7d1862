"""The exact text that goes to a model for a prompt: template, system prompt, examples, and the half of a probe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ftui.model.chat_template import RefusedError
from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.model.prompts import Renderer
from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.planning.conversations import sendable
from ftui.review.prompt import Prompt
from ftui.review.sampling import shots, templates
from ftui.review.sampling.settings import Setting


class Sampled(Protocol):
    """What of `Settings` decides the text."""

    @property
    def template(self) -> Setting[str]:
        """ "chat", "training", or the path of a Jinja file."""

    @property
    def context(self) -> Setting[int]:
        """Tokens."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent."""

    text: str
    """Byte for byte; special tokens in it are meant as such. With `messages` these, as the JSON that is sent."""
    notes: tuple[str, ...] = ()
    """What a person should know: "the model brings no template …"."""
    messages: tuple[tuple[str, str], ...] | None = None
    """Role and content for a server that renders by itself; None where the text must go as it stands."""


def rendered(prompt: Prompt, model: ReviewModel, inference: Inference, settings: Sampled) -> Rendered:
    """One prompt for one model; `inference` is that of the model (`model_spec.inference_of`).

    A system prompt of the model's own replaces the row's; its examples stand before the conversation. A probe gets
    neither: it asks what the model knows of a text by heart. Raises FtuiError for a template that cannot be rendered.
    """
    *turns, last = prompt.messages
    half = last.content if last.role == "assistant" else None
    if half is not None and not turns:
        return Rendered(half)
    notes: list[str] = []
    messages = turns if half is not None else [*turns, last]
    if half is None:
        messages = _with_system(messages, model.system)
        messages = shots.before(messages, model, settings.context.value, notes)
    if model.server is not None and half is None and settings.template.value == "chat":
        notes.append("the server renders the conversation by its own template")
        messages = _with_system_of_modelfile(messages, model, inference)
        told = tuple((message.role, message.content) for message in messages)
        # Our own rendering would be a guess: nobody here knows the text that the model reads.
        return Rendered(_as_json(told), tuple(notes), told)
    chosen = templates.choose(model, inference, settings.template.value)
    notes += chosen.notes
    text = _text(chosen, messages, notes) + (half or "")
    return Rendered(_spaced(text, chosen, half, notes), tuple(dict.fromkeys(notes)))


def _as_json(turns: Sequence[tuple[str, str]]) -> str:
    """The messages of a request to a chat server, one a line."""
    lines = (json.dumps({"role": role, "content": text}, ensure_ascii=False) for role, text in turns)
    return "[" + ",\n ".join(lines) + "]"


def _with_system(messages: Sequence[Message], system: str | None) -> list[Message]:
    if system is None:
        return [*messages]
    system = sendable(system)
    rest = [message for message in messages if message.role != "system"]
    return [Message("system", system), *rest] if system else rest


def _with_system_of_modelfile(
    messages: list[Message], model: ReviewModel, inference: Inference
) -> list[Message]:
    """As an engine that reads the Modelfile begins; a server that was not told of it would leave it out."""
    own = inference.modelfile.system if inference.modelfile is not None else ""
    if not own or model.system is not None or (messages and messages[0].role == "system"):
        return messages
    return [Message("system", sendable(own)), *messages]


def _text(chosen: templates.Chosen, messages: Sequence[Message], notes: list[str]) -> str:
    renderer = chosen.renderer
    if renderer is None:
        return "\n\n".join(message.content for message in messages)
    try:
        return _whole(renderer, chosen, messages, notes)
    except FtuiError as error:
        raise _of_template(renderer, error) from error


def _whole(
    renderer: Renderer, chosen: templates.Chosen, messages: Sequence[Message], notes: list[str]
) -> str:
    try:
        return _rendered(renderer, chosen, messages, notes)
    except RefusedError:
        folded = _folded(messages)
        if folded is None:
            raise
        text = _rendered(renderer, chosen, folded, notes)
        notes.append("the template takes no system prompt: it stands at the beginning of the first question")
        return text


def _of_template(renderer: Renderer, error: FtuiError) -> FtuiError:
    """The same fault with the name of the file that the template is from."""
    reason = error.message.removeprefix("chat template").lstrip(",: ")
    hint = error.hint or "mend the template, or name another with --template"
    return FtuiError(f"{renderer.template.source}: {reason}", hint)


def _rendered(
    renderer: Renderer, chosen: templates.Chosen, messages: Sequence[Message], notes: list[str]
) -> str:
    no_place = renderer.template.kind == "format" and "{system}" not in renderer.template.text
    if no_place and any(message.role == "system" for message in messages):
        notes.append(f"{renderer.template.source} has no place for a system prompt: it is left out")
    if renderer.template.kind == "format" and any(message.role == "assistant" for message in messages):
        return _rows(renderer, messages, notes)
    return renderer.around(messages).before if chosen.trained else renderer.prompt(messages)


def _rows(renderer: Renderer, messages: Sequence[Message], notes: list[str]) -> str:
    """Earlier turns as rows of a form that has one turn, the way base models are shown examples."""
    notes.append(f"{renderer.template.source} has one turn: earlier ones are written as rows before it")
    system = [message for message in messages if message.role == "system"]
    rows: list[str] = []
    asked: list[Message] = []
    for message in messages:
        if message.role == "assistant":
            rows.append(renderer.full([*system, *asked, message]))
            asked = []
        elif message.role != "system":
            asked.append(message)
    return "\n\n".join([*rows, renderer.around([*system, *asked]).before])


def _folded(messages: Sequence[Message]) -> list[Message] | None:
    """The system texts in front of the first question; None where there are none."""
    system = [message.content for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    if not system or not rest:
        return None
    return [Message(rest[0].role, "\n\n".join([*system, rest[0].content])), *rest[1:]]


def _spaced(text: str, chosen: templates.Chosen, half: str | None, notes: list[str]) -> str:
    """Without the spaces that training has before an answer: the first token of the answer holds them."""
    if not chosen.trained or half is not None or not text.endswith(" ") or not text.strip(" "):
        return text
    notes.append(
        "the space before the answer is left to the model: in training it is part of its first token"
    )
    return text.rstrip(" ")
