"""The backend of a model: a llama.cpp child process for a file, HTTP for a server."""

from __future__ import annotations

from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.backends.backend import Backend
from ftui.review.sampling.settings import Settings


def open_backend(model: ReviewModel, settings: Settings, folder: Path) -> Backend:
    """A backend that is not started yet; its log goes to `logs/NAME.log` of the review's folder.

    Raises FtuiError where the entry names neither a file nor a server.
    """
    if model.server is not None:
        from ftui.review.backends.server import ServerBackend

        return ServerBackend(model, settings, folder)
    if model.gguf is None:
        raise FtuiError(
            f"the model {model.name!r} names neither a file nor a server", "gguf = … or server = …"
        )
    from ftui.review.backends.llama.handle import LlamaBackend

    return LlamaBackend(
        model.gguf,
        model.adapter,
        context=settings.context.value,
        threads=settings.threads.value,
        gpu_layers=settings.gpu_layers.value,
        log=folder / "logs" / f"{model.name}.log",
    )
