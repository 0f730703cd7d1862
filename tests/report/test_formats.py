"""The report in every format: right structure, and nothing from data that a terminal would obey."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any
from xml.etree import ElementTree

import pytest

from ftui.report.as_json import as_json
from ftui.report.junit import junit
from ftui.report.markdown import markdown
from ftui.report.sarif import sarif
from ftui.text.visible import shortened, visible
from tests.report.sample_report import NASTY, RULES, report


def unsafe(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"]


@pytest.mark.parametrize(
    "character", ["\x1b", "\x07", "\x9b", "\u202e", "\u200b", "\u2028", "\ud800", "\ufeff", "\U000e0041"]
)
def test_each_dangerous_character_is_drawn(character: str) -> None:
    shown = visible(f"a{character}b")
    assert shown.startswith("a")
    assert shown.endswith("b")
    assert len(shown) > 2
    assert not unsafe(shown)


def test_text_without_danger_stays_as_it_is() -> None:
    assert visible("Ünïcode 漢字 🙂 – “quoted”") == "Ünïcode 漢字 🙂 – “quoted”"
    assert visible("two\nlines\tand") == "two↵lines⇥and"


def test_shortened_text_fits_and_says_that_it_is_cut() -> None:
    assert shortened("word", 4) == "word"
    assert shortened("words", 4) == "wor…"
    assert len(shortened("\u200b" * 50, 20)) == 20


def test_json_carries_a_lone_surrogate_as_its_replacement_of_the_same_length() -> None:
    text = as_json(report())
    assert "\ufffd" in text
    message = json.loads(text)["findings"][1]["message"]
    assert len(message) == len(NASTY)


def test_sarif_has_the_structure_that_scanners_read() -> None:
    log = json.loads(sarif(report(), RULES))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert [each["id"] for each in driver["rules"]] == [each.code for each in RULES]
    for each in driver["rules"]:
        assert each["help"]["text"]
        assert each["help"]["markdown"]
        assert each["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]["ftuiKey/v1"].startswith("key-")
        assert not unsafe(result["message"]["text"])
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["invocations"][0]["toolConfigurationNotifications"][0]["associatedRule"] == {"id": "STP002"}


def test_sarif_places_are_relative_encoded_and_have_lines_where_files_have_them() -> None:
    (run,) = json.loads(sarif(report(), RULES))["runs"]
    whole, missing, accepted, conflict = run["results"]
    place = missing["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "data/my%20train.jsonl", "uriBaseId": "ROOT"},
        "region": {"startLine": 4},
    }
    assert "region" not in whole["locations"][0]["physicalLocation"]
    assert "region" not in conflict["relatedLocations"][0]["physicalLocation"]
    assert "suppressions" not in missing
    assert accepted["suppressions"][0]["kind"] == "external"
    assert accepted["suppressions"][0]["justification"] == "meant ␛[1mso"
    assert "safe fix: append `### End`" in missing["message"]["text"]


def junit_tree(fail_on: str) -> Any:
    return ElementTree.fromstring(junit(report(), RULES, fail_on))  # noqa: S314 - our own


def test_junit_has_a_suite_a_file_and_a_case_a_rule() -> None:
    tree = junit_tree("error")
    assert [suite.get("name") for suite in tree] == ["data/my train.jsonl", "data/test.parquet", "project"]
    for suite in tree:
        assert len(suite) == len(RULES) == int(suite.get("tests"))
    assert int(tree.get("failures")) == len(tree.findall(".//failure")) == 1
    assert int(tree.get("skipped")) == len(tree.findall(".//skipped"))


@pytest.mark.parametrize(("fail_on", "failures"), [("never", 0), ("error", 1), ("warning", 2), ("info", 3)])
def test_junit_fails_as_fail_on_says(fail_on: str, failures: int) -> None:
    assert len(junit_tree(fail_on).findall(".//failure")) == failures


def test_junit_does_not_call_a_file_clean_whose_findings_are_not_listed() -> None:
    other = junit_tree("error")[1]
    skipped = {case.get("name").split()[0] for case in other if case.find("skipped") is not None}
    assert skipped == {"STP001", "STP002"}


def test_markdown_keeps_no_meaning_in_text_from_data() -> None:
    page = markdown(report(), RULES)
    assert not unsafe(page)
    assert "<b>" not in re.sub(r"\\.", "", page)
    assert "| ✖ error | STP001 missing-end-marker | 4 | safe |" in page
    assert "## Accepted" in page
    assert "STP002: not selected" in page
    for line in page.splitlines():
        if line.startswith("| ✖"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 6


def test_json_is_safe_to_print_and_says_the_same() -> None:
    said = "".join(map(chr, range(0x250))) + "\u200b\u202e\u2066\ufeff ü 漢 🙂"
    text = as_json({"message": said})
    assert not unsafe(text)
    assert json.loads(text) == {"message": said}
