"""What `ftui logs` says of runs, for a person: a block a run with the gravest verdicts first, a line an alert."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ftui.cli.output import Output, Style
from ftui.cli.wrapping import numbered, wrapped
from ftui.project.errors import FtuiError
from ftui.report.training import best_eval
from ftui.text.visible import shortened, visible
from ftui.training.alerting.alerts import Alert
from ftui.training.checkpoints import nearest
from ftui.training.diagnosis.diagnose import IGNORED
from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.verdict import Diagnosis, Level, NotJudged, Verdict
from ftui.training.following.no_loss import FORMAT_HINT, why_no_loss
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.readers.registry import reader_named
from ftui.training.run import Run

if TYPE_CHECKING:
    from ftui.training.following.watch import Watch

_GLYPHS: Mapping[Level, str] = {"critical": "✖", "warning": "▲", "info": "●"}
_LONGEST = 600
_GUESSES = 8
_YET = "no line of it holds a training or validation loss (yet)"


def run_block(name: str, run: Run, diagnosis: Diagnosis, context: Context, output: Output) -> Iterator[str]:
    """Everything that is said of one run."""
    style = output.style
    reader = reader_named(run.format)
    title = reader.title if reader is not None else run.format
    yield f"{style.bold(shortened(name, _LONGEST))}  {style.dim(visible(title))}"
    if not output.quiet:
        yield from (f"  {label:<7}{text}" for label, text in _facts(run, context))
    for verdict in diagnosis.verdicts:
        yield from _verdict(verdict, output)
    if not output.quiet:
        yield from (style.dim(line) for line in _not_judged(diagnosis.not_judged, output.width))


def not_found(watch: Watch) -> FtuiError:
    """What to say where no log holds a loss."""
    looked = ", ".join("standard input" if str(path) == "-" else str(path) for path in watch.paths)
    troubles = [f"{each.path}: {each.trouble}" for each in watch.followers.values() if each.trouble]
    if troubles:
        hint = "is it readable? A named pipe is read so: ftui logs - < PIPE"
        return FtuiError(f"no loss found in {looked}: {'; '.join(troubles[:3])}", hint)
    missing = [str(path) for path in watch.paths if str(path) != "-" and not os.path.exists(path)]  # noqa: PTH110 - without an error for what may not be looked at
    if missing:
        return FtuiError(
            f"no loss found: there is no {', '.join(missing)}", "without --once it is waited for"
        )
    reasons = {name: why_no_loss(each) for name, each in watch.followers.items()}
    if not reasons:
        return FtuiError(f"no loss found in {looked}: no log is there", FORMAT_HINT)
    hint = next((hint for _, hint in reasons.values() if hint), _YET)
    named = [f"{shortened(name, _LONGEST)}: {why}" for name, (why, _) in reasons.items()]
    if list(reasons) == [looked]:
        named = [reasons[looked][0]]
    more = f" and {len(named) - 3:,} more" if len(named) > 3 else ""
    return FtuiError(f"no loss found in {looked}: {'; '.join(named[:3])}{more}", hint)


def alert_line(alert: Alert, clock: str, style: Style) -> str:
    """An alert as one line of a journal."""
    verdict = alert.verdict
    since = f" since step {verdict.since_step:,g}" if verdict.since_step is not None else ""
    word = _coloured(style, verdict.severity, verdict.severity)
    said = shortened(verdict.message, _LONGEST)
    return f"{clock}  {shortened(alert.run, _LONGEST)}  {word} {style.bold(verdict.code)}{since}: {said}"


def _facts(run: Run, context: Context) -> Iterator[tuple[str, str]]:
    counts = [numbered(run.count(TRAIN_LOSS), "training point"), numbered(run.count(EVAL_LOSS), "evaluation")]
    if run.evaluated_sets:
        counts.append(numbered(len(run.evaluated_sets), "evaluation set"))
    yield "points", ", ".join(counts)
    yield "last", "  ".join(_last(run))
    best = best_eval(run)
    if best is not None:
        epoch = f" (epoch {best['epoch']:.4g})" if best["epoch"] is not None else ""
        near = nearest(context.checkpoints, best["step"])
        kept = f", checkpoint {visible(str(near.path))}" if near is not None else ""
        yield "best", f"validation loss {best['loss']:.4g} at step {best['step']:,g}{epoch}{kept}"
    if run.restarts:
        last = run.restarts[-1]
        where = f"step {last.from_step:,g} back to {last.to_step:,g}"
        yield "again", f"{numbered(len(run.restarts), 'time')}, the last from {where}"
    guessed = list(run.facts.guessed.items())
    if guessed:
        columns = ", ".join(f"{name} = {shortened(column, 40)}" for name, column in guessed[:_GUESSES])
        yield "guess", f"{columns}  ([training.columns] in ftui.toml sets them)"


def _last(run: Run) -> Iterator[str]:
    if run.last_step is not None:
        total = f" of {run.facts.total_steps:,}" if run.facts.total_steps else ""
        yield f"{'record' if run.counted_steps else 'step'} {run.last_step:,g}{total}"
    if run.last_epoch is not None:
        yield f"epoch {run.last_epoch:.4g}"
    for word, metric in (("training loss", TRAIN_LOSS), ("validation loss", EVAL_LOSS)):
        series = run.series.get(metric)
        value = series.value[-1] if series else run.facts.values.get(metric)
        if value is not None:
            yield f"{word} {value:.4g}" if math.isfinite(value) else f"{word} {value}"
    if run.facts.finished:
        yield "finished"


def _verdict(verdict: Verdict, output: Output) -> Iterator[str]:
    style, level = output.style, verdict.severity
    since = f"  since step {verdict.since_step:,g}" if verdict.since_step is not None else ""
    sure = "" if verdict.code == "healthy" else f"  {verdict.sure}"
    word = _coloured(style, level, f"{_GLYPHS[level]} {level}")
    yield f"  {word}  {style.bold(verdict.code)}{since}{style.dim(sure)}"
    yield from wrapped(shortened(verdict.message, _LONGEST), output.width, "      ")
    if verdict.advice and not output.quiet:
        yield from wrapped(shortened(verdict.advice, _LONGEST), output.width, "      → ", "        ")


def _not_judged(said: Sequence[NotJudged], width: int) -> Iterator[str]:
    """The verdicts that nothing can be said of, a few lines in all; every reason is in the JSON."""
    if not said:
        return
    ignored = [each.code for each in said if each.reason == IGNORED]
    if ignored:
        yield from wrapped(f"ignored, though they speak: {', '.join(ignored)}", width, "  ", "    ")
    others = [each.code for each in said if each.reason != IGNORED]
    if others:
        more = " (why: --format json)"
        yield from wrapped(f"not judged: {', '.join(others)}{more}", width, "  ", "    ")


def _coloured(style: Style, level: Level, text: str) -> str:
    return {"critical": style.bad, "warning": style.warn, "info": style.info}[level](text)
