"""What a server's chunks add up to. What it does not tell stays None or "unknown"."""

from __future__ import annotations

import time
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.sample import Completion, StopReason


class Reply:
    """One output as it comes; each dialect names other things."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.stops = stops
        self.text = ""
        self.ids: list[int] | None = []
        self.chunks = 0
        self.ended = False
        """Whether the server said that, or why, it ended."""
        self.stop_reason: StopReason = "unknown"
        self.stop_text: str | None = None
        self.cut = ""
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None
        self._began = time.monotonic()
        self._first: float | None = None
        self._last: float | None = None

    def begin(self) -> None:
        """The request goes out now."""
        self._began = time.monotonic()

    def take(self, chunk: dict[str, Any]) -> str:
        """Take a chunk in; returns the text that it adds. Raises FtuiError for one of an unknown form."""
        piece = self._native(chunk) if "stop" in chunk and "content" in chunk else self._openai(chunk)
        if piece:
            self._last = time.monotonic()
            if self._first is None:
                self._first = self._last
            self.chunks += 1
        before = len(self.text)
        self.text += piece
        self._cut_at_stop(before)
        return self.text[before:]

    def completion(self, *, cancelled: bool = False) -> Completion:
        """What is known of it now."""
        timed = self._first is not None and self._last is not None
        return Completion(
            output=self.text,
            cut=self.cut,
            stop_reason="cancelled" if cancelled else self.stop_reason,
            stop_text=None if cancelled else self.stop_text,
            # Cut off in the middle, with special tokens that the text leaves out: ids that are not those of the text.
            token_ids=tuple(self.ids) if self.ids and not cancelled else None,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=len(self.ids) if self.ids else self.completion_tokens,
            first_token_s=self._first - self._began if self._first is not None else None,
            seconds=(self._last or 0) - (self._first or 0) if timed else None,
        )

    def detokenised(self, full: str, without_last: str) -> None:
        """Take the text of all ids, special tokens with it, and that of all but the last, in place of the bare text."""
        if self.stop_reason == "stop-sequence" and self.stop_text and self.stop_text in full:
            place = full.index(self.stop_text)
            self.text, self.cut = full[:place], full[place:]
        elif self.stop_reason == "end-token" and full.startswith(without_last):
            self.text, self.cut = without_last, full[len(without_last) :]
            self.stop_text = self.cut
        elif self.stop_reason in ("limit", "unknown"):
            self.text, self.cut = full, ""
        else:
            self.ids = None

    # Dialects

    def _native(self, chunk: dict[str, Any]) -> str:
        """llama-server's own /completion, which tells why it stopped and every token."""
        tokens = chunk.get("tokens")
        if not isinstance(tokens, list) or not all(isinstance(each, int) for each in tokens):
            self.ids = None
        elif self.ids is not None:
            self.ids += tokens
        if chunk["stop"] is True:
            self.ended = True
            self.prompt_tokens = _count(chunk.get("tokens_evaluated"))
            self.completion_tokens = _count(chunk.get("tokens_predicted"))
            reasons: dict[object, StopReason] = {
                "eos": "end-token",
                "word": "stop-sequence",
                "limit": "limit",
            }
            said = chunk.get("stop_type")
            self.stop_reason = reasons.get(said, "unknown") if isinstance(said, str) else "unknown"
            if self.stop_reason == "stop-sequence":
                self.stop_text = self.cut = _text(chunk, "stopping_word") or ""
        return _text(chunk, "content") or ""

    def _openai(self, chunk: dict[str, Any]) -> str:
        """/v1/completions and /v1/chat/completions."""
        self.ids = None
        self._usage(chunk.get("usage"))
        choices = chunk.get("choices")
        if not isinstance(choices, list) or not all(isinstance(each, dict) for each in choices):
            raise FtuiError("the server answers without choices", "an OpenAI-compatible server was expected")
        if not choices:
            return ""
        choice = choices[0]
        held = choice.get("delta") or choice.get("message")
        piece = _text(held, "content") if isinstance(held, dict) else _text(choice, "text")
        finish = choice.get("finish_reason")
        if finish is not None:
            self.ended = True
            self._finished(finish, choice)
        return piece or ""

    def _finished(self, finish: object, choice: dict[str, Any]) -> None:
        if finish == "length":
            self.stop_reason = "limit"
        elif (
            finish == "stop" and "stop_reason" in choice
        ):  # vLLM: the sequence, the id of a stop token, or null
            said = choice["stop_reason"]
            if isinstance(said, str):
                self.stop_reason, self.stop_text, self.cut = "stop-sequence", said, said
            else:
                self.stop_reason = "end-token"

    def _usage(self, held: object) -> None:
        if isinstance(held, dict):
            self.prompt_tokens = _count(held.get("prompt_tokens"))
            self.completion_tokens = _count(held.get("completion_tokens"))

    def _cut_at_stop(self, before: int) -> None:
        """A server that leaves the stop sequence in, or goes on behind it: a caller receives what stands before."""
        back = max((len(each) for each in self.stops), default=0)
        found = [
            (place, -len(each), each)
            for each in self.stops
            if (place := self.text.find(each, max(0, before - back))) >= 0
        ]
        if found:
            place, _, stop = min(found)
            self.text, self.cut = self.text[:place], self.text[place:]
            self.stop_reason, self.stop_text = "stop-sequence", stop
            # Ids and counts go beyond what is kept, so far as nobody can tell.
            self.ids = None
            self.ended = True


def _text(held: dict[str, Any], key: str) -> str | None:
    value = held.get(key)
    if value is not None and not isinstance(value, str):
        raise FtuiError(
            f"the server answers a {type(value).__name__} as {key}",
            "an OpenAI-compatible server was expected",
        )
    return value


def _count(held: object) -> int | None:
    return held if isinstance(held, int) and not isinstance(held, bool) and 0 <= held < 1 << 40 else None
