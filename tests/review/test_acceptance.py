"""`ftui sample` from the outside: every record of the real model is counted, decoded and judged again by other code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.review.conftest import smol as smol
from tests.review.llama.bare_loop import BareModel

ROOT = Path(__file__).resolve().parents[2]
STOP = "f th"
"""Begins in the middle of " of" and ends in the middle of " the": no token holds it."""
QUESTIONS = (
    "What is the capital of France?",
    "List three colours of the rainbow.",
    "Name one part of the human body and say what it is for.",
    "Hi",
    "Schreibe einen Satz über den Fluss Elbe.",
    "日本の首都はどこですか。",
    "Answer with emoji only: 🎉🐍👩‍👩‍👧‍👦",
    "Write a Python function that returns the sum of the squares of a list.",
    "Translate to French: the end of the road",
    'Give me JSON: {"name": "…", "age": 0}',
    "Why is the sky blue? One sentence.",
    "Finish: the sum of the parts",
    "2 + 2 =",
    "Repeat the word yes ten times.",
    "   spaces before,\ttabs and\nlines   ",
    "What does \\n mean in C?",
    "Say nothing.",
    "Who wrote the first of the plays of Shakespeare?",
    "Explain the law of the lever to a child.",
    "Summarise: " + "The history of the town began at the mouth of the river. " * 6,
)
Record = dict[str, Any]


def project(folder: Path, count: int) -> None:
    """Rows to take prompts from."""
    rows = [{"prompt": text, "completion": f"An answer to {text[:20]}."} for text in QUESTIONS[:count]]
    written = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "train.jsonl").write_text(written, encoding="utf-8")


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """A command of ftui as a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "ftui", *words],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done


def sampled(folder: Path, model: Path, count: int, *words: str) -> list[Record]:
    """What `ftui review export` tells of a new review."""
    project(folder, count)
    command(
        folder, "sample", "train.jsonl", "--model", f"tuned={model}", "--n", str(count), "--strata", "random",
        "--threads", "1", "--context", "1024", "--review", "kept", *words,
    )  # fmt: skip
    exported = command(folder, "review", "export", "kept", "--format", "jsonl").stdout
    return [json.loads(line) for line in exported.splitlines()]


class Witness:
    """What llama-cpp-python's own class says about texts and tokens."""

    def __init__(self, model: Path) -> None:
        import llama_cpp

        self._module = llama_cpp
        self.llama = llama_cpp.Llama(str(model), n_ctx=1024, n_threads=1, n_threads_batch=1, verbose=False)

    def prompt_tokens(self, text: str) -> list[int]:
        """As the model reads a rendered prompt; the text says its start token itself where there is one."""
        return list(self.llama.tokenize(text.encode(), add_bos=False, special=True))

    def pieces(self, token_ids: Sequence[int]) -> list[bytes]:
        """The bytes of every token, special ones written out."""
        return [self.llama.detokenize([token], special=True) for token in token_ids]

    def ends(self, token: int) -> bool:
        """Whether a generation ends with it."""
        vocab = self._module.llama_model_get_vocab(self.llama.model)
        return bool(self._module.llama_vocab_is_eog(vocab, token))

    def greedy(self, prompt: str, most: int) -> list[int]:
        """The class's own loop from an empty context."""
        self.llama.reset()
        said: list[int] = []
        for token in self.llama.generate(self.prompt_tokens(prompt), temp=0.0, repeat_penalty=1.0):
            said.append(token)
            if self.ends(token) or len(said) == most:
                break
        return said


@pytest.fixture(scope="module")
def witness(smol: Path) -> Iterator[Witness]:
    made = Witness(smol)
    yield made
    made.llama.close()


def judged_again(record: Record, witness: Witness, stop: str, limit: int) -> tuple[str, str]:
    """The reason why a sample ended, and its output, worked out from its token ids alone."""
    ids: list[int] = record["token_ids"]
    written = b""
    for place, piece in enumerate(witness.pieces(ids)):
        if witness.ends(ids[place]):
            assert place == len(ids) - 1, "it went on after an end token"
            assert record["stop_text"] == piece.decode()
            return "end-token", text(written)
        written += piece
        if (at := written.find(stop.encode())) >= 0:
            assert place == len(ids) - 1, "it went on after a stop sequence"
            assert record["stop_text"] == stop
            return "stop-sequence", text(written[:at])
    assert len(ids) == limit, "it ended without a reason"
    assert record["stop_text"] is None
    return "limit", text(written)


def text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def check(records: Sequence[Record], witness: Witness, count: int, limit: int) -> Counter[str]:
    """Every record against the witness; how often each reason came."""
    asked = Counter(record["prompt_id"] for record in records)
    assert sorted(asked.values()) == [2] * count
    assert len({record["sample_id"] for record in records}) == 2 * count
    reasons: Counter[str] = Counter()
    for record in records:
        assert (record["stop_reason"], record["output"]) == judged_again(record, witness, STOP, limit)
        assert STOP not in record["output"]
        assert record["completion_tokens"] == len(record["token_ids"]) <= limit
        assert record["prompt_tokens"] == len(witness.prompt_tokens(record["prompt"]))
        assert any(question.strip() in record["prompt"] for question in QUESTIONS)
        assert record["settings"]["max_tokens"] == limit
        assert record["settings"]["stop"] == [STOP]
        assert record["first_token_s"] > 0
        assert (record["tokens_per_s"] is None) == (record["completion_tokens"] < 2)
        reasons[record["stop_reason"]] += 1
    return reasons


def run_and_check(folder: Path, smol: Path, witness: Witness, count: int, limit: int) -> Counter[str]:
    records = sampled(
        folder, smol, count, "--per-prompt", "2", "--stop", STOP, "--max-tokens", str(limit),
        "--temperature", "0.8", "--seed", "3",
    )  # fmt: skip
    pieces = {piece for record in records for piece in witness.pieces(record["token_ids"])}
    assert not any(STOP.encode() in piece for piece in pieces)
    reasons = check(records, witness, count, limit)
    print(dict(reasons))
    return reasons


def test_records_of_a_few_prompts_are_true(tmp_path: Path, smol: Path, witness: Witness) -> None:
    reasons = run_and_check(tmp_path, smol, witness, count=5, limit=20)
    # Which ones depends on the processor's arithmetic; of forty samples all three are there on any.
    assert len(reasons) > 1


@pytest.mark.slow
def test_records_of_twenty_prompts_are_true(tmp_path: Path, smol: Path, witness: Witness) -> None:
    reasons = run_and_check(tmp_path, smol, witness, count=20, limit=96)
    assert set(reasons) == {"end-token", "stop-sequence", "limit"}


def greedy_is_llama_cpp_s_own(folder: Path, smol: Path, witness: Witness, count: int, limit: int) -> int:
    """Samples that were compared: with a bare loop in a fresh context, and with the class of llama-cpp-python."""
    records = sampled(folder, smol, count, "--temperature", "0", "--exact", "--max-tokens", str(limit))
    bare = BareModel(smol)
    try:
        for record in records:
            said = bare.greedy(record["prompt"], limit)
            assert record["token_ids"] == said.token_ids, record["prompt"]
            assert record["token_ids"] == witness.greedy(record["prompt"], limit), record["prompt"]
            assert bare.text(said.token_ids).startswith(record["output"].encode("utf-8", "surrogateescape"))
    finally:
        bare.close()
    return len(records)


def test_a_few_greedy_outputs_are_llama_cpp_s_own(tmp_path: Path, smol: Path, witness: Witness) -> None:
    assert greedy_is_llama_cpp_s_own(tmp_path, smol, witness, count=3, limit=10) == 3


@pytest.mark.slow
def test_twenty_greedy_outputs_are_llama_cpp_s_own(tmp_path: Path, smol: Path, witness: Witness) -> None:
    assert greedy_is_llama_cpp_s_own(tmp_path, smol, witness, count=20, limit=64) == 20
