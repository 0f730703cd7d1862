"""Which vocabulary items end a generation, determined as llama.cpp does: by id keys and by known names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

EOT_NAMES = (
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>",
    "<EOT>", "_<EOT>", "[EOT]", "<｜end▁of▁sentence｜>", "<end_of_utterance>",
)  # fmt: skip
"""One of these is the end-of-turn token where no key names it."""
EOM_NAMES = ("<|eom_id|>",)
FIM_NAMES: Mapping[str, tuple[str, ...]] = {
    "fim_pad": ("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"),
    "fim_rep": ("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"),
    "fim_sep": ("<|file_sep|>",),
}
"""Fill-in-the-middle tokens that end a generation too."""
END_NAMES = (
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
    "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
    "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
)  # fmt: skip
"""Every token with one of these names ends a generation, whatever the keys say (llama.cpp, src/llama-vocab.cpp)."""
DEFAULT_IDS: Mapping[str, Mapping[str, int]] = {
    "llama": {"bos": 1, "eos": 2, "unk": 0},
    "gpt2": {"bos": 11, "eos": 11},
    "t5": {"eos": 1, "unk": 2, "pad": 0},
}
"""What llama.cpp takes where the header names no id, by tokenizer model."""


class EndToken(NamedTuple):
    """A vocabulary item at which the engine stops: its id, its text, and why it is one (eos, eot, eom, fim, name)."""

    id: int
    text: str
    why: str


def end_tokens(tokens: Sequence[str], special: Mapping[str, int], model: str = "") -> tuple[EndToken, ...]:
    """All end-of-generation tokens, by id: those that keys name, those known by name, less llama.cpp's exceptions."""
    known = {*EOT_NAMES, *EOM_NAMES, *END_NAMES, *(name for names in FIM_NAMES.values() for name in names)}
    # Of two items with one text the first is found, as in llama.cpp's map of texts.
    ids: dict[str, int] = {}
    for number, text in enumerate(tokens):
        if text in known:
            ids.setdefault(text, number)
    given = {**DEFAULT_IDS.get(model, {}), **special}
    named = {"eot": EOT_NAMES, "eom": EOM_NAMES, **FIM_NAMES}
    reasons: dict[int, str] = {}
    for what in ("eos", "eot", "eom", "fim_pad", "fim_rep", "fim_sep"):
        number = given.get(what, -1)
        if not 0 <= number < len(tokens):
            number = next((ids[name] for name in named.get(what, ()) if name in ids), -1)
        if number >= 0:
            reasons.setdefault(number, "fim" if what.startswith("fim") else what)
    for name in END_NAMES:
        if name in ids:
            reasons.setdefault(ids[name], "name")
    for number in _exceptions({tokens[number] for number in reasons}, ids):
        reasons.pop(number, None)
    return tuple(EndToken(number, tokens[number], reasons[number]) for number in sorted(reasons))


def _exceptions(texts: set[str], ids: Mapping[str, int]) -> list[int]:
    """In the formats of gpt-oss and Solar <|end|> only ends a message; in Gemma 4's </s> ends nothing."""
    found = []
    call = bool(texts & {"<|call|>", "<|calls|>"})
    if call and texts & {"<|return|>", "<|flush|>"} and "<|end|>" in ids:
        found.append(ids["<|end|>"])
    if "<|tool_response>" in texts and "</s>" in ids:
        found.append(ids["</s>"])
    return found
