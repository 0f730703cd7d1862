"""Which prompts a review samples: the same for the same seed and data, in all strata, none twice."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, Review
from ftui.review.planning.findings import Findings
from ftui.review.planning.plan import Plan, PlanOptions, make_plan
from ftui.review.prompt import STRATA
from ftui.rules import last_check
from ftui.rules.engine import check

TOPICS = ("river", "engine", "violin", "planet", "bakery", "glacier", "harbour", "lantern")
NOTHING_FOUND = Findings()
"""So that no check is run for each example."""
LONG = " ".join(
    f"Sentence {i} tells of the {TOPICS[i % 8]} and of what it did on day {i * 7}." for i in range(12)
)


def row(number: int, **more: Any) -> dict[str, Any]:
    """A row of its own words."""
    words = [f"{topic}{number * 31 % 97}" for topic in TOPICS]
    return {
        "instruction": f"Tell of number {number}: {' '.join(words)}?",
        "output": f"{number} of {TOPICS[number % 8]}.",
        **more,
    }


def write(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


@contextmanager
def opened(project: Project) -> Iterator[Dataset]:
    dataset = Dataset.open([], project)
    try:
        yield dataset
    finally:
        dataset.close()


def plan_of(project: Project, findings: Findings | None = None, **options: Any) -> Plan:
    with opened(project) as dataset:
        return make_plan(project, dataset, PlanOptions(**options), findings)


def small(tmp_path: Path, train: int = 40, test: int = 12, **more: Any) -> Project:
    splits = {
        "train": (write(tmp_path / "train.jsonl", [row(i) for i in range(train)]),),
        "test": (write(tmp_path / "test.jsonl", [row(1000 + i) for i in range(test)]),),
    }
    return Project(tmp_path, splits=splits, **more)


def ids(plan: Plan) -> list[str]:
    return [prompt.prompt_id for prompt in plan.prompts]


def test_the_same_seed_gives_the_same_prompts_and_another_seed_others(tmp_path: Path) -> None:
    project = small(tmp_path)
    first = plan_of(project, n=10, seed=7)
    assert plan_of(project, n=10, seed=7).prompts == first.prompts
    assert ids(plan_of(project, n=10, strata=("random",), seed=8)) != ids(
        plan_of(project, n=10, strata=("random",), seed=7)
    )


def test_rows_that_are_added_change_little(tmp_path: Path) -> None:
    before = plan_of(small(tmp_path, train=200), n=20, strata=("random",))
    after = plan_of(small(tmp_path, train=220), n=20, strata=("random",))
    assert len(set(ids(before)) & set(ids(after))) >= 14


def test_the_place_of_a_row_does_not_matter(tmp_path: Path) -> None:
    project = small(tmp_path, train=60)
    before = plan_of(project, n=10, strata=("random",))
    rows = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    write(tmp_path / "train.jsonl", rows[::-1])
    assert ids(plan_of(project, n=10, strata=("random",))) == ids(before)


@given(
    n=st.integers(1, 40),
    train=st.integers(1, 30),
    strata=st.lists(st.sampled_from(["random", "held-out", "edge", "train-prefix"]), unique=True, min_size=1),
    seed=st.integers(0, 5),
)
def test_no_prompt_stands_twice_and_the_strata_share_what_there_is(
    tmp_path_factory: pytest.TempPathFactory, n: int, train: int, strata: list[str], seed: int
) -> None:
    project = small(tmp_path_factory.mktemp("plan"), train=train, test=5)
    plan = plan_of(project, NOTHING_FOUND, n=n, strata=("random", *strata), seed=seed)
    assert len(set(ids(plan))) == len(plan.prompts) <= n
    assert {prompt.stratum for prompt in plan.prompts} <= {"random", *strata}
    if len(plan.prompts) < n:
        assert any("there are no more that differ" in note for note in plan.notes)
    elif not plan.notes:
        counts = Counter(prompt.stratum for prompt in plan.prompts)
        assert max(counts.values()) - min(counts.values()) <= 1


def test_what_a_stratum_cannot_give_goes_to_others_and_is_told(tmp_path: Path) -> None:
    plan = plan_of(small(tmp_path, test=3), n=20, strata=("random", "production", "held-out"))
    assert Counter(prompt.stratum for prompt in plan.prompts) == {"random": 17, "held-out": 3}
    assert any("no production rows are named" in note for note in plan.notes)
    assert any(note.startswith("held-out: 3 of 6 prompts") for note in plan.notes)


def test_a_held_out_row_that_training_has_is_told_of(tmp_path: Path) -> None:
    project = small(tmp_path, test=4)
    copied = [row(3), *(row(1000 + i) for i in range(4))]
    write(tmp_path / "test.jsonl", copied)
    plan = plan_of(project, n=5, strata=("held-out",))
    leaked = [prompt.why for prompt in plan.prompts if "LEK001" in prompt.why]
    assert leaked == ["row of the test split; LEK001 exact-leak"]
    assert any(note.startswith("held-out: 1 of 5 prompts are in training too") for note in plan.notes)


def test_flagged_rows_say_what_was_found(tmp_path: Path) -> None:
    project = small(tmp_path)
    rows = [row(i) for i in range(30)]
    rows[4]["output"] = "The Ã¼ber cafÃ© has naÃ¯ve guests in ZÃ¼rich today."
    rows[9]["output"] = "Call me: <div><b>now</b></div>&nbsp;&amp; again <br/>"
    write(tmp_path / "train.jsonl", rows)
    plan = plan_of(project, n=4, strata=("flagged",))
    assert {prompt.source.row for prompt in plan.prompts if prompt.source} >= {4, 9}
    assert all(prompt.why[:3].isupper() for prompt in plan.prompts)


def test_edge_cases_say_why_and_known_failures_come_first(tmp_path: Path) -> None:
    known = write(tmp_path / "edge.jsonl", [{"prompt": "It failed here once."}])
    project = small(tmp_path, review=Review(edge_cases=known))
    rows = [row(i) for i in range(40)]
    rows[5] = row(5, output=LONG)
    rows[6] = {"instruction": "Hm?", "output": "Yes?"}
    rows[7] = row(7, output="```python\nprint(1)\n```")
    write(tmp_path / "train.jsonl", rows)
    plan = plan_of(project, n=6, strata=("edge",))
    why = {prompt.why.split(":")[0]: prompt for prompt in reversed(plan.prompts)}
    assert plan.prompts[0].messages[0].content == "It failed here once."
    assert plan.prompts[0].why == "known failure"
    assert why["longest answer"].reference == LONG
    assert why["shortest prompt"].messages[-1].content == "Hm?"
    assert why["code"].source is not None
    assert why["code"].source.row == 7


def test_the_rarest_class_is_an_edge_case(tmp_path: Path) -> None:
    rows = [
        {"text": f"ticket {i} about {TOPICS[i % 8]}", "label": "refund" if i % 20 else "fraud"}
        for i in range(60)
    ]
    project = Project(tmp_path, splits={"train": (write(tmp_path / "train.jsonl", rows),)})
    plan = plan_of(project, n=6, strata=("edge",))
    rare = [prompt for prompt in plan.prompts if prompt.why.startswith("rare class")]
    assert rare[0].why == "rare class “fraud”: 3 rows"
    assert all(prompt.label == prompt.reference for prompt in plan.prompts)


def test_answers_of_a_few_words_that_come_again_are_labels(tmp_path: Path) -> None:
    rows = [row(i, output=("spam", "ham", "unsure")[i % 3]) for i in range(90)]
    project = Project(tmp_path, splits={"train": (write(tmp_path / "train.jsonl", rows),)})
    plan = plan_of(project, n=5, strata=("random",))
    assert {prompt.label for prompt in plan.prompts} <= {"spam", "ham", "unsure"}
    assert all(prompt.label == prompt.reference for prompt in plan.prompts)
    assert not any(prompt.label for prompt in plan_of(small(tmp_path), n=5).prompts)


def test_production_rows_need_no_answer_and_no_layout(tmp_path: Path) -> None:
    logs = write(
        tmp_path / "logs.jsonl", [{"ts": i, "request": f"what of the {TOPICS[i]} then"} for i in range(8)]
    )
    chat = write(tmp_path / "chat.jsonl", [{"messages": [{"role": "user", "content": "And now?"}]}])
    plan = plan_of(small(tmp_path, production=(logs, chat)), n=9, strata=("production",))
    assert len(plan.prompts) == 9
    assert {prompt.reference for prompt in plan.prompts} == {None}
    assert "And now?" in {prompt.messages[-1].content for prompt in plan.prompts}


def test_near_copies_are_left_until_nothing_else_is_there(tmp_path: Path) -> None:
    rows = [row(i) for i in range(6)]
    same = [row(50, instruction=row(50)["instruction"] + f" Version {i}") for i in range(30)]
    project = Project(tmp_path, splits={"train": (write(tmp_path / "train.jsonl", [*rows, *same]),)})
    plan = plan_of(project, n=7, strata=("random",))
    assert sum("number 50" in prompt.messages[0].content for prompt in plan.prompts) == 1
    assert len(plan_of(project, n=20, strata=("random",)).prompts) == 20


def test_the_end_marker_and_the_length_of_answers_come_with_the_plan(tmp_path: Path) -> None:
    rows = [row(i, output=f"{'word ' * (i % 10 + 1)}\n### End") for i in range(60)]
    project = Project(tmp_path, splits={"train": (write(tmp_path / "train.jsonl", rows),)})
    plan = plan_of(project, n=3, strata=("random",))
    assert plan.end_marker == "### End"
    assert plan.answer_characters == len("word " * 10) - 1
    assert not any("###" in (prompt.reference or "") for prompt in plan.prompts)


def test_a_prompts_file_alone_is_taken_whole_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("\n".join(f"Question {i}?" for i in range(30)), encoding="utf-8")
    plan = make_plan(Project(tmp_path), None, PlanOptions(prompts_file=path))
    assert [prompt.messages[0].content for prompt in plan.prompts] == [f"Question {i}?" for i in range(30)]
    some = make_plan(Project(tmp_path), None, PlanOptions(n=5, prompts_file=path))
    assert len(some.prompts) == 5
    both = plan_of(small(tmp_path), n=10, strata=("random",), prompts_file=path)
    assert Counter(prompt.stratum for prompt in both.prompts) == {"file": 5, "random": 5}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"strata": ("randm",)}, "unknown stratum 'randm'"),
        ({"n": -1}, "a plan of -1 prompts"),
        ({"strata": ("file",)}, "needs a file"),
        ({"strata": ("held-out",)}, "no data is named"),
        ({}, "no data is named"),
    ],
)
def test_what_cannot_be_planned_is_told_in_words(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(FtuiError, match=said):
        make_plan(Project(tmp_path), None, PlanOptions(**options))


def test_every_stratum_of_real_files(tmp_path: Path, shared_data: Path) -> None:
    project = Project(
        tmp_path,
        splits={
            "train": (
                shared_data / "preference" / "hh_rlhf_60.jsonl",
                shared_data / "chat" / "v1_sft_demo.jsonl",
            ),
            "test": (shared_data / "clinc150" / "data_imbalanced.json",),
        },
        production=(shared_data / "chat" / "oasst_en_100_message.jsonl",),
        benchmarks=(shared_data / "benchmarks" / "gsm8k_test_100.jsonl",),
    )
    plan = plan_of(project, n=40, strata=STRATA)
    assert len(plan.prompts) == 40
    assert {prompt.stratum for prompt in plan.prompts} >= {"random", "edge", "production", "benchmark-prefix"}
    assert len(set(ids(plan))) == 40
    for prompt in plan.prompts:
        assert prompt.why
        assert prompt.messages[-1].content.strip()


def test_edge_cases_of_text_rows_and_of_labelled_tasks_are_read_as_they_were_kept(tmp_path: Path) -> None:
    kept = [
        {"messages": [{"role": "assistant", "content": "### Q\nWhy?\n### A:"}]},
        {"messages": [{"role": "user", "content": "my card"}, {"role": "assistant", "content": "lost"}]},
    ]
    known = write(tmp_path / "edge.jsonl", kept)
    rows = [{"text": f"ticket {i}", "label": ("lost", "stolen")[i % 2]} for i in range(20)]
    project = Project(
        tmp_path, splits={"train": (write(tmp_path / "t.jsonl", rows),)}, review=Review(edge_cases=known)
    )
    first, second = plan_of(project, n=2, strata=("edge",)).prompts
    assert first.messages[0].content == "### Q\nWhy?\n### A:"
    assert (second.reference, second.label) == ("lost", "lost")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
TURN = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "tool", "x"]), "content": JSON}
)
ROWS = st.lists(
    st.fixed_dictionaries({"prompt": JSON, "completion": JSON})
    | st.fixed_dictionaries({"messages": st.lists(TURN, max_size=4)})
    | st.fixed_dictionaries({"text": JSON, "label": JSON})
    | st.fixed_dictionaries({"prompt": JSON, "chosen": st.lists(TURN, max_size=3), "rejected": JSON})
    | JSON,
    max_size=8,
)


@given(ROWS, st.sampled_from([*STRATA, None]))
def test_any_rows_give_a_plan_or_an_error_in_words(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], stratum: str | None
) -> None:
    folder = tmp_path_factory.mktemp("any")
    data = write(folder / "train.jsonl", rows)
    if not rows:
        return
    project = Project(folder, splits={"train": (data,)}, production=(data,), benchmarks=(data,))
    try:
        plan = plan_of(project, NOTHING_FOUND, n=6, strata=(stratum,) if stratum else ())
    except FtuiError:
        return
    for prompt in plan.prompts:
        json.dumps([*prompt.messages, prompt.reference, prompt.label]).encode()
        assert all(message.content.encode() is not None for message in prompt.messages)
        assert prompt.messages[-1].content.strip()


def test_halves_of_characters_are_replaced_for_no_engine_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"prompt": "a \\ud800 b", "completion": "c \\udc00"}\n')
    plan = plan_of(Project(tmp_path, splits={"train": (path,)}), n=1, strata=("random",))
    assert plan.prompts[0].messages[0].content == "a \ufffd b"
    assert plan.prompts[0].reference == "c \ufffd"


def test_the_last_check_that_was_kept_tells_what_is_flagged_though_rows_moved(tmp_path: Path) -> None:
    project = small(tmp_path)
    rows = [row(i) for i in range(30)]
    rows[9]["output"] = "Call me: <div><b>now</b></div>&nbsp;&amp; again <br/>"
    write(tmp_path / "train.jsonl", rows)
    with opened(project) as dataset:
        found = check(dataset, project, jobs=1)
        seen = last_check.see(found, last_check.stamps(dataset, project), {"files": [], "skipped": []})
        last_check.write(last_check.place_of(dataset, []), seen, dataset.root)
        found.close()
    write(tmp_path / "train.jsonl", [row(900), row(901), *rows])
    with opened(project) as dataset:
        known = Findings.of_last_check(dataset, project)
        assert known is not None
        plan = make_plan(project, dataset, PlanOptions(n=3, strata=("flagged",)), known)
    assert {prompt.source.row for prompt in plan.prompts if prompt.source} >= {11}
    assert "ART001 html" in {prompt.why.split(";")[0] for prompt in plan.prompts}
    assert not {0, 1} & {prompt.source.row for prompt in plan.prompts if prompt.source}


def test_what_a_person_accepted_is_not_flagged(tmp_path: Path) -> None:
    project = small(tmp_path, test=1)
    rows = [row(i) for i in range(12)]
    rows[3]["output"] = "Call me: <div><b>now</b></div>&nbsp;&amp; again <br/>"
    write(tmp_path / "train.jsonl", rows)
    with opened(project) as dataset:
        found = check(dataset, project, jobs=1)
        keys = {each.key: "meant so" for each in found.inspect(0, 3)}
        assert 3 in Findings.of_check(found).hits[0]["ART001"]
        found.accept(keys)
        assert 3 not in Findings.of_check(found).hits[0].get("ART001", [])
        found.close()


@pytest.mark.parametrize("suffix", ["parquet", "csv", "json", "jsonl.gz"])
def test_every_format_gives_the_same_kinds_of_prompts(tmp_path: Path, suffix: str) -> None:
    rows = [row(i) for i in range(300)]
    path = tmp_path / f"train.{suffix}"
    if suffix == "parquet":
        polars.DataFrame(rows).write_parquet(path)
    elif suffix == "csv":
        polars.DataFrame(rows).write_csv(path)
    elif suffix == "json":
        path.write_text(json.dumps(rows))
    else:
        path.write_bytes(gzip.compress("".join(json.dumps(each) + "\n" for each in rows).encode()))
    project = Project(tmp_path, splits={"train": (path,)})
    plan = plan_of(project, NOTHING_FOUND, n=12, strata=("random", "edge"))
    assert len(plan.prompts) == 12
    asked = {each["instruction"]: number for number, each in enumerate(rows)}
    for prompt in plan.prompts:
        assert prompt.source is not None
        assert asked[prompt.messages[0].content] == prompt.source.row
