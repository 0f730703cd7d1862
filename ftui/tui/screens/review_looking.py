"""Ways to look at an output: differences, the reference, the nearest row, raw, spelt out; and the figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from textual import work

from ftui.project.errors import FtuiError
from ftui.report.review.page import Section
from ftui.tui.review import figures_page
from ftui.tui.review.output_text import VERSIONS, Against
from ftui.tui.screens.page_modal import PageModal, Parts
from ftui.tui.screens.review_layout import ReviewLayout
from ftui.tui.widgets.output_view import OutputView
from ftui.tui.widgets.review_bars import QueueBar, RevealBar

Nearest = Callable[[str, str], Parts]
"""The training row nearest to an output and its prompt; slow, so it runs in a thread. Raises FtuiError."""
Returned = TypeVar("Returned")


class FiguresModal(PageModal):
    """Tables want width."""

    DEFAULT_CSS = "FiguresModal > Page { width: 124; }"


class ReviewLooking(ReviewLayout):
    """Nothing here says anything of an output; it only shows more of it."""

    nearest: Nearest

    def action_difference(self) -> None:
        """Mark the words that differ: from the reference, between the outputs, not at all."""
        now = self.sitting.current
        if now is None:
            return
        ways: list[Against] = [""]
        if now.prompt.reference is not None:
            ways.append("reference")
        if len(self.outputs()) > 1:
            ways.append("others")
        if len(ways) == 1:
            self.notify("There is no reference to compare with.", timeout=3)
        at = ways.index(self.reading.against) if self.reading.against in ways else 0
        self.reading = replace(self.reading, against=ways[(at + 1) % len(ways)])
        self.show()

    def action_reference(self) -> None:
        """The answer of the row that the prompt is from."""
        now = self.sitting.current
        if now is not None and now.prompt.reference is None:
            self.notify("This prompt has no reference answer.", timeout=3)
        self.with_reference = not self.with_reference
        self.show()

    def action_version(self) -> None:
        """As deployed, raw, raw with what was cut."""
        version = VERSIONS[(VERSIONS.index(self.reading.version) + 1) % len(VERSIONS)]
        self.reading = replace(self.reading, version=version)
        self.show()

    def action_spelt(self) -> None:
        """Special tokens and white space spelt out, or not."""
        self.reading = replace(self.reading, spelt=not self.reading.spelt)
        self.show()

    def action_reveal(self) -> None:
        """Whether it is said after a vote who made the outputs."""
        bar = self.query_one("#revealed", RevealBar)
        bar.display = not bar.display
        bar.revealed = self.revealed if bar.display else None
        bar.refresh()

    @work(exclusive=True, group="nearest")
    async def action_nearest(self) -> None:
        """The training row that is nearest to the output that is shown."""
        now, outputs = self.sitting.current, self.outputs()
        if now is None:
            return
        prompt = "\n".join(each.content for each in now.prompt.messages if each.role == "user")
        output = outputs[self.side].processed
        try:
            found = await self._waiting("looking for the nearest row …", lambda: self.nearest(output, prompt))
        except FtuiError as error:
            self.complain(error)
            return
        self.app.push_screen(PageModal("nearest training row", found))

    @work(exclusive=True, group="figures")
    async def action_figures(self) -> None:
        """What was judged so far, by all reviewers, in figures."""
        try:
            found = await self._waiting("counting …", self._count)
        except FtuiError as error:
            self.complain(error)
            return
        name = {"name": "of all reviewers so far"}
        self.app.push_screen(
            FiguresModal("figures", lambda width: {**name, **figures_page.parts(found, width)})
        )

    def _count(self) -> list[Section]:
        from ftui.report.review.sections import sections
        from ftui.review.figures import figures

        return list(sections(figures.of(self.sitting.store, self.project)))

    async def _waiting(self, doing: str, function: Callable[[], Returned]) -> Returned:
        """Run something slow in a thread, and say so."""
        queue = self.query_one("#queue", QueueBar)
        queue.doing = doing
        queue.renew()
        try:
            return await asyncio.to_thread(function)
        finally:
            queue.doing = ""
            queue.renew()

    def action_copy(self) -> None:
        """Prompt and outputs as they are shown, for a bug report or a chat."""
        from ftui.tui import clipboard

        now = self.sitting.current
        if now is None:
            return
        parts = [f"{each.role}: {each.content}" for each in now.prompt.messages]
        text = "\n\n".join([*parts, *(self.reading.text(each)[0] for each in self.outputs())])
        sequence = clipboard.osc52(text)
        if sequence is not None and hasattr(self.app, "write_to_terminal"):
            self.app.write_to_terminal(sequence)
        path = clipboard.save(text, clipboard.folder())
        self.notify(clipboard.said(sequence is not None, path, len(text)), timeout=5, markup=False)

    # Scrolling

    def action_scroll(self, by: int) -> None:
        self.scroll_sides(by)

    def action_page(self, pages: float) -> None:
        shown = next((view for view in self.sides if view.display), self.prompt_view)
        self.scroll_sides(int(pages * max(1, shown.room - 1)))

    def action_top(self) -> None:
        self.scroll_sides(-(1 << 30))

    def action_bottom(self) -> None:
        self.scroll_sides(1 << 30)

    def action_prompt(self, by: int) -> None:
        """The prompt, and where it is at its end the reference under it."""
        views = [self.prompt_view, self.query_one("#reference", OutputView)]
        for view in views if by > 0 else reversed(views):
            if view.display and view.scroll_lines(by):
                return
