"""FMT009 and TPL004: the project's template, and prompts without a task."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project, RowTemplate
from ftui.rules import engine
from ftui.rules.check import Check
from ftui.text.template_match import compiled
from tests.rules.checked_files import ask, assert_explained, check, found, mended_text, rows_of

VERDICT = "Verdict: {verdict}\nReason: {reason}"


def checked(folder: Path, rows: list[object], template: RowTemplate) -> Check:
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = Project(folder, template=template)
    done = engine.check(Dataset.open([path], project), project, select=["FMT009"], jobs=1, debug=True)
    assert_explained(done)
    return done


@pytest.mark.parametrize(
    ("answer", "mended", "safety"),
    [
        ("verdict - yes\nreason - it rained", "Verdict: yes\nReason: it rained", "unsafe"),
        ("**Verdict:** yes\n\n**Reason:** it rained", "Verdict: yes\nReason: it rained", "unsafe"),
        ("Verdict:  yes\nReason:it rained", "Verdict: yes\nReason: it rained", "safe"),
        ("yes, it rained", None, None),
        ("Verdict: yes", None, None),
        ("Reason: a\nVerdict: b", None, None),
    ],
)
def test_deviations(tmp_path: Path, answer: str, mended: str | None, safety: str | None) -> None:
    done = checked(
        tmp_path, [ask("q?", "Verdict: no\nReason: dry"), ask("q?", answer)], RowTemplate(answer=VERDICT)
    )
    assert rows_of(done, "FMT009") == [1]
    fix = found(done, 1, "FMT009").fix
    assert (fix.safety if fix else None) == safety
    if fix is not None:
        assert mended_text(answer, fix.edits) == mended
        assert compiled(VERDICT).departure(mended or "") is None


def test_prompts_of_instruction_and_input(tmp_path: Path) -> None:
    rows = [{"instruction": "Judge.", "input": "It rained.", "output": "wet"}, ask("Judge it.", "dry")]
    assert rows_of(checked(tmp_path, rows, RowTemplate(prompt="Judge.\n{fact}")), "FMT009") == [1]


def test_without_a_template_the_rule_is_skipped(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [ask("q?", "a")]}, "FMT009")
    assert "template" in done.skipped["FMT009"]


def test_braces_and_repeated_slots() -> None:
    assert compiled("{{x}}: {q}?").departure("{x}: why?") is None
    assert compiled("{a} is {a}").departure("tea is tea") is None
    assert compiled("{a} is {a}").departure("tea is water") is not None


def test_topics_without_a_task(tmp_path: Path) -> None:
    rows = [
        ask("Tell me about dogs.", "They bark."),
        ask("Tell me about the causes of the war.", "There were many."),
        ask("Tell me about cats in three sentences.", "They sleep."),
        ask("Explain how a lock works.", "Pins fall into place."),
        ask("What do you know about Norway?", "It is long."),
        ask("Discuss whether zoos should close.", "There are two sides."),
    ]
    assert rows_of(check(tmp_path, {"train": rows}, "TPL004"), "TPL004") == [0, 4]


def test_answers_of_one_form_say_the_form(tmp_path: Path) -> None:
    topics = [
        "dogs",
        "cats",
        "cows",
        "hens",
        "rice",
        "wheat",
        "iron",
        "gold",
        "trees",
        "rain",
        "snow",
        "wind",
    ]
    rows = [ask(f"Tell me about {topic}.", f"The {topic} are known to all of us here.") for topic in topics]
    assert rows_of(check(tmp_path, {"train": rows}, "TPL004"), "TPL004") == []
    wild = [
        ask(f"Tell me about {t}.", "\n\n".join(["Known to all."] * (1 + 7 * (i % 3))))
        for i, t in enumerate(topics)
    ]
    assert len(rows_of(check(tmp_path, {"train": wild}, "TPL004"), "TPL004")) == 12


def test_a_template_may_name_the_end_marker(tmp_path: Path) -> None:
    rows = [
        {"instruction": f"Did it rain on day {i}?", "output": f"Verdict: yes\nReason: {i}</s>"}
        for i in range(9)
    ]
    rows.append({"instruction": "Did it rain?", "output": "verdict - yes\nreason - it rained</s>"})
    done = checked(tmp_path, list(rows), RowTemplate(answer=VERDICT + "</s>"))
    assert rows_of(done, "FMT009") == [9]
