"""Requests served from one loaded model: which context, which adapter, one sample at a time or side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from time import perf_counter

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Engine, Event, LogLine, Piece, Reading, Request
from ftui.review.backends.llama.chain import Chain
from ftui.review.backends.llama.context import GPU_SLICE, SLICE, Aborted, Context, Switch
from ftui.review.backends.llama.loop import Growing, LikelyEnd, Watch, grow
from ftui.review.backends.llama.model import Load, LoadedModel
from ftui.review.backends.llama.output import Output
from ftui.review.backends.llama.speed import Speed
from ftui.review.backends.llama.stops import Stops
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
        self._adapter_on = False
        self._likely_end = LikelyEnd(model.vocabulary.ends, model.vocabulary.size)
        self._speed = Speed(model, wanted.threads)
        self._context: Context | None = None
        with suppress(Aborted):
            self._speed.measure(self._ready(self._limit), switch)

    def engine(self) -> Engine:
        """What the parent shows and records."""
        model = self._model
        notes = [self._speed.note] if self._speed.note else []
        if self._limit > model.trained_context:
            notes.append(
                f"a context of {self._limit:,} tokens, but the model was trained with {model.trained_context:,}"
            )
        return Engine(
            backend=f"llama.cpp (llama-cpp-python {model.binding.__version__})",
            architecture=model.architecture,
            context=self._limit,
            trained_context=model.trained_context,
            threads=self._speed.threads,
            gpu_layers=model.gpu_layers,
            layers=model.layers,
            tokens_per_s=dict(self._speed.measured),
            end_tokens=dict(model.vocabulary.ends),
            notes=tuple(notes),
            extra={**model.facts(), "width": self._width, "flash_attention": self._flash},
        )

    def refresh(self) -> bool:
        """Before a request: measure the threads anew where sampling has become slow; whether it was done.

        Raises Aborted when the switch is pressed.
        """
        if not self._speed.is_due():
            return False
        self._speed.measure(self._ready(self._limit), self._switch)
        if self._speed.note:
            self._tell(LogLine("warning", self._speed.note))
        return True

    def sample(self, request: Request) -> list[Completion]:
        """One completion a seed, in their order."""
        started = perf_counter()
        prompt = self._model.vocabulary.prompt(request.prompt)
        limit = self._tokens_left(len(prompt), request.decoding.max_tokens)
        together = 1 if request.exact else min(self._width, len(request.seeds))
        context = self._ready(len(prompt) + together * limit)
        together = max(1, min(together, (context.cells - len(prompt)) // limit))
        self._wear(context, request.adapter)
        numbers = range(len(request.seeds))
        if not request.exact:
            found = self._together(context, request, prompt, limit, numbers, together, started)
        else:
            found = []
            for which in numbers:
                found += self._together(context, request, prompt, limit, [which], 1, started)
                started = perf_counter()
        if together == 1:
            self._speed.watch(found)
        return [replace(each, batch_width=together) for each in found]

    def count(self, text: str) -> int:
        """Tokens of a text, without a start token."""
        return len(self._model.vocabulary.tokens(text))

    @property
    def _flash(self) -> bool:
        # On the processor as llama-cpp-python has it, so that an exact sample is what it gives too, bit by bit.
        return self._model.gpu_layers > 0

    def _together(
        self,
        context: Context,
        request: Request,
        prompt: list[int],
        limit: int,
        numbers: Sequence[int],
        together: int,
        started: float,
    ) -> list[Completion]:
        model, decoding = self._model, request.decoding
        stops = Stops(decoding.stop)
        samples: list[Growing] = []
        with ExitStack() as chains:
            for which in numbers:
                chain = Chain(model.binding, model.vocab, decoding, request.seeds[which], prompt)
                chains.callback(chain.close)
                output = Output(model.vocabulary, stops, limit, started)
                samples.append(Growing(which, chain, output, len(prompt)))
            with suppress(Aborted):
                self._read(context, request, prompt)
                grow(context, samples, together, self._watch(context, request))
            return [sample.output.completion(len(prompt)) for sample in samples]

    def _read(self, context: Context, request: Request, prompt: list[int]) -> None:
        size = GPU_SLICE if self._model.gpu_layers and not request.exact else SLICE

        def on_read(done: int, total: int) -> None:
            self._tell(Reading(request.request_id, done, total))

        context.read(prompt, shared=not request.exact, size=size, on_read=on_read)

    def _watch(self, context: Context, request: Request) -> Watch:
        def on_step(seconds: float, sequences: int) -> None:
            if self._speed.stepped(context, seconds, sequences) and self._speed.note:
                self._tell(LogLine("warning", self._speed.note))

        def on_token(sample: Growing) -> None:
            if not request.stream:
                self._alive()
                return
            text = sample.output.news()
            self._tell(Piece(request.request_id, sample.which, text, len(sample.output.token_ids)))

        return Watch(self._likely_end, on_token, on_step)

    def _tokens_left(self, prompt: int, asked: int) -> int:
        left = self._limit - prompt
        if left <= 0:
            raise FtuiError(
                f"the prompt has {prompt:,} tokens, and the context holds {self._limit:,}",
                "ask for a larger --context, or shorten the prompt",
            )
        if asked > left:
            said = f"{left:,} of {asked:,} tokens fit into the context beside the prompt's {prompt:,}"
            self._tell(LogLine("warning", said))
        return min(max(asked, 1), left)

    def _wear(self, context: Context, adapter: bool) -> None:
        wanted = adapter and self._model.adapter is not None
        if wanted != self._adapter_on and self._model.adapter is not None:
            self._model.adapter.put(context.raw, wanted)
            # What it holds was computed by the other model.
            context.forget()
            self._adapter_on = wanted

    def _ready(self, cells: int) -> Context:
        """A context with so many cells; a smaller one where memory is short or its size would change the model."""
        least = self._limit if self._model.fixed_context else max(cells, self._limit)
        if self._context is not None and self._context.cells >= least:
            return self._context
        if self._context is not None:
            self._context.close()
            self._context = None
        try:
            self._context = self._new_context(least)
        except FtuiError:
            if least == self._limit:
                raise
            self._context = self._new_context(self._limit)
        return self._context

    def _new_context(self, cells: int) -> Context:
        context = Context(
            self._model.binding,
            self._model.raw,
            cells=-(-cells // 256) * 256,
            width=self._width,
            threads=self._speed.threads,
            flash=self._flash,
            switch=self._switch,
        )
        if self._adapter_on and self._model.adapter is not None:
            self._model.adapter.put(context.raw, True)
        return context
