"""What reviewers said of a page: base against tuned, prompting, acceptance and win rates, strengths, the rubric."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.report.review import words
from ftui.report.review.page import Line, Section, Table, Tone
from ftui.review.figures.against_base import Side, won
from ftui.review.figures.pages import ModelFigures, Page
from ftui.review.figures.parts import Part

_TONES: dict[str, Tone] = {"better": "good", "worse": "bad"}
NO_BASE = (
    "There is no base model in this review: nothing here shows that the fine-tune helped. "
    "Sample the base beside it: ftui sample --model base=FILE.gguf"
)


def base_against_tuned(page: Page) -> Section:
    """What is better, what is worse, what cannot be told; without a base, that nothing can."""
    title = "Base against tuned"
    if page.base is None:
        return Section(title, (Line(NO_BASE, "bad"),))
    parts: list[Line | Table] = []
    beside = [each for each in page.models if each.kind == "tuned"]
    if not beside:
        beside = [each for each in page.models if each.kind == "prompted"]
        parts.append(Line("There is no tuned model here: nothing shows what a fine-tune does.", "warning"))
    for each in beside:
        parts.append(_votes(each, page.base))
        parts += _beside(each, page.base)
    return Section(title, tuple(parts))


def _beside(model: ModelFigures, other: str) -> list[Line | Table]:
    rows = tuple(_side(side) for side in model.sides[other])
    return [Table(("", model.name, other, "difference in points", ""), rows)] if rows else []


def _side(side: Side) -> tuple[str, ...]:
    return (
        side.measure,
        words.brief(side.tuned),
        words.brief(side.base),
        words.difference(side.difference),
        side.verdict,
    )


def _votes(model: ModelFigures, base: str) -> Line:
    duel = model.against[base]
    verdict = won(duel)
    if verdict == "not known":
        return Line(
            f"{model.name} against {base}: nobody has compared their outputs side by side.", "warning"
        )
    bad = f", {duel.both_bad} of the ties both bad" if duel.both_bad else ""
    told = f"{model.name} against {base}: won–tied–lost {words.record(duel)}{bad}; "
    told += f"won {words.brief(duel.rate)}, ties as half"
    said = {
        "better": f"{model.name} is better",
        "worse": f"{model.name} is worse",
        "cannot tell": "cannot tell: the interval holds 50 %",
    }[verdict]
    return Line(f"{told}: {said}.", _TONES.get(verdict, "warning"))


def prompting(page: Page) -> Section | None:
    """Whether the base with a good prompt does as well as the tuned model."""
    prompted = [each for each in page.models if each.kind == "prompted"]
    tuned = [each for each in page.models if each.kind == "tuned"]
    if not prompted or not tuned:
        return None
    parts: list[Line | Table] = []
    for mine in tuned:
        for theirs in prompted:
            parts += [_enough(mine, theirs), *_beside(mine, theirs.name)]
    return Section("Is prompting enough?", tuple(parts))


def _enough(tuned: ModelFigures, prompted: ModelFigures) -> Line:
    duel = tuned.against[prompted.name]
    verdict = won(duel)
    names = f"{tuned.name} against {prompted.name} (the base with a prompt of its own)"
    if verdict == "not known":
        return Line(f"{names}: nobody has compared their outputs side by side.", "warning")
    told = f"{names}: won–tied–lost {words.record(duel)}, won {words.brief(duel.rate)}"
    if verdict == "better":
        return Line(f"{told}: prompting is not enough.", "good")
    if verdict == "worse":
        return Line(f"{told}: prompting does better than this fine-tune.", "bad")
    return Line(f"{told}: not shown to be better than a good prompt.", "warning")


def judged(page: Page) -> Section | None:
    """Acceptance and win rate, by model and stratum."""
    rows = []
    for model in page.models:
        for name, part in _parts(model):
            if part.acceptance.of or part.duel.rate.of:
                rows.append((model.name, name, *_judged(part)))
    if not rows:
        return Section("Judged", (Line("Nobody has judged an output of this page yet.", "warning"),))
    head = ("model", "prompts", "accepted", "accept–fix–reject", "won", "won–tied–lost", "both bad")
    return Section("Judged", (Table(head, tuple(rows), names=2),))


def _judged(part: Part) -> tuple[str, ...]:
    duel = part.duel
    return (
        words.brief(part.acceptance),
        "–".join(str(part.verdicts.get(each, 0)) for each in ("accept", "fix", "reject")),
        words.brief(duel.rate),
        words.record(duel),
        str(duel.both_bad),
    )


def _parts(model: ModelFigures) -> Iterator[tuple[str, Part]]:
    yield "all", model.overall
    if len(model.strata) > 1:
        yield from model.strata.items()


def ranking(page: Page) -> Section | None:
    """Bradley–Terry strengths, where more than two were compared."""
    if sum(bool(each.overall.duel.rate.of) for each in page.models) < 3:
        return None
    if page.ranking is None:
        told = "No strengths: votes do not connect all models, so that some cannot be compared even by way of others."
        return Section("Strengths", (Line(told, "warning"),))
    held = page.ranking
    rows = []
    for name, strength in sorted(held.strengths.items(), key=lambda item: -item[1].value):
        if name == held.reference:
            rows.append((name, "0, the reference", words.UNKNOWN))
            continue
        chance, least, most = (f"{100 * each:.0f}" for each in strength.chance)
        odds = f"{strength.value:+.2f} [{strength.low:+.2f} to {strength.high:+.2f}]".replace("-", "−")
        rows.append((name, odds, f"{chance} % [{least}–{most}]"))
    lines: list[Line | Table] = [Table(("model", "log-odds", f"wins against {held.reference}"), tuple(rows))]
    if held.shrunk:
        told = "Some never lost, or never won: a tie more for each keeps the strengths finite, and too near each other."
        lines.append(Line(told, "warning"))
    return Section(f"Strengths (Bradley–Terry, {page.voted} votes)", tuple(lines))


def rubric(page: Page) -> Section | None:
    """Mean of each line."""
    lines = sorted({line for each in page.models for line in each.overall.scores})
    if not lines:
        return None
    rows = []
    for line in lines:
        cells = [line]
        for model in page.models:
            score = model.overall.scores.get(line)
            if score is None or score.mean is None:
                cells.append(words.UNKNOWN)
            else:
                low, high = score.bounds
                cells.append(f"{score.mean:.2f} [{low:.2f}–{high:.2f}] of {score.rate.of}")
        rows.append(tuple(cells))
    return Section("Rubric, 1 to 5", (Table(("", *(each.name for each in page.models)), tuple(rows)),))
