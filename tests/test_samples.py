"""The samples against their key: every planted fault is found, and nothing else is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.run_ftui import check, ftui

SAMPLES = Path(__file__).parents[1] / "samples"
KEY: list[dict[str, Any]] = json.loads((SAMPLES / "planted.json").read_text())
Place = tuple[str, str, int]
RIGHT_BESIDES: frozenset[Place] = frozenset()
"""Findings outside the key that were read and are right: none so far."""


def test_every_planted_fault_is_found_and_nothing_else() -> None:
    ran = check(SAMPLES)
    assert (ran.code, ran.err) == (1, "")
    found: dict[Place, list[dict[str, Any]]] = {}
    for finding in ran.report["findings"]:
        place = (finding["code"], Path(finding["path"]).name, finding["row"])
        found.setdefault(place, []).append(finding)
    planted = {(fault["code"], fault["file"], fault["row"]): fault for fault in KEY}
    assert {fault["note"] for place, fault in planted.items() if place not in found} == set()
    expected = {(code, f["file"], f["row"]) for f in KEY for code in (f["code"], *f["also"])}
    besides = {place: found[place][0]["message"] for place in found.keys() - expected}
    assert besides.keys() == RIGHT_BESIDES, besides
    for place, fault in planted.items():
        assert {finding["line"] for finding in found[place]} == {fault["line"]}
        fields = {finding["field"].split(".")[0] for finding in found[place]}
        assert fault["field"] is None or fields & {"", fault["field"].split(".")[0]}, (place, fields)


def test_every_family_is_planted() -> None:
    assert {fault["code"][:3] for fault in KEY} == {"FMT", "STP", "DUP", "LEK", "LBL"}
    assert ftui("rules", "--format", "json").out.count('"code"') >= len({fault["code"] for fault in KEY})


def test_the_generator_gives_the_same_bytes(tmp_path: Path) -> None:
    script = [sys.executable, str(SAMPLES / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(script, check=True, capture_output=True, timeout=60)
    for made in tmp_path.iterdir():
        assert made.read_bytes() == (SAMPLES / made.name).read_bytes(), made.name
    assert {"train.jsonl", "validation.jsonl", "test.jsonl", "planted.json"} <= {
        p.name for p in tmp_path.iterdir()
    }


def test_fixing_the_samples_leaves_what_needs_a_person(tmp_path: Path) -> None:
    copy = shutil.copytree(SAMPLES, tmp_path / "samples", ignore=shutil.ignore_patterns(".ftui"))
    before = check(copy).report["summary"]["by_rule"]
    assert ftui("fix", copy).code == 0
    report = check(copy).report
    after = report["summary"]["by_rule"]
    assert {code: n for code, n in after.items() if n > before.get(code, 0)} == {}
    assert after.keys().isdisjoint({"FMT011", "STP001", "STP002", "STP004"})
    assert [f for f in report["findings"] if f["fix"] and f["fix"]["safety"] == "safe"] == []
