"""A log in which nothing comes any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Floats

CODE = "stalled"
_FEWEST = 4
_SAME_POLL = 0.05
"""Seconds within which lines came in together."""
_LONGEST = 1.5
"""Times the longest pause so far: an evaluation or a checkpoint takes a while, and not always the same."""
_DAY = 86_400.0


def _judge(inputs: Inputs) -> Said:
    facts = inputs.run.facts
    if facts.finished or inputs.ended:
        return
    times, now, written = _arrivals(inputs), inputs.now, None
    if now is None or len(times) < _FEWEST:
        times, now, written = _logged(inputs), inputs.context.read_at, inputs.context.written_at
    if now is None or len(times) < _FEWEST:
        few = "the log was read at once and tells no times of today"
        if inputs.now is not None:
            few = f"it takes {_FEWEST} lines that come in while the log is watched"
        yield NotJudged(CODE, few)
        return
    # The clock of the lines may be another's, or the file a copy: what was written just now has not stalled.
    newest = max(float(times[-1]), written or 0.0)
    yield from _verdict(inputs, times, now - newest)


def _verdict(inputs: Inputs, times: Floats, waited: float) -> Said:
    import numpy as np

    gaps = np.diff(times)
    usual = float(np.median(gaps))
    # The first pause is often the compilation of the model or the loading of rows, and tells nothing of later ones.
    longest = float(gaps[1:].max())
    allowed = max(inputs.limit(CODE, "seconds"), inputs.limit(CODE, "intervals") * usual, _LONGEST * longest)
    if waited <= allowed:
        return
    # Tables and event files have no last line: a run that is over looks like one that hangs.
    planned = inputs.run.facts.total_steps is not None or inputs.run.facts.total_epochs is not None
    unknown = "" if planned else ", and the log does not tell whether the run is over"
    yield Verdict(
        CODE,
        "warning",
        f"no line for {_duration(waited)}{unknown}; they came every {_duration(usual)},"
        f" the longest pause was {_duration(longest)}",
        since_step=inputs.run.last_step,
        sure="likely" if longest > 3 * usual or waited > 5 * allowed else "possible",
        advice="Look at the process and the GPU: it may have been killed, wait for another rank, or"
        " for a full disk. An evaluation that takes longer than anything so far looks the same.",
        evidence={"waited_s": waited, "usual_s": usual, "longest_s": longest, "allowed_s": allowed},
    )


def _arrivals(inputs: Inputs) -> Floats:
    """When lines came in, those of one poll once."""
    import numpy as np

    times = np.sort(np.array(inputs.run.arrivals, dtype=np.float64))
    if not len(times):
        return times
    return times[np.concatenate(([True], np.diff(times) > _SAME_POLL))]


def _logged(inputs: Inputs) -> Floats:
    """The last times that the log itself tells, where the last of them is no more than a day old."""
    import numpy as np

    told = [series.time[-200:] for series in inputs.run.series.values() if len(series)]
    times = np.unique(np.concatenate(told)) if told else np.empty(0)
    times = times[np.isfinite(times)][-200:]
    read_at = inputs.context.read_at
    fresh = len(times) and read_at is not None and 0 <= read_at - float(times[-1]) <= _DAY
    return times if fresh else np.empty(0)


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


RULE = Rule(
    CODE,
    "Stalled",
    "A process that was killed or that waits for ever writes nothing, and costs what a training one costs.",
    "Look at the process, the GPU and the disk.",
    "five times the usual interval, a minute at least, and longer than any pause so far",
    _judge,
    {
        "intervals": Threshold(5.0, "times the median interval between lines", 1.0),
        "seconds": Threshold(60.0, "seconds without a line, at least", 1.0),
    },
)
