"""`ftui sample --watch DIR`: each new checkpoint is sampled and queued for review, a page each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ftui.cli import sample_preparation, sample_tables
from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.sample_run import SampleRun
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review.planning import kept_plan
from ftui.review.sampling import model_spec
from ftui.review.sampling.entries import entries
from ftui.review.sampling.file_hashes import model_sha256
from ftui.review.sampling.job_events import Finished
from ftui.review.sampling.settings import Flags
from ftui.review.sampling.watch import Following, Watch
from ftui.review.store import ReviewStore

NAMES = ("tuned", "checkpoint")
"""What checkpoints are called; the second where a model of that name stands beside them."""


def run(options: argparse.Namespace, project: Project, output: Output) -> int:
    """Sample the models beside, then checkpoints until Ctrl+C."""
    folder = Path(options.watch).absolute()
    if not folder.is_dir():
        raise FtuiError(f"{folder} is no folder", "--watch names the folder into which training writes")
    beside = _beside(options, project)
    name = next(each for each in NAMES if each not in [model.name for model in beside])
    with sample_preparation.open_data(options, project) as dataset:
        plan = sample_preparation.planned(
            options, project, dataset, sample_preparation.begun_with(options), output
        )
        flags = Flags.of(vars(options))
        made = entries(project, [*beside, ReviewModel(name)], plan, flags)
        state = sample_preparation.order_of(options, project).state
        store = ReviewStore.create(
            sample_preparation.review_folder(options, project, [*beside, ReviewModel(name)])
        )
        try:
            kept_plan.keep(store, plan)
            sample_preparation.keep_hashes(project)
            running = SampleRun(store, output, sample_preparation.examiner_of(project, made, dataset))

            def sampled(models: Sequence[ReviewModel], page: str) -> Finished:
                asked = entries(project, models, plan, flags)
                if not page:
                    output.note("\n".join(sample_tables.settings(asked, output.plain().style)))
                done = running.run(plan.prompts, asked, sample_preparation.order_of(options, project, page))
                output.result("\n".join(sample_tables.summary(store, output, page)) + "\n")
                return done

            done = sampled(beside, "") if beside else Finished(0, 0, False, {}, ())
            if not done.cancelled:
                output.note(f"watching {folder}; Ctrl+C ends it")
                following = Following(
                    Watch(folder, store),
                    name,
                    next((model for model in beside if model.base), None),
                    lambda path: model_sha256(path, lambda *_: running.cancel.check(), state),
                    lambda model, page: sampled([model], page),
                    output.warning,
                )
                running.until_interrupted(following.follow)
            sample_preparation.tell_how_to_go_on(store, output)
            return CLEAN
        finally:
            store.close()


def _beside(options: argparse.Namespace, project: Project) -> list[ReviewModel]:
    """The base, and whatever else is named; none is needed where checkpoints are whole models."""
    named = options.model or project.review.models or project.model.modelfile or project.model.gguf
    if not named:
        return []
    found = model_spec.resolve(project, options.model, options.system, options.shots)
    if not options.model and not project.review.models:
        # The project's own tuned model is what the checkpoints are going to be.
        found = [model for model in found if model.adapter is None]
    whole = [model for model in found if model.gguf is not None and model.adapter is None]
    if len(whole) == 1 and not any(model.base for model in found):
        found = [replace(model, base=model is whole[0]) for model in found]
    return found
