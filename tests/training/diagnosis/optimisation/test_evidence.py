"""What every rule of this room says of broken runs can be written as JSON and fits a line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from ftui.training.run import Run
from tests.training.diagnosis.making_runs import run_of
from tests.training.diagnosis.optimisation.curves import INF, NAN, cosine, falling, noisy, training

LOSS = falling(200)


def _runs() -> dict[str, tuple[Run, Context, float | None]]:
    config = Context(config={"max_grad_norm": 0, "bf16": False, "fp16": False, "_n_gpu": 1, "lora_r": 8})
    spikes = [3.4 if index in (150, 160, 170, 180) else value for index, value in enumerate(LOSS)]
    hot = [2.0, 2.1, *noisy([8.0] * 198, 0.05)]
    stalled = training(LOSS)
    stalled.arrivals.extend(range(20))
    return {
        "non-finite": (training([*LOSS, NAN], norm=[INF, *[1.0] * 199]), Context(), None),
        "diverging": (training(hot, [1e-3] * 200, total=200), Context(), None),
        "lr-too-high": (training(hot, [1e-3] * 200, total=200), Context(), None),
        "spike": (training(spikes, cosine(200), norm=[1.0] * 200), Context(), None),
        "lr-too-low": (training(noisy([2.0] * 60, 0.02), cosine(60, 1e-7)), config, None),
        "lr-zero": (training(noisy([2.0] * 60, 0.02), [0.0] * 60), Context(), None),
        "no-warmup": (training(hot, [1e-3] * 200, total=200), Context(), None),
        "gradient-explosion": (
            training(noisy([2.0] * 200, 0.02), norm=np.geomspace(0.5, 50, 200).tolist()),
            config,
            None,
        ),
        "batch-too-small": (training(noisy([2.0] * 60, 0.3)), Context(), None),
        "no-clipping": (training(LOSS), config, None),
        "no-mixed-precision": (training(LOSS), config, None),
        "summed-loss": (run_of([16.0, 14.0, 12.0, 11.0], [1.0, 0.875, 0.75, 0.6875]), Context(), None),
        "stalled": (stalled, Context(), 500.0),
        "throughput-drop": (
            training(LOSS, tokens_per_second=[*[9.0] * 120, *[4.0] * 80]),
            Context(),
            None,
        ),
    }


@pytest.mark.parametrize("code", list(_runs()))
def test_evidence_is_json_and_the_message_a_line(code: str) -> None:
    run, context, now = _runs()[code]
    verdict = {each.code: each for each in diagnose(run, context, now=now).verdicts}[code]
    assert json.loads(json.dumps(verdict.evidence, allow_nan=False)) == verdict.evidence
    assert type(verdict.since_step) in (float, type(None))
    assert "\n" not in verdict.message
    assert len(verdict.message) < 220
    assert verdict.advice
