"""How the prompts of a plan are shared over its strata: dealt in turn, none twice, none like another if avoidable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ftui.review.planning.alike import Alike
from ftui.review.prompt import Prompt


@dataclass
class Stratum:
    """Where the prompts of one stratum come from, the best first."""

    name: str
    candidates: Iterator[Prompt]
    nothing: str = ""
    """Why it has none, or no more."""
    alike_too: bool = False
    """Whether a prompt may be like another: a person's own file is taken as it is."""
    ended: bool = False
    """Whether it was asked for one more prompt and had none."""
    _put_off: list[Prompt] = field(default_factory=list)

    @classmethod
    def empty(cls, name: str, why: str) -> Stratum:
        """A stratum without prompts."""
        return cls(name, iter(()), why, ended=True)

    def next(self, taken: set[str], alike: Alike, patience: int) -> Prompt | None:
        """The next prompt that is not taken and like none that is; then those that are like one. None: no more."""
        for candidate in self.candidates:
            if candidate.prompt_id in taken:
                continue
            if not self.alike_too and len(self._put_off) < patience and alike.holds_like(candidate):
                self._put_off.append(candidate)
                continue
            return candidate
        while self._put_off:
            candidate = self._put_off.pop(0)
            if candidate.prompt_id not in taken:
                return candidate
        self.ended = True
        return None


def deal(strata: Sequence[Stratum], n: int) -> tuple[list[Prompt], list[str]]:
    """Up to n prompts, one of each stratum in turn, and what a person should know of strata that gave less.

    Dealt in turn, so that a job that is stopped early has seen every stratum.
    """
    alike = Alike()
    taken: set[str] = set()
    found: list[Prompt] = []
    # Past so many that resemble others the task itself is one of near-equal prompts.
    patience = 3 * n + 30
    live = list(strata)
    while live and len(found) < n:
        for stratum in list(live):
            if len(found) == n:
                break
            prompt = stratum.next(taken, alike, patience)
            if prompt is None:
                live.remove(stratum)
                continue
            taken.add(prompt.prompt_id)
            alike.add(prompt)
            found.append(prompt)
    return found, _short(strata, found, n)


def _short(strata: Iterable[Stratum], found: Sequence[Prompt], n: int) -> list[str]:
    strata = list(strata)
    share = n // max(len(strata), 1)
    many = {stratum.name: sum(prompt.stratum == stratum.name for prompt in found) for stratum in strata}
    none = [stratum for stratum in strata if not many[stratum.name]]
    notes = [f"no prompt from {_whys(none, n, len(strata))}"] if none else []
    for stratum in strata:
        if 0 < many[stratum.name] < share:
            why = f": {stratum.nothing}" if stratum.nothing else ""
            notes.append(
                f"{stratum.name}: {many[stratum.name]} of {share} prompts{why}; other strata got the rest"
            )
    if 0 < len(found) < n:
        notes.append(f"{len(found)} of {n} prompts: there are no more that differ")
    return notes


def _whys(none: Iterable[Stratum], n: int, strata: int) -> str:
    """The strata that gave nothing in one line, those with the same reason together."""
    names: dict[str, list[str]] = {}
    for stratum in none:
        why = stratum.nothing or "no row has one"
        names.setdefault(why if stratum.ended else f"{n} for {strata} strata did not reach it", []).append(
            stratum.name
        )
    return "; ".join(f"{', '.join(each)} ({why})" for why, each in names.items())


def in_turn(sources: Iterable[Iterator[Prompt]]) -> Iterator[Prompt]:
    """One of each in turn until all have ended."""
    live = list(sources)
    while live:
        for source in list(live):
            found = next(source, None)
            if found is None:
                live.remove(source)
            else:
                yield found
