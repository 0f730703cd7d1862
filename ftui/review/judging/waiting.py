"""What one reviewer has said so far, what waits, and what is on the screen now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, NamedTuple

from ftui.review.judgement import Vote
from ftui.review.judging import blind
from ftui.review.judging.queue import Filter, Item, Mode, items, key_of, same_outputs
from ftui.review.prompt import Prompt
from ftui.review.store import Outline, ReviewStore


class Counts(NamedTuple):
    """How far a sitting is."""

    done: int
    total: int
    """Repeats that are still to come are in it."""
    stratum: str
    left_in_stratum: int


class Shown(NamedTuple):
    """What is on the screen."""

    item: Item
    order: tuple[Outline, ...]
    """The sides from left to right."""
    repeat_of: int | None = None


class News(NamedTuple):
    """What there is to judge, as the file has it, and a queue of it."""

    version: int
    outlines: Sequence[Outline]
    prompts: Mapping[tuple[str, str], Prompt]
    there: frozenset[tuple[str, bytes]]
    """Ids and output hashes of the samples."""
    queued: tuple[Mode, Filter]
    items: Sequence[Item]


class Waiting:
    """A reviewer's queue in a review. Raises FtuiError where the store cannot be read or written."""

    def __init__(self, store: ReviewStore, reviewer: str, seed: int | None = None) -> None:
        """Without a seed: the review's own, so that all reviewers have one order."""
        self.store = store
        self.reviewer = reviewer
        kept = store.note("judging-seed")
        self.seed = int(kept if kept is not None else seed or 0)
        if kept is None:
            store.set_note("judging-seed", self.seed)
        self._place: dict[str, Any] = {}
        self._shown: Shown | None = None
        self._pinned: Shown | None = None
        self._since = monotonic()
        self._passed: set[bytes] = set()
        """Judged since the filter was set, where the filter shows what was judged before."""
        self._read()
        note = store.note(self._note_name)
        self._place = note if isinstance(note, dict) else {}
        self.wanted = Filter.of(self._place.get("filter"))
        mode = self._place.get("mode")
        self.mode: Mode = mode if mode in ("single", "pair") else ("pair" if self._has_pairs() else "single")
        self._arrange()

    @property
    def shown(self) -> Shown | None:
        """The place in the queue; it holds names, so no screen may draw it."""
        if self._shown is None:
            self._shown = self._pinned or self._next()
            self._since = monotonic()
        return self._shown

    @property
    def counts(self) -> Counts:
        """How far the queue is, repeats with it."""
        done = sum(self._done_in.values())
        total, stratum = len(self._items), ""
        if self.mode == "pair":
            cast = len(self._votes)
            originals = sum(vote.repeat_of is None for vote in self._votes)
            repeated = cast - originals
            done += repeated
            total += max(repeated, blind.repeats_of(originals + len(self._items) - (done - repeated)))
        if self.shown is not None:
            stratum = self.shown.item.stratum
        return Counts(done, total, stratum, self._all_in[stratum] - self._done_in[stratum])

    @property
    def same(self) -> int:
        """Prompts that are in no queue of pairs because all their outputs are the same text."""
        return same_outputs(self._outlines)

    # Where one is

    def set_filter(self, wanted: Filter) -> None:
        """Show other items; kept for the next sitting."""
        self.wanted = wanted
        self._keep_place(filter=wanted.plain())
        self._passed.clear()
        self._pinned = self._shown = None
        self._arrange()

    def set_mode(self, mode: Mode) -> None:
        """Single outputs, or side by side; kept for the next sitting."""
        if mode != self.mode:
            self.mode = mode
            self._keep_place(mode=mode)
            self._pinned = self._shown = None
            self._arrange()

    def refresh(self) -> bool:
        """Take in what others wrote meanwhile; False: nobody wrote anything."""
        news = self.look()
        if news is not None:
            self.take(news)
        return news is not None

    def look(self) -> News | None:
        """What others wrote meanwhile, if anything; may run in a thread: 10,000 prompts take a second."""
        version = self.store.version
        return None if version == self._version else self._news(version)

    def take(self, news: News) -> None:
        """Have new outputs join the queue; what is on the screen stays."""
        self._take(news)
        self._read_said()  # in another window, under the same name
        self._arrange(news.items if news.queued == (self.mode, self.wanted) else None)
        for shown in (self._shown, self._pinned):
            if shown is not None and not all(
                (each.sample_id, each.output_hash) in news.there for each in shown.order
            ):
                self._shown = self._pinned = None  # sampled again with another text

    @property
    def strata(self) -> list[str]:
        """All strata of the review."""
        return list(dict.fromkeys(each.stratum for each in self._outlines))

    @property
    def models(self) -> list[str]:
        """All models of the review."""
        return list(dict.fromkeys(each.model for each in self._outlines))

    @property
    def flags(self) -> list[str]:
        """All flags that were raised."""
        return sorted({code for each in self._outlines for code in each.flags})

    # Inside

    @property
    def _note_name(self) -> str:
        return f"sitting {self.reviewer}"

    @property
    def _skipped(self) -> list[list[str]]:
        """Key, time and mode of what was skipped, oldest first."""
        return list(self._place.get("skipped", []))

    def _keep_place(self, **what: Any) -> None:
        self._place = {**self._place, **what}
        self.store.set_note(self._note_name, self._place)

    def _read(self) -> None:
        self._read_said()
        version, outlines = self.store.version, self.store.outline()
        prompts = {(each.prompt_id, each.stratum): each for each in self.store.prompts()}
        self._take(News(version, outlines, prompts, frozenset(), ("single", Filter()), ()))

    def _news(self, version: int) -> News:
        outlines = self.store.outline()
        prompts = {(each.prompt_id, each.stratum): each for each in self.store.prompts()}
        there = frozenset((each.sample_id, each.output_hash) for each in outlines)
        queued = (self.mode, self.wanted)
        return News(version, outlines, prompts, there, queued, items(outlines, *queued, self.seed))

    def _take(self, news: News) -> None:
        self._version = news.version
        self._outlines = news.outlines
        self._prompts = news.prompts

    def _read_said(self) -> None:
        mine = self.store.judgements(self.reviewer)
        self._judged = {(each.prompt_hash, each.output_hash): each for each in mine}
        self._votes = self.store.votes(self.reviewer)
        self._said = {key_of(vote.prompt_hash, vote.outputs) for vote in self._votes}
        self._said |= {
            key_of(each.prompt_hash, [each.output_hash]) for each in mine if each.verdict != "none"
        }

    def _has_pairs(self) -> bool:
        return bool(items(self._outlines, "pair", Filter(), self.seed))

    def _arrange(self, found: Sequence[Item] | None = None) -> None:
        """The queue anew; `found`: all that passes the filter, where that is known."""
        self._items = items(self._outlines, self.mode, self.wanted, self.seed) if found is None else found
        if self.wanted.judged == "judged":
            self._items = [item for item in self._items if self._done(item) or item.key in self._passed]
        self._count()

    def _count(self) -> None:
        """Count the queue once: with 20,000 outputs a judgement that counted anew took 0.2 s."""
        self._queued = {item.key for item in self._items}
        self._all_in = Counter(item.stratum for item in self._items)
        self._done_in = Counter(item.stratum for item in self._items if self._done(item))
        self._from = 0

    def _done(self, item: Item) -> bool:
        return item.key in self._said

    def _mark_done(self, item: Item) -> None:
        if item.key not in self._said:
            self._said.add(item.key)
            if item.key in self._queued:
                self._done_in[item.stratum] += 1

    def _waits(self, item: Item) -> bool:
        if item.key in self._passed:
            return False
        return self.wanted.judged != "open" or not self._done(item)

    def _next(self) -> Shown | None:
        """A repeat that is due, else the first item that waits, skipped ones last."""
        first = self._first_waiting()
        if self.mode == "pair" and self.wanted.judged == "open":
            repeat = self._repeat(at_end=first is None)
            if repeat is not None:
                return repeat
        return self._as_shown(first) if first is not None else None

    def _first_waiting(self) -> Item | None:
        """The first that was not skipped, else the one that was skipped first."""
        # What is said is not unsaid but by undo, which counts anew: no item before this place waits again.
        while self._from < len(self._items) and not self._waits(self._items[self._from]):
            self._from += 1
        skipped = {entry[0]: at for at, entry in enumerate(self._skipped)}
        later: Item | None = None
        for at in range(self._from, len(self._items)):
            item = self._items[at]
            if not self._waits(item):
                continue
            place = skipped.get(item.key.hex())
            if place is None:
                return item
            if later is None or place < skipped[later.key.hex()]:
                later = item
        return later

    def _as_shown(self, item: Item) -> Shown:
        if self.mode == "pair":
            return Shown(item, blind.sides(item, self.seed, self.reviewer))
        return Shown(item, item.samples[:1])

    def _repeat(self, *, at_end: bool) -> Shown | None:
        due = blind.repeats(self._votes, self.seed, at_end=at_end)
        by_key = {item.key: item for item in self._items} if due else {}
        for vote in due:
            item = by_key.get(key_of(vote.prompt_hash, vote.outputs))
            order = blind.swapped(item, vote) if item is not None else None
            if item is not None and order is not None:
                return Shown(item, order, vote.id)
        return None

    def _go_on(self, shown: Shown) -> None:
        self._pinned = self._shown = None
        self._passed.add(shown.item.key)
        if self.wanted.judged == "open":
            self._passed.clear()

    def _show_again(self, mode: str, key: bytes, vote: Vote | None = None) -> None:
        """What was taken back is on the screen, whatever the filter says."""
        if mode != self.mode:
            self.set_mode("pair" if mode == "pair" else "single")
        self._passed.discard(key)
        if self.wanted.judged == "judged":
            self._arrange()
        else:
            self._count()
        self._shown = self._pinned = None
        item = next((each for each in self._items if each.key == key), None)
        if item is None:
            everything = items(self._outlines, self.mode, Filter(frozenset(self.strata)), self.seed)
            item = next((each for each in everything if each.key == key), None)
        if item is None:
            return
        self._pinned = self._as_shown(item)
        if vote is not None:
            order = blind.swapped(item, replace(vote, outputs=vote.outputs[::-1]))
            self._pinned = Shown(item, order or self._pinned.order, vote.repeat_of)
