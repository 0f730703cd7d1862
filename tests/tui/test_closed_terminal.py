"""A terminal that goes away takes the app with it, also where nobody tells the app."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import ptyprocess
import pytest

from ftui.tui.themed_app import HANGUP
from tests.tui.terminal import ROOT, SCRIPT

OFTEN = """
from ftui.tui import themed_app
themed_app._LOOK_FOR_TERMINAL = 0.1
"""
ROW = '{"instruction": "Say it.", "input": "", "output": "It."}\n'


@pytest.mark.parametrize("told", [True, False], ids=["SIGHUP", "nohup"])
def test_the_app_ends_with_its_terminal(tmp_path: Path, told: bool) -> None:
    data = tmp_path / "train.jsonl"
    data.write_text(ROW * 3)
    environment = os.environ | {
        "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path),
    }  # fmt: skip
    app = ptyprocess.PtyProcess.spawn(
        [sys.executable, "-c", OFTEN + SCRIPT, str(data), "on"],
        env=environment,
        preexec_fn=None if told else lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    drawn = b""
    while b"Say it" not in drawn:
        drawn += app.read(4096)
    app.fileobj.close()  # not app.close(): that sends signals of its own
    app.closed = True
    _, status = os.waitpid(app.pid, 0)
    assert os.waitstatus_to_exitcode(status) in ((-signal.SIGHUP, HANGUP) if told else (HANGUP,))
