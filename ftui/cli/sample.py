"""`ftui sample`: outputs of one or several models for prompts of the project, into a review."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli import INTERRUPTED
from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, codes, count, count_from_one
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


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which models, which prompts, how to sample, where to keep it."""
    add_data_options(parser)
    _add_models(parser)
    _add_prompts(parser)
    _add_settings(parser)
    kept = parser.add_argument_group("running")
    kept.add_argument(
        "--review",
        metavar="DIR",
        help="the review's folder; one that is there is resumed (default: a new one in .ftui/reviews)",
    )
    kept.add_argument(
        "--watch", metavar="DIR", help="sample each new checkpoint (.gguf) in DIR, until Ctrl+C"
    )
    kept.add_argument(
        "--dry-run", action="store_true", help="print settings and every prompt as sent; sample nothing"
    )
    kept.add_argument(
        "--show-prompt", action="store_true", help="print the first prompt as sent, then sample"
    )
    kept.add_argument("--no-progress", action="store_true", help="no progress on the terminal")


def _add_models(parser: argparse.ArgumentParser) -> None:
    models = parser.add_argument_group("models (default: those of ftui.toml)")
    models.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="FILE.gguf, FILE.gguf+ADAPTER.gguf, or http://host:port/v1 (repeatable; base: the one to compare with)",
    )
    models.add_argument(
        "--system", action="append", default=[], metavar="NAME=TEXT", help="a model's own system prompt"
    )
    models.add_argument(
        "--shots",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a model's own examples: a file of rows",
    )


def _add_prompts(parser: argparse.ArgumentParser) -> None:
    prompts = parser.add_argument_group("prompts")
    prompts.add_argument(
        "--prompts", metavar="FILE", help="these instead of the data's: rows, or a text a line"
    )
    prompts.add_argument("--n", type=count_from_one, metavar="N", help="prompts in all (default: 20)")
    prompts.add_argument(
        "--per-prompt", type=count, metavar="K", help="samples of each prompt and model (default: 1)"
    )
    prompts.add_argument(
        "--strata",
        action="append",
        default=[],
        metavar="NAMES",
        help="by comma: random, edge, flagged, production, held-out (these five: default), train-prefix, "
        "benchmark-prefix",
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    given = parser.add_argument_group("settings (default: ftui.toml, Modelfile, GGUF)")
    given.add_argument(
        "--stop", action="append", default=[], metavar="TEXT", help="a stop sequence (repeatable)"
    )
    given.add_argument("--max-tokens", type=count, metavar="N", help="tokens of an output at most (512)")
    given.add_argument("--temperature", type=float, metavar="X", help="0: always the likeliest token")
    given.add_argument(
        "--top-p", type=float, metavar="X", help="the likeliest tokens that make up this share"
    )
    given.add_argument("--top-k", type=count, metavar="N", help="the N likeliest tokens; 0: all")
    given.add_argument("--min-p", type=float, metavar="X", help="tokens this likely beside the likeliest")
    given.add_argument("--repeat-penalty", type=float, metavar="X", help="1: none")
    given.add_argument("--seed", type=count, metavar="N", help="which prompts and which luck (default: 0)")
    given.add_argument("--context", type=count, metavar="N", help="tokens of prompt and output together")
    given.add_argument("--threads", type=count, metavar="N", help="(default: measured)")
    given.add_argument("--gpu-layers", type=int, metavar="N", help="layers on the GPU; -1: all")
    given.add_argument("--template", metavar="T", help="chat, training, or a Jinja file")
    given.add_argument(
        "--exact", action="store_true", help="every sample repeats by its seed alone: one at a time, slower"
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Plan, say how it will be sampled, sample, tell what came of it."""
    from ftui.cli import sample_tables
    from ftui.cli.data import project_of
    from ftui.review.sampling.entries import entries
    from ftui.review.sampling.model_spec import resolve
    from ftui.review.sampling.settings import Flags
    from ftui.review.store import ReviewStore

    project = project_of(options)
    if options.watch is not None:
        from ftui.cli import sample_watch

        return sample_watch.run(options, project, output)
    models = resolve(project, options.model, options.system, options.shots)
    order = order_of(options, project)
    with open_data(options, project) as dataset:
        plan = planned(options, project, dataset, begun_with(options), output)
        made = entries(project, models, plan, Flags.of(vars(options)))
        if options.dry_run:
            output.result("\n".join(sample_tables.settings(made, output.style)) + "\n\n")
            output.result("\n".join(sample_tables.prompts(made, plan.prompts, output.style)) + "\n")
            return CLEAN
        # Only now: a mistake leaves no empty review behind.
        store = ReviewStore.create(review_folder(options, project, models))
        try:
            return _sample(options, project, plan, made, order, dataset, store, output)
        finally:
            store.close()


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
    from ftui.review.store import FILE, ReviewStore

    if not options.review or not (Path(options.review) / FILE).exists():
        return None
    with closing(ReviewStore.open(Path(options.review))) as store:
        return kept(store)


def _sample(
    options: argparse.Namespace,
    project: Project,
    plan: Plan,
    made: Sequence[Entry],
    order: Order,
    dataset: Dataset | None,
    store: ReviewStore,
    output: Output,
) -> int:
    from ftui.cli import sample_tables
    from ftui.cli.sample_run import SampleRun
    from ftui.review.planning import kept_plan

    kept_plan.keep(store, plan)
    keep_hashes(project)
    plain = output.plain().style
    output.note("\n".join(sample_tables.settings(made, plain)))
    if options.show_prompt:
        output.note("\n".join(sample_tables.prompts(made, plan.prompts[:1], plain)))
    output.progress("reading the data", 0, 0)
    examiner = examiner_of(project, made, dataset)
    running = SampleRun(store, output, examiner)
    done = running.run(plan.prompts, made, order)
    output.result("\n".join(sample_tables.summary(store, output)) + "\n")
    return tell_the_end(done, running.interrupted, store, output)


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
