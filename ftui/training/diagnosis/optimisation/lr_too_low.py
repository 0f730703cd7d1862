"""A learning rate that is too low for the loss to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.optimisation.schedule import schedule
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve

CODE = "lr-too-low"
_FEWEST = 10
_STEADY = 0.7
"""A later half that falls by this share of the earlier one falls as a line, and has no bend yet."""
_SMALL_FALL = 0.15
_NOTHING = 0.0005


def _judge(inputs: Inputs) -> Said:
    loss = positive_loss(inputs, CODE, _FEWEST)
    if isinstance(loss, NotJudged):
        yield loss
        return
    rates = schedule(inputs)
    if rates is None:
        yield NotJudged(CODE, "the log has no learning rate")
        return
    adapter = _trains_adapter(inputs.config)
    name = "adapter_least" if adapter or adapter is None else "full_least"
    usual = inputs.limit(CODE, name)
    if not 0 < rates.peak < usual or (
        rates.warmed_up and not inputs.ended and _still_rising(inputs, rates.peak_step)
    ):
        return
    fall, later = _falls(loss)
    still = fall < inputs.limit(CODE, "fall")
    if not still and not (fall < _SMALL_FALL and later >= _STEADY):
        return
    what = {True: "for an adapter", False: "for all weights", None: "for an adapter (all weights need less)"}[
        adapter
    ]
    hardly = f"hardly fell ({100 * fall:.1f} %)" if fall > _NOTHING else "did not fall"
    moved = hardly if still else f"falls slowly to the end ({100 * fall:.1f} %)"
    yield Verdict(
        CODE,
        "warning" if still and adapter is not None else "info",
        f"training loss {moved} in {len(loss)} logs, at a peak learning rate of {rates.peak:.3g}, low {what}",
        since_step=None,
        sure="likely" if still and adapter is not None else "possible",
        advice="Try ten times the learning rate for a few hundred steps: usual are 1e-4 to 3e-4 for"
        " LoRA, 1e-6 to 2e-5 for all weights.",
        evidence={"peak": rates.peak, "usual_least": usual, "fall": fall, "adapter": adapter},
    )


def _trains_adapter(config: Mapping[str, object]) -> bool | None:
    """Whether only an adapter is trained; None where the configuration does not tell."""
    if number(config, "lora_r", "lora_rank", "r", "lora_alpha") or config.get("peft_type"):
        return True
    kind = config.get("finetuning_type") or config.get("adapter")
    if isinstance(kind, str) and kind:
        return kind.lower() in ("lora", "qlora", "dora", "oft", "adapter")
    return None


def _still_rising(inputs: Inputs, peak_step: float) -> bool:
    return peak_step >= 0.9 * (inputs.run.last_step or 0.0)


def _falls(loss: Curve) -> tuple[float, float]:
    """By what share the loss fell, and the fall of the later half as a share of that of the earlier."""
    import numpy as np

    part = max(3, len(loss) // 10)
    middle = len(loss) // 2
    first, last = float(np.median(loss.value[:part])), float(np.median(loss.value[-part:]))
    half = float(np.median(loss.value[max(0, middle - part // 2) :][:part]))
    if first <= 0:
        return 0.0, 0.0
    return (first - last) / first, (half - last) / (first - half) if first > half else 0.0


RULE = Rule(
    CODE,
    "Learning rate too low",
    "The loss hardly moves and the rate is below what is usual for the method: the run ends where it began.",
    "Try ten times the learning rate for a few hundred steps.",
    "usual rates: LoRA paper (Hu et al. 2021) 2e-4, QLoRA (Dettmers et al. 2023) 1e-4 to 2e-4,"
    " full fine-tuning 1e-6 to 2e-5; without those a small rate alone says nothing",
    _judge,
    {
        "adapter_least": Threshold(
            1e-5, "the least usual peak where an adapter is trained, or it is not known"
        ),
        "full_least": Threshold(1e-7, "the least usual peak where all weights are trained"),
        "fall": Threshold(0.02, "share by which the loss must have fallen to have moved", 0.0, 1.0),
    },
)
