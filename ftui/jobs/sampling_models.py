"""Models and their settings in a person's words: for the lists of the sampling screen."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from typing import Any

from ftui.jobs.sampling_choices import Chosen, shown_stops
from ftui.jobs.sampling_events import readable
from ftui.model.inference import Inference
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review.sampling.model_spec import inference_of, read_spec, resolve, with_one_base
from ftui.review.sampling.settings import SERVERS_OWN, Setting, Settings, shown_path

NO_ENGINE = "GGUF files need llama-cpp-python: pip install 'ftui[llama]'; a server needs nothing"
MATTERS = ("stop", "max_tokens")
"""Settings that are marked where nobody sets them."""


def models_of(project: Project, chosen: Chosen) -> list[tuple[ReviewModel, str]]:
    """The project's models and those that were added, each with how it was named here ("" for the project's).

    Raises FtuiError for one that cannot be read.
    """
    try:
        listed = [(model, "") for model in resolve(project, ())]
    except FtuiError:
        if not chosen.models:
            return []
        listed = []
    listed += [(read_spec(each), each) for each in chosen.models]
    names: dict[str, ReviewModel] = {}
    for model, _ in listed:
        if names.setdefault(model.name, model) is not model:
            raise FtuiError(
                f"two models are called {model.name!r}", "give the added one another name: NAME=FILE"
            )
    based = with_one_base(model for model, _ in listed)
    return [(model, spec) for model, (_, spec) in zip(based, listed, strict=True)]


def why_no_models(project: Project) -> str:
    """Why the project has no model, where that is worth telling."""
    try:
        resolve(project, ())
    except FtuiError as error:
        return "" if error.message == "no model is named" else f"{error.message}; {error.hint}"
    return ""


def missing_engine(models: Sequence[ReviewModel]) -> str:
    """What has to be installed before these models can be sampled."""
    needed = any(model.gguf is not None for model in models)
    return NO_ENGINE if needed and importlib.util.find_spec("llama_cpp") is None else ""


def told_model(
    project: Project, model: ReviewModel, spec: str, settings: Settings | None, error: str
) -> dict[str, Any]:
    """A model as the screen shows it; `settings` None where they could not be settled."""
    inference = inference_of(project, model)
    fault = error or _fault(model, inference)
    file = model.server or (shown_path(model.gguf, project.root) if model.gguf else "")
    settled = [] if settings is None else [*_told_settings(settings, model)]
    return {
        "name": model.name,
        "file": readable(file),
        "adapter": readable(shown_path(model.adapter, project.root)) if model.adapter else "",
        "base": model.base,
        "architecture": _architecture(model, inference),
        "details": [(title, readable(value)) for title, value in _details(model, inference) if value],
        "error": readable(fault),
        "settings": settled,
        "warnings": [readable(each) for each in settings.warnings] if settings else [],
        "spec": spec,
    }


def _fault(model: ReviewModel, inference: Inference) -> str:
    """Why a model's files cannot be used, as far as their heads tell."""
    if model.gguf is None:
        return ""
    for path in (model.gguf, model.adapter):
        if path is not None and not path.is_file():
            return f"{path.name}: no such file"
    if inference.gguf is None:
        return inference.faults.get("gguf", f"{model.gguf.name}: no GGUF file")
    if model.adapter is not None:
        from ftui.model.gguf import read_header

        try:
            read_header(model.adapter)
        except FtuiError as error:
            return error.message
    return ""


def _architecture(model: ReviewModel, inference: Inference) -> str:
    if model.gguf is None or inference.gguf is None:
        return ""
    return readable(str(inference.gguf.metadata.get("general.architecture", "")))


def _details(model: ReviewModel, inference: Inference) -> Iterator[tuple[str, str]]:
    if model.gguf is not None:
        yield (
            "file",
            f"{model.gguf}" + (f", {model.gguf.stat().st_size:,} bytes" if model.gguf.is_file() else ""),
        )
    yield "adapter", str(model.adapter) if model.adapter else ""
    yield "server", model.server or ""
    yield "served as", model.served_as or ""
    if model.gguf is not None and inference.gguf is not None:
        metadata = inference.gguf.metadata
        yield "name in the file", str(metadata.get("general.name", ""))
        yield "licence", str(metadata.get("general.license", ""))
        trained = inference.gguf.context_length
        yield "trained context", f"{trained:,} tokens" if trained else ""
        yield "end tokens", "  ".join(sorted(inference.end_tokens))
    yield "its own system prompt", model.system or ""
    yield "its own examples", str(model.shots) if model.shots else ""


def _told_settings(settings: Settings, model: ReviewModel) -> Iterator[tuple[str, str, str, bool]]:
    server = model.server is not None
    for name, each in settings.shown(server=server):
        source = "set here" if each.source.startswith("--") else each.source
        warns = name in MATTERS and _nobody_said(name, each)
        said = "-" if server and name in SERVERS_OWN else _in_words(name, each.value)
        yield name, readable(said), readable(source), warns


def _nobody_said(name: str, setting: Setting[Any]) -> bool:
    source = setting.source
    return source.startswith("default") or (name == "stop" and source in ("none is known",))


def _in_words(name: str, value: Any) -> str:
    if name == "stop":
        return shown_stops(value)
    if value is None:
        return "measured" if name == "threads" else "all" if name == "gpu_layers" else "none"
    if name == "grammar":
        return f"{len(value):,} characters"
    return f"{value:g}" if isinstance(value, float) else str(value)
