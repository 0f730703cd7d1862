"""Requests served from one loaded model: which context, which adapter, one sample at a time or side by side."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backend import Engine, Event, Piece, Reading, Request
from ftui.review.llama.chain import Chain
from ftui.review.llama.context import GPU_SLICE, SLICE, Aborted, Context, Switch
from ftui.review.llama.loop import Growing, LikelyEnd, grow
from ftui.review.llama.model import Load, LoadedModel
from ftui.review.llama.output import Output
from ftui.review.llama.stops import Stops
from ftui.review.sample import Completion

Tell = Callable[[Event], None]


class Session:
    """A model that is ready to sample."""

    def __init__(
        self, model: LoadedModel, wanted: Load, switch: Switch, tell: Tell, alive: Callable[[], None]
    ) -> None:
        """`alive` is called at every token of which nobody is told."""
        self._model, self._switch, self._tell, self._alive = model, switch, tell, alive
        self._limit = wanted.context or model.trained_context
        self._width = max(1, wanted.width)
        self._threads = wanted.threads or 1
        self._adapter_on = False
        self._notes: list[str] = []
        self._speeds: dict[int, float] = {}
        self._likely_end = LikelyEnd(model.vocabulary.ends, model.vocabulary.size)
        self._context = self._new_context(self._limit)

    def engine(self) -> Engine:
        """What the parent shows and records."""
        model, binding = self._model, self._model.binding
        return Engine(
            backend=f"llama.cpp (llama-cpp-python {binding.__version__})",
            architecture=model.architecture,
            context=self._limit,
            trained_context=model.trained_context,
            threads=self._threads,
            gpu_layers=model.gpu_layers,
            layers=model.layers,
            tokens_per_s=dict(self._speeds),
            end_tokens=dict(model.vocabulary.ends),
            notes=tuple(self._notes),
            extra={
                "can_offload": model.can_offload,
                "system": binding.llama_print_system_info().decode("utf-8", "replace"),
                "parameters": binding.llama_model_n_params(model.raw),
                "bytes": binding.llama_model_size(model.raw),
                "start_token": model.vocabulary.start_text,
                "adds_start_token": model.vocabulary.adds_start,
                "width": self._width,
            },
        )

    def sample(self, request: Request) -> list[Completion]:
        """One completion a seed, in their order."""
        started = perf_counter()
        prompt = self._model.vocabulary.prompt(request.prompt)
        limit = self._tokens_left(len(prompt), request.decoding.max_tokens)
        self._wear(request.adapter)
        together = 1 if request.exact else min(self._width, len(request.seeds))
        self._make_room(len(prompt) + together * limit)
        if not request.exact:
            return self._together(request, prompt, limit, range(len(request.seeds)), started)
        found: list[Completion] = []
        for which in range(len(request.seeds)):
            found += self._together(request, prompt, limit, [which], started if not which else perf_counter())
        return found

    def count(self, text: str) -> int:
        """Tokens of a text, without a start token."""
        return len(self._model.vocabulary.tokens(text))

    def close(self) -> None:
        """Free the context."""
        self._context.close()

    def _together(
        self, request: Request, prompt: list[int], limit: int, which: Any, started: float
    ) -> list[Completion]:
        model = self._model
        stops = Stops(request.decoding.stop)
        samples: list[Growing] = []
        try:
            for each in which:
                chain = Chain(model.binding, model.vocab, request.decoding, request.seeds[each], prompt)
                output = Output(model.vocabulary, stops, limit, started)
                samples.append(Growing(each, chain, output, len(prompt)))
            try:
                self._read(request, prompt)
                grow(self._context, samples, self._likely_end, self._on_token(request))
            except Aborted:
                pass
            return [sample.output.completion(len(prompt)) for sample in samples]
        finally:
            for sample in samples:
                sample.chain.close()

    def _read(self, request: Request, prompt: list[int]) -> None:
        size = GPU_SLICE if self._model.gpu_layers and not request.exact else SLICE

        def on_read(done: int, total: int) -> None:
            self._tell(Reading(request.request_id, done, total))

        self._context.read(prompt, shared=not request.exact, size=size, on_read=on_read)

    def _on_token(self, request: Request) -> Callable[[Growing], None]:
        def on_token(sample: Growing) -> None:
            if not request.stream:
                self._alive()
            else:
                text = sample.output.news()
                self._tell(Piece(request.request_id, sample.which, text, len(sample.output.token_ids)))

        return on_token

    def _tokens_left(self, prompt: int, asked: int) -> int:
        if prompt >= self._limit:
            raise FtuiError(
                f"the prompt has {prompt:,} tokens, and the context holds {self._limit:,}",
                "ask for a larger --context, or shorten the prompt",
            )
        return min(max(asked, 1), self._limit - prompt)

    def _wear(self, adapter: bool) -> None:
        wanted = adapter and self._model.adapter is not None
        if wanted != self._adapter_on and self._model.adapter is not None:
            self._model.adapter.put(self._context.raw, wanted)
            # What it holds was computed by the other model.
            self._context.forget()
            self._adapter_on = wanted

    def _make_room(self, cells: int) -> None:
        if cells <= self._context.cells or self._model.fixed_context:
            return
        self._context.close()
        self._context = self._new_context(cells)

    def _new_context(self, cells: int) -> Context:
        context = Context(
            self._model.binding,
            self._model.raw,
            cells=-(-cells // 256) * 256,
            width=self._width,
            threads=self._threads,
            flash=self._model.gpu_layers > 0,
            switch=self._switch,
        )
        if self._adapter_on and self._model.adapter is not None:
            self._model.adapter.put(context.raw, True)
        return context
