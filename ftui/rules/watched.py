"""Long work in this process that a person can still cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from ftui.rules.rule import Stopped

_POLL_SECONDS = 0.05

Result = TypeVar("Result")


def watched(work: Callable[[], Result], cancelled: Callable[[], bool]) -> Result:
    """The result of `work`, done on a thread; Stopped as soon as somebody cancels.

    The thread is then left to itself: what it still computes goes nowhere. An exception of the work is raised here.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again on the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, name="ftui-rules", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_SECONDS)
        if thread.is_alive() and cancelled():
            raise Stopped
    if errors:
        raise errors[0]
    return results[0]
