"""What a reviewer says: verdicts, scores, votes, notes, corrections, and the way back."""

from __future__ import annotations

import asyncio
from time import monotonic

from textual import events, work

from ftui.project.errors import FtuiError
from ftui.review.judgement import Verdict
from ftui.review.judging.blind import BlindSingle, Revealed
from ftui.review.judging.corrections import Added
from ftui.review.judging.edge_case_file import add_edge_case
from ftui.review.prompt import Prompt
from ftui.tui.review.held_key import HeldKey
from ftui.tui.screens.review_layout import ReviewLayout
from ftui.tui.widgets.review_bars import JudgeBar, RevealBar

HASTY_S = 1.0
"""What was said sooner, by a key that then turns out to be held down, was said by no person."""


class ReviewJudging(ReviewLayout):
    """One key says it, keeps it and goes on."""

    _corrected: dict[bytes, list[Added]]
    """The rows of this sitting's corrections, by the item's key; an output may be corrected twice."""
    held_key: HeldKey
    _refused = False
    """Whether the key that was pressed last says nothing: it is held down, or was pressed before this was seen."""
    _hasty = False
    """Whether it said something of what was hardly on the screen yet."""

    def on_key(self, event: events.Key) -> None:
        """Before its binding runs: a key that is held down must not judge what nobody saw."""
        held = self.held_key.repeats(event.key, event.time)
        hasty, self._hasty = self._hasty, False
        self._refused = held or event.time < self.drawn_at
        if held and hasty:
            self._take_back("That key is held down; what it said of an output that was hardly seen is undone")

    def _refuses(self) -> bool:
        """Whether the key that was pressed must say nothing; asked by each action that says something."""
        refused, self._refused = self._refused, False
        return refused

    def _next(self, revealed: Revealed | None) -> None:
        """Go on: from the top, the first line of the rubric, the first side."""
        if revealed is not None:
            self.revealed = revealed
            self._hasty = monotonic() - self.drawn_at < HASTY_S
        self.side = 0
        self.query_one("#judge", JudgeBar).line = 0
        self.prompt_view.top = 0
        self.query_one("#revealed", RevealBar).refresh()
        self.show(top=0)

    # One output

    def action_judge(self, verdict: Verdict) -> None:
        """Accept or reject the output."""
        if self._refuses():
            return
        if self.sitting.mode == "single" and self.sitting.shown is not None:
            try:
                self._next(self.sitting.judge(verdict))
            except FtuiError as error:
                self.complain(error)

    def action_reject_as_edge(self) -> None:
        """Reject, and add the prompt to the edge cases."""
        if self._refuses():
            return
        now = self.sitting.current
        path = self.project.review.edge_cases
        if not isinstance(now, BlindSingle):
            return
        if path is None:
            self.notify(
                'No file is named for edge cases: edge_cases = "edge-cases.jsonl" under [review] in ftui.toml.',
                severity="warning",
                markup=False,
            )
            return
        try:
            new = add_edge_case(path, now.prompt)
        except FtuiError as error:
            self.complain(error)
            return
        self.action_judge("reject")
        self.notify(f"{'Added to' if new else 'Already in'} {path.name}.", timeout=3, markup=False)

    def action_score(self, value: int) -> None:
        """Score the present line of the rubric and go to the next one."""
        if self._refuses():
            return
        rubric, bar = self.project.review.rubric, self.query_one("#judge", JudgeBar)
        if self.sitting.current is None:
            return
        if not rubric:
            self.notify(
                'There is no rubric: rubric = ["helpful", "true"] under [review] in ftui.toml.', timeout=4,
                markup=False,
            )  # fmt: skip
            return
        try:
            self.sitting.score(rubric[bar.line], value)
        except FtuiError as error:
            self.complain(error)
            return
        bar.line = min(bar.line + 1, len(rubric) - 1)
        self.show_said()

    def action_rubric(self, by: int) -> None:
        """Another line of the rubric."""
        bar = self.query_one("#judge", JudgeBar)
        if bar.rubric:
            bar.line = (bar.line + by) % len(bar.rubric)
            bar.renew()

    def action_flag(self) -> None:
        """The reviewer's own flag."""
        try:
            self.sitting.toggle_flag()
        except FtuiError as error:
            self.complain(error)
        self.show_said()

    # Correcting

    @work
    async def action_fix(self) -> None:
        """Edit the output; the corrected pair goes to the training file, the text to the review."""
        from ftui.tui.screens.correction_modal import CorrectionModal

        now, shown = self.sitting.current, self.sitting.shown
        if not isinstance(now, BlindSingle) or shown is None or not self.is_seen:
            return
        # A large file is indexed while the person types.
        ready = asyncio.ensure_future(asyncio.to_thread(self._prepare))
        where = "becomes a new training row"
        text = await self.app.push_screen_wait(CorrectionModal(now.output.processed, where))
        problem = await ready
        if text is None:
            return
        added = None if problem else self._add(now.prompt, text, now.output.processed)
        if problem:
            self.complain(problem)
        try:
            revealed = self.sitting.judge("fix", text)
        except FtuiError as error:
            self.complain(error)
            if added is not None:
                self.corrections.take_back(added)
            return
        if added is not None:
            self._corrected.setdefault(shown.item.key, []).append(added)
            save, undo = self.key("review-save"), self.key("review-undo")
            told = f"Added to {added.display_path}; {save} saves it, {undo} takes it back."
            if self.corrections.taken_up:
                told += (
                    f" {self.corrections.taken_up:,} unsaved steps of an earlier session are saved with it."
                )
            self.notify(told, timeout=4, markup=False)
        else:
            self.notify("The corrected text is kept in the review alone.", severity="warning", timeout=6)
        self._next(revealed)

    def _prepare(self) -> FtuiError | None:
        try:
            self.corrections.prepare()
        except FtuiError as error:
            return error
        return None

    def _add(self, prompt: Prompt, text: str, output: str) -> Added | None:
        try:
            return self.corrections.add(prompt, text, output)
        except FtuiError as error:
            self.complain(error)
            return None

    def action_save(self) -> None:
        """Write corrected rows into their file."""
        try:
            names = self.corrections.save()
        except FtuiError as error:
            self.complain(error)
            return
        self.notify(
            f"Saved {', '.join(names)}." if names else "Everything is saved.", timeout=3, markup=False
        )
        self.show_said()

    # Side by side

    def action_vote(self, choice: int | str) -> None:
        """Vote for a side, or for none."""
        if self._refuses():
            return
        try:
            revealed = self.sitting.vote(choice)
        except FtuiError as error:
            self.complain(error)
            return
        if revealed is not None:
            self._next(revealed)

    def action_vote_arrow(self, side: int) -> None:
        """The left one of two, or the right one."""
        if len(self.outputs()) == 2:
            self.action_vote(side)
        elif self.outputs():
            self.notify("There are more than two: 1 to 4 says which.", timeout=3)

    def action_side(self, by: int) -> None:
        """Another output, where one at a time fits."""
        count = len(self.outputs())
        if count:
            self.side = (self.side + by) % count
            self.show()

    # Both

    def action_skip(self) -> None:
        """Later."""
        if self._refuses():
            return
        try:
            self.sitting.skip()
        except FtuiError as error:
            self.complain(error)
        self._next(None)

    @work
    async def action_note(self) -> None:
        """A line of text that is kept with what is said."""
        from ftui.tui.screens.input_modal import InputModal

        if self.sitting.current is None or not self.is_seen:
            return
        text = await self.app.push_screen_wait(InputModal("Note", value=self.sitting.note))
        if text is not None:
            try:
                self.sitting.set_note(text)
            except FtuiError as error:
                self.complain(error)
        self.show_said()

    def action_undo(self) -> None:
        """Take the last thing back, in whichever sitting it was said."""
        if not self._refuses():
            self._take_back()

    def _take_back(self, why: str = "") -> None:
        try:
            what = self.sitting.undo()
            shown = self.sitting.shown
            rows = self._corrected.get(shown.item.key, []) if what == "fix" and shown is not None else []
            added = rows.pop() if rows else None
            if added is not None:
                self.corrections.take_back(added)
        except FtuiError as error:
            self.complain(error)
            return
        self.revealed = None
        stays = what == "fix" and added is None
        self.notify(
            (why or ("Undone: " + what if what else "Nothing to undo."))
            + ("; a row that it added stays in the training file" if stays else ""),
            timeout=3,
            markup=False,
        )
        self._next(None)
