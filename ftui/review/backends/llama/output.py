"""One output as it grows token by token, until an end token, a stop sequence or the limit."""

from __future__ import annotations

import codecs
from time import perf_counter

from ftui.review.backends.llama.stops import Stopped, Stops
from ftui.review.backends.llama.vocabulary import Vocabulary, as_text
from ftui.review.sample import Completion, StopReason


class Output:
    """What one sequence has said so far."""

    def __init__(self, vocabulary: Vocabulary, stops: Stops, limit: int, started: float) -> None:
        """`started`: when the request came."""
        self._vocabulary, self._stops, self._limit, self._started = vocabulary, stops, limit, started
        self.token_ids: list[int] = []
        self.end_probability = 0.0
        self.reason: StopReason | None = None
        self._bytes = bytearray()
        self._special_at: list[int] = []
        self._stopped: Stopped | None = None
        self._shown = 0
        # Characters may be split over tokens: the decoder keeps the first bytes until the others come.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._first_token_s: float | None = None
        self._from = self._last = perf_counter()

    def joins(self) -> None:
        """Its tokens are computed from now on: the time it waited for others is not its own."""
        self._from = perf_counter()

    def add(self, token: int) -> None:
        """Take a sampled token; sets `reason` where it is the last."""
        self._last = perf_counter()
        if not self.token_ids:
            self._first_token_s = self._last - self._started
            self._from = self._last
        self.token_ids.append(token)
        if token in self._vocabulary.ends:
            self.reason = "end-token"
            return
        if self._vocabulary.is_control(token):
            self._special_at.append(len(self.token_ids) - 1)
        piece = self._vocabulary.piece(token)
        self._bytes += piece
        self._stopped = self._stops.find(self._bytes, len(piece))
        if self._stopped is not None:
            self.reason = "stop-sequence"
        elif len(self.token_ids) >= self._limit:
            self.reason = "limit"

    def news(self) -> str:
        """Text that came since the last call, without what may yet turn out to be a stop sequence."""
        end = self._end()
        if self.reason is None:
            end -= self._stops.pending(self._bytes)
        fresh = bytes(self._bytes[self._shown : max(end, self._shown)])
        self._shown += len(fresh)
        return self._decoder.decode(fresh, final=self.reason is not None)

    def completion(self, prompt_tokens: int) -> Completion:
        """The whole of it; "cancelled" where no reason was reached."""
        end = self._end()
        cut = bytes(self._bytes[end:])
        stop_text = self._stopped.text if self._stopped else None
        if self.reason == "end-token":
            cut = self._vocabulary.piece(self.token_ids[-1])
            stop_text = as_text(cut)
        return Completion(
            output=as_text(self._bytes[:end]),
            cut=as_text(cut),
            stop_reason=self.reason or "cancelled",
            stop_text=stop_text,
            token_ids=tuple(self.token_ids),
            special_at=tuple(self._special_at),
            prompt_tokens=prompt_tokens,
            completion_tokens=len(self.token_ids),
            first_token_s=self._first_token_s,
            seconds=self._last - self._from if self.token_ids else None,
            end_probability=self.end_probability if self.token_ids else None,
        )

    def _end(self) -> int:
        return self._stopped.start if self._stopped else len(self._bytes)
