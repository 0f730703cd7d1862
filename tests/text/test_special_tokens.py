"""Special tokens in a text, mentions left out; runs of blanks and tables in texts made to be slow."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.text import special_tokens, waste


def names(text: str, *tokens: str) -> list[str]:
    return [each.token for each in special_tokens.find(text, tokens)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a</s>b<|im_end|>", ["</s>", "<|im_end|>"]),
        ("`</s>` and ``a ` </s>`` and '</s>' and “<s>”", []),
        ('{"eos": "</s>"} and "</s> alone', ["</s>"]),
        ("```\n</s>\n```\n</s>", ["</s>"]),
        ("<s>struck</s> out", []),
        ("<s>all of it</s>", ["<s>", "</s>"]),
        ("<|im_start|>user hi", []),
        ("<|im_start|> hi", ["<|im_start|>"]),
        ("<|start_header_id|>user<|end_header_id|>", []),
        ("[INST] a [/INST]", []),
        ("a [/INST]", ["[/INST]"]),
        ("<mine> is", []),
    ],
)
def test_what_stands_as_a_token(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_given_tokens_count_too() -> None:
    assert names("go <mine> on </s>", "<mine>") == ["<mine>", "</s>"]
    (found,) = special_tokens.find("go <mine> on", ("<mine>",))
    assert (found.start, found.end, found.purpose) == (3, 9, "other")


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("What is a tokenizer?", True),
        ("Explain the ChatML format.", True),
        ("What is EOS?", True),
        ("Which camera, EOS R5 or eos m?", True),
        ("Take an eos m.", False),
        ("Name three rivers.<|END_OF_TURN_TOKEN|>", False),
        ("A token of my love", True),
    ],
)
def test_prompts_about_tokens(text: str, speaks: bool) -> None:
    assert special_tokens.speaks_of_tokens(text) is speaks


@pytest.mark.parametrize(
    "text",
    [
        "`" * 60_000 + "</s>",
        "<s>" * 30_000,
        "</s>`" * 30_000,
        ("a" + " " * 9) * 20_000,
        "a" + "\n" * 100_000,
        "[[" * 50_000,
        '[{"' * 30_000,
        "{" * 100_000,
        "[" + '{"a": 1},' * 20_000,
    ],
)
def test_hostile_texts_end_soon(text: str) -> None:
    special_tokens.find(text)
    assert waste.tables(text) == []
    assert len([*waste.blanks(text)]) <= len(text)
    assert waste.compact_json(text) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=12))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_toon_gives_the_same_values_back_or_nothing(value: object) -> None:
    import toon_format

    toon = waste.as_toon(value)
    if toon is not None:
        assert toon_format.decode(toon) == value
    assert waste.has_table([{"a": value}] * 3) == (not isinstance(value, dict | list)) or waste.has_table(
        value
    )


@given(
    st.lists(
        st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=6), min_size=2), min_size=3
    )
)
@settings(max_examples=50, deadline=None)
def test_compact_json_keeps_every_value(value: object) -> None:
    compact = waste.compact_json(json.dumps(value, indent=2))
    assert compact is not None
    assert json.loads(compact) == value
