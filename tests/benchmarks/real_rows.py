"""Fifty thousand chat and instruction rows out of the real files, for timing: real texts, recombined where too few.

python -m tests.benchmarks.real_rows OUT.jsonl [ROWS]
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.formats.base import never, no_progress
from ftui.project.settings import Project

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = (
    "chat/fastchat_dummy_conversation.json", "chat/glaive_toolcall_en_demo.json", "chat/v1_sft_demo.jsonl",
    "chat/oasst_en_100_message.jsonl", "preference/hh_rlhf_60.jsonl", "preference/kto_en_demo.json",
    "gpteacher/toolformer-dedupe-only.json.gz",
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def examples(path: Path) -> Iterator[Example]:
    """Every readable row of a file."""
    document = Document.open(path, Project(path.parent))
    try:
        document.build_index(no_progress, never)
        for row in range(document.base_rows):
            value = document.parsed(row).value
            if value is not None:
                yield document.layout.example(value)
    finally:
        document.close()


def main(out: Path, rows: int) -> None:
    """Every real pair once; then pairs whose answers are sentences of several real ones."""
    found = [e for name in FILES for e in examples(DATA / name) if e.prompt.strip() and e.answer.strip()]
    chance = random.Random(7)
    sentences = [part for e in found for part in _SENTENCE.split(e.answer) if 20 < len(part) < 400]
    with out.open("w") as file:
        for number in range(rows):
            if number < len(found):
                prompt, answer = found[number].prompt, found[number].answer
            else:
                parts = _SENTENCE.split(chance.choice(found).answer)
                parts = [chance.choice(sentences) if chance.random() < 0.6 else part for part in parts]
                asked = _SENTENCE.split(chance.choice(found).prompt)
                chance.shuffle(asked)
                prompt, answer = " ".join([chance.choice(sentences)[:60], *asked]), " ".join(parts)
            turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
            file.write(json.dumps({"messages": turns}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50_000)
