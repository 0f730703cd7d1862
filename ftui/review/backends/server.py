"""Samples from an OpenAI-compatible server: llama-server, vLLM, Ollama and the like."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.backends.backend import BackendDiedError, Engine, OnEvent, Piece, Request
from ftui.review.backends.served import MOST_SHOWN, identity, in_words, listed, meant
from ftui.review.backends.server_http import (
    HOST_VARIABLE,
    KEY_VARIABLE,
    SILENCE_S,
    Exchange,
    api_key,
    is_here,
)
from ftui.review.backends.server_kind import OWNERS, UNKNOWN, Kind, body_of, not_sent
from ftui.review.backends.server_reply import Reply
from ftui.review.sample import Completion
from ftui.review.sampling.settings import Settings
from ftui.text.visible import visible

AT_ONCE = 4
"""Samples of one prompt that are asked for together."""
LOADING_S = 120.0
"""So long a server may say that it is loading its model."""


class _Heard(NamedTuple):
    """What a thread that reads an answer tells: a piece, the end (None), or a fault."""

    which: int
    what: str | FtuiError | None


class ServerBackend:
    """One model of a server."""

    def __init__(self, model: ReviewModel, settings: Settings, folder: Path) -> None:  # noqa: ARG002 - as the other backend
        assert model.server is not None
        self.address = model.server
        self.model = model.served_as or ""
        self.kind: Kind = UNKNOWN
        self.engine: Engine | None = None
        self._wanted = model.served_as
        self._settings = settings
        self._key: str | None = None
        self._open: set[Exchange] = set()
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._wake: queue.SimpleQueue[_Heard | None] | None = None
        self.silence = SILENCE_S

    # Backend

    def start(self) -> Engine:
        """Ask for the models; raises FtuiError where nobody answers, or the model is not served."""
        self._key = api_key(urlsplit(self.address).hostname or "")
        self._cancelled.clear()
        until = time.monotonic() + LOADING_S

        def is_loading(error: BackendDiedError) -> bool:
            return " 503 " in error.message and time.monotonic() < until and not self._cancelled.wait(0.5)

        found = listed(self.address, lambda: self._ask(self._under("/models")), is_loading, self._wanted)
        self.model = meant(self.address, found, self._wanted)
        about = found.get(self.model, {})
        self.kind = OWNERS.get(str(about.get("owned_by")), UNKNOWN)
        served = identity(self.kind, self.model, about)
        version, context = self._version(about)
        program = " ".join(filter(None, (self.kind.name if self.kind is not UNKNOWN else "", version)))
        words = "; ".join(filter(None, (visible(program), in_words(served))))
        self.engine = Engine(
            backend=f"server {self.address}" + (f" ({words})" if words else ""),
            context=context,
            trained_context=_number(about.get("meta"), "n_ctx_train"),
            notes=tuple(self._notes()),
            extra={"model": self.model, "kind": self.kind.name, "version": version, "served": served},
        )
        return self.engine

    def sample(self, request: Request, on_event: OnEvent) -> list[Completion]:
        """One completion a seed, in their order; a few are asked for at once."""
        self._cancelled.clear()
        chat = request.messages is not None and self._settings.template.value == "chat"
        rendered = None
        if chat and self.kind.native:
            # Its /completion tells why it stopped, and every token; its chat tells neither.
            rendered = self._rendered(request)
            chat, request = rendered is None, replace(request, prompt=rendered or request.prompt)
        asked = [body_of(self.kind, self.model, request, seed, chat=chat) for seed in request.seeds]
        replies = [Reply(request.decoding.stop) for _ in asked]
        heard: queue.SimpleQueue[_Heard | None] = queue.SimpleQueue()
        self._wake = heard
        waiting = iter(range(len(asked)))
        done: set[int] = set()

        def begin() -> None:
            which = next(waiting, None)
            if which is not None:
                read = threading.Thread(
                    target=self._read, args=(which, *asked[which], replies[which], heard), daemon=True
                )
                read.start()

        try:
            for _ in range(1 if request.exact else AT_ONCE):
                begin()
            while len(done) < len(asked) and not self._cancelled.is_set():
                said = self._next(heard)
                if said is None:
                    continue
                if isinstance(said.what, FtuiError):
                    raise said.what
                if said.what is None:
                    done.add(said.which)
                    begin()
                elif request.stream:
                    on_event(Piece(request.request_id, said.which, said.what, replies[said.which].chunks))
        finally:
            self._wake = None
            self._cut_all()
        finished = [which in done for which in range(len(asked))]
        return [
            replace(reply.completion(cancelled=not end), rendered=rendered)
            for reply, end in zip(replies, finished, strict=True)
        ]

    def _rendered(self, request: Request) -> str | None:
        """The prompt by the server's own template; None where it does not tell."""
        turns = [{"role": role, "content": text} for role, text in request.messages or ()]
        try:
            held = self._ask(self._beside("/apply-template"), {"messages": turns}).get("prompt")
        except (FtuiError, AttributeError):
            return None
        return held if isinstance(held, str) else None

    def cancel(self) -> None:
        """From another thread: `sample` returns at once; the connections are closed."""
        self._cancelled.set()
        wake = self._wake
        if wake is not None:
            wake.put(None)
        self._cut_all()

    def count(self, text: str) -> int | None:
        """Tokens of a text, where the server counts them."""
        if not self.kind.native:
            return None
        body = {"content": text, "add_special": True, "parse_special": True}
        try:
            tokens = self._ask(self._beside("/tokenize"), body).get("tokens")
        except (FtuiError, AttributeError):
            return None
        return len(tokens) if isinstance(tokens, list) else None

    def close(self) -> None:
        """Nothing is kept open between samples."""
        self.cancel()

    # What the server says about itself

    def _version(self, about: dict[str, Any]) -> tuple[str | None, int | None]:
        """Version and context, where the program tells."""
        context = _number(about, "max_model_len") or _number(about.get("meta"), "n_ctx")
        if self.kind.version_path is None:
            return None, context
        try:
            held = self._ask(self._beside(self.kind.version_path))
        except FtuiError:
            return None, context
        if not isinstance(held, dict):
            return None, context
        said = held.get("version") or held.get("build_info")
        version = said[:MOST_SHOWN] if isinstance(said, str) else None
        return version, context or _number(held.get("default_generation_settings"), "n_ctx")

    def _notes(self) -> Iterator[str]:
        left = not_sent(self.kind, self._settings.decoding())
        if left:
            names = ", ".join(left)
            yield f"this server is not known to take {names}: not sent, its own values hold"
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        if not self._key and os.environ.get(KEY_VARIABLE):
            yield f"{KEY_VARIABLE} is not sent: {HOST_VARIABLE} does not name {visible(host)}"
        if self._key and parts.scheme == "http" and not is_here(host):
            yield f"{KEY_VARIABLE} goes over the network unencrypted: the address begins with http"

    # Exchanges

    def _under(self, path: str) -> tuple[str, str]:
        return self.address, path

    def _beside(self, path: str) -> tuple[str, str]:
        return self.address.removesuffix("/v1"), path

    def _ask(self, where: tuple[str, str], body: dict[str, Any] | None = None) -> Any:
        with self._exchange(where[0]) as exchange:
            return exchange.ask(where[1], body)

    @contextlib.contextmanager
    def _exchange(self, address: str) -> Iterator[Exchange]:
        exchange = Exchange(address, self._key, self.silence)
        with self._lock:
            self._open.add(exchange)
        try:
            yield exchange
        finally:
            with self._lock:
                self._open.discard(exchange)

    def _cut_all(self) -> None:
        with self._lock:
            cut = [*self._open]
        for exchange in cut:
            exchange.cut()

    def _read(
        self,
        which: int,
        path: str,
        body: dict[str, Any],
        reply: Reply,
        heard: queue.SimpleQueue[_Heard | None],
    ) -> None:
        """In a thread of its own: one sample, told piece by piece."""
        native = path == "/completion"
        where = self._beside(path) if native else self._under(path)
        try:
            if self._cancelled.is_set():
                return
            reply.begin()
            with (
                self._exchange(where[0]) as exchange,
                contextlib.closing(exchange.stream(where[1], body)) as chunks,
            ):
                for chunk in chunks:
                    piece = reply.take(chunk)
                    if piece:
                        heard.put(_Heard(which, piece))
                    if reply.stop_reason == "stop-sequence" and not native:
                        break  # what comes behind it, nobody receives
            if not reply.ended:
                raise BackendDiedError(f"{self.address}: the answer broke off in the middle")
            if reply.ids and not self._cancelled.is_set():
                self._add_special_texts(reply, reply.ids)
            heard.put(_Heard(which, None))
        except FtuiError as error:
            heard.put(_Heard(which, error))
        except Exception as error:  # noqa: BLE001 - a thread must not die unheard, or `sample` waits for ever
            heard.put(
                _Heard(
                    which, FtuiError(f"{self.address}: {type(error).__name__}: {visible(str(error))[:200]}")
                )
            )

    def _add_special_texts(self, reply: Reply, ids: list[int]) -> None:
        """Ids say which special tokens came; the text that the server streams leaves them out."""
        where, path = self._beside("/detokenize")
        try:
            full, head = (
                self._ask((where, path), {"tokens": part}).get("content") for part in (ids, ids[:-1])
            )
        except (FtuiError, AttributeError):
            full = head = None
        whole = isinstance(full, str) and isinstance(head, str) and "\ufffd" not in full
        if whole:
            reply.detokenised(full, head)
        else:
            reply.ids = None

    def _next(self, heard: queue.SimpleQueue[_Heard | None]) -> _Heard | None:
        try:
            return heard.get(timeout=self.silence)
        except queue.Empty:
            raise BackendDiedError(
                f"{self.address}: nothing came for {self.silence:.0f} s", "look at the server's log"
            ) from None


def _number(held: object, key: str) -> int | None:
    value = held.get(key) if isinstance(held, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
