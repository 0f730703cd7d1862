"""What reviewers said of outputs: a log to which lines are added, and from which nothing is removed."""

from __future__ import annotations

import json

from ftui.review.judgement import Judgement, Vote
from ftui.review.review_file import ReviewFile, now


class JudgementLog(ReviewFile):
    """Judgements and votes of everybody; undo is a line too."""

    def judge(self, given: Judgement) -> int:
        """Keep a judgement; returns its number. A later one of the same reviewer on the same output replaces it."""
        with self._writing():
            done = self._db.execute(
                "INSERT INTO judgements (reviewer, at, prompt_hash, output_hash, verdict, scores, flagged, note,"
                " seconds, correction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    given.reviewer, given.at or now(), given.prompt_hash, given.output_hash, given.verdict,
                    json.dumps(dict(given.scores)), given.flagged, given.note, given.seconds,
                    given.correction and _storable(given.correction),
                ),
            )  # fmt: skip
        return int(done.lastrowid or 0)

    def vote(self, given: Vote) -> int:
        """Keep a vote; returns its number."""
        shown = [[each, held.hex()] for each, held in zip(given.shown, given.outputs, strict=True)]
        with self._writing():
            done = self._db.execute(
                "INSERT INTO votes (reviewer, at, prompt_hash, shown, winner, note, seconds, repeat_of)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    given.reviewer, given.at or now(), given.prompt_hash, json.dumps(shown), given.winner,
                    given.note, given.seconds, given.repeat_of,
                ),
            )  # fmt: skip
        return int(done.lastrowid or 0)

    def undo_judgement(self, number: int) -> None:
        """Take a judgement back: the one before it counts again."""
        self._undo("judgements", number)

    def undo_vote(self, number: int) -> None:
        """Take a vote back."""
        self._undo("votes", number)

    def judgements(self, reviewer: str | None = None) -> list[Judgement]:
        """Those in force, oldest first: the last of each reviewer on each output that was not taken back."""
        found = self._rows(
            "SELECT reviewer, prompt_hash, output_hash, verdict, scores, flagged, note, seconds, correction, at, id"
            " FROM judgements AS j WHERE undoes IS NULL AND (:who IS NULL OR reviewer = :who)"
            " AND id NOT IN (SELECT undoes FROM judgements WHERE undoes IS NOT NULL) ORDER BY id",
            {"who": reviewer},
        )
        last: dict[tuple[str, bytes, bytes], Judgement] = {}
        for who, prompt, output, verdict, scores, flagged, *rest in found:
            last[who, prompt, output] = Judgement(
                who, prompt, output, verdict, json.loads(scores), bool(flagged), *rest
            )
        return sorted(last.values(), key=lambda each: each.id)

    def votes(self, reviewer: str | None = None) -> list[Vote]:
        """Those in force, oldest first."""
        found = self._rows(
            "SELECT reviewer, prompt_hash, shown, winner, note, seconds, repeat_of, at, id FROM votes"
            " WHERE undoes IS NULL AND (:who IS NULL OR reviewer = :who)"
            " AND id NOT IN (SELECT undoes FROM votes WHERE undoes IS NOT NULL) ORDER BY id",
            {"who": reviewer},
        )
        votes = []
        for who, prompt, written, *rest in found:
            shown = json.loads(written)
            ids, outputs = tuple(a for a, _ in shown), tuple(bytes.fromhex(b) for _, b in shown)
            votes.append(Vote(who, prompt, ids, outputs, *rest))
        return votes

    def _undo(self, table: str, number: int) -> None:
        columns = {"judgements": "output_hash, verdict, scores, flagged", "votes": "shown, winner"}[table]
        values = {"judgements": "output_hash, 'none', '{}', 0", "votes": "shown, winner"}[table]
        with self._writing():
            self._db.execute(
                f"INSERT INTO {table} (reviewer, at, prompt_hash, {columns}, note, undoes)"
                f" SELECT reviewer, ?, prompt_hash, {values}, '', id FROM {table} WHERE id = ?",
                (now(), number),
            )


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates; what was typed has none, what was pasted may."""
    return text.encode("utf-8", "replace").decode()
