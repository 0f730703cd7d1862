"""The splits of a dataset as the table shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ftui.tui.desk.order import FileOrder

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset, SplitView


class Split(NamedTuple):
    """One split: its runs of rows, in one file or several."""

    name: str
    views: tuple[SplitView, ...]
    dataset: Dataset

    @property
    def files(self) -> list[int]:
        """The numbers of its files, in order."""
        return list(dict.fromkeys(view.file for view in self.views))

    @property
    def total(self) -> str:
        """Its rows so far, with a `+` while its files are still being read."""
        complete = all(self.dataset.documents[file].complete for file in self.files)
        return f"{len(self.order()):,}" + ("" if complete else "+")

    def order(self) -> FileOrder:
        """Its rows as they stand in the files."""
        documents = self.dataset.documents
        return FileOrder([(view.file, documents[view.file].order(view.section)) for view in self.views])


def splits_of(dataset: Dataset) -> list[Split]:
    """The splits known so far, runs of one name together, in the order in which they appear."""
    named: dict[str, list[SplitView]] = {}
    for view in dataset.splits:
        named.setdefault(view.name, []).append(view)
    return [Split(name, tuple(views), dataset) for name, views in named.items()]
