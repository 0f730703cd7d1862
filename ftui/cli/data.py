"""The project and the files that a command line names."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ftui.project.errors import FtuiError
from ftui.project.settings import Project

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset


def project_of(options: argparse.Namespace) -> Project:
    """The settings: --config, else the ftui.toml of the first named file or folder, or of this folder, or above.

    --layout and --split go over it. Raises FtuiError for faults in it.
    """
    from ftui.project.load import load_project
    from ftui.project.split_names import split_rank

    given = splits_of(options.split)
    named = [*options.paths, *(str(file) for files in given.values() for file in files)]
    project = load_project(options.config or (named[0] if named else None))
    splits = {**project.splits, **given}
    return replace(
        project,
        splits=dict(sorted(splits.items(), key=lambda item: split_rank(item[0]))),
        layout=options.layout or project.layout,
    )


def splits_of(values: list[str]) -> dict[str, tuple[Path, ...]]:
    """`--split NAME=FILE`, repeated: the files of each split; raises FtuiError for anything else."""
    splits: dict[str, tuple[Path, ...]] = {}
    for value in values:
        name, equals, file = value.partition("=")
        if not name or not equals or not file:
            raise FtuiError(f"--split {value}: not NAME=FILE", "for example --split train=data/train.jsonl")
        splits[name] = (*splits.get(name, ()), Path(file).absolute())
    return splits


def named_paths(options: argparse.Namespace, project: Project) -> list[str | Path]:
    """The files and folders to open; none: the splits of the project, whose folder may be named as well."""
    splits = [file for files in splits_of(options.split).values() for file in files]
    if [*map(_real, options.paths)] == [_real(project.root)] and project.splits and project.config:
        return []
    return [*options.paths, *splits]


def _real(path: str | Path) -> str:
    return os.path.realpath(path)


@contextmanager
def open_dataset(options: argparse.Namespace, project: Project) -> Iterator[Dataset]:
    """The files named as paths and as splits, else those of the project; paths are shown as seen from here."""
    from ftui.dataset.dataset import Dataset

    dataset = Dataset.open(named_paths(options, project), project)
    try:
        for document in dataset.documents:
            if document.path.is_relative_to(Path.cwd()):
                document.display_path = document.path.relative_to(Path.cwd()).as_posix()
        yield dataset
    finally:
        dataset.close()


class LeftBehind(NamedTuple):
    """What the app keeps under .ftui/ about the files of a dataset."""

    accepted: dict[str, str]
    """Key of a finding to the reason with which it was accepted."""
    unsaved: int
    """Edits made in the app that are not in the files."""


def left_behind(dataset: Dataset) -> LeftBehind:
    """Look into the journal without writing anything."""
    from ftui.store.journal import Journal
    from ftui.store.location import locate

    path = locate(dataset.root).journal
    if not path.exists():
        return LeftBehind({}, 0)
    journal = Journal(path, read_only=True)
    try:
        accepted = {key: acceptance.reason for key, acceptance in journal.acceptances().items()}
        states = journal.sessions_of([str(document.path) for document in dataset.documents])
        unsaved = sum(
            journal.editing(state.id, file.id, *sorted((max(file.saved, 0), state.cursor)))
            for state in states
            for file in state.files
        )
    finally:
        journal.close()
    return LeftBehind(accepted, unsaved)
