"""When an app under a pilot has nothing more to do: known from its event loop, where Textual guesses by the clock.

Textual's own wait sleeps until the process takes less than its share of a core, at least a fiftieth of a second, twice
a key: on a busy machine that is too early, as a process that is not let on takes nothing, and elsewhere too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual._context import active_app

ROUNDS = 3
"""Turns of the loop in a row with nothing to do: a finished task wakes the one that waits for it in the next turn."""
MOST_TURNS = 100_000
"""An app that is never quiet has a fault."""


async def until_idle(_min_sleep: float = 0, _max_sleep: float = 1) -> None:
    """Wait until all is painted and every task waits: for a timer, another thread or another process."""
    loop = asyncio.get_running_loop()
    quiet = 0
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        quiet = 0 if loop._ready else quiet + 1  # type: ignore[attr-defined]
        if quiet < ROUNDS:
            continue
        due = _due()
        if due is None:
            return
        due()
        quiet = 0
    raise AssertionError("the app never comes to rest")


def _due() -> Callable[[], object] | None:
    """What Textual leaves for a hundredth of a second, so that more may come: a new size, a paint."""
    app = active_app.get(None)
    screen = app.screen_stack[-1] if app is not None and app.screen_stack else None
    if app is None or screen is None:
        return None
    if app._resize_event is not None:
        return app._check_resize
    waits = (
        screen._layout_required or screen._scroll_required or screen._repaint_required or screen._dirty_widgets
        or screen._recompose_required or screen._callbacks
    )  # fmt: skip
    return screen._on_timer_update if waits and not app._batch_count else None
