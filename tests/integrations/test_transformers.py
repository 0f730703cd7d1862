"""The callbacks in the real Trainer, on a tiny model with random weights, on the CPU."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from ftui.training.following.follow import Follower
from tests.integrations.tiny_run import tiny_trainer
from tests.integrations.training_libraries import needs_transformers

if TYPE_CHECKING:
    from ftui.integrations.transformers import FtuiCallback

pytestmark = [needs_transformers, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
NAN = {"learning_rate": 1e6, "max_grad_norm": 1e9, "logging_nan_inf_filter": False}
OVERFITS = {"learning_rate": 3e-3, "num_train_epochs": 40}


def ours(**given: Any) -> FtuiCallback:
    from ftui.integrations.transformers import FtuiCallback

    return FtuiCallback(**{"strict": True, "every": 0.0, **given})


def test_an_overfitting_run_is_stopped_and_told_its_best_checkpoint(tmp_path: Path) -> None:
    alerts: list[Any] = []
    callback = ours(on_alert=alerts.append)
    saving = {"save_strategy": "steps", "save_steps": 16, "save_only_model": True}
    trainer = tiny_trainer(tmp_path, (callback,), **OVERFITS, **saving)
    trainer.train()
    assert trainer.state.global_step < trainer.state.max_steps
    assert callback.stopped_by is not None
    assert callback.stopped_by.startswith("overfitting: ")
    (alert,) = [a for a in alerts if a.verdict.code == "overfitting" and a.verdict.severity == "critical"]
    losses = {e["step"]: e["eval_loss"] for e in trainer.state.log_history if "eval_loss" in e}
    assert alert.verdict.evidence["best_step"] == min(losses, key=losses.__getitem__)
    assert "checkpoint-16" in json.dumps(dict(alert.verdict.evidence), default=str) + alert.verdict.advice


@pytest.mark.parametrize("settings", [OVERFITS | {"num_train_epochs": 12}, NAN], ids=["overfits", "nan"])
def test_the_verdicts_are_those_of_reading_the_state_file_afterwards(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    callback = ours(stop_on=())
    trainer = tiny_trainer(tmp_path, (callback,), **settings)
    trainer.train()
    trainer.save_state()
    assert callback.live is not None
    read = Follower(tmp_path / "trainer_state.json")
    while not read.caught_up:
        read.poll()
    read.finish()
    context = Context(config=callback.live.run.facts.config)
    assert callback.diagnosis == diagnose(read.run, context)
    assert callback.diagnosis.verdicts


def test_a_loss_that_is_no_number_stops_the_run_at_its_first_log(tmp_path: Path) -> None:
    callback = ours()
    trainer = tiny_trainer(tmp_path, (callback,), **NAN)
    trainer.train()
    assert callback.stopped_by is not None
    assert callback.stopped_by.startswith("non-finite: ")
    assert trainer.state.global_step <= 8


def test_a_healthy_run_comes_to_its_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    callback = ours()
    trainer = tiny_trainer(tmp_path, (callback,), max_steps=24, learning_rate=1e-4)
    trainer.train()
    assert trainer.state.global_step == 24
    assert callback.stopped_by is None
    assert "ftui: stopping" not in capfd.readouterr().err


def test_the_stop_file_stops_the_run_and_a_checkpoint_is_kept(tmp_path: Path) -> None:
    from transformers import TrainerCallback

    from ftui.integrations.transformers import StopFileCallback

    class Asks(TrainerCallback):  # type: ignore[misc]
        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.global_step == 10:
                (tmp_path / "stop").write_text('{"code": "overfitting"}')

    now = iter(range(1_000_000))
    callback = StopFileCallback(tmp_path / "stop", save=True, clock=lambda: float(next(now)))
    trainer = tiny_trainer(tmp_path / "run", (callback, Asks()))
    trainer.train()
    assert 11 <= trainer.state.global_step <= 14
    assert callback.stopped_by == f'{tmp_path / "stop"}: {{"code": "overfitting"}}'
    assert (tmp_path / "run" / f"checkpoint-{trainer.state.global_step}").is_dir()


def test_the_stop_file_of_an_earlier_run_does_not_stop_this_one(tmp_path: Path) -> None:
    from ftui.integrations.transformers import StopFileCallback

    (tmp_path / "stop").write_text("earlier")
    callback = StopFileCallback(tmp_path / "stop")
    trainer = tiny_trainer(tmp_path / "run", (callback,), max_steps=8)
    trainer.train()
    assert trainer.state.global_step == 8
    assert (tmp_path / "stop.earlier").read_text() == "earlier"


def test_a_verdict_that_stops_is_written_to_the_stop_file(tmp_path: Path) -> None:
    callback = ours(stop_file=tmp_path / "run" / "stop")
    tiny_trainer(tmp_path / "run", (callback,), **NAN).train()
    assert json.loads((tmp_path / "run" / "stop").read_text())["code"] == "non-finite"


def test_a_resumed_run_is_judged_with_what_came_before(tmp_path: Path) -> None:
    saving = {"save_strategy": "steps", "save_steps": 16}
    tiny_trainer(tmp_path, **saving, max_steps=24).train()
    callback = ours(stop_on=())
    trainer = tiny_trainer(tmp_path, (callback,), **saving, max_steps=48)
    trainer.train(resume_from_checkpoint=str(tmp_path / "checkpoint-16"))
    assert callback.live is not None
    assert list(callback.live.run.curve("train/loss").step) == list(range(4, 49, 4))
    assert callback.live.run.facts.total_steps == 48


def test_one_callback_sees_several_runs_one_after_another(tmp_path: Path) -> None:
    callback = ours()
    tiny_trainer(tmp_path, (callback,), **NAN).train()
    assert callback.stopped_by is not None
    trainer = tiny_trainer(tmp_path, (callback,), max_steps=16, learning_rate=1e-4)
    trainer.train()
    assert callback.stopped_by is None
    assert trainer.state.global_step == 16


def test_an_evaluation_after_training_judges_but_stops_nothing(tmp_path: Path) -> None:
    callback = ours()
    trainer = tiny_trainer(tmp_path, (callback,), max_steps=8, learning_rate=1e-4)
    trainer.train()
    trainer.evaluate()
    assert not trainer.control.should_training_stop or trainer.state.global_step == 8
    assert callback.stopped_by is None


def test_a_fault_of_ours_is_warned_of_once_and_training_goes_on(tmp_path: Path) -> None:
    def broken(alert: Any) -> None:
        raise ZeroDivisionError("a fault in a person's own function")

    callback = ours(on_alert=broken, stop_on=(), strict=False)
    trainer = tiny_trainer(tmp_path, (callback,), **NAN)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trainer.train()
    assert trainer.state.global_step == trainer.state.max_steps
    told = [str(each.message) for each in caught if each.category is RuntimeWarning]
    assert len([text for text in told if "ZeroDivisionError" in text]) == 1


def test_a_fault_of_ours_is_raised_where_that_is_asked_for(tmp_path: Path) -> None:
    def broken(alert: Any) -> None:
        raise ZeroDivisionError("a fault in a person's own function")

    trainer = tiny_trainer(tmp_path, (ours(on_alert=broken),), **NAN)
    with pytest.raises(ZeroDivisionError):
        trainer.train()


@pytest.mark.parametrize("way", ["file", "verdict"])
def test_two_processes_stop_after_the_same_step(tmp_path: Path, way: str) -> None:
    launched = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    command = [*launched, "-m", "tests.integrations.two_processes", str(tmp_path), way]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (json.loads((tmp_path / f"rank-{rank}.json").read_text()) for rank in (0, 1))
    assert first["world"] == 2
    assert first["step"] == second["step"] > 0
    assert ("non-finite" if way == "verdict" else "enough") in first["stopped_by"]
    assert done.stderr.count("ftui: stopping after step") == 1
