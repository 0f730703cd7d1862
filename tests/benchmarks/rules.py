"""How often each rule is right: recall and precision on the planted set, with Wilson intervals.

    python -m tests.benchmarks.rules                 the published half
    python -m tests.benchmarks.rules --tune          the half that rules are tuned on, with every miss and false alarm
    python -m tests.benchmarks.rules --publish       writes ftui/rules/measured.json from the published half
    python -m tests.benchmarks.rules COD LEN003      only these

A false alarm is a near miss, or a clean row, with a finding of the rule.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ftui.dataset.dataset import Dataset
from ftui.project.load import load_project
from ftui.rules import engine, registry
from ftui.rules.measured import FIGURES
from tests.benchmarks import planted
from tests.benchmarks.planted import Plant, PlantedFile


@dataclass
class Score:
    """What one rule found and what it should have."""

    code: str
    faults: int = 0
    found: int = 0
    near_misses: int = 0
    false_alarms: int = 0
    """Near misses and clean rows with a finding."""
    missed: list[Plant] = field(default_factory=list)
    wrong: list[Plant | None] = field(default_factory=list)
    skipped: str = ""

    @property
    def recall(self) -> float:
        """The share of the faults that were found."""
        return self.found / self.faults if self.faults else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that is a fault."""
        claimed = self.found + self.false_alarms
        return self.found / claimed if claimed else 1.0


def wilson(right: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    share, square = right / total, z * z
    middle = share + square / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return (middle - half) / (1 + square / total), (middle + half) / (1 + square / total)


def measure(code: str, published: bool) -> Score:
    """Run one rule over its plants in every layout."""
    score = Score(code)
    for layout, files in planted.files(code, published):
        with tempfile.TemporaryDirectory() as folder:
            hits = _check(Path(folder), layout, files, code, score)
        _judge(files, hits, score)
    return score


def _check(
    folder: Path, layout: str, files: Sequence[PlantedFile], code: str, score: Score
) -> list[set[int]]:
    """The rows of each file with a finding of the rule."""
    for each in files:
        (folder / f"{each.split}.jsonl").write_text("\n".join(each.lines) + "\n")
    splits = "\n".join(f'{each.split} = "{each.split}.jsonl"' for each in files)
    marker = f'end_marker = "{planted.MARKER}"' if layout in planted.MARKED else 'end_marker = ""'
    said = planted.settings(code)
    stop = "" if "[stop]" in said else f"[stop]\n{marker}\n"
    data = "" if "[data]" in said else f'[data]\nlayout = "{layout}"\n'
    (folder / "ftui.toml").write_text(f"[splits]\n{splits}\n{stop}{data}{said}")
    project = load_project(folder)
    dataset = Dataset.open([], project)
    try:
        check = engine.check(dataset, project, select=[code], jobs=1, debug=True)
        score.skipped = check.skipped.get(code, "")
        by_path = {document.path.name: number for number, document in enumerate(dataset.documents)}
        found = []
        for each in files:
            rows = check.hits[by_path[f"{each.split}.jsonl"]].get(code)
            found.append(set() if rows is None else set(rows.tolist()))
        check.close()
    finally:
        dataset.close()
    return found


def _judge(files: Iterable[PlantedFile], hits: Iterable[set[int]], score: Score) -> None:
    flagged: set[tuple[bool, int]] = set()
    present: dict[tuple[bool, int], Plant] = {}
    for file, rows in zip(files, hits, strict=True):
        for row, plant in enumerate(file.plants):
            if plant is not None:
                present[plant.fault, plant.number] = plant
                if row in rows:
                    flagged.add((plant.fault, plant.number))
            elif row in rows:
                score.false_alarms += 1
                score.wrong.append(None)
    for key, plant in present.items():
        if plant.fault:
            score.faults += 1
            score.found += key in flagged
            if key not in flagged:
                score.missed.append(plant)
        else:
            score.near_misses += 1
            score.false_alarms += key in flagged
            if key in flagged:
                score.wrong.append(plant)


def show(score: Score, details: bool) -> None:
    """One line a rule, and what went wrong."""
    low, high = wilson(score.found, score.faults)
    precise = wilson(score.found, score.found + score.false_alarms)
    print(
        f"{score.code}  recall {score.recall:6.1%} [{low:.2f}, {high:.2f}] of {score.faults:2}"
        f"   precision {score.precision:6.1%} [{precise[0]:.2f}, {precise[1]:.2f}]"
        f"   near misses {score.near_misses:2}, false alarms {score.false_alarms}"
        + (f"   skipped: {score.skipped}" if score.skipped else "")
    )
    for plant in score.missed if details else ():
        print(f"    missed: {plant.why} | {json.dumps(plant.rows, ensure_ascii=False)[:240]}")
    for wrong in score.wrong if details else ():
        told = (
            "a clean row"
            if wrong is None
            else f"{wrong.why} | {json.dumps(wrong.rows, ensure_ascii=False)[:240]}"
        )
        print(f"    false alarm: {told}")


def total(scores: Sequence[Score]) -> None:
    """All error and warning rules together, and which rules stay under 0.95."""
    grave = [s for s in scores if registry.rule(s.code).severity != "info" and registry.rule(s.code).default]
    found, faults = sum(s.found for s in grave), sum(s.faults for s in grave)
    alarms = sum(s.false_alarms for s in grave)
    if faults:
        precise = wilson(found, found + alarms)
        print(
            f"\n{len(grave)} error and warning rules: recall {found / faults:.3f} {_span(wilson(found, faults))},"
        )
        print(f"precision {found / max(found + alarms, 1):.3f} {_span(precise)}")
    low = [s.code for s in grave if s.recall < 0.95 or s.precision < 0.95]
    print("below 0.95:", ", ".join(low) or "none")


def _span(span: tuple[float, float]) -> str:
    return f"[{span[0]:.3f}, {span[1]:.3f}]"


def publish(scores: Sequence[Score]) -> None:
    """Write the figures to where the catalogue reads them."""
    held = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for score in scores:
        if not score.skipped:
            held[score.code] = {
                "recall": round(score.recall, 3),
                "precision": round(score.precision, 3),
                "faults": score.faults,
                "near_misses": score.near_misses,
            }
    lines = ",\n".join(f'  "{code}": {json.dumps(held[code])}' for code in sorted(held))
    FIGURES.write_text(f"{{\n{lines}\n}}\n")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="codes or families; all when none is named")
    parser.add_argument("--tune", action="store_true", help="the half that rules are tuned on")
    parser.add_argument("--details", action="store_true", help="name what was missed and what was wrong")
    parser.add_argument("--publish", action="store_true", help="write measured.json")
    options = parser.parse_args()
    names = [name.upper() for name in options.names]
    wanted = [c for c in planted.codes() if not names or c in names or c[:3] in names]
    scores = []
    for code in wanted:
        scores.append(measure(code, published=not options.tune))
        show(scores[-1], options.tune or options.details)
    total(scores)
    if options.publish and not options.tune:
        publish(scores)


if __name__ == "__main__":
    main()
