"""TPL: prompts at inference as in training, an end that the engine knows, a limit, prompts that say what they want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ftui.model.inference import Inference
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Row
from ftui.rules.template import inference as template_inference
from ftui.rules.template import open_ended
from ftui.rules.template.pages import RULES
from ftui.rules.template.rows import Sampled, sampled


class Surveyed(NamedTuple):
    """What the survey settles for the rules about files, and for the one about rows."""

    rows: Sampled
    openness: open_ended.Openness


class Template(RowFamily):
    """The TPL family: rules about the project's model files, judged on rows of the data."""

    name = "TPL"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Surveyed:
        """Conversations of each shape, how rows end, and which forms the answers to open prompts take."""
        return Surveyed(sampled(sample, context), open_ended.survey(sample, context))

    def suspects(self, chunk: Chunk, state: Surveyed, context: Context) -> Iterable[int]:  # noqa: ARG002
        """Rows whose prompt may be a topic and nothing else."""
        return open_ended.suspects(chunk, context)

    def findings(self, row: Row, state: Surveyed, context: Context) -> Iterable[Finding]:
        """TPL004: the other rules are about the project's files."""
        return open_ended.findings(row, state.openness, context)

    def settle(self, gathered: list[tuple[ChunkInfo, Any]], found: Combined, context: Context) -> Combined:  # noqa: ARG002
        """The findings about model files, or why there are none."""
        state: Sampled = found.state.rows
        ending = context.surveys.get("STP")
        if ending is not None:  # what the STP rules settled from more answers
            state = replace(state, marker=ending.marker)
        inference = Inference.of(context.project)
        for code, judge in template_inference.JUDGES.items():
            if not context.wants(code):
                continue
            judged = judge(inference, state)
            if isinstance(judged, str):
                found.skipped[code] = judged
                continue
            found.whole += judged
            found.counts[code] = len(judged)
            severities = Counter(each.severity or "error" for each in judged)
            if set(severities) - {"error"}:
                found.severities[code] = dict(severities)
        return found


FAMILY = Template()
