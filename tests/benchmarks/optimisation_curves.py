"""How often the rules of optimisation are right on simulated runs: seeded, by kind of run and noise of its loss.

    python -m tests.benchmarks.optimisation_curves             300 runs of 1,000 logs a kind, at 5, 10 and 20 % noise
    python -m tests.benchmarks.optimisation_curves --logs 60   short runs
    python -m tests.benchmarks.optimisation_curves --live      judged at 20 places while they grow

`found` is the share of runs with a verdict that is expected; `false` that of runs with a warning or a critical verdict
that is not; `after` the median number of logs from the fault to the step from which the verdict speaks.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.optimisation.rules import OPTIMISATION_RULES
from ftui.training.diagnosis.thresholds import resolved
from ftui.training.diagnosis.verdict import Verdict
from ftui.training.metrics import GRAD_NORM, LEARNING_RATE, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run

Values = NDArray[np.float64]
EVERY = 10
"""Steps between two logs."""
NOISES = (0.05, 0.1, 0.2)
_LIMITS = resolved(OPTIMISATION_RULES, {})


@dataclass(frozen=True, slots=True)
class Kind:
    """A way in which runs go."""

    name: str
    shape: Callable[[Values, int], Values]
    """The loss without noise, from the log numbers and the log of the fault."""
    expected: frozenset[str] = frozenset()
    """Any of these verdicts finds the fault."""
    beside: frozenset[str] = frozenset()
    """Warnings that may stand beside it: the same fault in other words."""
    tails: bool = False
    """Noise with heavy tails (Student's t with 4 degrees of freedom), as that of small batches."""
    zero_rate: bool = False
    back: int = 0
    """Logs by which the run goes back at the fault: it is resumed from a checkpoint."""


def _falling(t: Values) -> Values:
    return 1.0 + 1.6 * np.exp(-t / (0.12 * len(t)))


def _slow(t: Values, k: int) -> Values:
    rise = np.where(t > k, np.exp((t - k) / (0.05 * len(t))), 1.0)
    return np.minimum(_falling(t) * rise, 12.0)


def _sudden(t: Values, k: int) -> Values:
    falling = _falling(t)
    return np.where(t > k, 3.0 * falling[k], falling)


def _hot(t: Values, k: int) -> Values:
    early = max(3.0, 0.05 * len(t))
    return np.where(t < early, 2.6 + 3.0 * t / early, 5.6)


def _spiked(t: Values, k: int) -> Values:
    width = max(2, min(8, len(t) // 100))
    return _falling(t) + np.where((t >= k) & (t < k + width), 2.5, 0.0)


def _lost(t: Values, k: int) -> Values:
    return np.where(t >= k, np.nan, _falling(t))


_JUMPS = frozenset(("lr-too-high", "spike", "no-warmup"))
KINDS = (
    Kind("healthy", lambda t, k: _falling(t)),
    Kind("healthy, level from the start", lambda t, k: 1.2 - 0.04 * t / len(t)),
    Kind("healthy, steep", lambda t, k: 1.5 + 10 * np.exp(-t / (0.02 * len(t)))),
    Kind("healthy, heavy tails", lambda t, k: _falling(t), tails=True),
    Kind("healthy, resumed", lambda t, k: _falling(t), back=20),
    Kind("healthy, a step rewound", lambda t, k: _falling(t), back=3),
    Kind("diverges slowly", _slow, frozenset(("diverging",)), _JUMPS),
    Kind("diverges suddenly", _sudden, frozenset(("diverging",)), _JUMPS),
    Kind("too hot from the start", _hot, frozenset(("lr-too-high", "diverging")), _JUMPS),
    Kind("a short spike", _spiked, frozenset(("spike",))),
    Kind("NaN", _lost, frozenset(("non-finite",))),
    Kind("learning rate 0", lambda t, k: np.full(len(t), 2.6), frozenset(("lr-zero",)), zero_rate=True),
)


def simulated(kind: Kind, seed: int, noise: float, logs: int) -> tuple[list[Record], int]:
    """The records of one run, and the log of its fault."""
    rng = np.random.default_rng([seed, logs, round(1000 * noise), KINDS.index(kind)])
    t = np.arange(logs, dtype=np.float64)
    fault = int(logs * rng.uniform(0.3, 0.7))
    shaken = rng.standard_t(4, logs) / 2**0.5 if kind.tails else rng.normal(0, 1, logs)
    loss = kind.shape(t, fault) * np.exp(noise * shaken)
    warm = 0.05 * logs
    rate = 2e-4 * np.minimum(1, (t + 1) / warm) * 0.5 * (1 + np.cos(np.pi * t / logs))
    norm = np.exp(rng.normal(0, 0.3, logs)) * (1 + 3 * np.exp(-t / warm))
    order = [*range(fault), *range(fault - kind.back, logs)] if kind.back else range(logs)
    records = [
        Record(
            {
                TRAIN_LOSS: float(loss[i]),
                LEARNING_RATE: 0.0 if kind.zero_rate else float(rate[i]),
                GRAD_NORM: float(norm[i]),
            },
            (i + 1) * EVERY,
        )
        for i in order
    ]
    return records, fault


def judged(run: Run) -> Iterator[Verdict]:
    """What the rules of optimisation say."""
    inputs = Inputs(run, thresholds=_LIMITS)
    for rule in OPTIMISATION_RULES:
        yield from (each for each in rule.judge(inputs) if isinstance(each, Verdict))


def grown(records: list[Record], logs: int, places: int) -> Iterator[Run]:
    """The run as it is after so many parts of its records; one place is the whole run."""
    run = Run(Path("simulated"))
    run.facts.total_steps = logs * EVERY
    part = max(1, len(records) // places)
    for number, record in enumerate(records, 1):
        run.add(record)
        if number == len(records) or (places > 1 and number % part == 0):
            yield run


@dataclass
class Score:
    """Of the runs of one kind and noise."""

    runs: int = 0
    found: int = 0
    false: int = 0
    after: float = float("nan")


def score(kind: Kind, noise: float, logs: int, runs: int, places: int = 1) -> Score:
    """Judge so many runs, each at so many places of its growth."""
    result, late = Score(runs), []
    for seed in range(runs):
        records, fault = simulated(kind, seed, noise, logs)
        said = [each for run in grown(records, logs, places) for each in judged(run)]
        right = [each for each in said if each.code in kind.expected]
        result.found += bool(right)
        others = (each for each in said if each.code not in kind.expected | kind.beside)
        result.false += any(each.severity != "info" for each in others)
        since = [each.since_step for each in right if each.since_step is not None]
        late += [min(since) / EVERY - fault] if since else []
    result.after = float(np.median(late)) if late else float("nan")
    return result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--logs", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--live", action="store_true")
    options = parser.parse_args()
    print(f"{options.logs} logs, {options.runs} runs a cell: found / false / after")
    print("| kind | " + " | ".join(f"{100 * noise:g} % noise" for noise in NOISES) + " |")
    print("|---|" + "---|" * len(NOISES))
    for kind in KINDS:
        cells = []
        for noise in NOISES:
            got = score(kind, noise, options.logs, options.runs, 20 if options.live else 1)
            found = f"{100 * got.found / got.runs:.1f} % / " if kind.expected else ""
            after = f" / {got.after:.0f}" if got.after == got.after and "start" not in kind.name else ""
            cells.append(f"{found}{100 * got.false / got.runs:.1f} %{after}")
        print(f"| {kind.name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
