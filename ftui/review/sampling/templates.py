"""Which template renders the prompts of one model of a review, and what belongs to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ftui.model.inference import Inference, Template
from ftui.model.ollama_template import Message
from ftui.model.prompts import Renderer
from ftui.model.tokenizer_config import read_template
from ftui.project.settings import ReviewModel

_FILES = ("modelfile", "chat_template", "tokenizer_config")
_TODAY = ("strftime_now", "currentDate")


class Chosen(NamedTuple):
    """A renderer; None: no file has a template."""

    renderer: Renderer | None
    trained: bool
    """Whether the text is what training puts before an answer, not what an engine sends."""
    notes: tuple[str, ...] = ()


def choose(model: ReviewModel, inference: Inference, wanted: str) -> Chosen:
    """The template for "chat", "training", or the path of a Jinja file. Raises FtuiError for a file that is none.

    A base keeps to the template of its own file, also under another prompt: see `as_base`.
    """
    if model.base or model.same_as_base:
        inference = as_base(inference)
    faults = tuple(f"not read: {inference.faults[name]}" for name in _FILES if name in inference.faults)
    found = _choose(model, inference, wanted)
    return found._replace(notes=(*faults, *found.notes))


def as_base(inference: Inference) -> Inference:
    """The same files without the TEMPLATE of the Modelfile, which was made for the tuned model.

    System prompt, messages and parameters stay, so that base and tuned are asked the same; so does the template where
    nothing else brings one.
    """
    modelfile = inference.modelfile
    if modelfile is None:
        return inference
    kept = tuple(each for each in modelfile.instructions if each.command not in ("template", "from"))
    own = replace(inference, modelfile=replace(modelfile, instructions=kept))
    return own if own.prompt_template or own.training_template else inference


def _choose(model: ReviewModel, inference: Inference, wanted: str) -> Chosen:
    if wanted not in ("chat", "training"):
        return _file(inference, Path(wanted))
    if wanted == "training":
        found = Renderer.training(inference)
        if found is not None:
            return Chosen(found, True, _dated(found.template))
        other = Renderer.inference(inference)
        note = "nothing says how training renders a row ([training] template)"
        if other is None:
            return Chosen(
                None, False, (f"{note}, and no file has a chat template: the turns are given bare",)
            )
        return Chosen(other, False, (f"{note}: the {_called(other)} is used",))
    own = Renderer.inference(inference)
    if own is None:
        trained = Renderer.training(inference)
        if trained is None:
            note = "the model brings no template: the turns are given bare, and it may not know where to end"
            return Chosen(None, False, (note,))
        return Chosen(trained, True, (f"the model brings no chat template: the {_called(trained)} is used",))
    notes = _dated(own.template)
    bare = inference.gguf is None or inference.gguf.chat_template is None
    if model.gguf is not None and bare and (model.base or own.template.kind == "jinja"):
        notes = (f"{model.gguf.name} has no chat template: the {_called(own)} is used", *notes)
    return Chosen(own, False, notes)


def _file(inference: Inference, path: Path) -> Chosen:
    template = Template("jinja", read_template(path), inference.name(path))
    modelfile = inference.modelfile
    if modelfile is None:
        return Chosen(Renderer(template, inference.tokens), False, _dated(template))
    opening = tuple(Message(role, text) for role, text in modelfile.messages)
    found = Renderer(template, inference.tokens, modelfile.system, opening)
    return Chosen(found, False, _dated(template))


def _called(renderer: Renderer) -> str:
    return renderer.template.source


def _dated(template: Template) -> tuple[str, ...]:
    if any(name in template.text for name in _TODAY):
        return ("the template writes today's date: 1 January 2025 here, so that runs can be compared",)
    return ()
