"""Data that is unusual but right, and data that is wrong in one way only: nothing is reported that is not there."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.run_ftui import check

NOUNS = (
    "query",
    "index",
    "table",
    "server",
    "garden",
    "engine",
    "river",
    "bottle",
    "letter",
    "window",
    "mirror",
    "candle",
    "harbor",
    "button",
    "ladder",
    "pillow",
)
VERBS = ("opens", "closes", "holds", "moves", "breaks", "carries", "paints", "lifts", "joins", "splits")
KINDS = ("old", "new", "red", "tall", "quiet", "loud", "heavy", "plain", "narrow", "bright", "cold", "warm")
DICE = random.Random(4)


def sentence() -> str:
    kinds, nouns = DICE.sample(KINDS, 2), DICE.sample(NOUNS, 3)
    return f"The {kinds[0]} {nouns[0]} {DICE.choice(VERBS)} the {kinds[1]} {nouns[1]} near the {nouns[2]}."


def prose(sentences: int = 3) -> str:
    return " ".join(sentence() for _ in range(sentences))


def question() -> str:
    kind, noun, place = DICE.choice(KINDS), DICE.choice(NOUNS), DICE.choice(NOUNS)
    return f"Why did number {DICE.randint(1, 99_999)}, the {kind} {noun}, go to {place}?"


def ask(prompt: str, answer: str) -> dict[str, str]:
    return {"instruction": prompt, "input": "", "output": answer}


def write(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def findings(path: Path) -> dict[str, int]:
    """What is found, bar the note that there is one split only."""
    ran = check(path, "--ignore", "LEK007")
    assert ran.err == ""
    counts: dict[str, int] = ran.report["summary"]["by_rule"]
    return counts


QUIET = {
    "Chinese": [
        ask("为什么天空是蓝色的？", "因为阳光穿过大气层时，蓝光被散射得最多，所以天空看起来是蓝色的。"),
        ask("如何学习编程？", "先选一种语言，例如 Python，然后每天写一点代码，做小项目。"),
        ask("怎样煮一碗面条？", "先烧开水，放入面条煮三分钟，再加入酱油和葱花即可"),
        ask("什么是机器学习？", "机器学习让计算机从数据中学习规律，而不是靠人工编写规则。"),
    ],
    "Arabic": [
        ask("ما هي عاصمة فرنسا؟", "عاصمة فرنسا هي باريس."),
        ask("كيف أتعلم البرمجة؟", "ابدأ بلغة سهلة مثل بايثون، ثم اكتب برامج صغيرة كل يوم"),
        ask("لماذا السماء زرقاء؟", "\u200fلأن الضوء الأزرق يتشتت أكثر من غيره.\u200f"),
    ],
    "emoji": [
        ask(f"Draw a {noun}", face)
        for noun, face in zip(NOUNS, ["🍕🧀🍅", "🌧️☔", "👨‍👩‍👧‍👦", "👍🏽", "🇯🇵"], strict=False)
    ],
    "fenced code": [
        ask(f"Add {i} to x", f"```python\ndef add_{i}(x):\n    return x + {i}\n```") for i in range(200)
    ],
    "bare code": [
        ask(f"Loop {i} times", f"def f_{i}(x):\n    for n in range({i}):\n        x -= n\n    return x")
        for i in range(200)
    ],
    "one word": [ask(question(), DICE.choice(["yes", "no", "maybe"])) for _ in range(300)],
    "numbers": [{"question": f"What is {i} + {i + 7}?", "answer": str(2 * i + 7)} for i in range(300)],
    "labels": [{"text": question(), "label": DICE.choice(["good", "bad"])} for _ in range(300)],
    "JSON answers": [ask(question(), json.dumps({"name": DICE.choice(NOUNS), "n": i})) for i in range(200)],
    "lists": [ask(question(), "- " + "\n- ".join(DICE.sample(NOUNS, 4))) for _ in range(200)],
    "no full stops": [ask(question(), prose(2).replace(".", "").lower()) for _ in range(300)],
    "three rows": [ask(question(), prose()) for _ in range(3)],
    "one row": [ask(question(), prose())],
    "all with a marker": [ask(question(), prose() + "\n### End") for _ in range(50)],
    "a marker of their own": [ask(question(), prose() + "\n[[fin]]") for _ in range(50)],
}


@pytest.fixture(autouse=True)
def same_dice() -> None:
    """The rows of a test do not depend on which tests ran before."""
    DICE.seed(4)


@pytest.mark.parametrize("name", QUIET)
def test_what_is_right_is_quiet(name: str, tmp_path: Path) -> None:
    assert findings(write(tmp_path / "train.jsonl", QUIET[name])) == {}


@pytest.mark.parametrize(
    ("endings", "shares"),
    [(("", "\n### End"), {"", "### End"}), (("</s>", "\n### End"), {"</s>", "### End"})],
)
def test_merged_data_with_two_ways_to_end_is_one_question(
    endings: tuple[str, str], shares: set[str], tmp_path: Path
) -> None:
    """Half of the answers would be wrong either way: both are shown with their shares, and a person chooses."""
    path = write(tmp_path / "train.jsonl", [ask(question(), prose() + endings[i % 2]) for i in range(400)])
    ran = check(path, "--ignore", "LEK007")
    (finding,) = ran.report["findings"]
    assert (finding["code"], finding["row"], ran.code) == ("STP002", None, 1)
    assert {each["marker"]: each["share"] for each in finding["evidence"]["endings"]} == dict.fromkeys(
        shares, 0.5
    )
    assert finding["fix"]["kind"] == "project"
    skipped = {skip["code"] for skip in ran.report["skipped"]}
    assert {"STP001", "STP003"} <= skipped
    for chosen in shares:
        (tmp_path / "ftui.toml").write_text(f"[stop]\nend_marker = {json.dumps(chosen)}\n")
        assert sum(findings(path).values()) == 200


def test_all_rows_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", [ask("What is a garden?", "A piece of ground for plants.")] * 500)
    assert findings(path) == {"DUP001": 499}


def test_all_answers_empty(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", [ask(question(), "") for _ in range(300)])
    assert findings(path) == {"FMT005": 300}


def test_rows_without_any_text(tmp_path: Path) -> None:
    assert findings(write(tmp_path / "train.jsonl", [{"id": i} for i in range(3)])) == {
        "FMT003": 3,
        "DUP001": 2,
    }


def test_a_folder_of_fifty_files(tmp_path: Path) -> None:
    for part in range(50):
        write(tmp_path / f"part-{part:03}.jsonl", [ask(question(), prose()) for _ in range(20)])
    ran = check(tmp_path)
    assert [file["path"] for file in ran.report["files"]] == [f"part-{part:03}.jsonl" for part in range(50)]
    assert ran.report["summary"]["rows"] == 1000
    assert set(ran.report["summary"]["by_rule"]) <= {"LEK007"}
    first = (tmp_path / "part-000.jsonl").read_text()
    (tmp_path / "part-049.jsonl").write_text(first)
    assert check(tmp_path).report["summary"]["by_rule"]["LEK001"] == 20


@pytest.mark.parametrize("chat", [False, True], ids=["alpaca", "messages"])
def test_one_template_around_very_many_prompts_makes_no_near_duplicates(chat: bool, tmp_path: Path) -> None:
    rules = (
        "You are a careful assistant for the town library. Read the question and answer it in some "
        "sentences, politely and without guessing. If you do not know the answer, say so. "
    )
    rows: list[Any] = []
    for _ in range(5000):
        prompt, answer = f"{rules}Question: {question()}", f"Here is what I know about it: {prose(3)}"
        turns = [("system", rules), ("user", prompt), ("assistant", answer)]
        rows.append(
            {"messages": [{"role": r, "content": c} for r, c in turns]} if chat else ask(prompt, answer)
        )
    copy = json.loads(json.dumps(rows[7]).replace(" near ", " beside ", 1))
    rows.append(copy)
    counts = findings(write(tmp_path / "train.jsonl", rows))
    assert set(counts) <= {"DUP002", "LBL001", "LBL002"}
    assert 1 <= counts["DUP002"] <= 6


def test_rows_that_differ_beside_prompt_and_answer_are_told_so(tmp_path: Path) -> None:
    """The call of another tool makes them no exact duplicates, though no word of the answer differs."""
    prompt, answer = question(), prose()
    rows = [
        {
            "messages": [
                {"role": "user", "content": prompt},
                {"role": "assistant", "tool_calls": [call(tool)]},
                {"role": "tool", "tool_call_id": "1", "content": "{}"},
                {"role": "assistant", "content": answer},
            ]
        }
        for tool in ("make_password", "make_random_password")
    ]
    ran = check(write(tmp_path / "train.jsonl", rows), "--select", "DUP,FMT")
    (finding,) = ran.report["findings"]
    assert finding["code"] == "DUP002"
    assert "the same prompt and answer, with something else beside them" in finding["message"]


def call(tool: str) -> dict[str, Any]:
    return {"id": "1", "type": "function", "function": {"name": tool, "arguments": "{}"}}
