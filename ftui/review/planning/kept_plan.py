"""The plan that a review was begun with: it stays, so that every later model and checkpoint gets the same prompts."""

from __future__ import annotations

from dataclasses import replace

from ftui.review.planning.plan import Plan
from ftui.review.store import ReviewStore

_NOTE = "plan"


def keep(store: ReviewStore, plan: Plan) -> None:
    """Keep the prompts, and what the plan found out about the data; what is there already stays."""
    store.add_prompts(plan.prompts)
    if store.note(_NOTE) is None:
        store.set_note(_NOTE, {"end_marker": plan.end_marker, "answer_characters": plan.answer_characters})


def kept(store: ReviewStore) -> Plan | None:
    """The plan of a review that has prompts."""
    prompts, note = store.prompts(), store.note(_NOTE)
    if not prompts or note is None:
        return None
    return Plan(tuple(prompts), (), note["end_marker"], note["answer_characters"])


def as_begun(begun: Plan, plan: Plan) -> Plan:
    """Other prompts, but the end marker and the length of answers with which the review was begun.

    They decide settings: data that was edited meanwhile must not have everything sampled anew.
    """
    return replace(plan, end_marker=begun.end_marker, answer_characters=begun.answer_characters)
