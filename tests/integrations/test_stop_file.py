"""The stop file as a training loop sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ftui.integrations.stop_file import StopFile, stop_requested


def test_a_hand_written_loop_stops_when_the_file_is_there(tmp_path: Path) -> None:
    assert not stop_requested(tmp_path / "stop")
    (tmp_path / "stop").touch()
    assert stop_requested(str(tmp_path / "stop"))


def test_what_lay_there_before_the_run_stops_nothing_until_it_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "stop"
    path.write_text("of the run before")
    stop = StopFile(path)
    assert not stop.requested()
    path.write_text("of this run, and longer")
    assert stop.requested()


def test_the_file_of_an_earlier_run_is_renamed_so_that_a_new_one_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "stop"
    path.write_text("of the run before")
    stop = StopFile(path)
    aside = stop.set_aside()
    assert aside is not None
    assert aside.read_text() == "of the run before"
    assert not path.exists()
    assert not stop.requested()
    path.write_text("of the run before")  # the same text for this run counts
    assert stop.requested()


def test_without_an_earlier_file_nothing_is_set_aside(tmp_path: Path) -> None:
    assert StopFile(tmp_path / "no" / "stop").set_aside() is None


def test_what_the_file_says_is_one_line_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "stop"
    stop = StopFile(path)
    assert stop.text() == ""
    path.write_bytes(b'{"code":\n "overfitting"}\xff' + b"x" * 100_000)
    assert stop.text().startswith('{"code": "overfitting"}�')
    assert len(stop.text()) < 5000


def test_a_training_loop_needs_nothing_but_the_standard_library_for_it() -> None:
    code = (
        "import sys; before = set(sys.modules); import ftui.integrations.stop_file;"
        "print(sorted({n.split('.')[0] for n in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['ftui']"
