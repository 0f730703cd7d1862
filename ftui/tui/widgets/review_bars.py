"""The lines of the review screen: where one is, what was said of the output so far, who made the last one."""

from __future__ import annotations

from collections.abc import Sequence

from ftui.review.judgement import Judgement
from ftui.review.judging.blind import Revealed
from ftui.review.judging.session import Sitting
from ftui.review.judging.waiting import Counts
from ftui.tui.cell_text import one_line
from ftui.tui.keymap import bindings
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece

REASONS = {
    "end-token": "end token",
    "stop-sequence": "stop sequence",
    "limit": "token limit",
    "cancelled": "stopped",
    "error": "failed",
    "unknown": "unknown end",
}
"""Why an output ended, in words."""


class QueueBar(Bar):
    """Progress and filters on the left, who judges and what is not saved on the right."""

    sitting: Sitting
    counts = Counts(0, 0, "", 0)
    unsaved = 0
    doing = ""
    """What runs in the background."""

    def left(self) -> list[Piece]:
        palette, counts = self.palette, self.counts
        pieces: list[Piece] = [(f" {counts.done:,} of {counts.total:,}", palette.bar_strong)]
        if counts.stratum:
            pieces.append(
                (f" · {counts.left_in_stratum:,} left in stratum {one_line(counts.stratum)}", palette.bar_dim)
            )
        for chip in self._chips():
            pieces += [("  ", palette.bar), (f" {one_line(chip)} ", palette.chip)]
        return pieces

    def right(self) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = [(f"{one_line(self.doing)}  ", palette.bar_dim)] if self.doing else []
        if self.unsaved:
            pieces.append((f"● {self.unsaved:,} unsaved  ", palette.unsaved))
        return [*pieces, (f"{one_line(self.sitting.reviewer)} ", palette.bar_dim)]

    def _chips(self) -> list[str]:
        """Filters in words; models by their number, for their names are not to be seen here."""
        wanted = self.sitting.wanted
        chips = [*sorted(wanted.strata), *sorted(wanted.flags)]
        if wanted.models:
            chips.append(f"{len(wanted.models)} of {len(self.sitting.models)} models")
        if wanted.judged != "open":
            chips.append({"judged": "judged before", "all": "judged or not"}[wanted.judged])
        return chips


class JudgeBar(Bar, can_focus=True):
    """What was said of one output: scores by line of the rubric, the flag, the note. Its keys judge."""

    BINDINGS = bindings("judge")
    rubric: Sequence[str] = ()
    line = 0
    judgement: Judgement | None = None

    def left(self) -> list[Piece]:
        palette, said = self.palette, self.judgement
        pieces: list[Piece] = [(" ", palette.bar)]
        for number, name in enumerate(self.rubric):
            here = number == self.line
            score = said.scores.get(name) if said else None
            ground = palette.cursor if here else palette.bar
            pieces += [
                (f"{'▸' if here else ' '}{one_line(name)} {'–' if score is None else score} ", ground),
                (" ", palette.bar),
            ]
        if said is not None and said.verdict != "none":
            pieces.append((f" {said.verdict} ", palette.chip))
        if said is not None and said.flagged:
            pieces.append((" ⚑ flagged ", palette.unsaved))
        if said is not None and said.note:
            pieces.append((f" note: {one_line(said.note)}", palette.bar_dim))
        return pieces

    def right(self) -> list[Piece]:
        if not self.rubric:
            return []
        return [("1–5", self.palette.key), (" score ", self.palette.bar_dim)]


class VoteBar(Bar, can_focus=True):
    """The note that goes with the vote. Its keys vote."""

    BINDINGS = bindings("vote")
    note = ""
    sides = 2

    def left(self) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = [(" which is better?", palette.bar)]
        if self.sides > 2:
            pieces = [(" which is the best?", palette.bar)]
            for number in range(2, self.sides):
                pieces += [
                    ("  ", palette.bar),
                    (f"{number + 1}", palette.key),
                    (f" {'ABCD'[number]}", palette.bar_dim),
                ]
        if self.note:
            pieces.append((f"  note: {one_line(self.note)}", palette.bar_dim))
        return pieces


class RevealBar(Bar):
    """Who made the outputs that were judged last, and how they ended."""

    revealed: Revealed | None = None

    def left(self) -> list[Piece]:
        palette, revealed = self.palette, self.revealed
        if revealed is None:
            return [(" who made an output is shown here after the next vote", palette.bar_dim)]
        several = len(revealed.sides) > 1
        verdict = {"both-bad": "both bad"}.get(revealed.verdict, revealed.verdict)
        pieces: list[Piece] = [(f" last: {verdict} ", palette.bar)]
        for letter, side in zip("ABCD", revealed.sides, strict=False):
            name = " = ".join(map(one_line, side.models)) + (f" {one_line(side.page)}" if side.page else "")
            pieces.append((f"  {letter + ' ' if several else ''}{name}", palette.bar_strong))
            told = [REASONS.get(side.stop_reason, side.stop_reason)]
            if side.tokens_per_s is not None:
                told.append(f"{side.tokens_per_s:,.0f} tok/s")
            told += dict.fromkeys(flag.code for flag in side.flags)
            pieces.append((f" {' · '.join(map(one_line, told))}", palette.bar_dim))
        return pieces
