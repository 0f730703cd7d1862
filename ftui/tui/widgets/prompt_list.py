"""The planned prompts: stratum, first words, and why each was chosen."""

from __future__ import annotations

from textual.strip import Strip

from ftui.tui.cell_text import cell
from ftui.tui.keymap import bindings
from ftui.tui.sampling.state import PromptLine, SamplingState
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane
from ftui.tui.wrap import wrapped

STRATUM = 16
WHY = 30


class PromptList(ListPane):
    """A line a prompt, under a line that counts the strata."""

    HEADER = 2
    BINDINGS = bindings("prompts")

    def __init__(self, state: SamplingState, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.state = state

    @property
    def count(self) -> int:
        return len(self.state.plan.prompts) if self.state.plan else 0

    @property
    def prompt(self) -> PromptLine | None:
        """The prompt under the cursor."""
        plan = self.state.plan
        return plan.prompts[self.cursor] if plan and 0 <= self.cursor < self.count else None

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        plan = self.state.plan
        if plan is None:
            return self._without_plan(y)
        if y == 0:
            each = f" × {plan.per_prompt}" if plan.per_prompt != 1 else ""
            are = "sample is" if plan.done == 1 else "samples are"
            held = f"   {plan.done:,} {are} there" if plan.done else ""
            text = f" prompts  {len(plan.prompts):,}{each}{held}"
            return strip_of([(text, palette.header)], width, palette.header)
        if y == 1:
            counts = " · ".join(f"{name} {number:,}" for name, number in plan.strata.items())
            return strip_of([(f" {counts}", palette.dim)], width, palette.text)
        number = self.line_at(y)
        if number is None:
            return strip_of(self._note(y), width, palette.text)
        prompt = plan.prompts[number]
        ground = self.ground() if number == self.cursor else palette.text
        why = min(WHY, max(0, width - STRATUM - 34))
        pieces = [
            (" ", ground),
            (cell(prompt.stratum, STRATUM), over(palette.info, ground)),
            (cell(prompt.first, max(8, width - STRATUM - why - 4)), ground),
            ("  ", ground),
            (cell(prompt.why, why) if why else "", over(palette.dim, ground)),
        ]
        return strip_of(pieces, width, ground)

    def _note(self, y: int) -> list[Piece]:
        """Below the prompts: what the plan could not do."""
        plan = self.state.plan
        at = y - self.HEADER - self.count - 1
        notes = self._wrapped(plan.notes if plan else ())
        return [(notes[at], self.palette.dim)] if 0 <= at < len(notes) else []

    def _without_plan(self, y: int) -> Strip:
        palette = self.palette
        if y == 0:
            return strip_of([(" prompts", palette.header)], self.size.width, palette.header)
        failed = bool(self.state.plan_error)
        lines = self._wrapped((self.state.plan_error,)) if failed else [" choosing prompts …"]
        style = palette.warning if failed else palette.faint
        return strip_of([(lines[y - 1], style)] if y - 1 < len(lines) else [], self.size.width, palette.text)

    def _wrapped(self, texts: tuple[str, ...]) -> list[str]:
        width = max(10, self.size.width - 2)
        return [
            " " + cell(text[start:end].rstrip("\n"), width).rstrip()
            for text in texts
            for start, end in wrapped(text, width)
        ]
