"""The pages under docs/ say what the code says: rules, settings and keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from docs import make_keys, make_rules
from ftui.project.load import read_project
from ftui.project.toml_table import TomlTable
from ftui.review.flags.catalogue import CODES
from ftui.rules import registry
from ftui.tui.key_names import textual_name
from ftui.tui.keymap import KEYS, clashes, read_keymap

CONFIGURATION = make_keys.PAGE.read_text()
STALE = "the page is out of date: run `make pages`"


def example(marker: str, page: str = CONFIGURATION) -> str:
    """The first TOML block of a page with this text in it."""
    blocks: list[str] = re.findall(r"```toml\n(.*?)```", page, re.S)
    return next(block for block in blocks if marker in block)


def without_figures(page: str) -> str:
    """A page of rules without recall and precision, which each measurement writes anew."""
    return re.sub(r"\| [^|]* \| [^|]* \|$", "", page, flags=re.M)


def test_the_page_of_rules_is_the_catalogue() -> None:
    written, made = make_rules.PAGE.read_text(), make_rules.page()
    assert without_figures(written) == without_figures(made), STALE
    for rule in registry.rules():
        assert f"| {rule.code} {rule.name} |" in written


def test_every_family_has_a_title_and_every_remark_a_reason() -> None:
    rules = registry.rules()
    assert {rule.family for rule in rules} == set(make_rules.FAMILIES)
    assert set(make_rules.REASONS) <= {rule.code for rule in rules}
    for rule in rules:
        if rule.severity == "info" or not rule.default:
            assert len(make_rules.reason(rule)) > 20


def test_figures_are_shown_with_their_interval() -> None:
    held = {"recall": 0.971, "precision": 0.944, "faults": 35, "near_misses": 35}
    assert make_rules.shares(held) == ("0.97 [0.85, 0.99] of 35", "0.94 [0.82, 0.98] of 36")
    nothing = {"recall": 0.0, "precision": 1.0, "faults": 35, "near_misses": 35}
    assert make_rules.shares(nothing) == ("0.00 [0.00, 0.10] of 35", "none found")
    assert make_rules.shares(None) == ("not measured", "not measured")


def test_a_cell_keeps_its_column_and_its_signs() -> None:
    assert make_rules._text("a | `b|c` <br> &amp; ```") == r"a \| `b\|c` \<br\> \&amp; \`\`\`"


def test_the_example_of_ftui_toml_holds_every_key_that_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[tuple[str, ...], set[str]] = {}
    held: dict[tuple[str, ...], set[str]] = {}
    finish = TomlTable.finish

    def noting(table: TomlTable, names: Iterable[str]) -> None:
        names = list(names)
        place = tuple(part for part in table._path if not part.isdigit())
        known.setdefault(place, set()).update(names)
        held.setdefault(place, set()).update(table.keys())
        finish(table, names)

    monkeypatch.setattr(TomlTable, "finish", noting)
    for named in ("data/train-1.jsonl", "bench/mmlu.jsonl"):
        (tmp_path / named).parent.mkdir()
        (tmp_path / named).write_text("{}\n")
    config = tmp_path / "ftui.toml"
    config.write_text(example("[project]"))
    project = read_project(config)
    registry.check_settings(project)
    assert {place for place in known if place[:1] == ("rules",)} == {("rules",), ("rules", "custom")}
    assert known == held
    assert len(known) >= 13
    assert len(project.rules.custom) == 2


def test_the_settings_of_the_readme_can_be_read(tmp_path: Path) -> None:
    readme = (make_keys.PAGE.parent.parent / "README.md").read_text()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train-1.jsonl").write_text("{}\n")
    for marker in ("[splits]", "[[rules.custom]]"):
        config = tmp_path / "ftui.toml"
        config.write_text(example(marker, readme))
        registry.check_settings(read_project(config))
    assert f"{len(registry.rules())} rules in {len(make_rules.FAMILIES)} families" in readme
    for family in make_rules.FAMILIES:
        assert f"| {family} " in readme


def test_the_keys_are_those_of_the_app() -> None:
    assert make_keys.page(CONFIGURATION) == CONFIGURATION, STALE
    for key in KEYS:
        assert f"| `{key.id}` |" in CONFIGURATION
        assert [textual_name(make_keys.written(name)) for name in key.keys.split(",")] == key.keys.split(",")


def test_the_example_of_keymap_toml_is_taken(tmp_path: Path) -> None:
    text = example("fix = ")
    (tmp_path / "keymap.toml").write_text(text)
    keymap, warnings = read_keymap(tmp_path / "keymap.toml")
    assert set(keymap) == set(tomllib.loads(text))
    assert warnings == clashes(keymap) == []


def test_the_page_on_sampling_names_every_flag() -> None:
    page = (make_keys.PAGE.parent / "sampling.md").read_text()
    assert re.findall(r"^\| `([a-z-]+)` \| (?=[a-z])", page.partition("## Flags")[2], re.M) == [*CODES]


def test_pages_that_the_readme_links_are_there() -> None:
    root = make_keys.PAGE.parent
    readme = (root.parent / "README.md").read_text()
    linked = set(re.findall(r"\]\((?:docs/)?([\w-]+\.md)\)", readme))
    assert {"a-real-review.md", "judging.md"} <= linked
    assert all((root / page).is_file() for page in re.findall(r"\]\(docs/([\w-]+\.md)\)", readme))


def test_votes_that_a_script_sent_are_not_called_blind() -> None:
    page = (make_keys.PAGE.parent / "a-real-review.md").read_text()
    assert "not a blind review" in page
    assert "sent by a script" in page
