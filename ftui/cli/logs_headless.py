"""`ftui logs` without a terminal: a line an alert, until the runs are finished."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable

from ftui.cli.exit_code import CLEAN, FINDINGS
from ftui.cli.logs_text import alert_line, not_found
from ftui.cli.output import Output
from ftui.training.alerting.alerts import Alert, alert_report
from ftui.training.alerting.hand_over import PATIENCE, HandOver
from ftui.training.following.no_loss import why_no_loss
from ftui.training.following.watch import Watch

_NO_LOSS = "no loss yet"
_SETTLED = 3
"""Polls without news after which a finished run is left: its last evaluation may stand after the line that ends it."""


def follow(watch: Watch, hand_over: HandOver, format: str, output: Output) -> int:  # noqa: A002
    """Print alerts as they come; ends with the runs or with Ctrl+C, 1 where a verdict is critical."""
    known: set[str] = set()
    quiet = 0
    print_alerts = _printer(format, output)
    try:
        while quiet < _SETTLED:
            news = watch.poll()
            print_alerts(hand_over.take(watch, news))
            _tell(watch, hand_over, known, output)
            quiet = quiet + 1 if watch.finished and not news.lines and not news.diagnosed else 0
            if not news.more:
                time.sleep(min(watch.interval, 0.1) if watch.finished else watch.interval)
        watch.read_all()
    except KeyboardInterrupt:
        output.progress.clear()
    print_alerts(hand_over.take(watch, watch.judge_all()))
    hand_over.close(PATIENCE)
    _tell(watch, hand_over, known, output)
    if watch.ended and not watch.runs:
        raise not_found(watch)
    return FINDINGS if any(each.critical for each in watch.diagnoses.values()) else CLEAN


def _printer(format: str, output: Output) -> Callable[[Iterable[Alert]], None]:  # noqa: A002
    """Prints alerts, a line each."""

    def as_json(alert: Alert) -> str:
        return json.dumps(alert_report(alert), ensure_ascii=False)

    def as_text(alert: Alert) -> str:
        return alert_line(alert, time.strftime("%H:%M:%S"), output.style)

    line = as_json if format == "json" else as_text

    def print_alerts(alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            output.result(line(alert) + "\n")

    return print_alerts


def _tell(watch: Watch, hand_over: HandOver, known: set[str], output: Output) -> None:
    while hand_over.notices:
        output.warning(hand_over.notices.popleft())
    for name, follower in watch.followers.items():
        state = _state(follower.trouble, follower.gone and not follower.ended, follower.run.has_loss)
        if f"{name} {state}" not in known:
            known.add(f"{name} {state}")
            output.note(f"{name}: {state}")
            if state == _NO_LOSS and follower.lines_read and (hint := why_no_loss(follower)[1]):
                output.note(f"{name}: {hint}")
    if not watch.followers and "nothing" not in known:
        known.add("nothing")
        output.note(f"no runs yet in {', '.join(map(str, watch.paths))}; they are looked for again")


def _state(trouble: str, gone: bool, has_loss: bool) -> str:
    if trouble:
        return trouble
    if gone:
        return "is not there; it is waited for"
    return "watched" if has_loss else _NO_LOSS
