"""Prompts of which a model gave nothing: told once for each model, with the reason."""

from __future__ import annotations

import shlex
from collections import Counter

from ftui.cli.output import Output
from ftui.review.sample import Sample
from ftui.review.sampling.job_events import Finished


class Failures:
    """Counts the samples of one run that ended by an error."""

    def __init__(self) -> None:
        self._reasons: dict[str, Counter[str]] = {}
        self._asked: Counter[str] = Counter()

    def hear(self, sample: Sample) -> None:
        """Count one."""
        self._asked[sample.model] += 1
        if sample.completion.stop_reason == "error":
            self._reasons.setdefault(sample.model, Counter())[sample.completion.error or "unknown"] += 1

    def tell(self, done: Finished, folder: str, output: Output) -> None:
        """Say it of every model that was not given up, of which more was said already.

        An error where the model gave nothing at all, else a warning.
        """
        again = f"mend that, then the same command with --review {shlex.quote(folder)} tries them again"
        for model, reasons in self._reasons.items():
            if model in done.failed:
                continue
            (reason, _), others = reasons.most_common(1)[0], len(reasons) - 1
            more = f"; and {others:,} other reason{'s' if others > 1 else ''}" if others else ""
            told = f"{model}: {reasons.total():,} of {self._asked[model]:,} samples failed: {reason}{more}"
            if model in done.empty:
                output.error(told, again)
            else:
                output.warning(told)
                output.note(f"hint: {again}")
