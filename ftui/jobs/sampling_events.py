"""Events of a sampling job as messages to the app: pieces and log lines in bundles, so that the app never drowns."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ftui.review.backends.backend import Engine
from ftui.review.sample import Completion, Sample
from ftui.review.sampling import job_events as events

BUNDLE_S = 0.25
"""Seconds between two bundles, each of which is a paint: four a second, whatever the engine's speed."""
MOST_LOG_LINES = 400
"""Of one bundle; an engine's first log has 2,000 and is not read line by line."""
REMEMBERED = 4_096
"""Samples whose flags may still come."""
Tell = Callable[..., None]
"""Sends a message: its kind, and its fields."""
_SURROGATE = re.compile("[\ud800-\udfff]")
Key = tuple[str, str, str, int]
"""Model, prompt, stratum, index."""


class Events:
    """Takes the job's events on its thread, sends messages; bundles go out from a thread of its own."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._pieces: dict[Key, tuple[list[str], int]] = {}
        self._lines: list[tuple[str, str]] = []
        self._left_out = 0
        self._latest: dict[str, dict[str, Any]] = {}
        self._keys: OrderedDict[str, Key] = OrderedDict()
        self._wake = threading.Event()
        self._closed = False
        threading.Thread(target=self._send_bundles, daemon=True, name="bundles").start()

    def __call__(self, event: events.JobEvent) -> None:
        """One event; what comes often waits for the next bundle, the rest is sent at once, in order."""
        if isinstance(event, events.Streamed):
            key = (event.model, event.prompt_id, event.stratum, event.which)
            self._grow(key, event.text, event.tokens)
        elif isinstance(event, events.Logged):
            self.log(event.model, event.level, event.text)
        elif isinstance(event, (events.Progress, events.PromptRead, events.Hashing)):
            kind, fields = _often(event)
            with self._lock:
                self._latest[kind] = fields
            self._wake.set()
        else:
            self.flush()
            self._send(event)

    def log(self, model: str, level: str, text: str) -> None:
        """A line of an engine's log."""
        with self._lock:
            if len(self._lines) < MOST_LOG_LINES:
                self._lines.append((level, readable(f"{model}: {text}" if model else text)))
            else:
                self._left_out += 1
        self._wake.set()

    def _grow(self, key: Key, text: str, tokens: int) -> None:
        with self._lock:
            parts, _ = self._pieces.get(key, ([], 0))
            parts.append(text)
            self._pieces[key] = (parts, tokens)
        self._wake.set()

    def flush(self) -> None:
        """Send what waits."""
        with self._lock:
            pieces, self._pieces = self._pieces, {}
            lines, self._lines = self._lines, []
            latest, self._latest = self._latest, {}
            left_out, self._left_out = self._left_out, 0
            if left_out:
                lines.append(("info", f"… {left_out:,} more lines, in the review's folder"))
            # Within the lock: a bundle must not overtake the sample that ends it.
            if lines:
                self._tell("log", lines=lines)
            for kind, fields in latest.items():
                self._tell(kind, **fields)
            if pieces:
                told = [(key, readable("".join(parts)), tokens) for key, (parts, tokens) in pieces.items()]
                self._tell("pieces", pieces=told)

    def close(self) -> None:
        """Send what waits, and no more."""
        self._closed = True
        self._wake.set()
        self.flush()

    def _send_bundles(self) -> None:
        pause = threading.Event()
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            self.flush()
            pause.wait(BUNDLE_S)

    def _send(self, event: events.SampleDone | events.Examined | _Seldom) -> None:
        if isinstance(event, events.SampleDone):
            key = self._remember(event.sample)
            self._tell("sample", key=key, **finished(event.sample.completion))
        elif isinstance(event, events.Examined):
            known = [(self._keys[each], found) for each, found in event.flags.items() if each in self._keys]
            self._tell("flagged", flags=[(key, [flag.code for flag in found]) for key, found in known])
        else:
            kind, fields = _seldom(event)
            self._tell(kind, **fields)

    def _remember(self, sample: Sample) -> Key:
        key = (sample.model, sample.prompt_id, sample.stratum, sample.index)
        self._keys[sample.sample_id] = key
        while len(self._keys) > REMEMBERED:
            self._keys.popitem(last=False)
        return key


def _often(event: events.Progress | events.PromptRead | events.Hashing) -> tuple[str, dict[str, Any]]:
    if isinstance(event, events.Progress):
        return "progress", event._asdict()
    if isinstance(event, events.PromptRead):
        return "reading", {"model": event.model, "done": event.done, "total": event.total}
    return "hashing", {"path": readable(event.path), "done": event.done, "total": event.total}


_Seldom = (
    events.Started | events.Loading | events.ModelLoaded | events.ModelFailed | events.Note | events.Finished
)


def _seldom(event: _Seldom) -> tuple[str, dict[str, Any]]:
    """The message of an event that is sent as it is."""
    if isinstance(event, events.Started):
        return "started", {"done": event.done, "total": event.total}
    if isinstance(event, events.Loading):
        return "loading", {"model": event.model}
    if isinstance(event, events.ModelLoaded):
        told: dict[str, Any] = {
            "engine": readable(engine_in_words(event.engine)),
            "notes": list(event.engine.notes),
        }
        return "loaded", {"model": event.model, **told}
    if isinstance(event, events.ModelFailed):
        return "model-failed", {"model": event.model, "error": readable(event.reason), "hint": event.hint}
    if isinstance(event, events.Note):
        text = readable(f"{event.model}: {event.text}" if event.model else event.text)
        return "note", {"level": event.level, "text": text}
    ended: dict[str, Any] = {
        "failed": dict(event.failed),
        "empty": list(event.empty),
        "cancelled": event.cancelled,
    }
    return "finished", {"done": event.done, "total": event.total, **ended}


def finished(made: Completion) -> dict[str, Any]:
    """What the screen shows of an output that is done, with what was cut off behind it."""
    return {
        "text": readable(made.output),
        "cut": readable(made.cut),
        "reason": made.stop_reason,
        "stop_text": readable(made.stop_text or ""),
        "tokens": made.completion_tokens,
        "tokens_per_s": made.tokens_per_s,
        "error": readable(made.error or ""),
    }


def engine_in_words(engine: Engine) -> str:
    """One line about an engine: what it is, its context, threads and layers."""
    parts = [engine.backend, engine.architecture or ""]
    if engine.context:
        parts.append(f"context {engine.context:,}")
    if engine.threads:
        speeds = ", ".join(f"{count}: {speed:.0f} tok/s" for count, speed in engine.tokens_per_s.items())
        parts.append(f"threads {engine.threads}" + (f" ({speeds})" if speeds else ""))
    if engine.gpu_layers:
        parts.append(f"{engine.gpu_layers} of {engine.layers or '?'} layers on the GPU")
    return " · ".join(part for part in parts if part)


def readable(text: str) -> str:
    """The text without the bytes that are no UTF-8, which JSON cannot carry: U+FFFD stands for them."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
