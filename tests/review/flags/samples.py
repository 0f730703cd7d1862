"""Samples of a review made by hand."""

from __future__ import annotations

from typing import Any

from ftui.model.ollama_template import Message
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.sample import Completion, Sample

CHATML = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"


def prompt(
    asked: str,
    reference: str | None = None,
    *,
    stratum: str = "random",
    system: str = "",
    label: str | None = None,
) -> Prompt:
    """A prompt of one turn."""
    messages = (*((Message("system", system),) if system else ()), Message("user", asked))
    return Prompt(conversation_id(messages, stratum=stratum), stratum, messages, reference, label)


def sample(of: Prompt, output: str, *, model: str = "tuned", index: int = 0, **more: Any) -> Sample:
    """One output; `more` are fields of the completion, and `settings`, `sent` (the exact prompt), `page`."""
    settings = {"max_tokens": 256, "temperature": 0.0} | more.pop("settings", {})
    sent = more.pop("sent", CHATML.format(of.messages[-1].content))
    page = more.pop("page", "")
    reason = more.pop("stop_reason", "end-token")
    completion = Completion(
        output,
        "",
        reason,
        more.pop("stop_text", "<|im_end|>" if reason == "end-token" else None),
        completion_tokens=more.pop("completion_tokens", max(len(output) // 4, 1)),
        **more,
    )
    return Sample(
        f"{model}-{of.prompt_id}-{index}{page}", of.prompt_id, of.stratum, model, index, sent, completion,
        output.strip(), settings, index, "by hand", 1, page=page,
    )  # fmt: skip
