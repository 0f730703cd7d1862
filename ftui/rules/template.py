"""TPL: prompts at inference as in training, an end that the engine knows, a limit, prompts that say what they want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ftui.model.inference import Inference
from ftui.rules import template_inference
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Row
from ftui.rules.template_pages import RULES
from ftui.rules.template_rows import Sampled, sampled


class Template(RowFamily):
    """The TPL family: rules about the project's model files, judged on rows of the data."""

    name = "TPL"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Sampled:
        """Conversations of each shape, and how rows end."""
        return sampled(sample, context)

    def suspects(self, chunk: Chunk, state: Sampled, context: Context) -> Iterable[int]:  # noqa: ARG002
        """No row is judged by itself here."""
        return ()

    def findings(self, row: Row, state: Sampled, context: Context) -> Iterable[Finding]:  # noqa: ARG002
        """No row is judged by itself here."""
        return ()

    def settle(self, gathered: list[tuple[ChunkInfo, Any]], found: Combined, context: Context) -> Combined:  # noqa: ARG002
        """The findings about model files, or why there are none."""
        state: Sampled = found.state
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
