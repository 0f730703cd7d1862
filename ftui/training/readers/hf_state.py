"""Transformers' `trainer_state.json`, which lies in every checkpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ftui.training.readers.hf_entry import record_of
from ftui.training.readers.reader import WholeReader
from ftui.training.readers.values import epoch_of, number, step_of
from ftui.training.record import Facts, Record

_MOST_BYTES = 256 * 1024 * 1024
_HISTORY = re.compile(r'"log_history"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")
_ENTRY_END, _HISTORY_END = "\n    }", "\n  ]"
_PIECE = 50_000
"""Characters parsed at a time: a millisecond."""
_SETTINGS = ("train_batch_size", "logging_steps", "eval_steps", "save_steps", "num_input_tokens_seen")
_BROKEN = (ValueError, RecursionError)


class HfStateReader(WholeReader):
    """One JSON document with every value logged so far; NaN and Infinity stand bare in it.

    A torn document gives the entries that are whole.
    """

    format = "hf-state"
    title = "Hugging Face trainer_state.json"

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        if head.lstrip()[:1] != b"{" or b'"log_history"' not in head:
            return 0.0
        return 1.0 if b'"global_step"' in head or b'"max_steps"' in head or b'"step"' in head else 0.0

    def load(self) -> list[Record]:
        try:
            with self.path.open("rb") as file:
                text = file.read(_MOST_BYTES).decode("utf-8", "replace")
        except (OSError, ValueError):
            return []  # the Trainer removes old checkpoints
        try:
            state = _in_pieces(text) or json.loads(text)
        except _BROKEN:
            return self._records(_whole_entries(text))
        if not isinstance(state, dict):
            return []
        history = state.get("log_history")
        records = self._records(history if isinstance(history, list) else [])
        tell_state(state, self.facts)
        return records

    def _records(self, entries: list[object]) -> list[Record]:
        records = []
        for entry in entries:
            if isinstance(entry, dict):
                record = record_of(entry, step_of(entry.get("step")), self.facts)
                if record is not None:
                    records.append(record)
        return records


def tell_state(state: Mapping[str, object], facts: Facts) -> None:
    """Add what a Trainer's state says of the whole run; the state is the document without its history."""
    facts.total_steps = step_of(state.get("max_steps")) or None
    facts.total_epochs = epoch_of(state.get("num_train_epochs"))
    if facts.total_steps is not None and step_of(state.get("global_step")) == facts.total_steps:
        facts.finished = True
    best = state.get("best_model_checkpoint")
    facts.best_checkpoint = best if isinstance(best, str) else None
    for name in _SETTINGS:
        value = number(state.get(name))
        if value is not None:
            facts.config[name] = value
    _tell_callbacks(state.get("stateful_callbacks"), facts)


def _tell_callbacks(callbacks: object, facts: Facts) -> None:
    if not isinstance(callbacks, dict):
        return
    facts.config["callbacks"] = [str(name)[:100] for name in callbacks][:100]
    stopping = callbacks.get("EarlyStoppingCallback")
    if stopping is None:
        return
    kept = stopping[0] if isinstance(stopping, list) and stopping else stopping
    told = kept.get("args") if isinstance(kept, dict) else None
    for name in ("early_stopping_patience", "early_stopping_threshold"):
        value = number(told.get(name)) if isinstance(told, dict) else None
        if value is not None:
            facts.config[name] = value


def _in_pieces(text: str) -> dict[str, object] | None:
    """The document as the Trainer lays it out, its history parsed piece by piece; None where it is laid out otherwise.

    Parsing holds Python's lock until it is done: a key would wait for a quarter of a second. An entry ends where a
    line says so, for a text of valid JSON holds no line end.
    """
    begun = _HISTORY.search(text)
    end = text.find(_HISTORY_END, begun.end()) if begun else -1
    if begun is None or end < 0 or text.count('"log_history"') != 1:
        return None
    history: list[object] = []
    at = begun.end()
    try:
        state = json.loads(text[:at] + text[end:])
        while at < end:
            stop = text.find(_ENTRY_END, at + _PIECE, end)
            stop = end if stop < 0 else stop + len(_ENTRY_END)
            entries = json.loads(f"[{text[at:stop]}]")
            if not entries or (stop < end and text[stop] != ","):
                return None
            history += entries
            at = stop + 1
    except _BROKEN:
        return None
    if not isinstance(state, dict) or state.get("log_history") != [] or text[end - 1] == ",":
        return None
    return state | {"log_history": history}


def _whole_entries(text: str) -> list[object]:
    """The entries of the history that were written whole, of a document that is not."""
    begun = _HISTORY.search(text)
    return list(_entries(text, begun.end())) if begun else []


def _entries(text: str, at: int) -> Iterator[object]:
    decoder = json.JSONDecoder()
    while True:
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
        if not text.startswith("{", at):
            return
        try:
            entry, at = decoder.raw_decode(text, at)
        except _BROKEN:
            return
        yield entry
