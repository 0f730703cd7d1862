"""FMT006: whether the turns of a conversation come in an order that chat templates accept."""

from __future__ import annotations

from collections.abc import Sequence

from ftui.dataset.example import LayoutProblem
from ftui.dataset.layouts.turns import Kind


def check_order(kinds: Sequence[Kind], path: str, key: str, problems: list[LayoutProblem]) -> None:
    """Report turns out of order; `path` is the list's field, `key` the role's key in a turn."""

    def report(i: int, message: str, severity: str | None = None) -> None:
        problems.append(LayoutProblem("FMT006", f"{path}[{i}].{key}", message, severity))  # type: ignore[arg-type]

    spoken = False
    open_call = False
    previous: Kind | None = None
    for i, kind in enumerate(kinds):
        if kind == "system":
            if spoken:
                report(i, "a system turn after the conversation has begun: templates drop it or fail")
            continue
        if not spoken and kind in ("assistant", "call"):
            report(i, "the conversation starts with the assistant", "info")
        if kind == previous and kind in ("user", "assistant"):
            report(i, f"two {kind} turns in a row")
        if kind == "tool" and not open_call and previous != "unknown":
            report(i, "a tool reply without a call before it", "error")
        open_call = kind == "call" or (kind == "tool" and open_call)
        previous, spoken = kind, True
    _check_end(kinds, report_at=path, key=key, problems=problems)


def _check_end(kinds: Sequence[Kind], report_at: str, key: str, problems: list[LayoutProblem]) -> None:
    """A conversation must end with something to learn."""
    if not kinds or kinds[-1] in ("assistant", "call", "unknown"):
        return
    last = kinds[-1]
    if "assistant" not in kinds and "call" not in kinds and "unknown" not in kinds:
        message = "no assistant turn: there is no answer to learn"
    elif last == "user":
        message = "the conversation ends with a user turn: nobody answers it"
    elif last == "tool":
        message = "the conversation ends with a tool reply: the assistant never uses it"
    else:
        return
    problems.append(LayoutProblem("FMT006", f"{report_at}[{len(kinds) - 1}].{key}", message, "error"))
