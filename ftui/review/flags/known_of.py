"""What a project's settings, model files and rows say of how answers look."""

from __future__ import annotations

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import never, no_progress
from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.model.prompts import Renderer
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.review.flags.output import Known
from ftui.rules import reading
from ftui.rules.stop_signal import answer as stop_answer
from ftui.rules.stop_signal.end_marker import Answer, Ending, settle
from ftui.text import special_tokens


def known(project: Project, inference: Inference, dataset: Dataset | None) -> Known:
    """Read it once for a job: at most 20,000 rows are looked at."""
    ending = _ending(project, dataset)
    return Known(
        project, ending, inference.special_texts, _closers(inference), _tags(project.training.template)
    )


def _ending(project: Project, dataset: Dataset | None) -> Ending:
    """How the answers end, from an even sample of the rows."""
    answers: list[Answer] = []
    if dataset is not None:
        for document in dataset.documents:
            if not document.complete:
                document.build_index(no_progress, never)
        for chunk in reading.sample(dataset, reading.runs(dataset)):
            for example in chunk.examples:
                if example is not None:
                    answers += [Answer(text.text, last) for text, last in stop_answer.judged(example)]
    return settle(answers, project.stop)


def _closers(inference: Inference) -> frozenset[str]:
    """Special tokens that the training template, or else the one at inference, puts right behind an answer."""
    for of in (Renderer.training, Renderer.inference):
        try:
            renderer = of(inference)
            if renderer is None or renderer.template.kind == "go":  # a Go template shows no answer alone
                continue
            after = renderer.around([Message("user", "Hello")]).after
        except FtuiError:
            continue
        found = special_tokens.find(after, inference.special_texts)
        if found:
            return frozenset({found[0].token})
    return frozenset()


def _tags(template: str | None) -> tuple[str, ...]:
    """The words on the line before `{prompt}`, or right above it: the user's turn begins with them."""
    before = (template or "").partition("{prompt}")[0].rstrip()
    line = before.rsplit("\n", 1)[-1].strip()
    ended = line.endswith((":", "]", ">", "#", "*")) or line.startswith(("#", "[", "<", "*"))
    return (line,) if "{prompt}" in (template or "") and ended and any(map(str.isalpha, line)) else ()
