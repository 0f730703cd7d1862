"""What `ftui sample` gets ready before a run, with and without --watch, and what it tells at the end."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE, INTERRUPTED
from ftui.cli.output import Output
from ftui.cli.parser import codes
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project, ReviewModel
    from ftui.review.planning.plan import Plan
    from ftui.review.sampling.examination import Examiner
    from ftui.review.sampling.job import Order
    from ftui.review.sampling.job_events import Finished
    from ftui.review.sampling.job_tasks import Entry
    from ftui.review.store import ReviewStore


@contextmanager
def open_data(options: argparse.Namespace, project: Project) -> Iterator[Dataset | None]:
    """The data files; None where none are named and there is no project: prompts may come from a file alone."""
    from ftui.cli.data import open_dataset

    if not options.paths and not options.split and not project.splits:
        yield None
        return
    with open_dataset(options, project) as dataset:
        yield dataset


def review_folder(options: argparse.Namespace, project: Project, models: Sequence[ReviewModel]) -> Path:
    """What --review names, else a new folder."""
    from ftui.review.location import new_folder

    if options.review:
        return Path(options.review).absolute()
    return new_folder(project.root, [model.name for model in models], datetime.now())


def planned(
    options: argparse.Namespace,
    project: Project,
    dataset: Dataset | None,
    begun: Plan | None,
    output: Output,
) -> Plan:
    """The prompts: those with which the review was begun, unless others are asked for."""
    from ftui.review.planning.kept_plan import as_begun
    from ftui.review.planning.plan import USUAL_PROMPTS, PlanOptions, make_plan

    asked = options.prompts is not None or options.n is not None or bool(options.strata)
    if begun is not None and not asked:
        return begun
    sampling = project.sampling
    # A file of prompts is taken whole.
    usual = None if options.prompts else sampling.prompts or USUAL_PROMPTS
    output.progress("choosing prompts", 0, 0)
    plan = make_plan(
        project,
        dataset,
        PlanOptions(
            n=usual if options.n is None else options.n,
            strata=codes(options.strata) or (() if options.prompts else sampling.strata),
            seed=options.seed if options.seed is not None else sampling.seed or 0,
            prompts_file=Path(options.prompts) if options.prompts else None,
        ),
    )
    for note in plan.notes:
        output.note(f"note: {note}")
    return plan if begun is None else as_begun(begun, plan)


def order_of(options: argparse.Namespace, project: Project, page: str = "") -> Order:
    """How the job samples."""
    from ftui.review.sampling.job import Order
    from ftui.store.location import locate

    wanted = options.per_prompt if options.per_prompt is not None else project.sampling.per_prompt or 1
    if wanted < 1:
        raise FtuiError("--per-prompt 0 samples nothing", "--per-prompt 1")
    return Order(
        per_prompt=wanted,
        page=page,
        exact=options.exact,
        post_process=project.review.post_process,
        state=locate(project.root).folder,
    )


def keep_hashes(project: Project) -> None:
    """Make the folder in which hashes of model files are remembered; without a place they are computed each time."""
    from ftui.store.location import prepare

    with suppress(FtuiError):
        prepare(project.root)


def examiner_of(project: Project, entries: Sequence[Entry], dataset: Dataset | None) -> Examiner:
    """What looks for flags: by the project's data and by the files of the tuned model."""
    from ftui.review.flags.examiner import Examiner
    from ftui.review.sampling.model_spec import inference_of

    tuned = next((entry.model for entry in entries if not entry.model.base), entries[0].model)
    systems = {each.model.name: each.model.system for each in entries if each.model.system is not None}
    return Examiner.of(project, inference=inference_of(project, tuned), dataset=dataset, systems=systems)


def begun_with(options: argparse.Namespace) -> Plan | None:
    """The plan of the review that is resumed."""
    from ftui.review.planning.kept_plan import kept
    from ftui.review.review_file import FILE
    from ftui.review.store import ReviewStore

    if not options.review or not (Path(options.review) / FILE).exists():
        return None
    with closing(ReviewStore.open(Path(options.review))) as store:
        return kept(store)


def tell_the_end(done: Finished, interrupted: bool, store: ReviewStore, output: Output) -> int:
    """What to do next, and the exit code: 2 where a model gave nothing or was given up on the way."""
    folder = _shown(store.folder)
    if interrupted:
        output.note(
            f"stopped: {done.done:,} of {done.total:,} samples are kept; the same command with --review {folder}"
            " goes on from there"
        )
        return INTERRUPTED
    if done.done:
        tell_how_to_go_on(store, output)
    return COULD_NOT_JUDGE if done.empty or done.failed else CLEAN


def tell_how_to_go_on(store: ReviewStore, output: Output) -> None:
    """The next command."""
    output.note(f"judge them: ftui review {_shown(store.folder)}")


def _shown(folder: Path) -> str:
    from ftui.cli.sample_run import shown

    return shlex.quote(shown(folder))
