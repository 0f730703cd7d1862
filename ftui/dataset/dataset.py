"""The files of one session: those named on the command line, or those of the project, as named splits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ftui.dataset.document import Document
from ftui.dataset.formats import COMPRESSION_SUFFIXES, DATA_SUFFIXES
from ftui.dataset.formats.base import Section
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.project.split_names import usual_split

_FILE_LINE = re.compile(r"(?P<path>.+):(?P<line>[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class SplitView:
    """One run of rows of a split; a split in several files has one a file."""

    name: str
    file: int
    section: Section


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of which nothing could be read, and why."""

    path: Path
    error: FtuiError


class Dataset:
    """The documents of one session, in the order in which they were named."""

    def __init__(self, documents: Sequence[Document], project: Project) -> None:
        self.documents = list(documents)
        self.project = project
        self.goto: tuple[int, int] | None = None
        """(file, line) from `FILE:LINE`."""
        self.unreadable: list[Unreadable] = []
        """Files of which nothing could be read, where others could."""

    @classmethod
    def open(
        cls, paths: Sequence[str | Path], project: Project, bases: Mapping[str, str] | None = None
    ) -> Dataset:
        """Open files, `FILE:LINE`, folders, or (no path) the splits of the project.

        `bases` names, for a path, other bytes to read as that file: what the session has open.
        Raises FtuiError when no file at all can be read.
        """
        dataset = cls([], project)
        seen: dict[str, int] = {}
        for path, line in _targets(paths, project):
            real = os.path.realpath(path)
            if real not in seen:
                try:
                    base = (bases or {}).get(str(path.absolute()))
                    shown = display_path(path, project)
                    document = Document.open(path, project, shown, Path(base) if base else None)
                except FtuiError as error:
                    dataset.unreadable.append(Unreadable(path, error))
                    continue
                seen[real] = len(dataset.documents)
                dataset.documents.append(document)
            if line and dataset.goto is None:
                dataset.goto = (seen[real], line)
        if not dataset.documents:
            raise dataset.unreadable[0].error
        return dataset

    @property
    def root(self) -> Path:
        """The folder whose .ftui/ keeps what people do to these files: the project's, else that of the first file."""
        return self.project.root if self.project.config else self.documents[0].path.parent

    @property
    def splits(self) -> list[SplitView]:
        """The splits known so far: named by the project, else the section, else by the file's name."""
        return [
            SplitView(self._split_name(document, section), file, section)
            for file, document in enumerate(self.documents)
            for section in document.sections
        ]

    def close(self) -> None:
        """Close every file."""
        for document in self.documents:
            document.close()

    def _split_name(self, document: Document, section: Section) -> str:
        for name, paths in self.project.splits.items():
            if any(os.path.realpath(path) == os.path.realpath(document.path) for path in paths):
                return f"{name} {section.name}" if section.name and len(document.sections) > 1 else name
        if section.name:
            # Only a whole word: `oos_train` beside `train` is a split of its own.
            return (usual_split(section.name) if section.name.isalpha() else None) or section.name
        return guess_split(document.path)


def guess_split(path: Path) -> str:
    """The split that a file's name speaks of (`my_train-v2.jsonl`: train), else its stem."""
    stem = path.name
    while (suffix := Path(stem).suffix).lower() in (*DATA_SUFFIXES, *COMPRESSION_SUFFIXES):
        stem = stem[: -len(suffix)]
    return usual_split(stem) or stem


def data_files(folder: Path) -> list[Path]:
    """The data files of a folder by name, hidden ones left out; of its subfolders where it has none."""
    try:
        entries = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise FtuiError(f"{folder}: {error.strerror}", "name a folder that can be read") from error
    files = [path for path in entries if path.is_file() and is_data(path)]
    if files:
        return files
    return [
        file for entry in entries if entry.is_dir() and not entry.is_symlink() for file in data_files(entry)
    ]


def is_data(path: Path) -> bool:
    """Whether a name ends as data files do."""
    name = path.name.lower()
    for packed in COMPRESSION_SUFFIXES:
        name = name.removesuffix(packed)
    return name.endswith(DATA_SUFFIXES)


def display_path(path: Path, project: Project) -> str:
    """A path as reports show it: relative to the project, else to this folder where below it."""
    absolute = path.absolute()
    for root in (project.root.absolute(), Path.cwd()):
        if absolute.is_relative_to(root):
            return str(absolute.relative_to(root))
    return str(path)


def _targets(paths: Sequence[str | Path], project: Project) -> Iterator[tuple[Path, int | None]]:
    """The files to open, each with its line where one was named."""
    if not paths:
        named = [(path, None) for files in project.splits.values() for path in files]
        if not named:
            raise FtuiError(
                "no files to open", "name a file or folder, or run `ftui init` in the project's folder"
            )
        yield from named
    for given in paths:
        path = Path(given)
        match = None if path.exists() else _FILE_LINE.fullmatch(str(given))
        if match and Path(match["path"]).exists():
            yield Path(match["path"]), int(match["line"])
        elif path.is_dir():
            files = data_files(path)
            if not files:
                raise FtuiError(
                    f"{path}: no data files in this folder", f"looked for {', '.join(DATA_SUFFIXES)}"
                )
            yield from ((file, None) for file in files)
        else:
            yield path, None
