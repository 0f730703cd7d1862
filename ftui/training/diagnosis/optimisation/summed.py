"""Says that the training loss is a sum over accumulation steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.training.diagnosis.summed_loss import summed_factor
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs

CODE = "summed-loss"


def _judge(inputs: Inputs) -> Said:
    if not len(inputs.train.finite()) or not len(inputs.evaluation.finite()):
        yield NotJudged(CODE, "it takes both a training and a validation loss")
        return
    factor = summed_factor(inputs)
    if factor is None:
        return
    yield Verdict(
        CODE,
        "info",
        f"training loss is {factor:.3g} times the validation loss throughout: summed over accumulation steps"
        f" (about {round(factor)}), not a gap between the two",
        sure="likely",
        advice="Divide it by gradient_accumulation_steps before comparing; newer versions of the trainer log the mean.",
        evidence={"factor": factor},
    )


RULE = Rule(
    CODE,
    "Summed training loss",
    "Some versions of trainers log the sum of the loss over gradient accumulation steps: it"
    " looks like a model that is far worse on its training rows than on others, and is only another unit.",
    "Divide it by gradient_accumulation_steps before comparing.",
    "huggingface/transformers 4.46 (loss not averaged over accumulation); a real run with a sum of 16",
    _judge,
)
