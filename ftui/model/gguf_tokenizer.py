"""A Hugging Face tokenizer rebuilt from the vocabulary in a GGUF header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftui.model.gguf import BYTE, CONTROL, NORMAL, UNKNOWN, USER_DEFINED, GgufHeader
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{%s}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+%s|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*%s|\p{{N}}%s"
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_DIGITS = "digits"
"""Every digit by itself, then as GPT-2 does."""
PRE_TOKENIZERS: dict[str, str] = (
    dict.fromkeys(("gpt-2", "phi-2", "mpt", "olmo", "dolphin", "roberta-bpe", "gpt2"), _GPT2)
    | dict.fromkeys(
        ("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"), _DIGITS
    )
    | dict.fromkeys(("llama-bpe", "llama3", "llama-v3", "falcon3", "smaug-bpe", "dbrx"), _CL100K % "1,3")
    | dict.fromkeys(("qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan"), _CL100K % "1,1")
    | dict.fromkeys(("gpt-4o", "llama4"), _O200K % (_CONTRACTION, _CONTRACTION, "{1,3}"))
    | {"tekken": _O200K % ("", "", "")}
)
"""Names of `tokenizer.ggml.pre` and how they split a text before merging (llama.cpp, src/llama-vocab.cpp)."""
_WHOLE_WORDS_FIRST = frozenset({"llama-bpe", "llama3", "llama-v3", "falcon3", "tekken"})
"""A word that is an item of the vocabulary is that item, whatever the merges say."""


def rebuilt(header: GgufHeader) -> Tokenizer:
    """The tokenizer of a model file. Raises FtuiError for a vocabulary that makes none."""
    try:
        made = _byte_level(header) if header.tokenizer_model == "gpt2" else _sentence_piece(header)
        made.add_special_tokens(_added(header, CONTROL, special=True))
        made.add_tokens(_added(header, USER_DEFINED, special=False))
    except Exception as error:  # the library raises a bare Exception for merges without their parts
        raise FtuiError(
            f"{header.path}: its vocabulary makes no tokenizer: {error}", "name tokenizer.json under [model]"
        ) from error
    return made


def _added(header: GgufHeader, kind: int, *, special: bool) -> list[Any]:
    from tokenizers import AddedToken

    pairs = zip(header.tokens, header.token_types, strict=False)
    return [AddedToken(text, special=special, normalized=False) for text, of in pairs if of == kind and text]


def _vocabulary(header: GgufHeader) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, text in enumerate(header.tokens):
        found.setdefault(text, number)
    return found


def _byte_level(header: GgufHeader) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    merges: list[tuple[str, str]] = []
    for merge in header.merges:
        first, _, second = merge.partition(" ")
        merges.append((first, second))
    whole = header.tokenizer_pre in _WHOLE_WORDS_FIRST
    made = Tokenizer(models.BPE(vocab=_vocabulary(header), merges=merges, ignore_merges=whole))
    pattern = PRE_TOKENIZERS.get(header.tokenizer_pre, _CL100K % "1,3")
    first_step: Any = (
        pre_tokenizers.Digits(individual_digits=True)
        if pattern == _DIGITS
        else pre_tokenizers.Split(Regex(pattern), behavior="isolated")
    )
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pattern == _DIGITS)
    made.pre_tokenizer = pre_tokenizers.Sequence([first_step, byte_level])
    return made


def _sentence_piece(header: GgufHeader) -> Tokenizer:
    from tokenizers import Tokenizer, models, normalizers

    vocabulary = _vocabulary(header)
    unknown = header.special_text("unk")
    made = Tokenizer(
        models.BPE(
            vocab=vocabulary,
            merges=[*_merges(header)],
            unk_token=unknown,
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    steps: list[Any] = [normalizers.Replace(" ", "▁")]
    if header.flag("add_space_prefix") is not False:
        steps.insert(0, normalizers.Prepend("▁"))
    made.normalizer = normalizers.Sequence(steps)
    return made


def _merges(header: GgufHeader) -> Iterator[tuple[str, str]]:
    """Every way to put an item together from two others, the items with the best scores first."""
    scores, kinds = header.scores, header.token_types
    if len(scores) < len(header.tokens):
        raise FtuiError(f"{header.path}: its vocabulary has no scores", "name tokenizer.json under [model]")
    mergeable = (NORMAL, USER_DEFINED) if len(kinds) else ()
    order = [n for n in range(len(header.tokens)) if not mergeable or kinds[n] == NORMAL]
    parts = {
        t for n, t in enumerate(header.tokens) if not mergeable or kinds[n] not in (CONTROL, UNKNOWN, BYTE)
    }
    for number in sorted(order, key=lambda n: -scores[n]):
        text = header.tokens[number]
        for cut in range(1, len(text)):
            if text[:cut] in parts and text[cut:] in parts:
                yield text[:cut], text[cut:]
