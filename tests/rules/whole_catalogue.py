"""A project that gives every rule of the catalogue its input, so that none is skipped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.model.tiny_gguf import TEMPLATE, bpe_model, write_gguf

SETTINGS = """
[splits]
train = ["train.jsonl", "labels.jsonl", "pairs.jsonl", "chats.jsonl"]
validation = ["validation.jsonl", "labels-validation.jsonl"]
test = "test.jsonl"

[data]
production = "production.jsonl"
benchmarks = "benchmark.jsonl"

[data.meta]
time = "created_at"
group = "user_id"
topic = "topic"
domain = "domain"
language = "lang"
votes = ["rater_a", "rater_b", "rater_c"]

[template]
prompt = "{question}"
answer = "{text}"

[stop]
end_marker = "### End"
sequences = ["### End"]

[model]
modelfile = "Modelfile"
gguf = "m.gguf"

[training]
max_seq_length = 512

[tokens]
price = 2.5
"""
GO_TEMPLATE = (
    "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"
)
MODELFILE = (
    f'FROM ./m.gguf\nTEMPLATE """{GO_TEMPLATE}"""\nPARAMETER stop "### End"\nPARAMETER num_predict 400\n'
)
TOPICS = ("boats", "cheese", "clocks", "tents", "bridges")
PARTS = ("hull", "rind", "spring", "pole", "arch", "keel", "wheel", "rope", "pillar", "hand")
PLACES = ("a harbour", "a cellar", "a workshop", "a meadow", "a valley", "a market")


def about(n: int) -> dict[str, Any]:
    """What stands beside a row: when, whose, about what; some rows say their language, of the others it is found."""
    topic = TOPICS[n % len(TOPICS)]
    day = f"2024-{1 + n // 28 % 12:02}-{1 + n % 28:02}"
    language = {"lang": "en"} if n % 4 == 0 else {}
    return {"created_at": day, "user_id": f"u{n}", "topic": topic, "domain": topic, **language}


def question(n: int) -> str:
    return (
        f"What does the {PARTS[n % 10]} number {n} of {TOPICS[n % 5]} in {PLACES[n % 6]} do, and since when?"
    )


def answer(n: int) -> str:
    return (
        f"It carries load {n} of the {TOPICS[n % 5]}, and has done so in {PLACES[n % 6]} for {n + 3} years, "
        f"since the {PARTS[(n * 7) % 10]} before it gave way.\n### End"
    )


def instructions(first: int, many: int) -> list[dict[str, Any]]:
    rows = range(first, first + many)
    return [{"instruction": question(n), "input": "", "output": answer(n), **about(n)} for n in rows]


def labelled(first: int, many: int) -> list[dict[str, Any]]:
    said = [
        ("where is the {0} of my {1}, order {2}", "delivery"),
        ("the {0} of my {1} broke, order {2}", "repair"),
    ]
    rows = []
    for n in range(first, first + many):
        text, label = said[n % 2]
        votes = {f"rater_{letter}": label for letter in "abc"}
        rows.append(
            {"text": text.format(PARTS[n % 10], TOPICS[n % 5], n), "label": label, **votes, **about(n)}
        )
    return rows


def pairs() -> list[dict[str, Any]]:
    return [
        {"prompt": question(n), "chosen": answer(n), "rejected": f"Nobody knows of {n}.\n### End", **about(n)}
        for n in range(900, 960)
    ]


def chats() -> list[dict[str, Any]]:
    return [
        {
            "messages": [
                {"role": "system", "content": "You answer questions about old things."},
                {"role": "user", "content": question(n)},
                {"role": "assistant", "content": answer(n)},
            ],
            **about(n),
        }
        for n in range(800, 830)
    ]


def write_rows(path: Path, rows: Sequence[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def write(folder: Path) -> Path:
    """Write the project; returns its ftui.toml."""
    rows: dict[str, Sequence[Any]] = {
        "train.jsonl": instructions(0, 120),
        "labels.jsonl": labelled(1000, 60),
        "labels-validation.jsonl": labelled(2000, 40),
        "pairs.jsonl": pairs(),
        "chats.jsonl": chats(),
        "validation.jsonl": instructions(200, 40),
        "test.jsonl": instructions(300, 40),
        "production.jsonl": instructions(400, 80),
        "benchmark.jsonl": [{"question": f"If {n} ships sail from port with {n + 2} sailors each, how many sail?"}
                            for n in range(20)],
    }  # fmt: skip
    for name, held in rows.items():
        write_rows(folder / name, held)
    model = bpe_model(**{"llama.context_length": 2048, "tokenizer.chat_template": TEMPLATE})
    write_gguf(folder / "m.gguf", model)
    (folder / "Modelfile").write_text(MODELFILE)
    (folder / "ftui.toml").write_text(SETTINGS)
    return folder / "ftui.toml"
