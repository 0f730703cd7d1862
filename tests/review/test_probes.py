"""Probes: a text in two halves, of training answers and of benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.review.planning.plan import Plan, PlanOptions, make_plan
from ftui.review.planning.probes import LEAST, MOST, halves

ANSWER = " ".join(f"Step {i}: turn the wheel {i * 3} times and listen." for i in range(12))


def planned(project: Project, stratum: str) -> Plan:
    dataset = Dataset.open([], project)
    try:
        return make_plan(project, dataset, PlanOptions(n=3, strata=(stratum,)))
    finally:
        dataset.close()


def project_of(tmp_path: Path, rows: list[dict[str, object]], **more: tuple[Path, ...]) -> Project:
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return Project(tmp_path, splits={"train": (path,)}, **more)  # type: ignore[arg-type]


@given(st.text(st.characters(codec="utf-8"), max_size=600))
def test_the_halves_are_the_text_and_the_space_goes_with_the_rest(text: str) -> None:
    parts = halves(text)
    whole = text[:MOST].strip()
    if parts is None:
        assert len(whole) < LEAST or not whole[: len(whole) // 2].strip()
        return
    assert parts.given + parts.rest == whole
    assert parts.given == parts.given.rstrip()
    assert parts.given
    assert parts.rest


def test_a_text_is_cut_at_the_word_border_nearest_to_its_middle() -> None:
    parts = halves(ANSWER)
    assert parts is not None
    assert parts.rest.startswith(" ")
    assert not parts.given.endswith(" ")
    assert abs(len(parts.given) - len(parts.rest)) < 24


def test_a_text_without_spaces_is_cut_between_characters_and_parts_no_accent() -> None:
    parts = halves("e\u0301" * 200)
    assert parts is not None
    assert not parts.rest.startswith("\u0301")
    family = halves("\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60)
    assert family is not None
    assert not family.rest.startswith("\u200d")
    assert not family.given.endswith("\u200d")


def test_half_of_a_training_answer_stands_behind_its_prompt(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"messages": [{"role": "user", "content": "How?"}, {"role": "assistant", "content": ANSWER}]},
        {"messages": [{"role": "user", "content": "Short?"}, {"role": "assistant", "content": "Yes."}]},
    ]
    (prompt,) = planned(project_of(tmp_path, rows), "train-prefix").prompts
    assert prompt.is_probe
    assert [message.role for message in prompt.messages] == ["user", "assistant"]
    assert prompt.messages[0].content == "How?"
    assert prompt.messages[1].content + (prompt.reference or "") == ANSWER


def test_half_of_a_text_row_goes_on_behind_the_tag_of_its_answer(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": f"### Instruction:\nHow?\n\n### Response: {ANSWER}"}]
    (prompt,) = planned(project_of(tmp_path, rows), "train-prefix").prompts
    (half,) = prompt.messages
    assert half.content + (prompt.reference or "") == rows[0]["text"]


def test_labels_are_no_probe(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": f"ticket {i}", "label": "x" * 400} for i in range(3)]
    rows.append({"text": ANSWER, "label": "y"})
    other = tmp_path / "test.txt"
    other.write_text("One?\n")
    project = project_of(tmp_path, rows)
    dataset = Dataset.open([], project)
    try:
        options = PlanOptions(n=4, strata=("train-prefix",), prompts_file=other)
        assert {each.stratum for each in make_plan(project, dataset, options).prompts} == {"file"}
    finally:
        dataset.close()


def test_half_of_a_benchmark_question_goes_alone(tmp_path: Path, shared_data: Path) -> None:
    benchmark = shared_data / "benchmarks" / "gsm8k_test_100.jsonl"
    project = project_of(tmp_path, [{"prompt": "a", "completion": "b"}], benchmarks=(benchmark,))
    plan = planned(project, "benchmark-prefix")
    questions = {json.loads(line)["question"].strip() for line in benchmark.read_text().splitlines()}
    assert len(plan.prompts) == 3
    for prompt in plan.prompts:
        (half,) = prompt.messages
        assert half.role == "assistant"
        assert half.content + (prompt.reference or "") in questions
        assert "gsm8k_test_100/" in prompt.why


def test_a_packed_benchmark_is_read(tmp_path: Path, shared_data: Path) -> None:
    benchmark = shared_data / "benchmarks" / "HumanEval.jsonl.gz"
    project = project_of(tmp_path, [{"prompt": "a", "completion": "b"}], benchmarks=(benchmark,))
    assert all(
        "def " in each.messages[0].content + (each.reference or "")
        for each in planned(project, "benchmark-prefix").prompts
    )
