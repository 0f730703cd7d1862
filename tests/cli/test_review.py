"""`ftui review report` and `export` from the command line."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from ftui.cli.review import EXPORTS, REPORTS
from ftui.review.export import FORMATS
from tests.review.judged import judged_review
from tests.run_ftui import ftui


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two reviews, the later one newer."""
    for name in ("20260101-100000-old", "20260102-100000-new"):
        judged_review(tmp_path / ".ftui" / "reviews" / name, 3, prompts=4).close()
    (tmp_path / "ftui.toml").write_text("[review.success]\nacceptance = 0.99\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_newest_review_is_reported_where_none_is_named(project: Path) -> None:
    done = ftui("review", "report")
    assert done.code == 0
    assert done.out.startswith("Review 20260102-100000-new\n")
    assert "Base against tuned" in done.out
    assert "acceptance" in done.out
    assert done.err == ""
    named = ftui("review", "report", project / ".ftui/reviews/20260101-100000-old")
    assert named.out.startswith("Review 20260101-100000-old\n")


def test_the_folder_of_a_project_stands_for_its_newest_review(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    monkeypatch.chdir(elsewhere)
    told = ftui("review", "report", project, "--format", "json").report
    assert told["review"] == "20260102-100000-new"
    assert [each["measure"] for each in told["success"]] == ["acceptance"]


def test_an_export_of_nothing_says_so(project: Path) -> None:
    judged_review(project / "none", 3, prompts=0).close()
    done = ftui("review", "export", "none", "--format", "votes")
    assert (done.code, done.out) == (0, "")
    assert "no votes in none yet" in done.err


def test_the_settings_of_a_review_are_those_of_its_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project / ".ftui/reviews/20260101-100000-old"
    elsewhere = project.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    monkeypatch.chdir(elsewhere)
    told = ftui("review", "report", folder, "--format", "json").report
    assert [each["measure"] for each in told["success"]] == ["acceptance"]


@pytest.mark.parametrize("form", REPORTS)
def test_a_report_is_printed_or_written_the_same(project: Path, form: str) -> None:
    printed = ftui("review", "report", "--format", form)
    written = ftui("review", "report", "--format", form, "--output", "page.out")
    assert printed.code == written.code == 0
    assert written.out == ""
    assert "page.out" in written.err
    assert Path("page.out").read_text() == printed.out
    assert [each.name for each in project.iterdir() if each.name.startswith("page")] == ["page.out"]
    if form == "json":
        assert printed.report["review"] == "20260102-100000-new"
    if form == "html":
        assert printed.out.startswith("<!doctype html>")


def test_exports_are_in_all_formats(project: Path) -> None:
    assert set(EXPORTS) == set(FORMATS)
    for form in EXPORTS:
        printed = ftui("review", "export", "--format", form)
        written = ftui("review", "export", "--format", form, "--output", "out")
        assert printed.code == written.code == 0
        assert Path("out").read_bytes().decode() == printed.out
        if form == "csv":
            assert len(list(csv.reader(io.StringIO(printed.out, newline="")))) == 4 * 3 * 2 + 1
        else:
            assert all(json.loads(line) for line in printed.out.splitlines())
    assert ftui("review", "export").out == ftui("review", "export", "--format", "jsonl").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("review", "report", "--format", "csv"), "ftui review report has no format csv"),
        (("review", "export", "--format", "html"), "ftui review export has no format html"),
        (("review", "report", "--format", "yaml"), "yaml"),
        (("review", "reprot"), "reprot is no folder"),
        (("review", "report", "nowhere"), "nowhere holds no review"),
        (("review", "report", "a", "b"), "one review at a time"),
        (("review", "--format", "json"), "belong to report and export"),
        (("review", "report", "--reviewer", "anna"), "belongs to judging"),
        (("review", "report", "--output", "no/such/folder/file"), "No such file"),
        (("review",), "needs a terminal"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(project: Path, words: tuple[str, ...], told: str) -> None:
    done = ftui(*words)
    assert done.refused
    assert told in done.err


def test_a_folder_without_reviews_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = ftui("review", "report")
    assert done.refused
    assert "ftui sample" in done.err


def test_a_file_that_is_no_review_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review.sqlite").write_bytes(b"no database" * 100)
    done = ftui("review", "report", tmp_path)
    assert done.refused
    assert "review.sqlite" in done.err


def test_the_classes_of_training_give_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from ftui.review.store import ReviewStore
    from tests.review.reviewed import prompt, sample

    monkeypatch.chdir(tmp_path)
    rows = [{"text": f"review number {i}", "label": "bad" if i % 10 else "good"} for i in range(60)]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "ftui.toml").write_text('[splits]\ntrain = "train.jsonl"\n')
    store = ReviewStore.create(tmp_path / ".ftui/reviews/x")
    for number, label in enumerate(("good", "good", "bad")):
        asked = replace(prompt(number), label=label)
        store.add_prompts([asked])
        store.add_samples([sample(asked, "mine", "good")])
    store.close()
    told = ftui("review", "report", "--format", "json").report
    labels = told["pages"][0]["models"][0]["overall"]["labels"]
    assert (labels["majority"], labels["majority_from"]) == ("bad", "training")
    assert labels["baseline"]["share"] == pytest.approx(1 / 3)
    assert labels["accuracy"]["share"] == pytest.approx(2 / 3)
    assert "always gives one class" in labels["warnings"][0]


def test_a_closed_pipe_ends_an_export_quietly(project: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "ftui", "review", "export"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
