"""`ftui fix`: applies fixes, with a backup, or shows them."""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE, FINDINGS
from ftui.cli.output import Output, Style
from ftui.cli.parser import add_data_options, add_rule_options, codes, count
from ftui.cli.whole_file import write_whole
from ftui.cli.wrapping import numbered, wrapped
from ftui.project.errors import FtuiError
from ftui.text.visible import visible

if TYPE_CHECKING:
    from ftui.cli.mending import Mended
    from ftui.dataset.dataset import Dataset


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which data, which fixes, where the result goes."""
    add_data_options(parser)
    add_rule_options(parser)
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument(
        "--unsafe", action="store_true", help="also fixes that may change the meaning of a row"
    )
    fixing.add_argument("--diff", action="store_true", help="show what would change, change nothing")
    fixing.add_argument(
        "--output", metavar="FILE", help="write the fixed file to FILE (default: in place, with a backup)"
    )
    fixing.add_argument(
        "--rejects", metavar="FILE", help="write the rows removed to FILE (JSONL), each with its reason"
    )
    running = parser.add_argument_group("running")
    running.add_argument(
        "--jobs", type=count, default=0, metavar="N", help="worker processes (default: one a core)"
    )
    running.add_argument("--no-progress", action="store_true", help="no progress on the terminal")


def run(options: argparse.Namespace, output: Output) -> int:
    """Fix in place, into another file, or on the screen only."""
    from ftui.cli.data import open_dataset, project_of
    from ftui.rules import registry

    if options.diff and (options.output or options.rejects):
        raise FtuiError(
            "--diff changes nothing, so it takes no --output and no --rejects", "leave one of them out"
        )
    project = project_of(options)
    # A mistyped code is said before the files are read.
    registry.choose(codes(options.select), codes(options.ignore), project)
    registry.check_settings(project)
    with open_dataset(options, project) as dataset:
        _refuse_unsaved(dataset)
        _refuse_targets(options, dataset)
        if options.diff:
            code = _show(options, dataset, output)
        elif options.output:
            code = _elsewhere(options, dataset, output)
        else:
            code = _in_place(options, dataset, output)
        for file in dataset.unreadable:
            output.error(file.error.message, file.error.hint)
        return COULD_NOT_JUDGE if dataset.unreadable else code


def _refuse_unsaved(dataset: Dataset) -> None:
    """Edits made in the app count on the rows as they are: fixing under them could lose them."""
    from ftui.cli.data import left_behind

    unsaved = left_behind(dataset).unsaved
    if unsaved:
        raise FtuiError(
            f"{numbered(unsaved, 'edit')} made in the app, not saved in these files",
            "open them with ftui, save or discard the edits, then fix",
        )


def _refuse_targets(options: argparse.Namespace, dataset: Dataset) -> None:
    """Said before any work: neither file may be there already, it may hold rows that are nowhere else."""
    for target in filter(None, (options.output, options.rejects)):
        if Path(target).exists():
            raise FtuiError(f"{target} is already there", "name a new file")
    if options.output and len(dataset.documents) + len(dataset.unreadable) > 1:
        raise FtuiError("--output takes one file, and there are several", "name the file, or fix in place")


def _show(options: argparse.Namespace, dataset: Dataset, output: Output) -> int:
    from ftui.cli import mending

    mended = mending.in_memory(dataset, options, output)
    for file, row in sorted(mended.edited):
        output.result(mending.difference(dataset.documents[file], row, output.style))
    for removal in mended.removals:
        output.result(mending.removal_line(dataset, removal, output.style))
    output.result(mending.project_diff(mended.project, output.style))
    output.result(_account(mended, options, output))
    return FINDINGS if mended.changes or mended.project.edits else CLEAN


def _elsewhere(options: argparse.Namespace, dataset: Dataset, output: Output) -> int:
    from ftui.cli import mending
    from ftui.dataset.formats.base import never
    from ftui.dataset.save import write_copy

    mended = mending.in_memory(dataset, options, output)
    _write_rejects(options, dataset, mended)
    write_copy(
        dataset.documents[0].snapshot(),
        Path(options.output),
        lambda done, total: output.progress("writing", done, total),
        never,
    )
    output.result(_account(mended, options, output) + f"written to {visible(options.output)}\n")
    return CLEAN


def _in_place(options: argparse.Namespace, dataset: Dataset, output: Output) -> int:
    """The journal first, then the rejects, then the files: removed rows are never without a place."""
    from ftui.cli import mending
    from ftui.dataset.formats.base import never
    from ftui.dataset.session import Session
    from ftui.rules import project_fixes

    session = Session.open(dataset)
    done = False
    try:
        mended = mending.in_session(session, options, output)
        if mended.changes:
            _write_rejects(options, dataset, mended)
        saved = session.save(lambda now, total: output.progress("saving", now, total), never)
        done = True
    finally:
        session.close(discard=not done)
    lines = [_account(mended, options, output)]
    for each in saved:
        backup = f" (before: {mending.shown(each.backup)})" if each.backup else ""
        lines.append(f"saved {mending.shown(each.path)}{backup}\n")
        for warning in each.warnings:
            output.warning(warning)
    output.result("".join(lines))
    lines = []
    for file in project_fixes.write(mended.project.edits, dataset.root):
        backup = f" (before: {mending.shown(file.backup)})" if file.backup else ""
        lines.append(f"saved {mending.shown(file.path)}{backup}\n")
    output.result("".join(lines))
    return CLEAN


def _write_rejects(options: argparse.Namespace, dataset: Dataset, mended: Mended) -> None:
    if not options.rejects:
        return
    from ftui.cli.mending import reject

    write_whole(Path(options.rejects), "".join(reject(dataset, removal) for removal in mended.removals))


def _account(mended: Mended, options: argparse.Namespace, output: Output) -> str:
    """What each rule changed, and what is left."""
    from ftui.cli.data import project_of
    from ftui.rules import registry

    names = {rule.code: rule.name for rule in registry.rules(project_of(options))}
    style = output.style
    would = "would be " if options.diff else ""
    lines = []
    if mended.changes:
        rows = f"{numbered(len(mended.edited), 'row')} {would}edited, {len(mended.removals):,} {would}removed"
        lines.append(style.bold(f"{numbered(mended.by_rule.total(), 'finding')} {would}fixed: {rows}"))
        for code, number in sorted(mended.by_rule.items()):
            lines.append(f"  {code} {names.get(code, ''):<28}{number:>8,}")
    if mended.project.edits and not options.output:
        lines += _project_account(mended, names, would, style)
    elif not mended.changes:
        lines.append(style.good("nothing to fix"))
    if not output.quiet:
        for text in (*_left(mended, options), *_project_left(mended, options)):
            lines += wrapped(text, output.width)
    return "\n".join(lines) + "\n"


def _project_account(mended: Mended, names: dict[str, str], would: str, style: Style) -> Iterator[str]:
    """What is written into the project's own files."""
    from ftui.cli.mending import shown

    files = ", ".join(shown(Path(edit.path)) for edit in mended.project.edits)
    done = mended.project.mended
    yield style.bold(f"{numbered(len(done), 'finding')} about the project {would}fixed: {files}")
    for finding in done:
        yield f"  {finding.code} {names.get(finding.code, ''):<28}{finding.fix.title if finding.fix else ''}"


def _left(mended: Mended, options: argparse.Namespace) -> Iterator[str]:
    """What this run does not fix, and who can."""
    unsafe = dict(Counter(mended.unsafe) + Counter(each.code for each in mended.project.unsafe))
    by_hand = dict(Counter(mended.by_hand) + Counter(each.code for each in mended.project.by_hand))
    if unsafe:
        command = visible(shlex.join(["ftui", "fix", *options.paths, "--unsafe", "--diff"]))
        yield f"{_listed(unsafe)} can be fixed in ways that may change meaning; {command} shows them"
    if by_hand:
        yield f"{_listed(by_hand)} for a person to decide: {visible(shlex.join(['ftui', *options.paths]))}"


def _project_left(mended: Mended, options: argparse.Namespace) -> Iterator[str]:
    """Edits of project files that this run does not make."""
    project = mended.project
    if options.output and project.edits:
        named = _listed(dict(Counter(each.code for each in project.mended)))
        yield f"{named} in files of the project: `ftui fix` without --output writes them"
    if project.waiting:
        yield f"{_listed(dict(Counter(each.code for each in project.waiting)))} wait for the next `ftui fix`"


def _listed(numbers: dict[str, int]) -> str:
    return f"{numbered(sum(numbers.values()), 'finding')} ({', '.join(sorted(numbers))})"
