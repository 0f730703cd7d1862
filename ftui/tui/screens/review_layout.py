"""The review screen's panes: the prompt, the reference, one output or several, and what was said of them."""

from __future__ import annotations

import asyncio
from time import monotonic

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.review.judging.blind import LETTERS, BlindOutput, BlindPair, BlindSingle, Revealed
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.queue import MOST_SIDES
from ftui.review.judging.session import Sitting
from ftui.review.judging.waiting import Shown
from ftui.tui.keymap import bindings
from ftui.tui.review.nothing_waits import why_nothing
from ftui.tui.review.output_text import Reading
from ftui.tui.screens.keyed import KeyedScreen
from ftui.tui.text_blocks import Block
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.lines import Piece
from ftui.tui.widgets.output_view import OutputView
from ftui.tui.widgets.review_bars import JudgeBar, QueueBar, RevealBar, VoteBar

NARROW = 100
"""Cells under which outputs are shown one at a time."""
NARROWEST = 38
"""Cells of a column; fewer, and a sentence becomes a list of words."""


class ReviewLayout(KeyedScreen, inherit_bindings=False):
    """Draws what the sitting shows; of what it draws before a vote, nothing tells who wrote it."""

    DEFAULT_CSS = """
    ReviewLayout { background: $background; }
    ReviewLayout #reading { height: 1fr; }
    ReviewLayout #reference { border-top: solid $panel; }
    ReviewLayout #sides { height: 1fr; border-top: solid $panel; }
    """
    BINDINGS = bindings("review")
    AUTO_FOCUS = ""

    def __init__(self, sitting: Sitting, project: Project, corrections: Corrections) -> None:
        super().__init__()
        self.sitting = sitting
        self.project = project
        self.corrections = corrections
        self.side = 0
        """Which output is shown where only one fits."""
        self.reading = Reading()
        self.with_reference = False
        self.revealed: Revealed | None = None
        self._looking = False
        self._drawn: Shown | None = None
        self.drawn_at = monotonic()
        """Since when the present item is on the screen; a key that was pressed before was not meant for it."""

    def compose(self) -> ComposeResult:
        queue = QueueBar(id="queue")
        queue.sitting = self.sitting
        yield queue
        with Vertical(id="reading"):
            yield OutputView(id="prompt")
            yield OutputView(id="reference")
            with Horizontal(id="sides"):
                for number in range(MOST_SIDES):
                    yield OutputView(id=f"side-{number}")
        yield JudgeBar(id="judge")
        yield VoteBar(id="vote")
        yield RevealBar(id="revealed")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#judge", JudgeBar).rubric = self.project.review.rubric
        self.query_one("#revealed").display = False
        self.show()
        self.set_interval(1.0, self._look_for_more)
        self.app.theme_changed_signal.subscribe(self, self._repaint)

    def _repaint(self, _: object) -> None:
        """The colours changed."""
        self.show()
        for view in self.query(OutputView):
            view.renew()
        for widget in self.query("*"):
            widget.refresh()

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self.show)

    @work(group="looking")
    async def _look_for_more(self) -> None:
        """Outputs that were sampled meanwhile join the queue; reading them holds up no key."""
        if self._looking or not self.is_seen:
            return
        self._looking = True
        try:
            news = await asyncio.to_thread(self.sitting.look)
            if news is not None and self.is_seen:
                self.sitting.take(news)
                self.show()
        except FtuiError as error:
            self.complain(error)
        finally:
            self._looking = False

    @property
    def is_seen(self) -> bool:
        """Whether no dialog is over it: what a dialog is about must stay, and a second one must not open."""
        return self.is_attached and self.app.screen is self

    def complain(self, error: FtuiError) -> None:
        """An error in the words of a person."""
        text = f"{error}; {error.hint}" if error.hint else str(error)
        self.notify(text, severity="error", timeout=10, markup=False)

    # What is on the screen

    @property
    def sides(self) -> list[OutputView]:
        return [self.query_one(f"#side-{number}", OutputView) for number in range(MOST_SIDES)]

    @property
    def prompt_view(self) -> OutputView:
        return self.query_one("#prompt", OutputView)

    def outputs(self) -> list[BlindOutput]:
        """What is to be judged."""
        now = self.sitting.current
        if now is None:
            return []
        return list(now.sides) if isinstance(now, BlindPair) else [now.output]

    def show(self, *, top: int | None = None) -> None:
        """Everything anew: another item, another size, other marks. The outputs keep their place unless told."""
        if not self.is_mounted:
            return
        now = self.sitting.current
        self.query_one("#sides").display = now is not None
        kept = self.sides[0].top if top is None else top
        if now is None:
            self._show_nothing()
        else:
            self._show_prompt(now)
            self._show_sides(now, kept)
        self.show_said()
        if self.sitting.shown is not self._drawn:
            self._drawn, self.drawn_at = self.sitting.shown, monotonic()

    def _show_prompt(self, now: BlindSingle | BlindPair) -> None:
        prompt = now.prompt
        stratum = prompt.stratum + (f" · {prompt.why}" if prompt.why else "")
        blocks = [Block(each.role, each.role, each.content) for each in prompt.messages]
        if blocks:
            blocks[0] = blocks[0]._replace(more=stratum)
        self.prompt_view.show(blocks, top=self.prompt_view.top)
        shows = (self.with_reference or self.reading.against == "reference") and prompt.reference is not None
        reference = self.query_one("#reference", OutputView)
        reference.display = shows
        if shows and prompt.reference is not None:
            spans = (
                self.reading.of_reference(now.output, prompt.reference)
                if isinstance(now, BlindSingle)
                else []
            )
            more = "the first words of it are in the prompt" if prompt.is_probe else ""
            reference.show([Block("reference", "label", prompt.reference, spans, more)])
        self._share_height()

    def _share_height(self) -> None:
        """The prompt and the reference take what they need, up to a third of the screen together."""
        size = self.app.size
        room = max(2, (size.height - 3) * 2 // 5)
        reference = self.query_one("#reference", OutputView)
        views = [reference, self.prompt_view] if reference.display else [self.prompt_view]
        for view in views:
            need = len(view.lines(max(2, size.width - 2))) + (view is reference)
            view.styles.height = min(need, max(2, room // len(views)))

    def _show_sides(self, now: BlindSingle | BlindPair, top: int) -> None:
        outputs = self.outputs()
        self.side = min(self.side, len(outputs) - 1)
        alone = self._alone(len(outputs))
        for number, view in enumerate(self.sides):
            view.display = number < len(outputs) and (number == self.side or not alone)
            view.set_class(number > 0 and not alone, "-beside")
            if view.display:
                heading = self._pair_heading(number, len(outputs), alone)
                if isinstance(now, BlindSingle):
                    heading = self._single_heading(now)
                text, spans = self.reading.text(
                    outputs[number], now.cut if isinstance(now, BlindSingle) else ""
                )
                differing = self.reading.differing(outputs, number, now.prompt.reference)
                spans += [(*each, "differs") for each in differing]
                view.show([Block("", "assistant", text, spans)], heading, spelt=self.reading.spelt, top=top)

    def _alone(self, count: int) -> bool:
        """Whether one output at a time is shown."""
        width = self.app.size.width
        return count > 1 and (width < NARROW or width // count < NARROWEST)

    def _pair_heading(self, number: int, count: int, alone: bool) -> list[Piece]:
        palette = self.app.palette  # type: ignore[attr-defined]
        pieces: list[Piece] = []
        for at in range(count) if alone else (number,):
            here = alone and at == number
            pieces += [
                (
                    f"{'▸' if here else ' '}{LETTERS[at]}",
                    palette.bar_strong if here or not alone else palette.bar_dim,
                ),
                (f" {at + 1} ", palette.key),
            ]
        if alone:
            pieces.append((f"  {self.key('next-side')} the other", palette.bar_dim))
        return [*pieces, *self._version_piece()]

    def _single_heading(self, now: BlindSingle) -> list[Piece]:
        palette = self.app.palette  # type: ignore[attr-defined]
        pieces: list[Piece] = [(" output", palette.bar_strong)]
        if now.flags:
            pieces.append((f"  ⚑ {' · '.join(now.flags)}", palette.unsaved))
        return [*pieces, *self._version_piece()]

    def _version_piece(self) -> list[Piece]:
        told = self.reading.in_words()
        return [(f"  {told}", self.app.palette.bar_dim)] if told else []  # type: ignore[attr-defined]

    # What was said

    def show_said(self) -> None:
        """The bars follow: progress, scores, note, keys."""
        sitting = self.sitting
        single = sitting.mode == "single"
        judge, vote = self.query_one("#judge", JudgeBar), self.query_one("#vote", VoteBar)
        judge.judgement = sitting.judgement
        vote.note, vote.sides = sitting.note if not single else "", len(self.outputs())
        waits = sitting.shown is not None
        judge.display, vote.display = single and waits, not single and waits
        if waits:
            (judge if single else vote).focus()
        revealed = self.query_one("#revealed", RevealBar)
        revealed.revealed = self.revealed if revealed.display else None
        queue = self.query_one("#queue", QueueBar)
        queue.counts = sitting.counts
        queue.unsaved = self.corrections.unsaved
        keys = self.query_one("#keys", KeyBar)
        keys.place = ("judge" if single else "vote") if waits else "review"
        for bar in (judge, vote, revealed, queue, keys):
            bar.renew()

    def _show_nothing(self) -> None:
        for view in self.sides:
            view.display = False
        self.query_one("#reference").display = False
        self.prompt_view.styles.height = "1fr"
        title, text = why_nothing(self.sitting, self.key)
        self.prompt_view.show([Block(title, "system", text)])

    @on(OutputView.Turned)
    def _turned(self, event: OutputView.Turned) -> None:
        if event.view in self.sides:
            self.scroll_sides(event.by)
        else:
            event.view.scroll_lines(event.by)

    def scroll_sides(self, by: int) -> None:
        """The outputs scroll together, as far as the longest."""
        shown = [view for view in self.sides if view.display] or [self.prompt_view]
        longest = max(len(view.lines()) - view.room for view in shown)
        top = max(0, min(shown[0].top + by, longest))
        for view in shown:
            if view.top != top:
                view.top = top
                view.refresh()
