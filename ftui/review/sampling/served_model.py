"""Which model a server serves, before the plan says what is still to be sampled of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.served import is_same
from ftui.review.sampling.cancellation import Cancellation
from ftui.review.sampling.job_tasks import Entry
from ftui.review.sampling.model_run import Open
from ftui.review.store import ReviewStore


def served_model(
    entry: Entry, store: ReviewStore, open_backend: Open, cancel: Cancellation
) -> Mapping[str, Any] | None:
    """What the server tells of its model: as the review has it, where that is the same one or nobody answers."""
    if entry.model.server is None:
        return None
    before = store.models().get(entry.model.name, {}).get("served")
    try:
        backend = open_backend(entry.model, entry.settings, store.folder)
        try:
            with cancel.over(backend.close):
                now = backend.start().extra.get("served")
        finally:
            backend.close()
    except FtuiError:
        # Who needs it hears why when it is sampled; else there is nothing to ask it for.
        return before
    return before if not now or (before and is_same(before, now)) else now
