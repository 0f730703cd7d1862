"""A backend without a model: scripted answers, deaths and cancels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import BackendDiedError, Engine, OnEvent, Piece, Request
from ftui.review.sample import Completion

Answer = Callable[[Request, int], str]
"""The request and the seed to the output; "" is an empty output."""
END = "<|im_end|>"


def echo(request: Request, seed: int) -> str:
    """An answer that tells its seed."""
    return f"answer {seed if request.decoding.temperature else 0}"


@dataclass
class FakeBackend:
    """Tokens are words; every answer ends with an end token, or at the limit."""

    answer: Answer = echo
    context: int = 64
    dies_at: Sequence[int] = ()
    """Calls of `sample`, from 0, that fail as a crashed engine does."""
    no_start: str = ""
    """The reason why it cannot be started."""
    on_sample: Callable[[Request], None] = lambda request: None
    """Runs at the head of each call: a test's place to cancel, to wait or to break something."""
    served: Mapping[str, object] | None = None
    """What it says of its model, as a server does."""
    engine: Engine | None = None
    starts: int = 0
    closed: int = 0
    requests: list[Request] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Engine:
        """Ready, unless told otherwise."""
        self.starts += 1
        if self.no_start:
            raise FtuiError(self.no_start, "another file")
        self.engine = Engine(
            f"fake 1.0 {self.served or ''}".strip(),
            architecture="llama",
            context=self.context,
            threads=1,
            end_tokens={2: END},
            extra={"served": self.served} if self.served else {},
        )
        return self.engine

    def sample(self, request: Request, on_event: OnEvent) -> list[Completion]:
        """One scripted completion a seed."""
        call = len(self.requests)
        self.requests.append(request)
        self.cancelled.clear()
        self.on_sample(request)
        if call in self.dies_at:
            raise BackendDiedError("the engine died: signal 11", "its log says why")
        if len(request.prompt.split()) > self.context:
            raise FtuiError(f"the prompt does not fit the context of {self.context} tokens", "shorten it")
        return [self._one(request, which, on_event) for which in range(len(request.seeds))]

    def _one(self, request: Request, which: int, on_event: OnEvent) -> Completion:
        if self.cancelled.is_set():
            return Completion("", "", "cancelled", token_ids=(), completion_tokens=0)
        words = self.answer(request, request.seeds[which]).split(" ")
        kept = words[: request.decoding.max_tokens]
        output, whole = " ".join(kept), len(kept) == len(words)
        ids = (*range(10, 10 + len(kept)), *((2,) if whole else ()))
        if request.stream:
            on_event(Piece(request.request_id, which, output, len(ids)))
        return Completion(
            output,
            END if whole else "",
            "end-token" if whole else "limit",
            END if whole else None,
            ids,
            prompt_tokens=len(request.prompt.split()),
            completion_tokens=len(ids),
            first_token_s=0.01,
            seconds=0.1,
            batch_width=1 if request.exact else len(request.seeds),
        )

    def cancel(self) -> None:
        """The running call ends with what it has."""
        self.cancelled.set()

    def count(self, text: str) -> int | None:
        """Words."""
        return len(text.split())

    def close(self) -> None:
        """Count it."""
        self.closed += 1
