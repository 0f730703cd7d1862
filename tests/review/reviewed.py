"""A review made by hand, for tests of judging: its texts, models and flags are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ftui.model.ollama_template import Message
from ftui.review.prompt import Prompt, Stratum, conversation_id
from ftui.review.sample import Completion, Flag, Sample
from ftui.review.store import ReviewStore

STRATA: tuple[Stratum, ...] = ("random", "edge", "held-out")
MODELS = ("plainbase", "tunedone")


def prompt(number: int, stratum: Stratum | None = None) -> Prompt:
    """A prompt of its own for each number."""
    messages = (Message("user", f"What does word number {number} mean?"),)
    where = stratum or STRATA[number % 3]
    return Prompt(
        conversation_id(messages), where, messages, reference=f"Word {number} means thing {number}."
    )


def sample(
    given: Prompt,
    model: str,
    output: str,
    *,
    index: int = 0,
    flags: Sequence[Flag] = (),
    completion: Mapping[str, object] | None = None,
    page: str = "",
) -> Sample:
    """An output of a model, ended by its end token."""
    made: dict[str, object] = {
        "cut": "<|im_end|>",
        "stop_reason": "end-token",
        "stop_text": "<|im_end|>",
        "token_ids": tuple(range(8)),
        "completion_tokens": 8,
        "first_token_s": 0.1,
        "seconds": 0.25,
    }
    return Sample(
        f"{given.prompt_id}-{model}-{page}-{index}", given.prompt_id, given.stratum, model, index, "rendered",
        Completion(output, **{**made, **(completion or {})}),  # type: ignore[arg-type]
        output.strip(), {}, 1, "llama.cpp", 1, page=page, flags=tuple(flags),
    )  # fmt: skip


def review(
    folder: Path, prompts: int = 6, models: Sequence[str] = MODELS, flags: Mapping[int, str] | None = None
) -> ReviewStore:
    """Prompts in three strata, one output a model; `flags`: prompt number to the flag of its last model's output."""
    store = ReviewStore.create(folder)
    fill(store, range(prompts), models, flags)
    return store


def fill(
    store: ReviewStore,
    numbers: Sequence[int],
    models: Sequence[str] = MODELS,
    flags: Mapping[int, str] | None = None,
) -> None:
    """Add prompts and their outputs."""
    for name in models:
        store.set_model(name, {"base": name == models[0]})
    store.add_prompts([prompt(number) for number in numbers])
    for number in numbers:
        for at, model in enumerate(models):
            raised = [Flag(flags[number], {})] if flags and number in flags and at == len(models) - 1 else []
            text = (
                f"Word {number} means {'something, perhaps' if at == 0 else f'thing {number} of kind {at}'}."
            )
            store.add_samples([sample(prompt(number), model, text, flags=raised)])
