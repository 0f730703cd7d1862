"""no-early-stopping: the run is evaluated, but nothing stops it and nothing keeps its best checkpoint."""

from __future__ import annotations

from ftui.training.diagnosis.config_values import flag
from ftui.training.diagnosis.inputs import ENDED, Inputs
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
    if _ended_early(inputs):
        return
    epochs = inputs.run.facts.total_epochs or inputs.epochs
    if epochs is None or epochs < inputs.limit(CODE, "epochs"):
        return
    yield Verdict(
        CODE,
        "info",
        f"{_length(inputs, epochs)} with evaluations, and nothing that stops the run or keeps its best checkpoint",
        None,
        "likely",
        _ADVICE,
        {"epochs": epochs, "evaluations": max(len(curve) for curve in inputs.evaluations.values())},
    )


def _ended_early(inputs: Inputs) -> bool:
    """Whether something did stop the run: it says that it is over, well before its planned end."""
    facts, run = inputs.run.facts, inputs.run
    if not facts.finished:
        return False
    if facts.total_steps and run.last_step is not None:
        return run.last_step < ENDED * facts.total_steps
    return bool(
        facts.total_epochs and run.last_epoch is not None and run.last_epoch < ENDED * facts.total_epochs
    )


def _length(inputs: Inputs, epochs: float) -> str:
    done = inputs.epochs
    if done is None or done >= ENDED * epochs:
        return f"{epochs:.3g} epochs"
    return f"{done:.3g} of {epochs:g} planned epochs"


RULE = Rule(
    CODE,
    "No early stopping",
    "Evaluations that nobody acts on cost time and save nothing: what is kept is the last checkpoint, not the best.",
    _ADVICE,
    "Prechelt 1998, Early Stopping - But When?",
    judge,
    {"epochs": Threshold(3.0, "epochs from which stopping early matters", 0.0, 1e6)},
)
