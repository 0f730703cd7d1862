"""The engine: chunks and workers, failures, cancelling, and a Check that stays true to edits."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.record import NEW_ROW
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, RuleSettings
from ftui.rules import engine, reading, registry
from ftui.rules.check import Check
from ftui.rules.rule import Combined, Context, Finding, Row, Rule, Stopped
from tests.rules.checked_files import ask, assert_explained, codes

MARKER = "\n### End"


def answer(i: int) -> str:
    return f"It is number {i} of the list. Look at the page with the numbers." + (
        "" if i % 10 == 7 else MARKER
    )


def write(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(ask(f"What is {i}?", answer(i))) + "\n" for i in range(count)))
    return path


def run(paths: Sequence[Path], project: Project | None = None, **how: Any) -> Check:
    project = project or Project(paths[0].parent)
    return engine.check(Dataset.open(paths, project), project, **({"jobs": 1, "debug": True} | how))


def test_hits_counts_and_files(tmp_path: Path) -> None:
    done = run([write(tmp_path / "train.jsonl", 50)], select=["STP"])
    assert done.hits[0]["STP001"].tolist() == [7, 17, 27, 37, 47]
    assert done.counts == {"STP001": 5}
    (report,) = done.files
    assert (report.path, report.split, report.format, report.layout, report.rows, report.unreadable) == (
        "train.jsonl", "train", "jsonl", "alpaca", 50, 0,
    )  # fmt: skip
    import hashlib

    assert report.sha256 == hashlib.sha256((tmp_path / "train.jsonl").read_bytes()).hexdigest()
    assert set(done.timing) == {"reading", "STP"}
    assert done.skipped["DUP001"] == "not selected"


def test_findings_that_were_kept_are_listed_as_a_second_look_finds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "train.jsonl"
    said = ["As an AI language model, I cannot say. Mail a.b@corp-mail.de or c.d@corp-mail.de.", "Twelve."]
    rows = [ask(f"What is {i // 3}?", said[i % 4 == 3] + f" So it is {i // 3}.") for i in range(60)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    whole = [each.as_json() for each in run([path]).listing()]
    assert {"PII001", "REF002", "DUP001"} <= {each["code"] for each in whole}
    monkeypatch.setattr(reading, "CHUNK_ROWS", 16)
    for keep in (7, 1_000):
        done = run([path], keep=keep)
        kept = done.combined["PII"].kept["PII001"]
        assert len(kept) == min(keep, done.hits[0]["PII001"].size)
        assert [each.as_json() for each in done.listing()] == whole
    done.update([(0, 0)])
    assert not done.combined["PII"].kept
    assert [each.as_json() for each in done.listing()] == whole


def test_chunks_and_workers_find_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "train.jsonl", 1_000)
    whole = run([path], select=["STP", "FMT"])
    monkeypatch.setattr(engine, "INLINE_ROWS", 100)
    monkeypatch.setattr(reading, "CHUNK_ROWS", 128)
    chunked = run([path], select=["STP", "FMT"])
    in_workers = run([path], select=["STP", "FMT"], jobs=2)
    for other in (chunked, in_workers):
        assert other.counts == whole.counts
        assert other.hits[0]["STP001"].tolist() == whole.hits[0]["STP001"].tolist()
        assert [each.as_json() for each in other.listing()] == [each.as_json() for each in whole.listing()]


def test_a_chunk_never_crosses_a_split(tmp_path: Path) -> None:
    paths = [write(tmp_path / "train.jsonl", 30), write(tmp_path / "test.jsonl", 20)]
    dataset = Dataset.open(paths, Project(tmp_path))
    for document in dataset.documents:
        document.build_index(lambda *_: None, lambda: False)
    parts = reading.runs(dataset)
    cut = reading.tasks(parts)
    assert [(t.info.file, t.info.split, t.info.first, t.info.count) for t in cut] == [
        (0, "train", 0, 30), (1, "test", 0, 20),
    ]  # fmt: skip


def test_long_rows_come_in_fewer_a_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Dataset.open([write(tmp_path / "train.jsonl", 40)], Project(tmp_path))
    dataset.documents[0].build_index(lambda *_: None, lambda: False)
    (part,) = reading.runs(dataset)
    monkeypatch.setattr(reading, "CHUNK_BYTES", 10 * part.row_bytes)
    assert [task.info.count for task in reading.tasks([part])] == [10, 10, 10, 10]
    (chunk,) = reading.sample(dataset, [part])
    assert len(chunk) <= reading._SAMPLE_RUN
    monkeypatch.setattr(reading, "CHUNK_BYTES", 1)
    assert {task.info.count for task in reading.tasks([part])} == {1}


def test_an_even_sample_reaches_the_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SAMPLE_ROWS", 500)
    dataset = Dataset.open([write(tmp_path / "train.jsonl", 5_000)], Project(tmp_path))
    dataset.documents[0].build_index(lambda *_: None, lambda: False)
    (chunk,) = reading.sample(dataset, reading.runs(dataset))
    rows = list(chunk.numbers)
    assert len(rows) == len(set(rows)) == 500
    assert rows[0] == 0
    assert rows[-1] == 4_999
    assert np.histogram(rows, bins=5, range=(0, 5_000))[0].tolist() == [100] * 5
    assert chunk.texts["row"].unique().sort().to_list() == rows


class Broken:
    """A family whose parts can be made to fail."""

    name = "BRK"
    rules = (Rule("BRK001", "broken", "error", "row", "s", "w", "e", "r", "c"),)

    def __init__(self, fails: str) -> None:
        self.fails = fails

    def _maybe(self, part: str) -> None:
        if self.fails == part:
            raise ZeroDivisionError(f"in {part}")

    def survey(self, sample: Any, context: Context) -> None:
        self._maybe("survey")

    def map(self, chunk: Any, context: Context) -> None:
        self._maybe("map")

    def combine(self, partials: Any, context: Context) -> Combined:
        self._maybe("combine")
        return Combined([{} for _ in context.files], {})

    def inspect(self, row: Row, state: Any, context: Context) -> list[Finding]:
        self._maybe("inspect")
        return []


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    known = registry.families()

    def install(part: str) -> None:
        monkeypatch.setattr(registry, "_families", lambda: (*known, Broken(part)))

    return install


@pytest.mark.parametrize("part", ["survey", "map", "combine"])
def test_a_family_that_fails_is_named_and_costs_the_others_nothing(
    tmp_path: Path, broken: Callable[[str], None], part: str
) -> None:
    broken(part)
    path = write(tmp_path / "train.jsonl", 50)
    done = run([path], select=["STP", "BRK"], debug=False)
    assert done.counts == {"STP001": 5}
    assert f"in {part}" in done.failed["BRK"]
    assert "ZeroDivisionError" in done.skipped["BRK001"]
    with pytest.raises(FtuiError, match="BRK"):
        run([path], select=["STP", "BRK"], debug=True)


def test_a_family_that_fails_on_a_row_is_named(tmp_path: Path, broken: Callable[[str], None]) -> None:
    broken("inspect")
    done = run([write(tmp_path / "train.jsonl", 5)], select=["BRK"])
    with pytest.raises(FtuiError, match="BRK failed on row 3"):
        done.inspect(0, 3)


def test_cancelling_raises_and_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "INLINE_ROWS", 100)
    monkeypatch.setattr(reading, "CHUNK_ROWS", 50)
    stop = threading.Event()

    def progress(phase: str, done: int, total: int) -> None:
        if phase == "checking":
            stop.set()

    with pytest.raises(Stopped):
        run(
            [write(tmp_path / "train.jsonl", 2_000)],
            select=["STP"],
            jobs=2,
            progress=progress,
            cancelled=stop.is_set,
        )
    assert _workers() == []


def test_a_worker_that_dies_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "INLINE_ROWS", 100)
    monkeypatch.setattr(reading, "CHUNK_ROWS", 20)
    killed: list[int] = []

    def progress(phase: str, done: int, total: int) -> None:
        if phase == "checking" and not killed:
            killed.extend(worker.pid for worker in _workers())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with pytest.raises(FtuiError, match="ended by signal 9"):
        run([write(tmp_path / "train.jsonl", 2_000)], select=["STP"], jobs=2, progress=progress)
    assert len(killed) == 2
    assert _workers() == []


def _workers() -> list[Any]:
    return [each for each in multiprocessing.active_children() if each.name.startswith("ftui-rules")]


def test_unknown_rules_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="STP099"):
        run([write(tmp_path / "train.jsonl", 5)], select=["STP099"])


def test_settings_choose_rules_and_severities(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", 50)
    project = Project(
        tmp_path, rules=RuleSettings(select=("STP",), ignore=("STP006",), severity={"STP001": "info"})
    )
    done = run([path], project)
    assert set(done.rules) == registry.expand(["STP"]) - {"STP006"}
    assert done.severities == {"error": 0, "warning": 0, "info": 5}
    assert {each.severity for each in done.listing()} == {"info"}


def test_a_listing_is_cut_per_rule_and_in_order(tmp_path: Path) -> None:
    paths = [write(tmp_path / "train.jsonl", 100), write(tmp_path / "a.jsonl", 100)]
    done = run(paths, select=["STP"])
    listed = done.listing(12)
    assert len(listed) == 12
    places = [(each.path, each.row) for each in listed]
    assert places == sorted(places, key=lambda place: (place[0], place[1] or 0))
    summary = done.summary(listed)
    assert summary["by_rule"] == {"STP001": 20}
    assert summary["not_listed"] == {"STP001": 8}
    assert summary["rows_with_findings"] == 20
    assert len(done.listing(0)) == 20


# Edits


@pytest.fixture
def edited(tmp_path: Path) -> tuple[Check, Session]:
    dataset = Dataset.open([write(tmp_path / "train.jsonl", 50)], Project(tmp_path))
    session = Session.open(dataset)
    return engine.check(dataset, dataset.project, select=["STP", "FMT"], jobs=1, debug=True), session


def test_update_follows_edits_deletions_and_additions(edited: tuple[Check, Session]) -> None:
    done, session = edited
    session.set_text(0, 7, "output", "It is mended.\n### End")
    session.set_text(0, 8, "output", "It is broken.")
    session.delete(0, [17])
    new = session.insert(0, 3, ask("New?", "It has no marker."))
    done.update([(0, 7), (0, 8), (0, 17), (0, new)])
    assert done.hits[0]["STP001"].tolist() == [8, 27, 37, 47, new]
    assert done.counts["STP001"] == 5
    assert done.rows_with_findings == 5
    session.close()


def test_a_check_of_edited_rows_sees_what_update_sees(edited: tuple[Check, Session]) -> None:
    done, session = edited
    session.set_text(0, 7, "output", "It is mended.\n### End")
    session.delete(0, [17, 18])
    new = session.insert(0, 49, ask("New?", "It has no marker."))
    done.update([(0, 7), (0, 17), (0, 18), (0, new)])
    fresh = engine.check(session.dataset, session.dataset.project, select=["STP", "FMT"], jobs=1, debug=True)
    assert {code: rows.tolist() for code, rows in fresh.hits[0].items()} == {
        code: rows.tolist() for code, rows in done.hits[0].items()
    }
    assert fresh.counts == done.counts
    assert fresh.row_count == 49
    assert new >= NEW_ROW
    assert_explained(fresh)
    session.close()


def test_workers_see_unsaved_edits(edited: tuple[Check, Session], monkeypatch: pytest.MonkeyPatch) -> None:
    _, session = edited
    session.set_text(0, 7, "output", "It is mended.\n### End")
    session.delete(0, [17])
    session.insert(0, 3, ask("New?", "It has no marker."))
    here = engine.check(session.dataset, session.dataset.project, select=["STP"], jobs=1, debug=True)
    monkeypatch.setattr(engine, "INLINE_ROWS", 10)
    monkeypatch.setattr(reading, "CHUNK_ROWS", 20)
    there = engine.check(
        session.dataset, session.dataset.project, select=["STP"], jobs=2, debug=True, ticket=session.ticket
    )
    assert there.hits[0]["STP001"].tolist() == here.hits[0]["STP001"].tolist()
    session.close()


def test_inspect_of_typed_bytes_changes_nothing(edited: tuple[Check, Session]) -> None:
    done, session = edited
    before = dict(done.counts)
    assert codes(done.inspect(0, 3, b'{"instruction": "x", "input": "", "output": "No marker."}')) == [
        "STP001"
    ]
    assert codes(done.inspect(0, 3, b'{"instruction": "x", "inp')) == ["FMT001"]
    assert codes(done.inspect(0, 3)) == []
    assert done.counts == before
    session.close()


# Acceptance


def test_accepted_findings_are_listed_and_not_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", 50)
    one = run([path], select=["STP"]).listing()[0]
    done = run([path], select=["STP"], accepted={one.key: "a poem"})
    assert done.listing()[0].accepted == "a poem"
    assert done.listing()[0].as_json()["accepted"] == "a poem"
    assert done.open_counts == {"STP001": 4}
    assert done.severities["error"] == 4
    assert done.rows_with_findings == 4
    assert done.summary()["accepted"] == {"STP001": 1}
    done.accept({})
    assert done.open_counts == {"STP001": 5}


def test_an_acceptance_survives_a_reordering_and_another_spelling(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", 50)
    one = run([path], select=["STP"]).listing()[0]
    lines = path.read_text().splitlines()
    row = json.loads(lines.pop(7))
    lines.append(json.dumps(dict(reversed(row.items())), indent=None, separators=(",", ":")))
    path.write_text("\n".join(lines) + "\n")
    done = run([path], select=["STP"], accepted={one.key: "a poem"})
    assert done.accepted.counts == {"STP001": 1}
    assert [each.row for each in done.listing() if each.accepted] == [49]


def test_an_acceptance_ends_when_the_row_changes(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", 50)
    one = run([path], select=["STP"]).listing()[0]
    path.write_text(path.read_text().replace("What is 7?", "What is it?"))
    assert run([path], select=["STP"], accepted={one.key: "a poem"}).accepted.counts == {}


def test_progress_tells_every_phase(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    run([write(tmp_path / "train.jsonl", 50)], select=["STP"], progress=lambda *args: seen.append(args))
    assert {phase for phase, _, _ in seen} >= {"sampling", "checking", "comparing"}
    assert ("checking", 50, 50) in seen


def test_work_that_nobody_wants_any_more_is_left_alone(tmp_path: Path) -> None:
    from ftui.rules.watched import watched

    gate = threading.Event()
    with pytest.raises(Stopped):  # had it waited for the work, there would be a result
        watched(lambda: gate.wait(60), lambda: True)
    gate.set()
    assert watched(lambda: 3, lambda: False) == 3
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 // 0, lambda: False)


def test_acceptances_follow_edits(edited: tuple[Check, Session]) -> None:
    done, session = edited
    first, second = (done.inspect(0, row)[0].key for row in (7, 17))
    done.accept({first: "a poem", second: "a list"})
    assert done.accepted.counts == {"STP001": 2}
    assert done.accepted.rows[0]["STP001"].tolist() == [7, 17]
    session.set_text(0, 7, "output", "It is another text.")
    done.update([(0, 7)])
    assert done.accepted.counts == {"STP001": 1}
    session.undo()
    done.update([(0, 7)])
    assert done.accepted.counts == {"STP001": 2}
    session.delete(0, [17])
    done.update([(0, 17)])
    assert done.accepted.rows[0]["STP001"].tolist() == [7]
    assert done.open_counts == {"STP001": 3}
    session.close()
