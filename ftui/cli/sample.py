"""`ftui sample`: outputs of one or several models for prompts of the project, into a review."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftui.cli import sample_preparation
from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.parser import add_data_options, count, count_from_one

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project
    from ftui.review.planning.plan import Plan
    from ftui.review.sampling.job import Order
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
    from ftui.review.backends.usable import refuse_broken
    from ftui.review.sampling.entries import entries
    from ftui.review.sampling.model_spec import resolve
    from ftui.review.sampling.settings import Flags
    from ftui.review.store import ReviewStore

    project = project_of(options)
    if options.watch is not None:
        from ftui.cli import sample_watch

        return sample_watch.run(options, project, output)
    models = resolve(project, options.model, options.system, options.shots)
    order = sample_preparation.order_of(options, project)
    with sample_preparation.open_data(options, project) as dataset:
        plan = sample_preparation.planned(
            options, project, dataset, sample_preparation.begun_with(options), output
        )
        made = entries(project, models, plan, Flags.of(vars(options)))
        if options.dry_run:
            output.result("\n".join(sample_tables.settings(made, output.style)) + "\n\n")
            output.result("\n".join(sample_tables.prompts(made, plan.prompts, output.style)) + "\n")
            return CLEAN
        refuse_broken([entry.model for entry in made])
        # Only now: a mistake leaves no empty review behind.
        store = ReviewStore.create(sample_preparation.review_folder(options, project, models))
        try:
            return _sample(options, project, plan, made, order, dataset, store, output)
        finally:
            store.close()


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
    sample_preparation.keep_hashes(project)
    plain = output.plain().style
    output.note("\n".join(sample_tables.settings(made, plain)))
    if options.show_prompt:
        output.note("\n".join(sample_tables.prompts(made, plan.prompts[:1], plain)))
    output.progress("reading the data", 0, 0)
    examiner = sample_preparation.examiner_of(project, made, dataset)
    running = SampleRun(store, output, examiner)
    done = running.run(plan.prompts, made, order)
    output.result("\n".join(sample_tables.summary(store, output)) + "\n")
    return sample_preparation.tell_the_end(done, running.interrupted, store, output)
