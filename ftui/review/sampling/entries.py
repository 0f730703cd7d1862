"""The models of a job: each with its own settings, and with how it wants a prompt."""

from __future__ import annotations

from collections.abc import Iterable

from ftui.model.inference import Inference
from ftui.project.settings import Project, ReviewModel
from ftui.review.planning.plan import Plan
from ftui.review.prompt import Prompt
from ftui.review.sampling.job_tasks import Entry, Question
from ftui.review.sampling.model_spec import inference_of
from ftui.review.sampling.rendering import rendered
from ftui.review.sampling.settings import Flags, Settings
from ftui.review.sampling.settling import settle

CHARACTERS_A_TOKEN = 3.5
"""Of English text with most vocabularies; other scripts have fewer, so that the limit taken from it is generous."""


def entries(project: Project, models: Iterable[ReviewModel], plan: Plan, flags: Flags) -> list[Entry]:
    """Every model under the settings that flags, project, model files and the plan's look at the data give it.

    Raises FtuiError for a setting that cannot be used.
    """
    return [_entry(project, model, plan, flags) for model in models]


def _entry(project: Project, model: ReviewModel, plan: Plan, flags: Flags) -> Entry:
    inference = inference_of(project, model)
    answer = plan.answer_characters
    settings = settle(
        project,
        inference,
        flags,
        end_marker=plan.end_marker or None,
        answer_tokens=None if answer is None else round(answer / CHARACTERS_A_TOKEN) or None,
    )
    return entry_of(model, inference, settings)


def entry_of(model: ReviewModel, inference: Inference, settings: Settings) -> Entry:
    """A model under settings that are known already, as when a person changes one on the screen."""

    def question(prompt: Prompt) -> Question:
        made = rendered(prompt, model, inference, settings)
        return Question(made.text, made.messages, made.notes)

    return Entry(model, settings, question)
