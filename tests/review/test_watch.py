"""Watching a folder: a checkpoint is sampled once, when all of it is there, on a page of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.settings import ReviewModel
from ftui.review.sampling import watch as watching
from ftui.review.sampling.job_events import Finished
from ftui.review.sampling.watch import Following, Watch, model_of
from ftui.review.store import ReviewStore
from tests.review.adapters import write_adapter


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    made = ReviewStore.create(tmp_path / "review")
    yield made
    made.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any file that says so is a checkpoint: what the guard looks at has tests of its own."""

    def model_of(path: Path, name: str, base: ReviewModel | None) -> ReviewModel:
        if not path.read_bytes().startswith(b"whole"):
            raise FtuiError(f"{path}: the file is cut")
        return ReviewModel(name, gguf=path)

    monkeypatch.setattr(watching, "model_of", model_of)


def write(path: Path, text: str = "whole") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@dataclass
class Trainer:
    """Writes files between the looks of a watch, and notes what is sampled."""

    folder: Path
    store: ReviewStore
    pages: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    cancelled_at: str = ""
    empty_at: str = ""

    def sample(self, model: ReviewModel, page: str) -> Finished:
        self.pages.append(page)
        empty = (model.name,) if page == self.empty_at else ()
        return Finished(1, 1, page == self.cancelled_at, {}, empty)

    def follow(self, *looks: object) -> None:
        """Look once before and after each of the callables, and then end."""
        steps = iter(looks)

        def wait(seconds: float) -> bool:
            step = next(steps, None)
            if callable(step):
                step()
            return step is None

        def sha256(path: Path) -> str:
            return hashlib.sha256(path.read_bytes()).hexdigest()

        watch = Watch(self.folder, self.store)
        Following(watch, "tuned", None, sha256, self.sample, self.told.append).follow(wait)


def nothing() -> None:
    return None


@pytest.fixture
def trainer(out: Path, store: ReviewStore) -> Trainer:
    return Trainer(out, store)


def test_checkpoints_that_are_there_come_in_the_order_of_their_steps(trainer: Trainer) -> None:
    for name in ("step-100", "step-20", "checkpoint-3/adapter", "final"):
        write(trainer.folder / f"{name}.gguf", f"whole {name}")
    write(trainer.folder / "model-00002-of-00002.gguf")
    write(trainer.folder / "model-00001-of-00002.gguf", "whole parts")
    write(trainer.folder / "notes.txt")
    write(trainer.folder / ".hidden.gguf")
    trainer.follow(nothing)
    assert trainer.pages == ["final", "model-00001-of-00002", "checkpoint-3/adapter", "step-20", "step-100"]


def test_a_file_that_still_grows_is_waited_for(trainer: Trainer) -> None:
    path = trainer.folder / "step-1.gguf"

    def grow() -> None:
        assert trainer.pages == []
        write(path, "whole" + path.read_text() if path.exists() else "whole")

    trainer.follow(grow, grow, grow, nothing)
    assert trainer.pages == ["step-1"]


def test_a_file_that_stands_still_but_is_cut_is_told_once_and_taken_when_it_is_whole(
    trainer: Trainer,
) -> None:
    path = write(trainer.folder / "step-1.gguf", "cut")
    trainer.follow(nothing, nothing, nothing, lambda: write(path, "whole"), nothing, nothing)
    assert trainer.pages == ["step-1"]
    assert len(trainer.told) == 1
    assert "is cut; it is looked at again when it changes" in trainer.told[0]


def test_what_was_sampled_is_not_sampled_again_after_a_restart(trainer: Trainer) -> None:
    write(trainer.folder / "step-1.gguf", "whole 1")
    trainer.follow(nothing)
    write(trainer.folder / "step-2.gguf", "whole 2")
    trainer.follow(nothing)
    assert trainer.pages == ["step-1", "step-2"]


def test_a_checkpoint_that_was_interrupted_goes_on_on_its_page(trainer: Trainer) -> None:
    write(trainer.folder / "step-1.gguf", "whole 1")
    write(trainer.folder / "step-2.gguf", "whole 2")
    trainer.cancelled_at = "step-1"
    trainer.follow(nothing)
    assert trainer.pages == ["step-1"]
    trainer.cancelled_at = ""
    trainer.follow(nothing)
    assert trainer.pages == ["step-1", "step-1", "step-2"]


def test_a_file_that_is_written_over_has_a_page_for_each_content(trainer: Trainer) -> None:
    path = trainer.folder / "best.gguf"
    trainer.follow(
        lambda: write(path, "whole 1"), nothing, lambda: write(path, "whole 22"), nothing,
        lambda: shutil.copy(path, trainer.folder / "last.gguf"), nothing,
    )  # fmt: skip
    assert trainer.pages == ["best", "best #2"], "a copy of what is done is no other checkpoint"


def test_files_and_folders_that_vanish_are_survived(trainer: Trainer) -> None:
    path = write(trainer.folder / "step-1.gguf")
    aside = trainer.folder.with_name("aside")
    trainer.follow(
        path.unlink, nothing, lambda: trainer.folder.rename(aside), nothing, lambda: aside.rename(trainer.folder),
        lambda: write(trainer.folder / "step-2.gguf"), nothing,
    )  # fmt: skip
    assert (trainer.pages, trainer.told) == (["step-2"], [])


def test_a_file_that_vanishes_after_it_was_found_is_survived(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(trainer.folder / "step-1.gguf", "whole 1")
    write(trainer.folder / "step-2.gguf", "whole 2")

    def gone(checkpoint: Path, name: str, base: ReviewModel | None) -> ReviewModel:
        path.unlink(missing_ok=True)
        if not checkpoint.exists():
            raise FtuiError(f"{checkpoint}: no such file")
        return ReviewModel(name, gguf=checkpoint)

    monkeypatch.setattr(watching, "model_of", gone)
    trainer.follow(nothing)
    assert (trainer.pages, trainer.told) == (["step-2"], [])


def test_a_checkpoint_that_gives_nothing_is_tried_again_only_when_it_changes(trainer: Trainer) -> None:
    path = write(trainer.folder / "step-1.gguf", "whole 1")
    trainer.empty_at = "step-1"
    trainer.follow(nothing, nothing, nothing)
    assert trainer.pages == ["step-1"]
    os.utime(path, ns=(1, 1))
    trainer.follow(nothing)
    assert trainer.pages == ["step-1", "step-1"]


def test_a_link_to_a_folder_is_not_followed(trainer: Trainer) -> None:
    (trainer.folder / "loop").symlink_to(trainer.folder)
    write(trainer.folder / "step-1.gguf")
    trainer.follow(nothing)
    assert trainer.pages == ["step-1"]


def test_a_name_that_is_no_text_is_a_page_that_can_be_stored(trainer: Trainer) -> None:
    write(Path(os.fsdecode(os.fsencode(trainer.folder) + b"/step-\xff1.gguf")))
    trainer.follow(nothing)
    assert trainer.pages == ["step-�1"]


def test_an_adapter_goes_on_its_base_and_a_model_by_itself(smol: Path, tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "step-1.gguf")
    base = ReviewModel("base", gguf=smol)
    assert model_of(adapter, "tuned", base) == ReviewModel("tuned", gguf=smol, adapter=adapter)
    assert model_of(smol, "tuned", None) == ReviewModel("tuned", gguf=smol)
    with pytest.raises(FtuiError) as caught:
        model_of(adapter, "tuned", None)
    assert "--model base=FILE.gguf" in caught.value.hint


@pytest.mark.parametrize("kept", [0, 3, 100, 2000, -1])
def test_a_checkpoint_of_which_a_part_is_there_is_none(smol: Path, tmp_path: Path, kept: int) -> None:
    adapter = write_adapter(tmp_path / "step-1.gguf")
    adapter.write_bytes(adapter.read_bytes()[:kept])
    with pytest.raises(FtuiError, match="step-1"):
        model_of(adapter, "tuned", ReviewModel("base", gguf=smol))
