"""Which server it is, and what each understands beyond the common part of OpenAI's interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Decoding, Request


@dataclass(frozen=True, slots=True)
class Kind:
    """A server program."""

    name: str
    native: bool = False
    """Whether it has llama-server's /completion, /tokenize and /detokenize."""
    top_k: str | None = None
    """Names of settings that OpenAI's interface does not have; None: it does not take them."""
    min_p: str | None = None
    repeat_penalty: str | None = None
    grammar: str | None = None
    version_path: str | None = None
    """Beside /v1."""


LLAMA_SERVER = Kind("llama-server", True, "top_k", "min_p", "repeat_penalty", "grammar", "/props")
VLLM = Kind("vLLM", False, "top_k", "min_p", "repetition_penalty", None, "/version")
OLLAMA = Kind("Ollama", version_path="/api/version")
LLAMA_CPP_PYTHON = Kind("llama-cpp-python", False, "top_k", "min_p", "repeat_penalty", "grammar")
UNKNOWN = Kind("unknown")
OWNERS: Mapping[str, Kind] = {
    "llamacpp": LLAMA_SERVER,
    "vllm": VLLM,
    "library": OLLAMA,
    "me": LLAMA_CPP_PYTHON,
}
"""What each writes as `owned_by` in its list of models."""


def body_of(kind: Kind, model: str, request: Request, seed: int, *, chat: bool) -> tuple[str, dict[str, Any]]:
    """Path (beside or under the address) and body of one sample's request."""
    decoding = request.decoding
    body: dict[str, Any] = {
        "temperature": decoding.temperature,
        "top_p": decoding.top_p,
        "seed": seed,
        "stream": True,
    }
    if decoding.stop:
        body["stop"] = [*decoding.stop]
    body |= own_settings(kind, decoding)
    if chat:
        turns = request.messages or ()
        body |= {"model": model, "max_tokens": decoding.max_tokens, "stream_options": {"include_usage": True}}
        return "/chat/completions", body | {
            "messages": [{"role": role, "content": text} for role, text in turns]
        }
    if kind.native:
        # cache_prompt: a prefix that is evaluated with others may give another text for the same seed.
        own = {"n_predict": decoding.max_tokens, "return_tokens": True, "cache_prompt": not request.exact}
        return "/completion", body | own | {"prompt": request.prompt}
    body |= {"model": model, "max_tokens": decoding.max_tokens, "stream_options": {"include_usage": True}}
    if kind is VLLM:
        body |= {"skip_special_tokens": False, "spaces_between_special_tokens": False}
    return "/completions", body | {"prompt": request.prompt}


def own_settings(kind: Kind, decoding: Decoding) -> dict[str, Any]:
    """The settings under the names of this server. Raises FtuiError for a grammar that it does not take."""
    found: dict[str, Any] = {}
    for name in ("top_k", "min_p", "repeat_penalty"):
        theirs = getattr(kind, name)
        if theirs is not None:
            found[theirs] = getattr(decoding, name)
    if kind is VLLM and decoding.top_k == 0:
        found["top_k"] = -1  # its word for all
    if decoding.grammar is not None:
        if kind.grammar is None:
            raise FtuiError(
                f"a server of the kind {kind.name} takes no GBNF grammar",
                "drop grammar under [sampling], or use llama-server",
            )
        found[kind.grammar] = decoding.grammar
    return found


def not_sent(kind: Kind, decoding: Decoding) -> list[str]:
    """Names of settings that this server is not known to take, and that say something."""
    neutral = {"top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}
    return [
        name
        for name, value in neutral.items()
        if getattr(kind, name) is None and getattr(decoding, name) != value
    ]
