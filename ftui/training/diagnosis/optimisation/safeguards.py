"""What a run's own configuration leaves out: clipped gradients, mixed precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import flag, number
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftui.training.diagnosis.inputs import Inputs

_CLIPPING = ("max_grad_norm", "gradient_clipping", "gradient_clip_val", "clip_grad_norm")
_OFF = frozenset(("", "none", "null", "false", "no", "~"))
_LOW = ("bf16", "fp16", "bfloat16", "float16", "half", "16", "8bit", "4bit", "fp8")


def _clipping(inputs: Inputs) -> Said:
    config = inputs.config
    named = [name for name in _CLIPPING if name in config]
    if not named:
        yield NotJudged("no-clipping", "no configuration of the run tells whether gradients are clipped")
        return
    if any(number(config, name) for name in named):
        return
    if not all(number(config, name) == 0 or _is_off(config[name]) for name in named):
        yield NotJudged("no-clipping", f"{named[0]} is {str(config[named[0]])[:40]!r}, which may be anything")
        return
    yield Verdict(
        "no-clipping",
        "info",
        f"gradients are not clipped: {named[0]} is {config[named[0]]}",
        sure="certain",
        advice="max_grad_norm 1.0 is usual; it does nothing while gradients are small, and bounds the"
        " step of one bad batch.",
        evidence={"setting": named[0], "value": str(config[named[0]])[:40]},
    )


def _is_off(value: object) -> bool:
    return value is None or value is False or (isinstance(value, str) and value.strip().lower() in _OFF)


def _precision(inputs: Inputs) -> Said:
    config = inputs.config
    code = "no-mixed-precision"
    told = [flag(config, name) for name in ("bf16", "fp16")]
    named = next(
        (str(config[n]).lower() for n in ("mixed_precision", "precision", "dtype") if config.get(n)), ""
    )
    if True in told or any(low in named for low in _LOW):
        return
    if told.count(False) < 2 and not named:
        yield NotJudged(code, "no configuration of the run tells its precision")
        return
    if _weights_are_low(config):
        return
    device = _on_gpu(config)
    if device is None:
        yield NotJudged(code, "the configuration does not tell whether the run is on a GPU")
    elif device:
        yield Verdict(
            code,
            "info",
            "the run is on a GPU in full precision: "
            + (f"precision is {named[:40]}" if named else "bf16 and fp16 are both off"),
            sure="likely",
            advice="bf16 takes half the memory and is two to three times as fast where the GPU has it;"
            " fp16 needs loss scaling.",
            evidence={"bf16": told[0], "fp16": told[1], "precision": named[:40] or None},
        )


def _weights_are_low(config: Mapping[str, object]) -> bool:
    """Loaded in 16 bits or quantised: nothing is mixed, and nothing is full either."""
    if flag(config, "load_in_4bit", "load_in_8bit", "pure_bf16", "fp8"):
        return True
    kinds = str(config.get("torch_dtype", "")) + str(config.get("quantization_bit", ""))
    return any(low in kinds.lower() for low in (*_LOW, "4", "8"))


def _on_gpu(config: Mapping[str, object]) -> bool | None:
    device = str(config.get("device", "")).lower()
    if flag(config, "use_cpu", "no_cuda") or device.startswith(("cpu", "mps")):
        return False
    if device.startswith("cuda") or (number(config, "n_gpu", "_n_gpu", "num_gpus") or 0) > 0:
        return True
    if flag(config, "tf32") or config.get("deepspeed") or config.get("fsdp"):
        return True
    return None


CLIPPING = Rule(
    "no-clipping",
    "Gradients not clipped",
    "One bad batch with a huge gradient can undo hours of training; a bound on the norm costs nothing.",
    "max_grad_norm 1.0.",
    "Pascanu et al. 2013, arXiv 1211.5063; said only where the run's own configuration says so",
    _clipping,
)
PRECISION = Rule(
    "no-mixed-precision",
    "No mixed precision",
    "Full precision on a GPU takes twice the memory and two to three times the time for no better model.",
    "bf16: true, where the GPU has it.",
    "Micikevicius et al. 2017, arXiv 1710.03740; said only where the run's own configuration says so",
    _precision,
)
