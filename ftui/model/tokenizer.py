"""Token counters: the user's own tokenizer, rebuilt from a GGUF header or read from tokenizer.json, else an estimate.

`find` says which one a project has, as a `Recipe` that worker processes build once (`counter`). The Hugging Face
library counts exactly; tokie counts 30 times as fast and is taken only after it agreed on a sample of the data.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from ftui.model.gguf import GgufHeader, read_header
from ftui.model.gguf_tokenizer import rebuilt
from ftui.model.json_file import read_object
from ftui.project.errors import FtuiError
from ftui.project.settings import Model

Kind = Literal["exact", "approximate", "estimate"]
AGREEMENT_TEXTS = 200
"""Texts of the data on which the fast tokenizer must count as the exact one does, each of them."""
ASCII_CHARACTERS, EXTRA_BYTES = 0.25, 0.35
"""Estimated tokens a character, and a byte beyond one a character. Against SmolLM2's vocabulary the sum over whole sets
is 2 to 15 % too high for English chat (4.1 to 4.6 bytes a token) and 27 % too low for code and arithmetic (2.9)."""
ESTIMATE_MARGIN = 4 / 3
"""An estimate says that a row is too long only where it is this much above the limit."""


class Recipe(NamedTuple):
    """Which tokenizer counts; picklable, so that each process builds it once."""

    kind: Kind
    name: str
    """For reports: `SmolLM2 (GGUF, smollm)`, `tokenizer.json of qwen`, `estimate`."""
    source: str = ""
    """A tokenizer.json or a GGUF file; "" for an estimate."""
    fast: str = ""
    """A tokenizer.json that tokie reads and that agreed with the exact count; "" for the exact library."""
    note: str = ""
    """Why it is not exact, as a person may read it."""

    @property
    def shown(self) -> str:
        """The name, and the kind where it is not exact."""
        return self.name if self.kind != "approximate" else f"{self.name}, approximate"


ESTIMATE = Recipe(
    "estimate", "estimate", note="no tokenizer is set: gguf or tokenizer under [model] in ftui.toml"
)


class Counter(Protocol):
    """Counts tokens of texts; special tokens in a text count as the one token that they are."""

    recipe: Recipe

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without any that a template or the tokenizer adds around it."""


def estimate(text: str) -> int:
    """About how many tokens a text has."""
    characters = len(text)
    extra = 0 if text.isascii() else len(text.encode("utf-8", "replace")) - characters
    return round(ASCII_CHARACTERS * characters + EXTRA_BYTES * extra)


def find(model: Model) -> Recipe:
    """The tokenizer that a project names: tokenizer before gguf; without either the estimate.

    Raises FtuiError for a file that is missing or cannot be read.
    """
    if model.tokenizer is not None:
        path = _tokenizer_file(model.tokenizer)
        whose = path.parent.name if path.name == "tokenizer.json" else path.name
        return Recipe(
            "exact", f"tokenizer.json of {whose}" if path.name == "tokenizer.json" else whose, str(path)
        )
    if model.gguf is not None:
        return _of_gguf(read_header(model.gguf))
    return ESTIMATE


def _tokenizer_file(named: Path) -> Path:
    path = named / "tokenizer.json" if named.is_dir() else named
    if not path.is_file():
        raise FtuiError(
            f"{path}: no such file", "tokenizer under [model] in ftui.toml: tokenizer.json or its folder"
        )
    return path


def _of_gguf(header: GgufHeader) -> Recipe:
    if not header.tokens:
        return ESTIMATE._replace(note=f"{header.path.name} brings no vocabulary")
    kind, note = _exactness(header)
    name = f"{header.name or header.path.stem} (GGUF, {header.tokenizer_pre or header.tokenizer_model})"
    if kind == "estimate":
        return ESTIMATE._replace(note=note)
    return Recipe(kind, name, str(header.path), note=note)


def _exactness(header: GgufHeader) -> tuple[Kind, str]:
    from ftui.model.gguf_tokenizer import PRE_TOKENIZERS

    if header.tokenizer_model == "gpt2":
        if header.tokenizer_pre in PRE_TOKENIZERS:
            return "exact", ""
        return "approximate", f"the pre-tokenizer {header.tokenizer_pre or 'default'!r} is not known exactly"
    if header.tokenizer_model in ("llama", "gemma4"):
        return "approximate", "SentencePiece rebuilt as merges: 98 in 100 rows count the same"
    return (
        "estimate",
        f"the tokenizer model {header.tokenizer_model!r} cannot be rebuilt: name its tokenizer.json",
    )


def checked(recipe: Recipe, sample: Sequence[str], scratch: str) -> Recipe:
    """The recipe with the fast tokenizer, if that one counts every text of the sample as the exact one does.

    Writes a tokenizer.json without additions (no BOS, no truncation) to the scratch folder.
    """
    if recipe.kind == "estimate" or not scratch:
        return recipe
    from tokie import TokieError

    path = Path(scratch) / "tokenizer.json"
    texts = [text for text in sample if text][:AGREEMENT_TEXTS]
    exact = counter(recipe)
    try:
        assert isinstance(exact, Exact)
        path.write_text(exact.library.to_str(), encoding="utf-8")
        fast = counter(recipe._replace(fast=str(path)))
        agrees = fast.counts(texts) == exact.counts(texts)
    except (OSError, ValueError, RuntimeError, AttributeError, TokieError):
        return recipe
    return fast.recipe if agrees and texts else recipe


@lru_cache(maxsize=4)
def counter(recipe: Recipe) -> Counter:
    """The counter of a recipe, built once a process. Raises FtuiError for a tokenizer.json that is none."""
    if recipe.kind == "estimate":
        return Estimate(recipe)
    return Fast(recipe) if recipe.fast else Exact(recipe)


class Estimate:
    """Counts by the number of characters and bytes."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def counts(self, texts: Sequence[str]) -> list[int]:
        """About how many tokens each text has."""
        return [estimate(text) for text in texts]


class Exact:
    """The Hugging Face library."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.library = _library(recipe.source)

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        encoded = self.library.encode_batch_fast([_clean(text) for text in texts], add_special_tokens=False)
        return [len(each) for each in encoded]

    def pieces(self, text: str) -> list[tuple[str, int, int]]:
        """Each token of a text: its name in the vocabulary, and the characters start..end that it covers."""
        encoded = self.library.encode(_clean(text), add_special_tokens=False)
        return [
            (token, start, end) for token, (start, end) in zip(encoded.tokens, encoded.offsets, strict=True)
        ]


class Fast:
    """tokie, on a tokenizer.json that was found to give the same counts."""

    def __init__(self, recipe: Recipe) -> None:
        import tokie

        self.recipe = recipe
        self._library = tokie.Tokenizer.from_json(recipe.fast)

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        return [int(n) for n in self._library.count_tokens_batch([_clean(text) for text in texts])]


def exact(recipe: Recipe) -> Exact | None:
    """The exact counter with its pieces, None for an estimate."""
    found = None if recipe.kind == "estimate" else counter(recipe._replace(fast=""))
    return found if isinstance(found, Exact) else None


def _clean(text: str) -> str:
    """Without lone surrogates, which no tokenizer takes; character for character."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _library(source: str) -> Any:
    """A `tokenizers.Tokenizer` that adds nothing and cuts nothing."""
    from tokenizers import Tokenizer

    path = Path(source)
    if path.suffix == ".gguf":
        return rebuilt(read_header(path))
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        held.update(post_processor=None, truncation=None, padding=None)
        return Tokenizer.from_str(json.dumps(held))
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}") from error
    except Exception as error:  # the library raises a bare Exception for what it cannot read
        raise FtuiError(f"{path}: not a tokenizer.json: {error}", "download the tokenizer again") from error


def special_tokens(model: Model) -> set[str]:
    """Texts of the added tokens that tokenizer.json marks special; none without one. Raises FtuiError."""
    if model.tokenizer is None:
        return set()
    held = read_object(_tokenizer_file(model.tokenizer), "download the tokenizer again")
    added = held.get("added_tokens")
    each = (token for token in added if isinstance(token, dict)) if isinstance(added, list) else ()
    return {str(token["content"]) for token in each if token.get("special") and token.get("content")}


def context_length(model: Model) -> tuple[int, str] | None:
    """How many tokens the model was trained to see, and where that stands; None where nothing says it.

    From the GGUF header, else `max_position_embeddings` of the config.json beside the tokenizer. Raises FtuiError.
    """
    if model.gguf is not None and (length := read_header(model.gguf).context_length):
        return length, model.gguf.name
    if model.tokenizer is None:
        return None
    folder = model.tokenizer if model.tokenizer.is_dir() else model.tokenizer.parent
    try:
        held = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    inner = held.get("text_config") if isinstance(held, dict) else None
    for each in (held, inner):
        length = each.get("max_position_embeddings") if isinstance(each, dict) else None
        if isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length, "config.json"
    return None
