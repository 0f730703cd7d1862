"""Who has the last word on each sampling setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftui.model.inference import Inference
from ftui.model.modelfile import Modelfile
from ftui.project.errors import FtuiError
from ftui.project.sampling_ranges import RANGES, in_range
from ftui.project.settings import Project
from ftui.review.backends.grammar_check import check_gbnf
from ftui.review.sampling.settings import Flags, Setting, Settings, shown_path

LIMIT = 512
"""Tokens, where nothing is known: a long answer; and a runaway is seen for one all the same."""
LIMITS = (64, 2048)
"""Between these the limit that is taken from the data's answers lies."""
CONTEXT = 4096
"""Tokens: what a model trained for more is given unasked, as its memory grows with it."""
SPREAD = 0.8
"""Temperature where several samples of a prompt are wanted: llama.cpp's own default."""
MOST_GRAMMAR = 1 << 20

_MODELFILE = {"context": "num_ctx", "threads": "num_thread", "gpu_layers": "num_gpu"}
"""Names of Ollama's parameters, where they are not ours."""
_GENERATION = {"repeat_penalty": "repetition_penalty"}
_GGUF = {"temperature": "temp", "repeat_penalty": "penalty_repeat"}
"""Names under `general.sampling.` of a GGUF file, where they are not ours."""


@dataclass
class Voices:
    """Everybody who may name a setting, in the order of their weight."""

    project: Project
    inference: Inference
    flags: Flags
    found_marker: str | None
    answer_tokens: int | None

    def __post_init__(self) -> None:
        self.warnings: list[str] = []

    def settle(self) -> Settings:
        """Every setting."""
        marker = self._end_marker()
        template = self._template()
        temperature = self._temperature()
        max_tokens = self._limit()
        return Settings(
            stop=self._stop(marker, template),
            max_tokens=max_tokens,
            context=self._context(max_tokens.value),
            temperature=temperature,
            top_p=self._number("top_p", 1.0),
            top_k=self._whole("top_k", 0),
            min_p=self._number("min_p", 0.0),
            repeat_penalty=self._number("repeat_penalty", 1.0),
            seed=self._whole("seed", 0),
            threads=self._number("threads", None, int, "default: measured at the start"),
            gpu_layers=self._number("gpu_layers", None, int, "default: all, where the engine can offload"),
            template=template,
            grammar=self._grammar(),
            end_marker=marker,
            warnings=tuple(self.warnings),
        )

    # Numbers

    def _said(self, name: str) -> Iterator[Setting[Any]]:
        """What each voice says, the strongest first."""
        flag, own = getattr(self.flags, name), getattr(self.project.sampling, name, None)
        if flag is not None:
            yield Setting(flag, f"--{name.replace('_', '-')}")
        if own is not None:
            yield Setting(own, "ftui.toml")
        modelfile, where = self.inference.modelfile, self.inference.modelfile_path
        if modelfile is not None and where is not None:
            key = _MODELFILE.get(name, name)
            said = _parameter(modelfile, key)
            if said is not None:
                yield Setting(said, f"PARAMETER {key} of {self.inference.name(where)}")
        generation = self.inference.generation
        if generation is not None:
            said = generation.sampling.get(_GENERATION.get(name, name))
            if said is not None:
                yield Setting(said, self.inference.name(generation.path))
        if self.inference.gguf is not None:
            said = self.inference.gguf.metadata.get(f"general.sampling.{_GGUF.get(name, name)}")
            if isinstance(said, int | float) and not isinstance(said, bool):
                yield Setting(said, "GGUF")

    def _number(
        self, name: str, default: Any, kind: Callable[[Any], Any] = float, why: str = "default"
    ) -> Setting[Any]:
        for said in self._said(name):
            if in_range(name, said.value):
                return Setting(kind(said.value), said.source)
            least, most = RANGES[name]
            if said.source.startswith("--"):
                raise FtuiError(f"{said.source} {said.value}: not between {least} and {most}")
            self.warnings.append(
                f"{said.source} says {name} = {said.value}, which no engine takes: passed over"
            )
        return Setting(default, why)

    def _whole(self, name: str, default: int) -> Setting[int]:
        return self._number(name, default, int)

    def _temperature(self) -> Setting[float]:
        wanted = self.flags.per_prompt or self.project.sampling.per_prompt or 1
        if wanted == 1:
            # What a reviewer expects of one output: the model's likeliest, the same in every run.
            return self._number("temperature", 0.0, why="default: one sample a prompt, greedy")
        found: Setting[float] = self._number(
            "temperature", SPREAD, why=f"default: {wanted} greedy samples of a prompt would all be the same"
        )
        if found.value == 0:
            self.warnings.append(f"temperature 0: one sample a prompt, as all {wanted} would be the same")
        return found

    def _limit(self) -> Setting[int]:
        if self.flags.max_tokens is not None:
            return self._whole("max_tokens", LIMIT)
        told = self.inference.limit
        if told is not None and in_range("max_tokens", told.tokens):
            return Setting(told.tokens, told.source)
        if self.answer_tokens:
            least, most = LIMITS
            limit = min(max(2 * self.answer_tokens, least), most)
            source = f"default: twice the {self.answer_tokens} tokens that 95 % of the answers keep to"
        else:
            limit, source = LIMIT, "default"
        self.warnings.append(
            f"no token limit is set: sampling ends at {limit} tokens; set --max-tokens, or max_tokens under [model]"
        )
        return Setting(limit, source)

    def _context(self, limit: int) -> Setting[int]:
        trained = self.inference.gguf.context_length if self.inference.gguf is not None else None
        if trained is None:
            found = self._whole("context", CONTEXT)
        else:
            source = (
                "GGUF"
                if trained <= CONTEXT
                else f"default: the GGUF allows {trained:,}, memory grows with it"
            )
            found = self._number("context", min(trained, CONTEXT), int, source)
        if trained is not None and found.value > trained:
            self.warnings.append(
                f"context {found.value:,} ({found.source}): the model was trained for {trained:,} tokens"
            )
        if found.value <= limit:
            self.warnings.append(
                f"a context of {found.value:,} tokens ({found.source}) leaves no room for a prompt and"
                f" {limit:,} tokens of output"
            )
        return found

    # Texts

    def _end_marker(self) -> Setting[str | None]:
        own = self.project.stop.end_marker
        if own is not None:
            return Setting(own or None, "ftui.toml")
        if self.found_marker:
            return Setting(self.found_marker, "found in the data")
        return Setting(None, "none is known")

    def _stop(self, marker: Setting[str | None], template: Setting[str]) -> Setting[tuple[str, ...]]:
        found = self._stop_said()
        if found is not None:
            if marker.value and not any(marker.value.strip() in each for each in found.value):
                self.warnings.append(
                    f"answers in the data end with {marker.value!r}, at which no stop sequence cuts ({found.source})"
                )
            return found
        if marker.value:
            text = marker.value.strip() or marker.value
            self.warnings.append(
                f"no stop sequence is set: sampling stops at the end marker {text!r} ({marker.source});"
                " set --stop, or sequences under [stop]"
            )
            return Setting((text,), f"end marker, {marker.source}")
        if template.value != "training" and self.inference.end_tokens:
            return Setting((), "none: the model's end token ends a chat")
        head = self._turn_head()
        if head:
            self.warnings.append(
                f"no stop sequence is set: sampling stops where the next prompt would begin, at {head!r};"
                " set --stop, or sequences under [stop]"
            )
            return Setting((head,), "beginning of template under [training]")
        if not self.inference.end_tokens:
            self.warnings.append(
                "no stop sequence, end marker or end token is known: only the token limit and the model itself end"
                " an output; set --stop, or sequences under [stop]"
            )
        return Setting((), "none is known")

    def _stop_said(self) -> Setting[tuple[str, ...]] | None:
        """The stop sequences of the strongest voice that names any."""
        if any(not each for each in self.flags.stop):
            raise FtuiError("--stop: an empty text would stop everything", "leave it out for none")
        if self.flags.stop:
            return Setting(tuple(dict.fromkeys(self.flags.stop)), "--stop")
        own = tuple(each for each in dict.fromkeys(self.project.stop.sequences) if each)
        if own:
            return Setting(own, "ftui.toml")
        modelfile, where = self.inference.modelfile, self.inference.modelfile_path
        if modelfile is not None and where is not None and any(modelfile.stops):
            texts = tuple(each for each in modelfile.stops if each)
            return Setting(texts, f"PARAMETER stop of {self.inference.name(where)}")
        generation = self.inference.generation
        if generation is not None and generation.stop_strings:
            return Setting(generation.stop_strings, self.inference.name(generation.path))
        return None

    def _turn_head(self) -> str | None:
        """What a rendered row begins with before its first part, such as `### Instruction:`."""
        head = (self.project.training.template or "").partition("{")[0].strip()
        return head if len(head) > 2 else None

    def _template(self) -> Setting[str]:
        said, source = self.flags.template, "--template"
        if said is None:
            said, source = self.project.sampling.template, "ftui.toml"
        if said in ("chat", "training"):
            return Setting(said, source)
        if said is not None:
            root = Path.cwd() if source.startswith("--") else self.project.root
            path = root / Path(said).expanduser()
            if not path.is_file():
                raise FtuiError(f"{source}: {said!r}: no such file", "chat, training, or a Jinja file")
            return Setting(str(path), source)
        chat = self.inference.prompt_template
        if chat is not None or self.inference.training_template is None:
            return Setting("chat", chat.source if chat is not None else "default")
        return Setting(
            "training", f"default: no chat template is known; {self.inference.training_template.source}"
        )

    def _grammar(self) -> Setting[str | None]:
        path = self.project.sampling.grammar
        if path is None:
            return Setting(None, "default")
        shown = shown_path(path, self.project.root)
        hint = "look at grammar under [sampling]"
        try:
            with path.open("rb") as file:
                data = file.read(MOST_GRAMMAR + 1)
        except OSError as error:
            raise FtuiError(f"{path}: {error.strerror}", hint) from error
        if len(data) > MOST_GRAMMAR:
            raise FtuiError(f"{path}: larger than 1 MB: no grammar", hint)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FtuiError(f"{path}: not UTF-8 text (byte {error.start:,})", hint) from error
        try:
            check_gbnf(text)
        except FtuiError as error:
            raise FtuiError(f"{shown}: {error.message}", error.hint) from error
        return Setting(text, shown)


def _parameter(modelfile: Modelfile, key: str) -> float | None:
    """A parameter's number; None where it is not there or no number."""
    found = modelfile.last("parameter", key)
    try:
        return None if found is None else float(found.value)
    except ValueError:
        return None


def settle(
    project: Project,
    inference: Inference,
    flags: Flags,
    *,
    end_marker: str | None = None,
    answer_tokens: int | None = None,
) -> Settings:
    """Every setting from the strongest voice that names it, and warnings about what had to be set.

    `end_marker` is the one that was found in the data, where ftui.toml names none; `answer_tokens` the length that 95 %
    of the data's answers keep to, from which the limit is taken where nobody sets one. Raises FtuiError for a grammar
    or template file that cannot be used.
    """
    return Voices(project, inference, flags, end_marker, answer_tokens).settle()
