"""Family STP on files made for it, on merged data, and on real files."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project, Stop
from ftui.rules import engine, fixes
from ftui.rules.check import Check
from ftui.rules.stop_signal.end_marker import discover_marker
from tests.rules.checked_files import ask, assert_explained, check, codes, found, mended_text, rows_of, typed

MARKER = "\n### End"


def rows(count: int = 60, marker: str = MARKER) -> list[dict[str, Any]]:
    return [
        ask(f"What is {i}?", f"It is number {i} of the list. Look at the page with the numbers.{marker}")
        for i in range(count)
    ]


def with_answers(*answers: str, marker: str = MARKER) -> list[dict[str, Any]]:
    return [*rows(marker=marker), *(ask("And this one?", answer) for answer in answers)]


def judged(folder: Path, data: list[Any], stop: Stop | None = None, name: str = "train") -> Check:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in data))
    project = Project(folder, stop=stop or Stop())
    done = engine.check(Dataset.open([path], project), project, select=["STP"], jobs=1, debug=True)
    assert_explained(done)
    return done


@pytest.mark.parametrize(
    ("answer", "code", "span", "mended"),
    [
        ("Use ls.", "STP001", "Use ls.", "Use ls.\n### End"),
        ("Use ls. \n\n", "STP001", "Use ls.", "Use ls.\n### End"),
        ("Use ls.\n###end", "STP002", "###end", "Use ls.\n### End"),
        ("Use ls.</s>", "STP002", "</s>", "Use ls.\n### End"),
        ("Use ls.\n### End\nUser: thanks", "STP003", "User: thanks", "Use ls.\n### End"),
        ("Use ls.\n### End\n### End", "STP004", "### End", "Use ls.\n### End"),
        ("Use ls.\n### End### End\n### End\n", "STP004", "### End\n### End", "Use ls.\n### End\n"),
    ],
)
def test_each_fault_is_found_and_mended(
    tmp_path: Path, answer: str, code: str, span: str, mended: str
) -> None:
    done = check(tmp_path, {"train": with_answers(answer)}, "STP")
    assert codes(done.inspect(0, 60)) == [code]
    one = found(done, 60, code)
    assert answer[one.start : one.end] == span
    assert one.fix is not None
    assert one.fix.safety == ("unsafe" if code == "STP003" else "safe")
    assert mended_text(answer, one.fix.edits) == mended
    assert sum(map(len, done.hits[0].values())) == 1


def test_a_stop_sequence_inside_is_found_in_code_too(tmp_path: Path) -> None:
    inside = "Write ### End in the last line.\n```text\n### End\n```\nThen save.\n### End"
    done = check(tmp_path, {"train": with_answers(inside)}, "STP")
    spans = [(each.start, each.end) for each in done.inspect(0, 60) if each.code == "STP005"]
    assert [inside[a:b] for a, b in spans] == ["### End", "### End"]
    assert done.counts["STP005"] == 2
    assert rows_of(done, "STP005") == [60]


def test_configured_sequences_count_without_any_marker(tmp_path: Path) -> None:
    data = with_answers("They say: User: wait for me. Then they go.", marker="")
    done = judged(tmp_path, data, Stop(sequences=("User:",)))
    assert rows_of(done, "STP005") == [60]
    assert "STP001" in done.skipped


def test_an_answer_that_breaks_off_before_its_marker(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": with_answers("Stop the service first. Then remove the\n### End")}, "STP")
    one = found(done, 60, "STP006")
    assert "“the”" in one.message
    assert one.fix is None


def test_the_separator_of_most_rows_is_used(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": with_answers("Use ls.", marker=" [END]")}, "STP")
    fix = found(done, 60, "STP001").fix
    assert fix is not None
    assert mended_text("Use ls.", fix.edits) == "Use ls. [END]"


def test_an_unknown_marker_is_found(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": with_answers("Use ls.", marker="\n<<over>>")}, "STP")
    assert found(done, 60, "STP001").evidence["marker"] == "<<over>>"


def test_a_shared_closing_line_is_no_marker() -> None:
    ending = discover_marker(f"It is {i}.\nI hope this helps!" for i in range(50))
    assert ending.marker == ""
    assert discover_marker(f"```python\nx = {i}\n```" for i in range(50)).marker == ""


def test_in_merged_data_nothing_is_assumed_and_both_are_shown(tmp_path: Path) -> None:
    data = [*rows(60), *rows(40, marker="")]
    done = judged(tmp_path, data)
    assert not done.hits[0]
    (question,) = done.whole
    assert question.code == "STP002"
    assert question.fix is not None
    assert question.fix.kind == "project"
    assert done.markers == [("### End", 60, 0.6), ("", 40, 0.4)]
    assert "STP001" in done.skipped


def test_two_markers_with_large_shares_are_shown(tmp_path: Path) -> None:
    done = judged(tmp_path, [*rows(51), *rows(49, marker="</s>")])
    assert [marker for marker, _, _ in done.markers] == ["### End", "</s>"]
    assert len(done.whole) == 1


@pytest.mark.parametrize(("choice", "rule"), [("### End", "STP001"), ("", "STP002"), ("</s>", "STP002")])
def test_the_choice_of_a_person_makes_all_rows_the_same(tmp_path: Path, choice: str, rule: str) -> None:
    done = judged(tmp_path, [*rows(60), *rows(40, marker="")])
    plan = fixes.plan(done, ["STP"], marker=choice)
    assert plan.by_rule[rule] in (40, 60)
    texts = _after(done, plan)
    ends = {text.rstrip().endswith(choice) if choice else "### End" not in text for text in texts}
    assert ends == {True}


def _after(done: Check, plan: fixes.FixPlan) -> list[str]:
    """The answers with the plan's edits made."""
    document = done.dataset.documents[0]
    texts = []
    splices = {row: edits for change in plan.changes for row, edits in change}  # type: ignore[union-attr, attr-defined]
    for row in document.order():
        example = document.example(row)
        assert example is not None
        texts.append(mended_text(example.answer, splices.get(row, [])))
    return texts


def test_where_hardly_any_answer_has_a_marker_the_odd_one_is_reported(tmp_path: Path) -> None:
    done = judged(tmp_path, [*rows(400, marker=""), ask("x?", "It is the last one.<|im_end|>")])
    assert "STP001" in done.skipped
    one = found(done, 400, "STP002")
    assert one.fix is not None
    assert one.fix.safety == "unsafe"


def test_the_project_may_want_no_marker(tmp_path: Path) -> None:
    done = judged(tmp_path, rows(), Stop(end_marker=""))
    assert len(rows_of(done, "STP002")) == 60
    assert fixes.plan(done, ["STP002"]).edited == 60


def test_the_project_may_name_a_marker_that_no_row_has(tmp_path: Path) -> None:
    done = judged(tmp_path, rows(marker=""), Stop(end_marker="<|done|>"))
    assert len(rows_of(done, "STP001")) == 60


def conversation(*answers: str) -> dict[str, Any]:
    turns = [
        turn
        for i, answer in enumerate(answers)
        for turn in ({"role": "user", "content": f"Question {i}?"}, {"role": "assistant", "content": answer})
    ]
    return {"messages": turns}


def test_every_turn_is_judged_where_every_turn_has_the_marker(tmp_path: Path) -> None:
    data = [conversation(f"It is {i}.{MARKER}", f"It was {i}.{MARKER}") for i in range(40)]
    data.append(conversation("It is forgotten.", f"It was not.{MARKER}"))
    done = check(tmp_path, {"train": data}, "STP")
    assert [each.field for each in done.inspect(0, 40)] == ["messages[1].content"]


def test_only_the_last_turn_is_judged_where_only_it_has_the_marker(tmp_path: Path) -> None:
    data = [conversation(f"It is {i}.", f"It was {i}.{MARKER}") for i in range(40)]
    data.append(conversation("It is here.", "It was forgotten."))
    done = check(tmp_path, {"train": data}, "STP")
    assert [each.field for each in done.inspect(0, 40)] == ["messages[3].content"]
    assert done.counts == {"STP001": 1}


def test_tool_calls_and_labels_are_left_out(tmp_path: Path) -> None:
    call = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}],
    }
    data = [conversation(f"It is {i}.{MARKER}") for i in range(40)]
    data.append({"messages": [{"role": "user", "content": "Go on."}, call]})
    assert check(tmp_path, {"train": data}, "STP").counts == {}
    labels = [{"text": f"Where is card {i}?", "label": "card"} for i in range(30)]
    (tmp_path / "b").mkdir()
    done = check(tmp_path / "b", {"train": labels}, "STP")
    assert set(done.skipped) >= {"STP001", "STP006"}


def test_chosen_and_rejected_are_both_judged(tmp_path: Path) -> None:
    def pair(i: int, chosen: str, rejected: str) -> dict[str, str]:
        return {"prompt": f"What is {i}?", "chosen": chosen, "rejected": rejected}

    data = [pair(i, f"It is {i}.{MARKER}", f"Maybe it is {i}.{MARKER}") for i in range(40)]
    data.append(pair(40, f"It is 40.{MARKER}", "No idea."))
    done = check(tmp_path, {"train": data}, "STP")
    assert [each.field for each in done.inspect(0, 40)] == ["rejected"]


def test_a_row_is_judged_as_it_is_typed(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": rows()}, "STP")
    assert codes(typed(done, 3, ask("x", "Half a"))) == ["STP001"]
    assert codes(typed(done, 3, ask("x", "All of it.\n### End"))) == []


PARTS = st.sampled_from(
    [
        "Use ls. ",
        "Then stop ",
        "the ",
        "### End",
        "\n### End",
        "\n",
        " ",
        "###",
        "</s>",
        "```",
        "end",
        ".",
        ",",
        "(",
        "\x1c",
        "é",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.lists(PARTS, max_size=8).map("".join), min_size=1, max_size=6))
def test_fixing_twice_changes_nothing_more(tmp_path: Path, answers: list[str]) -> None:
    data = with_answers(*answers)
    done = judged(tmp_path, data)
    plan = fixes.plan(done, ["STP"], unsafe=True)
    again = [ask(row["instruction"], text) for row, text in zip(data, _after(done, plan), strict=True)]
    once_more = fixes.plan(judged(tmp_path, again), ["STP"], unsafe=True)
    assert once_more.changes == []


def test_real_answers_are_hardly_ever_called_cut(shared_data: Path, tmp_path: Path) -> None:
    packed = shared_data / "gpteacher" / "toolformer-dedupe-only.json.gz"
    rows_ = json.loads(gzip.decompress(packed.read_bytes()))
    path = tmp_path / "train.json"
    path.write_text(json.dumps(rows_))
    project = Project(tmp_path)
    done = engine.check(Dataset.open([path], project), project, select=["STP"], debug=True)
    assert done.row_count == 7673
    assert done.counts.get("STP006", 0) <= 8
    assert "STP001" in done.skipped


def test_real_cut_answers_are_found(shared_data: Path, tmp_path: Path) -> None:
    project = replace(Project(tmp_path))
    path = shared_data / "preference" / "kto_en_demo.json"
    done = engine.check(Dataset.open([path], project), project, select=["STP006"], debug=True)
    assert set(rows_of(done, "STP006")) >= {21, 58, 111, 141, 189}
    assert done.counts["STP006"] <= 12
