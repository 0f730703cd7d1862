"""What a column, key or tag of a log most likely holds, and which of several candidates is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ftui.text.visible import visible
from ftui.training.metrics import EVAL_LOSS, GRAD_NORM, LEARNING_RATE, TRAIN_LOSS, canonical
from ftui.training.record import Facts

STEP, EPOCH, TIME = "step", "epoch", "time"
PLACES = (STEP, EPOCH, TIME)
"""What tells where a value stands; everything else is a metric."""
_SHOWN, _LONGEST_NAME = 12, 40
"""Columns that are named to a person, and characters of each."""
MOST_COLUMNS = 512
"""A log of more metrics than this keeps the first ones."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_NAMES: dict[str, tuple[str, ...]] = {
    STEP: _words(
        "step steps global_step train_step trainer_global_step train_global_step optimizer_step current_step "
        "current_steps training_step num_steps num_updates update updates iteration iterations iter iters n_iter "
        "it i itr batch batch_idx _step"
    ),
    EPOCH: _words("epoch epochs train_epoch trainer_epoch current_epoch ep num_epoch"),
    TIME: _words("timestamp _timestamp wall_time walltime unix_time datetime created_at date time ts"),
    TRAIN_LOSS: _words(
        "train_loss loss training_loss train_loss_step loss_train loss_step loss_training train_loss_total "
        "loss_train_total tr_loss trn_loss trainloss lm_loss total_loss train_total_loss loss_total train_ce_loss "
        "train_nll nll nll_loss cross_entropy ce_loss train_ce batch_loss mean_loss avg_loss running_loss "
        "epoch_loss train_loss_mean"
    ),
    EVAL_LOSS: _words(
        "eval_loss val_loss valid_loss validation_loss val_loss_epoch valid_loss_epoch eval_loss_epoch dev_loss "
        "loss_val loss_valid loss_validation loss_eval loss_dev vloss valloss evalloss eval_total_loss val_total_loss "
        "loss_val_total loss_eval_total lm_loss_validation val_nll val_ce val_ce_loss eval_nll eval_ce heldout_loss "
        "test_loss loss_test"
    ),
    LEARNING_RATE: _words(
        "learning_rate lr train_lr train_learning_rate lrate learningrate lr_0 lr_pg0 lr_pg_0 lr_adamw lr_adam "
        "lr_sgd lr_group0 lr_group_0 epoch_learning_rate"
    ),
    GRAD_NORM: _words(
        "grad_norm gradnorm gradient_norm train_grad_norm total_grad_norm global_grad_norm grad_norm_total "
        "grad_2.0_norm_total gnorm total_norm train_gradient_norm norm"
    ),
}
_RANK = {name: (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names)}
_BETWEEN_WORDS = re.compile(r"[\s/.:\-]+")
_OF_A_RUN = re.compile(r"^.{1,200} - (?=\S)")
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def guess(name: str) -> tuple[str, int] | None:
    """What a column of this name most likely is (a place or a canonical metric), and how far down the list it stands.

    `train/loss`, `Train Loss`, `trainLoss` and the `my-run - train/loss` of a downloaded chart are one name.
    """
    bare = _OF_A_RUN.sub("", name.strip(" \t\"'#"))
    forms = (bare, _BETWEEN_WORDS.sub("_", bare), _BETWEEN_WORDS.sub("_", _WORDS.sub("_", bare)))
    return next((found for form in forms if (found := _RANK.get(form.lower())) is not None), None)


class Columns:
    """The part that every column of one log plays: a place, or the metric it holds; no two play the same."""

    def __init__(
        self, chosen: Mapping[str, str] | None = None, guessed: dict[str, str] | None = None
    ) -> None:
        """`chosen` is `[training.columns]`; what is guessed is put into `guessed`: part → column.

        A name that says what it is (`step`, `val_loss`) is no guess. A column that was chosen and that this log does
        not have leaves its part to the guess: other runs of a project are written by others.
        """
        self.parts: dict[str, str] = {}
        """Column → the part it plays."""
        self._guessed = guessed if guessed is not None else {}
        self._taken: set[str] = set()
        self.given_up = 0
        """Guessed columns that gave their part up to a chosen one: what was laid out before is void."""
        self._wanted = dict(chosen or {})
        self._chosen = {name: part_named(wanted) for wanted, name in self._wanted.items()}

    @property
    def absent(self) -> dict[str, str]:
        """The chosen columns that this log did not have so far: as `[training.columns]` names them."""
        return {wanted: name for wanted, name in self._wanted.items() if name not in self.parts}

    def add(self, names: Iterable[str]) -> None:
        """Learn of further columns: the likeliest of several takes a part, the rest keep their names."""
        new = [name for name in dict.fromkeys(names) if name not in self.parts]
        new = new[: max(0, MOST_COLUMNS - len(self.parts))]
        for name in new:
            if name in self._chosen:
                self._give_chosen(name, self._chosen[name])
        ranked = [(found[1], name, found[0]) for name in new if (found := guess(name)) is not None]
        for _, name, part in sorted(ranked, key=lambda one: one[0]):
            if part not in self._taken and name not in self.parts:
                if part not in (name.lower(), canonical(name)):
                    self._guessed[part] = name
                self._give(name, part)
        for name in new:
            if name not in self.parts:
                self._give(name, self._free(name))

    def __contains__(self, part: object) -> bool:
        return part in self._taken

    def _give_chosen(self, name: str, part: str) -> None:
        """Whatever was guessed to play this part gives it up."""
        before = next((each for each, plays in self.parts.items() if plays == part), None)
        self._give(name, part)
        self._guessed.pop(part, None)
        if before is not None:
            self._give(before, self._free(before))
            self.given_up += 1

    def _give(self, name: str, part: str) -> None:
        self.parts[name] = part
        self._taken.add(part)

    def _free(self, name: str) -> str:
        for part in (canonical(name), name):
            if part not in self._taken and part not in PLACES:
                return part
        number = 2
        while f"{name} ({number})" in self._taken:
            number += 1
        return f"{name} ({number})"


def named_losses(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the columns that `[training.columns]` says hold a loss."""
    return tuple(name for wanted, name in chosen.items() if part_named(wanted) in (TRAIN_LOSS, EVAL_LOSS))


def absent_columns(facts: Facts) -> str:
    """Which columns `[training.columns]` names and this table does not have, beside those that it has; "": none."""
    if not facts.absent:
        return ""
    named = ", ".join(f"{name!r} for {part}" for part, name in list(facts.absent.items())[:_SHOWN])
    return f"[training.columns] of ftui.toml names {named}; this file has {columns_shown(facts)}"


def columns_shown(facts: Facts) -> str:
    """The columns of a table, the first ones of many, for a person to read."""
    more = len(facts.columns) - _SHOWN
    shown = ", ".join(visible(name[:_LONGEST_NAME]) for name in facts.columns[:_SHOWN])
    return f"{shown} and {more:,} more" if more > 0 else shown


ROLES = ("step", "epoch", "time", "train_loss", "eval_loss", "learning_rate", "grad_norm")
"""What a column can be that the diagnosis knows of."""
_LOSS_IN_SHORT = {
    **dict.fromkeys(("train", "training"), TRAIN_LOSS),
    **dict.fromkeys(("val", "valid", "validation", "eval", "evaluation", "dev"), EVAL_LOSS),
}


def part_named(wanted: str) -> str:
    """The part that a key of `[training.columns]` means: `lr` and `learning_rate` are one, `val` is a loss."""
    if wanted.lower() in _LOSS_IN_SHORT:
        return _LOSS_IN_SHORT[wanted.lower()]
    if wanted in PLACES:
        return wanted
    found = guess(wanted)
    return found[0] if found is not None else canonical(wanted)
