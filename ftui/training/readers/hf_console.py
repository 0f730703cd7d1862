"""The console of Transformers' Trainer, versions 4 and 5, and of what is built on it: TRL, Axolotl, Unsloth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ftui.training.metrics import TRAIN_LOSS
from ftui.training.readers.bar import USUAL, Bar, bar_in, may_be_bar
from ftui.training.readers.console import ConsoleReader, logged_at, plain, without_time
from ftui.training.readers.hf_banner import Banner
from ftui.training.readers.hf_entry import record_of
from ftui.training.readers.hf_printed import Printed, printed_in
from ftui.training.readers.hf_usual import UsualLine
from ftui.training.record import Record

_MOST_WAITING = 64
_ROUNDED = 0.001
"""By which an epoch of four digits may be off, and its step with it."""


class HfConsoleReader(ConsoleReader):
    """Python dicts of what was logged, between progress bars; the step stands in the bars alone.

    The bar is drawn anew after a line is printed: the one that follows tells the line's step, the one before may lag
    by the tenth of a second that tqdm waits between two drawings.
    """

    format = "hf-console"
    title = "Hugging Face Trainer console (Transformers, TRL, Axolotl, Unsloth)"
    whole_end = re.compile(r"\}\s*$")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._banner = Banner(self.facts)
        self._bar: Bar | None = None
        """What may be the bar of the training, as it was last drawn."""
        self._total: int | None = None
        """The steps of the bar that was seen to follow the lines of a training."""
        self._held: list[Record] = []
        """Records of one step, which wait for the bar that is drawn after them."""
        self._unpaired = 0
        """Records for which no bar came, while none was known to be the training's."""
        self._per_epoch: float | None = None
        self._placed: tuple[int, float] | None = None
        """Step and epoch of the last record that a bar gave its step."""
        self._late = False
        """Lines came in groups, after bars that had gone on: standard output is buffered."""
        self._returns = False
        """The file holds the carriage returns of its bars: none was taken out on the way here."""
        self._usual = UsualLine()
        self._last: tuple[str, str] | None = None
        """Prefix and text of the last line, while no bar was drawn after it."""

    @classmethod
    def sure_of(cls, line: str) -> float:
        if "'epoch': " in line and printed_in(line) is not None:
            return 0.9
        if "***** Running training *****" in line or ("Unsloth" in line and "fine-tuning" in line):
            return 0.4
        bar = bar_in(line)
        return 0.2 if bar is not None and not bar.title and bar.done == 0 else 0.0

    def feed(self, data: bytes) -> list[Record]:
        first = -1 if self._returns else data.find(b"\r")
        found = super().feed(data[:first]) if first > 0 else []
        self._returns = self._returns or first >= 0
        found += super().feed(data[max(first, 0) :])
        if self._bar is not None and self._bar.total == self._total and not self.facts.finished:
            self.facts.remaining_s = self._bar.remaining_s
        if self._rest and any(TRAIN_LOSS in record.values for record in self._held):
            bar = bar_in(self._rest[:4000].decode("utf-8", "replace"))
            known = self._total if self._total is not None or self._bar is None else self._bar.total
            if bar is not None and known in (None, bar.total) and self._follows(bar):
                found += self._release(bar)
        return found

    def finish(self) -> list[Record]:
        return [*super().finish(), *self._release(None)]

    def read_lines(self, lines: Iterable[str]) -> list[Record]:
        """As line by line; a console is usual bars and usual entries nearly throughout."""
        found: list[Record] = []
        of_usual_form, entry_in = USUAL.fullmatch, self._usual.record_of
        for line in lines:
            if line.isspace():
                continue
            if "{" in line:
                record = entry_in(line)
                found += self.read_line(line) if record is None else self._entered("", line, record)
            elif (drawn := of_usual_form(line)) is not None:
                done_text, total_text, left = drawn.groups()
                done, total = int(done_text), int(total_text)
                before = self._bar
                if self._held or before is None or before.total != total or self._total not in (None, total):
                    found += self._drawn(Bar("", done, total, left, False))
                    continue
                if done < before.done:
                    self._per_epoch = None
                self._bar, self._last = Bar("", done, total, left, False), None
            else:
                found += self.read_line(line)
        return found

    def read_line(self, line: str) -> Sequence[Record]:
        if "': " in line and "{'" in line:
            entry = printed_in(line)
            if entry is not None:
                return self._logged(entry)
        elif may_be_bar(line):
            if (bar := bar_in(line)) is not None:
                return self._drawn(bar)
        elif " = " in line or "*****" in line:
            self._banner.read(plain(line))
        return ()

    def _is_copy(self, prefix: str, text: str) -> bool:
        """Whether another rank printed this line just before: no bar was drawn since, or the prefix is another."""
        last, self._last = self._last, (prefix, text)
        if last is None or last[1] != text:
            return False
        return self._bar is not None or without_time(last[0]) != without_time(prefix)

    def _drawn(self, bar: Bar) -> list[Record]:
        found = self._release(bar) if self._held and self._follows(bar) else []
        if bar.title or bar.nested:
            return found
        self._last = None
        if self._total in (None, bar.total):
            if self._bar is not None and bar.done < self._bar.done:
                self._per_epoch = None
            self._bar = bar
        return found

    def _follows(self, bar: Bar) -> bool:
        """Whether this is the bar of the training that printed what is held."""
        if bar.title or not bar.total:
            return False
        usual = self._total in (None, bar.total)
        if usual and not bar.nested:
            return True
        if not any(TRAIN_LOSS in record.values for record in self._held):
            return False
        # A training has printed what is held, so no other bar is open. That of an evaluation may be the next one,
        # where standard output is buffered and lines come late.
        return not bar.nested if not usual else self._bar is None or self._bar.total == bar.total

    def _logged(self, entry: Printed) -> list[Record]:
        if self._is_copy(entry.prefix, entry.text):
            return []
        found: list[Record] = []
        if entry.prefix and (bar := bar_in(entry.prefix)) is not None:
            found = self._drawn(bar)
        record = record_of(entry.told, None, self.facts)
        if record is None:
            if self.facts.finished:
                self.facts.remaining_s = None
                found += self._release(None)
            return found
        self._usual.learn(entry, record)
        if entry.prefix:
            record.time = logged_at(entry.prefix)
        return found + self._taken(record)

    def _entered(self, prefix: str, text: str, record: Record) -> list[Record]:
        if self._is_copy(prefix, text):
            return []
        self.facts.finished = False
        return self._taken(record)

    def _taken(self, record: Record) -> list[Record]:
        found = self._release(None) if self._held and self._moved_on(record) else []
        if self._bar is None:
            self._place(record, None)
            found.append(record)
        else:
            self._held.append(record)
        return found

    def _moved_on(self, record: Record) -> bool:
        """Whether no bar came after what is held; of lines that a buffer held back many come before the next one."""
        if len(self._held) >= _MOST_WAITING:
            return True
        late = self._returns and self._bar is not None and self._bar.done > 0
        return self._held[-1].epoch != record.epoch and not late

    def _release(self, bar: Bar | None) -> list[Record]:
        """Give the records that are held, with the step that the bar after them tells."""
        held, self._held = self._held, []
        if not held:
            return []
        if bar is None:
            step = self._bar.done if self._total is not None and self._bar is not None else None
            self._unpaired += self._total is None
            if self._unpaired > 1:
                self._bar = None  # bars of something else: this training draws none
        else:
            step = self._step_at(bar, held[-1].epoch)
            self._unpaired = 0
            for record in held:  # half the time of any(), and every line of a console comes here
                if TRAIN_LOSS in record.values:
                    self._total = self.facts.total_steps = bar.total
            if self._returns and len(held) == 1:
                held[0].step = step
                return held
        for record in held:
            self._place(record, step)
        if self._returns and bar is not None:
            self._step_back(held)
        elif self._returns and self._total is not None and self._per_epoch:
            for record in held:
                record.step = self._step_of(record, step)
        return held

    def _place(self, record: Record, step: int | None) -> None:
        """Give a record its step; by its epoch where no bar was drawn since the last: some logs keep only a few."""
        record.step = step
        if self._returns or not record.epoch:
            return
        before, epoch = self._placed or (0, 0.0)
        if before and record.epoch >= epoch and (step is None or step <= before):
            record.step = before if record.epoch == epoch else max(before + 1, self._by_epoch(record.epoch))
        if record.step is not None:
            self._placed = record.step, record.epoch

    def _by_epoch(self, epoch: float) -> int:
        """The step of an epoch, by the last record that a bar gave its step."""
        step, before = self._placed or (0, 1.0)
        return round(min(step / before * epoch, 1e15))

    def _step_back(self, held: list[Record]) -> None:
        """The last of the lines that a buffer held back stands at its bar, the others before it, by their epochs."""
        last = held[-1]
        for record in held[:-1]:
            if record.epoch != last.epoch:
                self._late = True
                record.step = self._step_of(record, last.step)

    def _step_of(self, record: Record, latest: int | None) -> int | None:
        epoch, per_epoch = record.epoch, self._per_epoch
        if per_epoch is None or not epoch or not 0 < epoch < 1e9:
            return latest
        step = round(epoch * per_epoch)
        return step if latest is None else min(step, latest)

    def _step_at(self, bar: Bar, epoch: float | None) -> int:
        """Between the bars before and after a line; where returns were taken out, a later bar may follow it."""
        before = self._bar
        if self._returns or before is None or before.total != bar.total or before.done >= bar.done:
            if epoch and bar.done:
                by_epoch = epoch * (self._per_epoch or bar.done / epoch)
                if self._late and bar.done - by_epoch > max(0.5, _ROUNDED * bar.done):
                    return round(by_epoch)  # a buffer held the line back, and the bar went on
                self._per_epoch = bar.done / epoch
            if not self._returns and self._placed and epoch and epoch > self._placed[1]:
                return min(bar.done, max(self._by_epoch(epoch), self._placed[0]))
            return bar.done
        if self._per_epoch is None or not epoch or epoch != epoch or epoch > 1e9:
            return before.done
        return min(max(round(epoch * self._per_epoch), before.done), bar.done)
