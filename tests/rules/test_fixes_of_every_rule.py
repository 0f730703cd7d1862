"""Every fix of the catalogue: safe ones change only what their page names, and none leaves work for a second run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.field_path import get
from ftui.project.load import load_project
from ftui.rules import engine, fixes, project_fixes, registry
from ftui.rules.check import Check
from ftui.rules.findings import Located
from tests.benchmarks import planted
from tests.benchmarks.planted import PlantedFile
from tests.rules import fix_promises, fixable_faults, whole_catalogue
from tests.rules.checked_files import mended_text

FIXABLE = [rule.code for rule in registry.rules() if rule.fix]
ROUNDS = 6


@dataclass
class Desk:
    """A project with faults, fixed in memory and in its own files."""

    folder: Path
    dataset: Dataset

    @classmethod
    def open(cls, folder: Path) -> Desk:
        return cls(folder, Dataset.open([], load_project(folder)))

    def check(self, *codes: str) -> Check:
        return engine.check(self.dataset, load_project(self.folder), select=codes, jobs=1, debug=True)

    def fix(self, code: str, unsafe: bool) -> int:
        """Fix a rule's findings until nothing changes; the number of changes."""
        done = 0
        for _ in range(ROUNDS):
            check = self.check(code)
            plan = fixes.plan(check, [code], unsafe=unsafe)
            files = project_fixes.plan(check, [code], unsafe=unsafe)
            check.close()
            for change in plan.changes:
                (document,) = [d for d in self.dataset.documents if str(d.path) == change.path]
                document.overlay.push(change)
            project_fixes.write(files.edits, self.folder)
            if not plan.changes and not files.edits:
                return done
            done += len(plan.changes) + len(files.edits)
        raise AssertionError(f"{code}: {ROUNDS} rounds of fixing, and still something to fix")


@pytest.fixture(params=FIXABLE)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(tmp_path: Path, code: str) -> Iterator[Desk]:
    whole_catalogue.write(tmp_path)
    settings = (
        (tmp_path / "ftui.toml").read_text().replace('"chats.jsonl"]', '"chats.jsonl", "shares.jsonl"]')
    )
    (tmp_path / "ftui.toml").write_text(settings)
    whole_catalogue.write_rows(tmp_path / "shares.jsonl", fixable_faults.shares())
    if code in fixable_faults.PROJECT:
        name, old, new = fixable_faults.PROJECT[code]
        text = (tmp_path / name).read_text()
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new))
    for file, line in fixable_faults.faulty(code):
        with (tmp_path / file).open("a") as stream:
            stream.write(line + "\n")
    opened = Desk.open(tmp_path)
    yield opened
    opened.dataset.close()


def test_fixes_keep_their_promise(desk: Desk, code: str) -> None:
    check = desk.check(code)
    fixable = [each for each in findings(check, code) if each.fix is not None]
    check.close()
    assert len(fixable) >= (1 if code in ("STP007", "TPL003") else 3), "the faults are no longer found"
    assert_promised(desk, code)
    desk.fix(code, unsafe=True)
    assert desk.fix(code, unsafe=True) == 0


@pytest.mark.parametrize("code", sorted({*fix_promises.NORMALISED, "ART003", "STP002"} & {*planted.codes()}))
def test_planted_faults_are_mended_as_promised(tmp_path: Path, code: str) -> None:
    """The half of the plants on which rules are tuned, each layout a project."""
    for layout, files in planted.files(code, published=False):
        if not any(plant and plant.fault for each in files for plant in each.plants):
            continue
        folder = tmp_path / layout
        folder.mkdir()
        assert_promised(_planted(folder, layout, code, files), code)


def _planted(folder: Path, layout: str, code: str, files: list[PlantedFile]) -> Desk:
    """The faults alone, without clean rows and near misses."""
    splits = []
    for each in files:
        kept = [line for line, plant in zip(each.lines, each.plants, strict=True) if plant and plant.fault]
        (folder / f"{each.split}.jsonl").write_text("".join(line + "\n" for line in kept))
        splits.append(f'{each.split} = "{each.split}.jsonl"\n')
    marker = planted.MARKER if layout in planted.MARKED else ""
    said = planted.settings(code)
    stop = "" if "[stop]" in said else f'[stop]\nend_marker = "{marker}"\n'
    data = "" if "[data]" in said else f'[data]\nlayout = "{layout}"\n'
    (folder / "ftui.toml").write_text(f"[splits]\n{''.join(splits)}{stop}{data}{said}")
    return Desk.open(folder)


def assert_promised(desk: Desk, code: str) -> None:
    """Fix safely: only what the page names changes, nothing new is found, nothing is left to fix."""
    before = desk.check()
    for finding in findings(before, code):
        if finding.fix is not None and finding.fix.safety == "safe":
            assert_equal_but_for_what_the_page_names(desk, finding)
    desk.fix(code, unsafe=False)
    after = desk.check()
    assert_nothing_new(before, after)
    left = [each.message for each in findings(after, code) if each.fix and each.fix.safety == "safe"]
    assert left == []
    before.close()
    after.close()
    assert desk.fix(code, unsafe=False) == 0


def findings(check: Check, code: str) -> list[Located]:
    """The findings of one rule, those about the project among them."""
    found = [each for each in check.whole if each.code == code]
    for file, hits in enumerate(check.hits):
        for row in hits.get(code, ()):
            found += [each for each in check.inspect(file, int(row)) if each.code == code]
    return found


def assert_nothing_new(before: Check, after: Check) -> None:
    """No rule hits a row that it did not hit before, or has more findings."""
    for old, new in zip(before.hits, after.hits, strict=True):
        for code, rows in new.items():
            fresh = set(rows.tolist()) - set(old.get(code, np.array([])).tolist())
            assert not fresh, (code, fresh, [before.dataset.documents[0].raw(row) for row in fresh])
    assert {code: n for code, n in after.counts.items() if n > before.counts.get(code, 0)} == {}


def assert_equal_but_for_what_the_page_names(desk: Desk, finding: Located) -> None:
    """Apply the one fix, and compare under the normalisation of the rule."""
    fix = finding.fix
    assert fix is not None
    if fix.kind == "project":
        for file in fix.files:
            fix_promises.one_line_more(file.before or "", file.after)
        return
    (document,) = [d for d in desk.dataset.documents if d.display_path == finding.path]
    assert finding.row is not None
    value = document.parsed(finding.row).value
    if fix.kind == "remove":
        kept = [document_of(desk, each.path).parsed(each.row).value for each in finding.related]
        assert fix_promises.but_for_numbers(value) in map(fix_promises.but_for_numbers, kept)
        return
    assert fix.edits
    for name in sorted({edit.field for edit in fix.edits}):
        old = get(value, name)
        edits = [edit for edit in fix.edits if edit.field == name]
        assert fix_promises.holds(finding.code, old, mended_text(old, edits), edits), (old, edits)


def document_of(desk: Desk, path: str) -> Any:
    """The file with a path as findings say it."""
    (document,) = [d for d in desk.dataset.documents if d.display_path == path]
    return document
