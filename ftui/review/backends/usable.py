"""Whether any model of a run could be sampled, by the heads of the files, before anything else is said or kept."""

from __future__ import annotations

from collections.abc import Iterable

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel


def refuse_broken(models: Iterable[ReviewModel]) -> None:
    """Raises FtuiError, the first model's, where no file of any model can be used.

    Where one can be, the job tells of the others and goes on.
    """
    from ftui.review.backends.llama.guard import check_adapter, check_model

    fault: FtuiError | None = None
    for model in models:
        if model.gguf is None:
            return
        try:
            header = check_model(model.gguf)
            if model.adapter is not None:
                check_adapter(model.adapter, header)
        except FtuiError as error:
            fault = fault or FtuiError(f"{model.name}: {error.message}", error.hint)
        else:
            return
    if fault is not None:
        raise fault
