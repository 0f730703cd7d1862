"""The lines above and below the sampling screen: what is sampled into which review, and how far it is."""

from __future__ import annotations

from ftui.tui.cell_text import one_line
from ftui.tui.durations import in_words
from ftui.tui.sampling.state import SamplingState
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece


class SamplingTitle(Bar):
    """The review's folder on the left, what the engine does on the right."""

    def __init__(self, state: SamplingState, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.state = state
        self.hint = ""
        """What can be done with the outputs of a run that ended."""

    def left(self) -> list[Piece]:
        palette = self.palette
        return [
            (" sampling ", palette.bar_strong),
            (f" {one_line(self.state.shown_folder or 'into a new review')}", palette.bar_dim),
        ]

    def right(self) -> list[Piece]:
        state, palette = self.state, self.palette
        if state.phase == "stopping":
            return [("stopping ", palette.unsaved)]
        if state.busy:
            return [(f"● {one_line(state.doing or 'starting')} ", palette.chip)]
        after = f" · {self.hint}" if self.hint and state.ended and state.folder else ""
        return [(f"{one_line(state.ended)}{after} ", palette.bar_dim)]


class SamplingStatus(Bar):
    """Progress, speed and remaining time; stop reasons and flags so far."""

    def __init__(self, state: SamplingState, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.state = state

    def left(self) -> list[Piece]:
        palette, state = self.palette, self.state
        flags = sorted(state.flag_counts.items(), key=lambda each: (-each[1], each[0]))
        pieces: list[Piece] = [(" ", palette.bar)]
        pieces += [
            (f"{one_line(model)} {_reasons(reasons)}  ", palette.bar)
            for model, reasons in state.reasons.items()
        ]
        if flags:
            shown = " · ".join(f"{one_line(code)} {number:,}" for code, number in flags)
            pieces.append((f" ⚑ {shown}", palette.unsaved))
        return pieces

    def right(self) -> list[Piece]:
        progress, palette = self.state.progress, self.palette
        if not progress.total:
            return []
        parts = [f"{progress.done:,} of {progress.total:,}"]
        if progress.tokens_per_s:
            parts.append(f"{progress.tokens_per_s:,.0f} tok/s")
        if progress.remaining_s is not None and self.state.phase == "running":
            parts.append(f"{in_words(progress.remaining_s)} left")
        return [("  " + " · ".join(parts) + " ", palette.bar_strong)]


_SHORT = {"end-token": "end", "stop-sequence": "stop", "limit": "limit", "cancelled": "stopped"}


def _reasons(reasons: dict[str, int]) -> str:
    """How outputs ended: `end 8 · limit 2`."""
    return " · ".join(f"{_SHORT.get(reason, reason)} {number:,}" for reason, number in reasons.items())
