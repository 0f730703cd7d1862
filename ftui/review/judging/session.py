"""One reviewer's sitting: what is on the screen, what is said of it, and the way back.

Whatever is shown as kept is in SQLite before the call returns; a sitting that was killed goes on where it stood.
"""

from __future__ import annotations

import getpass
from dataclasses import replace
from time import monotonic

from ftui.project.errors import FtuiError
from ftui.review.judgement import NO_WINNER, Judgement, Verdict, Vote
from ftui.review.judging import blind
from ftui.review.judging.blind import BlindOutput, BlindPair, BlindSingle, Revealed
from ftui.review.judging.queue import key_of
from ftui.review.judging.waiting import News, Shown, Waiting
from ftui.review.prompt import Prompt
from ftui.review.review_file import now
from ftui.review.sample import Sample
from ftui.review.store import Outline

LONGEST_NAME = 60


def reviewer_name(given: str | None) -> str:
    """The name that judgements are kept under: the given one, else the login name. Raises FtuiError."""
    try:
        name = (given if given is not None else getpass.getuser()).strip()
    except (OSError, KeyError, ImportError):
        name = ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise FtuiError("a reviewer needs a name of 1 to 60 letters", "give one: --reviewer NAME")
    return name


class Sitting(Waiting):
    """One reviewer at work on a review. Raises FtuiError where the store cannot be read or written."""

    # What is on the screen

    _read_of: tuple[Shown, BlindSingle | BlindPair] | None = None
    """What was read last: a screen asks for it many times."""

    def take(self, news: News) -> None:
        """Have new outputs join the queue; of what is on the screen, flags may have come."""
        self._read_of = None
        super().take(news)

    @property
    def current(self) -> BlindSingle | BlindPair | None:
        """What is to be judged now, without anything that tells who wrote it; None: nothing waits."""
        shown = self.shown
        if shown is None:
            return None
        if self._read_of is None or self._read_of[0] is not shown:
            self._read_of = shown, self._blind(shown)
        return self._read_of[1]

    def _blind(self, shown: Shown) -> BlindSingle | BlindPair:
        prompt = self._prompts.get((shown.item.prompt_id, shown.item.stratum)) or Prompt(
            shown.item.prompt_id, "file", ()
        )
        samples = [self._sample(each) for each in shown.order]
        if self.mode == "pair":
            return BlindPair(prompt, tuple(BlindOutput.of(each) for each in samples))
        flags = dict.fromkeys(flag.code for flag in samples[0].flags)
        seen = tuple(code for code in flags if code in blind.OF_THE_TEXT)
        return BlindSingle(prompt, BlindOutput.of(samples[0]), samples[0].completion.cut, seen)

    @property
    def judgement(self) -> Judgement | None:
        """What this reviewer said of the output on the screen so far."""
        shown = self.shown
        if shown is None or self.mode == "pair":
            return None
        return self._judged.get((shown.item.prompt_hash, shown.item.output_hash))

    @property
    def note(self) -> str:
        """The note on what is on the screen."""
        shown = self.shown
        if shown is None:
            return ""
        if self.mode == "pair":
            return str(self._place.get("drafts", {}).get(shown.item.key.hex(), ""))
        return self.judgement.note if self.judgement else ""

    # What is said

    def judge(self, verdict: Verdict, correction: str | None = None) -> Revealed | None:
        """Keep a verdict on the single output and go on; gives what was hidden of it."""
        shown = self.shown
        if shown is None or self.mode == "pair":
            return None
        self._write(verdict=verdict, correction=correction)
        sides = (blind.revealed_side(self._sample(shown.order[0]), shown.item.samples),)
        self._go_on(shown)
        return Revealed(verdict, sides)

    def score(self, line: str, value: int) -> None:
        """Score a line of the rubric from 1 to 5; the output stays on the screen."""
        if not 1 <= value <= 5:
            raise ValueError(f"a score is 1 to 5, not {value}")
        if self.mode == "single" and self.shown is not None:
            before = self.judgement.scores if self.judgement else {}
            self._write(scores={**before, line: value})

    def toggle_flag(self) -> None:
        """Set the reviewer's own flag on the single output, or take it off."""
        if self.mode == "single" and self.shown is not None:
            self._write(flagged=not (self.judgement and self.judgement.flagged))

    def set_note(self, text: str) -> None:
        """Keep a note on what is on the screen; a pair's goes with its vote."""
        shown = self.shown
        if shown is None:
            return
        if self.mode == "single":
            self._write(note=text)
        else:
            drafts = {**self._place.get("drafts", {}), shown.item.key.hex(): text}
            self._keep_place(drafts={key: each for key, each in drafts.items() if each})

    def vote(self, choice: int | str) -> Revealed | None:
        """Keep a vote, for the side at a place from the left or one of NO_WINNER, and go on."""
        shown = self.shown
        if shown is None or self.mode != "pair":
            return None
        if isinstance(choice, int):
            if not 0 <= choice < len(shown.order):
                return None
            winner, verdict = shown.order[choice].sample_id, blind.LETTERS[choice]
        else:
            if choice not in NO_WINNER:
                raise ValueError(f"{choice!r} is no vote")
            winner = verdict = choice
        given = Vote(
            self.reviewer,
            shown.item.prompt_hash,
            tuple(each.sample_id for each in shown.order),
            tuple(each.output_hash for each in shown.order),
            winner,
            self.note,
            round(monotonic() - self._since, 1),
            shown.repeat_of,
            now(),
        )
        given = replace(given, id=self.store.vote(given))
        self._votes.append(given)
        self._mark_done(shown.item)
        if self.note:
            self.set_note("")
        sides = tuple(blind.revealed_side(self._sample(each)) for each in shown.order)
        self._go_on(shown)
        return Revealed(verdict, sides)

    def skip(self) -> None:
        """Put it behind everything else."""
        shown = self.shown
        if shown is None or shown.repeat_of is not None:
            return
        skipped = [entry for entry in self._skipped if entry[0] != shown.item.key.hex()]
        self._keep_place(skipped=[*skipped, [shown.item.key.hex(), now(), self.mode]])
        self._go_on(shown)

    def undo(self) -> str:
        """Take back the last thing this reviewer said, in whichever sitting; says what it was, "" for nothing.

        What it was about is on the screen again.
        """
        said = max(self._judged.values(), key=lambda each: each.id, default=None)
        vote = self._votes[-1] if self._votes else None
        skipped = self._skipped[-1] if self._skipped else None
        last = max(said.at if said else "", vote.at if vote else "", skipped[1] if skipped else "")
        if not last:
            return ""
        if skipped and skipped[1] == last:
            self._keep_place(skipped=self._skipped[:-1])
            self._show_again(skipped[2], bytes.fromhex(skipped[0]))
            return "skip"
        if vote and vote.at == last:
            self.store.undo_vote(vote.id)
            self._read_said()
            if vote.note:
                key = key_of(vote.prompt_hash, vote.outputs).hex()
                self._keep_place(drafts={**self._place.get("drafts", {}), key: vote.note})
            self._show_again("pair", key_of(vote.prompt_hash, vote.outputs), vote)
            return f"vote: {vote.winner}" if vote.winner in NO_WINNER else "vote"
        assert said is not None
        self.store.undo_judgement(said.id)
        self._read_said()
        self._show_again("single", key_of(said.prompt_hash, [said.output_hash]))
        before = self._judged.get((said.prompt_hash, said.output_hash))
        return _what_changed(said, before)

    # Inside

    def _write(
        self,
        *,
        verdict: Verdict | None = None,
        scores: dict[str, int] | None = None,
        flagged: bool | None = None,
        note: str | None = None,
        correction: str | None = None,
    ) -> None:
        shown, before = self.shown, self.judgement
        assert shown is not None
        given = before or Judgement(self.reviewer, shown.item.prompt_hash, shown.item.output_hash, "none")
        given = replace(
            given,
            verdict=given.verdict if verdict is None else verdict,
            scores=given.scores if scores is None else scores,
            flagged=given.flagged if flagged is None else flagged,
            note=given.note if note is None else note,
            correction=given.correction if verdict is None else correction,
            seconds=round(monotonic() - self._since, 1),
            at=now(),
        )
        given = replace(given, id=self.store.judge(given))
        self._judged[given.prompt_hash, given.output_hash] = given
        if given.verdict != "none":
            self._mark_done(shown.item)

    def _sample(self, outline: Outline) -> Sample:
        sample = self.store.sample(outline.sample_id)
        if sample is None:
            raise FtuiError("this output is no longer in the review", "open the review again")
        return sample


def _what_changed(said: Judgement, before: Judgement | None) -> str:
    """In a word or two, what a judgement that was taken back had said."""
    if said.verdict != (before.verdict if before else "none") or (
        before and said.correction != before.correction
    ):
        return str(said.verdict)
    changed = [line for line, value in said.scores.items() if not before or before.scores.get(line) != value]
    if changed:
        return f"score of {changed[0]}"
    return "flag" if said.flagged != bool(before and before.flagged) else "note"
