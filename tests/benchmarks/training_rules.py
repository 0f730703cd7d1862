"""Simulated training curves, seeded: how often the rules give a false alarm, and how often and when they find a fault.

`python -m tests.benchmarks.training_rules [--runs 200] [--out table.json]` diagnoses each run after every evaluation,
as somebody who watches it would: by the rules of generalisation each time, by all rules each eighth time and at the
end (`optimisation_curves` is for the others). Curves are made, not taken from runs: they say what the rules do with
noise of a known size, and the labelled logs (tests/training/diagnosis) say what they do with real runs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.generalisation.rules import GENERALISATION_RULES
from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.thresholds import resolved
from ftui.training.diagnosis.verdict import Verdict
from ftui.training.metrics import EVAL_LOSS, LEARNING_RATE, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run

if TYPE_CHECKING:
    from ftui.training.series import Floats

NOISES = (0.002, 0.005, 0.01)
"""Of the validation loss, as a share. Neighbouring evaluations are independent, but for `alike`."""
TRAIN_NOISE = 0.05
PER_EVALUATION = 10
"""Training points logged between two evaluations."""
EPOCHS = 3.0
EVERYTHING = 8
"""Evaluations after which all rules judge the run, not those of generalisation alone."""
TURN = 0.4
"""The part of the run at which an overfitting one turns."""
_LIMITS = resolved(GENERALISATION_RULES, {})


@dataclass(frozen=True, slots=True)
class Shape:
    """The curves of a run without their noise, by the part of the run that is done (0 to 1)."""

    train: Callable[[Floats], Floats]
    validation: Callable[[Floats], Floats]
    rate: Callable[[Floats], Floats]
    finds: str | None = None
    """The code that is to be found; None for a healthy run."""
    evaluations: int = 40
    alike: float = 0.0
    """Correlation of the noise of neighbouring evaluations."""


def _falling(by: float = 0.15) -> Callable[[Floats], Floats]:
    return lambda part: 1.1 + 1.5 * np.exp(-part / by)


def _after_turn(rise: float) -> Callable[[Floats], Floats]:
    return lambda part: rise * np.maximum(part - TURN, 0.0)


def _cosine(part: Floats) -> Floats:
    """Warm-up over the first twentieth, then a cosine to zero."""
    warm = np.minimum(part / 0.05, 1.0)
    return np.asarray(1e-4 * warm * 0.5 * (1 + np.cos(np.pi * part)))


def _restarts(part: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.cos(np.pi * ((part * 4) % 1.0))))


def _shape(base: Callable[[Floats], Floats], rise: float = 0.0, fall: float = 0.05, **more: object) -> Shape:
    climb, memorised = _after_turn(rise), _after_turn(fall * 4 if rise else 0.0)
    return Shape(
        lambda part: base(part) - fall * part - memorised(part),
        lambda part: base(part) + climb(part),
        _cosine,
        "overfitting" if rise else None,
        **more,  # type: ignore[arg-type]
    )


def _warm_restarts() -> Shape:
    """Four cycles of the learning rate; each start lifts both losses by 0.08, as warm restarts do."""
    base = _falling()

    def lifted(part: Floats) -> Floats:
        return base(part) + 0.08 * _restarts(part) * (part > 0.25)

    return Shape(lifted, lifted, lambda part: 1e-4 * _restarts(part) + 1e-6)


HEALTHY: Mapping[str, Shape] = {
    "healthy": _shape(_falling()),
    "healthy, 8 evaluations": _shape(_falling(), evaluations=8),
    "healthy, 100 evaluations": _shape(_falling(), evaluations=100),
    "slow fall": _shape(_falling(0.6)),
    "early plateau": _shape(_falling(0.03)),
    "warm restarts": _warm_restarts(),
    "fall, neighbours alike (0.5)": _shape(_falling(), alike=0.5),
}
OVERFIT: Mapping[str, Shape] = {
    "overfit, +20 %": _shape(_falling(), rise=0.6),
    "overfit, +5 %": _shape(_falling(), rise=0.22),
    "overfit, +20 %, 8 evaluations": _shape(_falling(), rise=0.6, evaluations=8),
}
BEYOND: Mapping[str, Shape] = {
    "level throughout": _shape(_falling(0.001)),
    "level throughout, neighbours alike (0.5)": _shape(_falling(0.001), alike=0.5),
}
"""Hardest of all healthy curves: nothing falls, so every low is a best."""
SHAPES: Mapping[str, Shape] = {**HEALTHY, **OVERFIT, **BEYOND}


def records(shape: Shape, noise: float, random: np.random.Generator) -> Iterator[list[Record]]:
    """One run, the records up to each evaluation together."""
    count = shape.evaluations * PER_EVALUATION
    part = np.arange(1, count + 1) / count
    train = shape.train(part) * np.exp(random.normal(0, TRAIN_NOISE, count))
    at = part[PER_EVALUATION - 1 :: PER_EVALUATION]
    validation = shape.validation(at) * np.exp(noise * _noise(shape, random))
    rate = shape.rate(part)
    for evaluation in range(shape.evaluations):
        held = []
        for index in range(evaluation * PER_EVALUATION, (evaluation + 1) * PER_EVALUATION):
            values = {TRAIN_LOSS: float(train[index]), LEARNING_RATE: float(rate[index])}
            held.append(Record(values, 10 * (index + 1), float(part[index] * EPOCHS)))
        step, epoch = held[-1].step, held[-1].epoch
        yield [*held, Record({EVAL_LOSS: float(validation[evaluation])}, step, epoch)]


def _noise(shape: Shape, random: np.random.Generator) -> Floats:
    noise = random.normal(0, 1, shape.evaluations)
    for index in range(1, len(noise)):
        noise[index] = shape.alike * noise[index - 1] + (1 - shape.alike**2) ** 0.5 * noise[index]
    return noise


@dataclass(slots=True)
class Watched:
    """What was said of one run while it went on."""

    warned: dict[str, int]
    """Code of each warning or critical verdict → evaluation at which it was first given, from 1."""
    at_the_end: set[str]


def watch(shape: Shape, noise: float, random: np.random.Generator) -> Watched:
    """Diagnose one simulated run after each of its evaluations."""
    run = Run(Path("simulated"), "simulated")
    run.facts.total_steps = shape.evaluations * PER_EVALUATION * 10
    run.facts.total_epochs = EPOCHS
    watched = Watched({}, set())
    for evaluation, group in enumerate(records(shape, noise, random), 1):
        for record in group:
            run.add(record)
        whole = evaluation % EVERYTHING == 0 or evaluation == shape.evaluations
        verdicts = diagnose(run).verdicts if whole else _generalisation(run)
        said = {verdict.code for verdict in verdicts if verdict.severity != "info"}
        for code in said - watched.warned.keys():
            watched.warned[code] = evaluation
        watched.at_the_end = said
    return watched


def _generalisation(run: Run) -> list[Verdict]:
    """What the rules of generalisation alone say: those of optimisation have curves of their own."""
    inputs = Inputs(run, thresholds=_LIMITS)
    said = (each for rule in GENERALISATION_RULES for each in rule.judge(inputs))
    return [each for each in said if isinstance(each, Verdict)]


@dataclass(frozen=True, slots=True)
class Cell:
    """Of many runs of one shape at one noise."""

    shape: str
    noise: float
    runs: int
    alarmed: int
    """Runs with the alarm that was to come; of a healthy shape, runs with any warning at any time."""
    wrong: int
    """Runs of a faulty shape with another warning."""
    evaluation: float | None
    """Median evaluation of the alarm."""
    codes: dict[str, int]


def measure(name: str, noise: float, runs: int, seed: int = 5) -> Cell:
    """Simulate and diagnose `runs` runs of a shape."""
    shape = SHAPES[name]
    random = np.random.default_rng([seed, round(noise * 1e4), *name.encode()])
    every = [watch(shape, noise, random) for _ in range(runs)]
    codes: dict[str, int] = {}
    for each in every:
        for code in each.warned:
            codes[code] = codes.get(code, 0) + 1
    if shape.finds is None:
        found = [min(each.warned.values()) for each in every if each.warned]
    else:
        found = [each.warned[shape.finds] for each in every if shape.finds in each.warned]
    wrong = sum(1 for each in every if each.warned.keys() - {shape.finds}) if shape.finds else 0
    return Cell(name, noise, runs, len(found), wrong, median(found) if found else None, codes)


def table(cells: list[Cell]) -> str:
    """The table of the documentation, as Markdown."""
    lines = [
        "| runs | " + " | ".join(f"{100 * noise:g} % noise" for noise in NOISES) + " |",
        "|---" * (len(NOISES) + 1) + "|",
    ]
    for name in SHAPES:
        row = {cell.noise: cell for cell in cells if cell.shape == name}
        if row:
            shown = [_shown(row[noise]) if noise in row else "" for noise in NOISES]
            lines.append(f"| {name} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _shown(cell: Cell) -> str:
    share = f"{100 * cell.alarmed / cell.runs:.1f} %"
    if SHAPES[cell.shape].finds is None or cell.evaluation is None:
        return share
    return f"{share} at evaluation {cell.evaluation:g}"


def main() -> None:
    """Measure every shape at every noise, print the table, and keep the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    cells = []
    for name in SHAPES:
        if given.only not in name:
            continue
        for noise in NOISES:
            cells.append(measure(name, noise, given.runs))
            print(cells[-1], flush=True)
    print(table(cells))
    if given.out:
        kept = [{key: getattr(cell, key) for key in Cell.__slots__} for cell in cells]
        given.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
