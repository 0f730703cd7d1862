"""Rules of the project's own, and rules of packages."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.jobs.protocol import dump_project, load_project
from ftui.project.errors import FtuiError
from ftui.project.load import read_project
from ftui.rules import engine, registry
from ftui.rules.check import Check
from ftui.rules.cost import costly
from tests.rules.checked_files import ask, assert_explained, codes, found, rows_of, typed
from tests.run_ftui import ftui

TOML = """
[rules]
select = ["ABC", "XYZ"]

[[rules.custom]]
code = "ABC001"
name = "no-todo"
message = "a note to oneself"
field = "answer"
pattern = '(?i)\\btodo\\b'

[[rules.custom]]
code = "XYZ001"
name = "long-and-cheap"
message = "long, and scored low"
severity = "error"
sql = "length(answer) > 20 AND score < 0.5"

[[rules.custom]]
code = "XYZ002"
name = "shouting-prompt"
message = "the prompt shouts"
field = "prompt"
sql = "text = upper(text) AND length(text) > 5"
"""
ROWS = [
    ask("What is this?", "A lamp. TODO: check. And todo once more"),
    ask("WHAT IS THIS", "A lamp, autodone."),
    ask("TODO list please", "Milk, bread and everything else that is needed", score=0.2),
    ask("And now?", "Milk, bread and everything else that is needed", score=0.9),
]


def project_in(folder: Path, toml: str, rows: list[Any]) -> Check:
    (folder / "ftui.toml").write_text(toml)
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = read_project(folder / "ftui.toml")
    data = Dataset.open([folder / "train.jsonl"], project)
    return engine.check(data, project, jobs=1, debug=True)


def test_patterns_and_expressions_find_what_they_say(tmp_path: Path) -> None:
    done = project_in(tmp_path, TOML, ROWS)
    assert_explained(done)
    assert done.counts == {"ABC001": 2, "XYZ001": 1, "XYZ002": 1}
    first, second = (each for each in done.inspect(0, 0) if each.code == "ABC001")
    assert [(each.field, each.start, each.end) for each in (first, second)] == [
        ("output", 8, 12),
        ("output", 25, 29),
    ]
    assert first.message == "a note to oneself: “TODO”"
    assert (found(done, 2, "XYZ001").severity, rows_of(done, "XYZ002")) == ("error", [1])
    assert codes(typed(done, 3, ask("And now?", "todo", score=0.1))) == ["ABC001"]


def test_the_custom_rules_are_timed_one_by_one(tmp_path: Path) -> None:
    done = project_in(tmp_path, TOML, ROWS)
    assert {"ABC", "XYZ", "ABC001", "XYZ001", "XYZ002"} <= set(done.timing)
    assert costly(done) == []
    done.timing["ABC001"] = 4.0
    done.timing["STP"] = 4.0
    assert [name for name, _, _ in costly(done)] == ["ABC001"]


def test_spans_are_characters_whatever_stands_before(tmp_path: Path) -> None:
    done = project_in(tmp_path, TOML, [ask("Was?", "Größe 😀 todo \ue000 todo")])
    spans = [(each.start, each.end) for each in done.inspect(0, 0) if each.code == "ABC001"]
    assert spans == [(8, 12), (15, 19)]


def test_a_column_that_no_row_has_skips_the_rule(tmp_path: Path) -> None:
    done = project_in(tmp_path, TOML, ROWS[:2])
    assert done.skipped["XYZ001"] == "no row has a column 'score'"
    assert "XYZ001" not in done.counts


def test_the_app_gets_the_same_rules(tmp_path: Path) -> None:
    (tmp_path / "ftui.toml").write_text(TOML + '[rules.ignore_in]\n"old/*" = ["STP"]\n')
    project = read_project(tmp_path / "ftui.toml")
    assert load_project(json.loads(json.dumps(dump_project(project)))).rules == project.rules


CASES = [
    ('code = "abc1"\nname = "x"\npattern = "x"', 2, "three capital letters"),
    ('code = "ABC001"\nname = "No Todo"\npattern = "x"', 3, "small letters"),
    ('code = "ABC001"\npattern = "x"', 2, "ABC001 has no name"),
    ('name = "no-todo"\npattern = "x"', 2, "has no code"),
    ('code = "ABC001"\nname = "x"', 2, "one of both"),
    ('code = "ABC001"\nname = "x"\npattern = "(?=x)"', 1, "look-around"),
    ('code = "ABC001"\nname = "x"\npattern = "x*"', 1, "empty text"),
    ('code = "ABC001"\nname = "x"\nsql = "length(answer) >"', 1, "cannot be read"),
    ('code = "ABC001"\nname = "x"\nsql = "length(answer)"', 1, "not true or false"),
    ('code = "ABC001"\nname = "x"\nsql = "max(length(answer)) > 3"', 1, "one thing of all rows"),
    ('code = "ABC001"\nname = "x"\nsql = "nosuchthing(answer)"', 1, "nosuchthing"),
    ('code = "STP901"\nname = "x"\npattern = "x"', 1, "belong to a family"),
    ('code = "ABC001"\nname = "empty-answer"\npattern = "x"', 1, "already"),
    ('code = "ABC001"\nname = "x"\npattern = "x"\nseverity = "bad"', 5, "unknown severity"),
    ('code = "ABC001"\nname = "x"\npattern = "x"\nregex = "y"', 5, "unknown key"),
]


@pytest.mark.parametrize(("text", "line", "said"), CASES)
def test_a_fault_names_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "ftui.toml"
    path.write_text(
        '[[rules.custom]]\ncode = "QQQ001"\nname = "q"\npattern = "q"\n\n[[rules.custom]]\n' + text
    )
    with pytest.raises(FtuiError) as caught:
        registry.families(read_project(path))
    assert f"line {line + 5}" in caught.value.message
    assert said in caught.value.message + caught.value.hint


def test_the_catalogue_of_a_folder_has_its_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ftui.toml").write_text(TOML)
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    monkeypatch.chdir(tmp_path)
    listed = json.loads(ftui("rules", "--select", "ABC,XYZ", "--format", "json").out)
    assert [each["code"] for each in listed] == ["ABC001", "XYZ001", "XYZ002"]
    assert "a note to oneself" in ftui("explain", "no-todo").out
    report = ftui("check", "train.jsonl", "--format", "json").report
    assert report["summary"]["by_rule"] == {"ABC001": 2, "XYZ001": 1, "XYZ002": 1}


class Offered:
    """An entry point as a package declares it."""

    def __init__(self, name: str, held: Any) -> None:
        self.name, self.held = name, held

    def load(self) -> Any:
        if isinstance(self.held, Exception):
            raise self.held
        return self.held


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Offered]]:
    offered: list[Offered] = []
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: offered)
    registry._plugged_in.cache_clear()
    yield offered
    registry._plugged_in.cache_clear()


def test_a_package_offers_a_family_and_a_broken_one_is_named(tmp_path: Path, offer: list[Offered]) -> None:
    stop = next(family for family in registry.families() if family.name == "STP")
    registry._plugged_in.cache_clear()

    class Extra:
        name = "EXT"
        rules = ()
        survey = staticmethod(stop.survey)
        map = staticmethod(stop.map)
        combine = staticmethod(stop.combine)
        inspect = staticmethod(stop.inspect)

    offer += [Offered("good", [Extra()]), Offered("bad", ImportError("no module named x"))]
    offer += [Offered("taken", stop), Offered("none", 3)]
    assert "EXT" in {family.name for family in registry.families()}
    assert registry.packaged() == {"EXT"}
    done = project_in(tmp_path, TOML, ROWS)
    assert "no module named x" in done.skipped["package bad"]
    assert "STP already" in done.skipped["package taken"]
    assert "no family" in done.skipped["package none"]


def test_values_that_json_or_a_column_cannot_hold(tmp_path: Path) -> None:
    """A lone surrogate in a nested value, a number beyond every type: rows like the others, not the end of a rule."""
    toml = """
[[rules.custom]]
code = "ABC001"
name = "quoted-meta"
message = "meta names q"
sql = "meta LIKE '%\\"q\\"%'"

[[rules.custom]]
code = "ABC002"
name = "high"
message = "a high number"
sql = "number > 100"
"""
    rows = [
        ask(f"question {n}", f"answer {n}", meta={"is": "q" if n == 3 else "p"}, number=n) for n in range(9)
    ]
    rows.append(ask("question a", "answer a", meta={"is": "\ud800", "of": ["q"]}, number=10**400))
    done = project_in(tmp_path, toml, rows)
    assert not {"ABC001", "ABC002"} & done.skipped.keys()
    assert (done.counts["ABC001"], done.counts["ABC002"]) == (2, 1)
