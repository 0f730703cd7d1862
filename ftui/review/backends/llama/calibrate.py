"""How many threads are fastest on this machine right now, measured: more are often slower.

On a busy machine two threads decoded at 0.4 to 20 tokens/s where one gave 80 to 120 (they wait for each other in
turns); on a quiet one, 161 against 124.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Timer
from time import perf_counter

from ftui.review.backends.llama.context import PROMPT, Aborted, Context, Switch

TOKENS = 16
SECONDS = 2.0
"""For one count of threads, where the model is so large that few tokens tell enough."""
PATIENCE = 3.0
"""How many times longer than the best so far a count may take: one token of a contended one took over 2 s."""
BETTER = 1.05
"""More threads must be worth it."""


def measured(context: Context, switch: Switch, token: int, most: int) -> dict[int, float]:
    """Decoded tokens a second at 1, 2, 4, … threads up to `most`; clears the context.

    Ends early where more threads are clearly slower than fewer. Raises Aborted when someone presses the switch.
    """
    speeds: dict[int, float] = {}
    try:
        for count in counts(most):
            context.threads(count)
            if speeds:
                seconds = PATIENCE * (TOKENS + 1) / max(speeds.values())
                speeds[count] = _speed_within(context, switch, token, seconds)
            else:
                speeds[count] = _speed(context, token, [])
            if speeds[count] < 0.5 * max(speeds.values()):
                break
    finally:
        context.forget()
    return speeds


def counts(most: int) -> list[int]:
    """1, 2, 4, … and `most` itself."""
    found = [1]
    while found[-1] * 2 <= most:
        found.append(found[-1] * 2)
    return found if found[-1] == most else [*found, most]


def fastest(speeds: Mapping[int, float]) -> int:
    """The fewest threads that no other count beats by 5 %."""
    best = max(speeds.values())
    return min(count for count, speed in speeds.items() if speed * BETTER >= best)


def busy_note(speeds: Mapping[int, float], most: int) -> str | None:
    """What to say where more threads slowed the model down; None where they did not."""
    chosen = fastest(speeds)
    tried = [count for count in speeds if count > chosen]
    if chosen >= most or not tried or min(speeds[count] for count in tried) > 0.8 * speeds[chosen]:
        return None
    return said_busy(chosen)


def said_busy(threads: int) -> str:
    """The note that says why so few threads are used."""
    return f"the CPU is busy: using {threads} {'thread' if threads == 1 else 'threads'}"


def _speed_within(context: Context, switch: Switch, token: int, seconds: float) -> float:
    """The speed; where it takes too long, of what was done until then."""
    begun = perf_counter()
    done: list[int] = []
    expired = False

    def expire() -> None:
        nonlocal expired
        expired = True
        switch.press()

    timer = Timer(seconds, expire)
    timer.start()
    try:
        return _speed(context, token, done)
    except Aborted:
        if not expired:
            raise
        return max(1, len(done)) / (perf_counter() - begun)
    finally:
        timer.cancel()
        timer.join()
        if expired:
            switch.release()


def _speed(context: Context, token: int, done: list[int]) -> float:
    """Tokens a second; `done` receives each token that was decoded, the first too."""
    context.forget()
    # The first token pays for memory that is touched for the first time.
    context.step([(PROMPT, token, 0)])
    done.append(token)
    start = perf_counter()
    while len(done) <= TOKENS and perf_counter() - start < SECONDS:
        context.step([(PROMPT, token, len(done))])
        done.append(token)
    return (len(done) - 1) / (perf_counter() - start)
