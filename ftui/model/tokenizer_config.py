"""tokenizer_config.json: special tokens and the chat template, with the files that newer tokenizers put beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftui.model.json_file import read_object
from ftui.project.errors import FtuiError

NAME = "tokenizer_config.json"
TEMPLATE_NAME = "chat_template.jinja"
_SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
_MOST_TEMPLATE = 4 << 20


@dataclass(frozen=True, slots=True)
class TokenizerConfig:
    """What a tokenizer says about conversations."""

    path: Path
    tokens: Mapping[str, str]
    """Special tokens by their names in templates: bos_token, eos_token, …"""
    chat_template: str | None = field(repr=False)
    """The default chat template; a chat_template.jinja beside the file wins, as in transformers."""
    template_path: Path
    """Where the chat template stands."""
    added: Mapping[int, str] = field(repr=False)
    """Added tokens by id."""
    special: frozenset[str] = field(repr=False)
    """Texts of the added tokens that are marked special."""

    @property
    def eos(self) -> str | None:
        """The end token."""
        return self.tokens.get("eos_token")

    @property
    def bos(self) -> str | None:
        """The token before every text."""
        return self.tokens.get("bos_token")


def read_tokenizer_config(path: Path) -> TokenizerConfig:
    """The file at a path, and what stands beside it. Raises FtuiError for a missing or broken one."""
    held = read_object(path, "look at tokenizer_config under [model] in ftui.toml")
    tokens = {name: text for name in _SPECIAL if (text := _content(held.get(name)))}
    added: dict[int, str] = {}
    special: set[str] = set(tokens.values())
    decoder = held.get("added_tokens_decoder")
    for number, token in decoder.items() if isinstance(decoder, dict) else ():
        text = _content(token)
        if text and str(number).isdecimal():
            added[int(number)] = text
            if isinstance(token, dict) and token.get("special"):
                special.add(text)
    template, where = _default(held.get("chat_template")), path
    beside = path.with_name(TEMPLATE_NAME)
    if beside.is_file():
        template, where = read_template(beside), beside
    return TokenizerConfig(path, tokens, template, where, added, frozenset(special))


def _content(held: Any) -> str | None:
    """A token as a text or as an object that has one."""
    text = held.get("content") if isinstance(held, dict) else held
    return text if isinstance(text, str) and text else None


def _default(held: Any) -> str | None:
    """The chat template: a text, or the one called default of a list of them."""
    if isinstance(held, list):
        named = {each.get("name"): each.get("template") for each in held if isinstance(each, dict)}
        held = named.get("default")
    return held if isinstance(held, str) and held else None


def read_template(path: Path) -> str:
    """A Jinja file. Raises FtuiError for a missing, huge or binary one."""
    hint = "look at chat_template under [model] in ftui.toml"
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_TEMPLATE + 1)
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}", hint) from error
    if len(data) > _MOST_TEMPLATE:
        raise FtuiError(f"{path}: larger than {_MOST_TEMPLATE >> 20} MB: no chat template", hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FtuiError(f"{path}: not UTF-8 text (byte {error.start:,})", hint) from error
