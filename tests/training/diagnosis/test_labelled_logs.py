"""Nineteen real logs labelled by eye and six runs with one planted fault: the right verdict, no wrong one beside it."""

from __future__ import annotations

import json

import pytest

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.metrics import EVAL_LOSS
from tests.training.diagnosis.labelled import EXPECTED, LOGS, growing, path_of, read

pytestmark = pytest.mark.skipif(
    not LOGS.is_dir(), reason="the labelled logs (../shared/data/logs) are not here"
)
_FEW = 40
"""Moments at which a growing log is diagnosed, beside every evaluation."""


def test_every_labelled_log_is_tested() -> None:
    with (LOGS / "LABELS.jsonl").open() as file:
        labelled = [json.loads(line)["file"] for line in file]
    planted = [
        str(path.parent.relative_to(LOGS)) for path in LOGS.glob("trainproof_gallery/*/trainer_state.json")
    ]
    assert len(labelled) == 19
    assert len(planted) == 6
    for name in labelled + planted:
        assert sum(name.startswith(known) for known in EXPECTED) == 1, name


@pytest.mark.parametrize("name", EXPECTED)
def test_the_right_verdicts_and_no_wrong_warning(name: str) -> None:
    must, may = EXPECTED[name]
    diagnosis = diagnose(read(path_of(name)))
    said = [verdict.code for verdict in diagnosis.verdicts]
    assert must <= set(said)
    assert len(said) == len(set(said)), "a code stands twice"
    loud = {verdict.code for verdict in diagnosis.verdicts if verdict.severity != "info"}
    assert loud <= must | may
    assert ("healthy" in must) == ("healthy" in said)
    if "healthy" in must:
        assert not loud


@pytest.mark.parametrize("name", EXPECTED)
def test_no_wrong_warning_while_the_run_is_watched(name: str) -> None:
    must, may = EXPECTED[name]
    path = path_of(name)
    total = sum(1 for _ in growing(path))
    seen: set[str] = set()
    evaluations = 0
    for index, run in enumerate(growing(path)):
        if index % max(1, total // _FEW) and run.count(EVAL_LOSS) == evaluations:
            continue
        evaluations = run.count(EVAL_LOSS)
        seen |= {verdict.code for verdict in diagnose(run).verdicts if verdict.severity != "info"}
    assert seen <= must | may


def test_the_best_step_and_severity_of_each_overfitting_run() -> None:
    found = {}
    for name, (must, _) in EXPECTED.items():
        if "overfitting" in must and not name.startswith("wandb"):
            verdict = next(
                each for each in diagnose(read(path_of(name))).verdicts if each.code == "overfitting"
            )
            found[name.rpartition("__")[2]] = (verdict.severity, verdict.evidence["best_step"])
    assert found == {
        "Franmartin09": ("warning", 490.0),  # its accuracy is higher at the end than at the least loss
        "aigoncharov": ("critical", 401.0),
        "xueh88401-web": ("warning", 4500.0),
        "run-20240214_191836": ("critical", 1750.0),
        "run-20240214_195452": ("critical", 1250.0),
        "trainproof_gallery/overfit": ("critical", 30.0),
    }


def test_named_sets_are_no_missing_validation_but_a_remark() -> None:
    verdicts = {each.code: each for each in diagnose(read(path_of("hf_state__aigoncharov"))).verdicts}
    assert verdicts["no-validation"].severity == "info"
    sets = verdicts["overfitting"].evidence["sets"]
    assert isinstance(sets, list)
    assert len(sets) == 6
    assert all(each["overfitting"] and each["rise"] > 1 for each in sets)


def test_a_summary_tells_by_its_gap_alone() -> None:
    verdict = diagnose(read(path_of("wandb_summary"))).verdicts[0]
    assert (verdict.code, verdict.sure) == ("overfitting", "likely")
    assert verdict.evidence["ratio"] == pytest.approx(41.3, abs=0.1)


def test_a_high_loss_that_will_not_fall_points_at_the_labels() -> None:
    verdict = next(
        each
        for each in diagnose(read(path_of("trainproof_gallery/bad_labels"))).verdicts
        if each.code == "underfitting"
    )
    assert "LBL" in verdict.advice
