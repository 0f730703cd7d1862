"""no-early-stopping: the run is evaluated, but nothing stops it and nothing keeps its best checkpoint."""

from __future__ import annotations

from ftui.training.diagnosis.config_values import flag
from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

CODE = "no-early-stopping"
_KEEPS_BEST = ("load_best_model_at_end", "save_best_only", "restore_best_weights")
_STOPS = (
    "early_stopping_patience",
    "early_stopping",
    "early_stopping_threshold",
    "patience",
    "EarlyStoppingCallback",
)
_TRAINER = (
    "eval_strategy",
    "evaluation_strategy",
    "eval_steps",
    "num_train_epochs",
    "num_epochs",
    "max_steps",
)
_ADVICE = (
    "Set load_best_model_at_end and an EarlyStoppingCallback, or let ftui stop it: --stop-file, or the callback of"
    " ftui.integrations.transformers."
)


def judge(inputs: Inputs) -> Said:
    """A remark where the run's own configuration is known and holds neither; else what is missing to tell."""
    if not inputs.evaluations or inputs.context.early_stopping or inputs.run.facts.best_checkpoint:
        return
    config = inputs.config
    if any(flag(config, name) for name in _KEEPS_BEST) or any(config.get(name) for name in _STOPS):
        return
    if inputs.context.early_stopping is None and not any(
        name in config for name in (*_TRAINER, *_KEEPS_BEST)
    ):
        yield NotJudged(CODE, "the run's configuration is not known: set [training] config")
        return
    epochs = inputs.run.facts.total_epochs or inputs.epochs
    if epochs is None or epochs < inputs.limit(CODE, "epochs"):
        return
    yield Verdict(
        CODE,
        "info",
        f"{epochs:g} epochs with evaluations, and nothing that stops the run or keeps its best checkpoint",
        None,
        "likely",
        _ADVICE,
        {"epochs": epochs, "evaluations": max(len(curve) for curve in inputs.evaluations.values())},
    )


RULE = Rule(
    CODE,
    "No early stopping",
    "Evaluations that nobody acts on cost time and save nothing: what is kept is the last checkpoint, not the best.",
    _ADVICE,
    "Prechelt 1998, Early Stopping - But When?",
    judge,
    {"epochs": Threshold(3.0, "epochs from which stopping early matters", 0.0, 1e6)},
)
