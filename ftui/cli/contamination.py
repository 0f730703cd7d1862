"""`ftui contamination`: which benchmarks a check knows, and adding more as hashes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output
from ftui.cli.parser import nearest
from ftui.cli.wrapping import numbered
from ftui.project.errors import FtuiError
from ftui.text.visible import visible

if TYPE_CHECKING:
    from ftui.rules.leakage.benchmark_index import Benchmark, Kept


def add_options(parser: argparse.ArgumentParser) -> None:
    """What to do, with which files, and where the index is kept."""
    parser.add_argument(
        "words", nargs="*", metavar="index FILE…", help="add the questions of benchmark files, as hashes"
    )
    parser.add_argument("--list", action="store_true", help="which benchmarks a check here knows (default)")
    parser.add_argument("--remove", metavar="NAME", help="forget a benchmark that was added")
    parser.add_argument("--name", metavar="NAME", help="what to call it (default: the file's name)")
    parser.add_argument("--licence", default="", metavar="TEXT", help="its licence, for the list")
    parser.add_argument(
        "--user", action="store_true", help="keep it for all projects, not for the one in this folder"
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Add, remove or list."""
    from ftui.project.load import load_project

    root = load_project().root
    verb, *files = options.words or ["list"]
    if verb not in ("index", "list", "remove"):
        raise FtuiError(
            f"ftui contamination: no action {visible(verb)!r}"
            + nearest(verb, ("index", "list", "remove"), ", did you mean {}?"),
            "ftui contamination index FILE… adds benchmarks, --list shows them, --remove NAME forgets one",
        )
    removed = [*([options.remove] if options.remove else ()), *(files if verb == "remove" else ())]
    if verb == "index":
        _index(files, options, root, output)
    for name in removed:
        _remove(name, root, output)
    if options.list or (verb == "list" and not removed):
        output.result(_listing(root, output))
    return CLEAN


def _index(files: list[str], options: argparse.Namespace, root: Path, output: Output) -> None:
    from ftui.rules.leakage.benchmark_index import place_for, read_benchmark, save

    if not files:
        raise FtuiError("ftui contamination index: no file is named", "name a data file with the questions")
    if options.name and len(files) > 1:
        raise FtuiError("--name is for one file", "index the files one by one")
    for file in files:
        benchmark = read_benchmark(Path(file), options.name or "", options.licence)
        target = place_for(benchmark.name, root, options.user)
        try:
            save(benchmark, target)
        except OSError as error:
            raise FtuiError(f"{target}: {error.strerror}", "make the folder writable") from error
        if benchmark.left_out:
            short = numbered(benchmark.left_out, "question")
            output.note(f"note: {short} of fewer than nine words left out: too short to tell apart")
        output.result(
            f"{visible(benchmark.name)}: {len(benchmark.ids):,} questions, {len(benchmark.grams):,} hashes "
            f"→ {visible(str(target))}\n"
        )


def _known(root: Path) -> list[tuple[Kept, Benchmark]]:
    from ftui.rules.leakage.benchmark_index import kept, load

    return [(each, load(each.path)) for each in kept(root)]


def _remove(name: str, root: Path, output: Output) -> None:
    from ftui.rules.leakage.benchmark_index import kept

    own = {each.path.stem.casefold(): each for each in kept(root) if each.where != "ftui"}
    titles = {benchmark.name.casefold(): each for each, benchmark in _known(root) if each.where != "ftui"}
    found = titles.get(name.casefold()) or own.get(name.casefold())
    if found is None:
        hint = (
            nearest(name.casefold(), titles, "did you mean {}?") or "`ftui contamination --list` shows them"
        )
        raise FtuiError(f"no benchmark {visible(name)!r} was added here", hint)
    found.path.unlink()
    output.result(f"removed {visible(str(found.path))}\n")


def _listing(root: Path, output: Output) -> str:
    known = _known(root)
    wide = max([9, *(len(visible(benchmark.name)) for _, benchmark in known)])
    lines = [output.style.bold(f"{'benchmark':{wide}}  questions  kept by  licence")]
    for each, benchmark in known:
        lines.append(
            f"{visible(benchmark.name):{wide}}  {len(benchmark.ids):9,}  {each.where:7}  "
            f"{visible(benchmark.licence) or '-'}"
        )
    return "\n".join(lines) + "\n"
