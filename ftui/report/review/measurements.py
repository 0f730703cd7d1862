"""What was measured of a page without a reviewer: labels, likeness, flags, memory, ends, speed."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.report.review import words
from ftui.report.review.page import Line, Section, Table
from ftui.review.figures.against_base import PROBES
from ftui.review.figures.classes import Labels
from ftui.review.figures.pages import ModelFigures, Page
from ftui.review.figures.parts import Part
from ftui.review.figures.rates import Rate

MOST_CLASSES = 30


def labels(page: Page) -> Section | None:
    """Accuracy beside the baseline, macro-F1, and each class."""
    held = [
        (model.name, name, part.labels)
        for model in page.models
        for name, part in _texts_of(model)
        if part.labels is not None
    ]
    if not held:
        return None
    head = ("model", "prompts", "accuracy", "macro-F1", "majority baseline", "read as a label")
    rows = tuple((name, part, *_labels(each)) for name, part, each in held)
    parts: list[Line | Table] = [Table(head, rows, names=2)]
    for name, which, each in held:
        parts += [Line(f"{name}, {which}: {told}.", "warning") for told in each.warnings]
    parts += [_classes(name, which, each) for name, which, each in held if which == held[0][1]]
    return Section("Labels", tuple(parts))


def _labels(held: Labels) -> tuple[str, ...]:
    baseline = f"{words.percent(held.baseline.share or 0)}, F1 {held.baseline_macro_f1:.2f}"
    return (
        words.share(held.accuracy),
        f"{held.macro_f1:.2f} [{held.macro_f1_low:.2f}–{held.macro_f1_high:.2f}]",
        f'{baseline} (always "{held.majority}", by {held.majority_from})',
        ", ".join(f"{how} {many}" for how, many in sorted(held.read.items(), key=lambda item: -item[1])),
    )


def _classes(name: str, which: str, held: Labels) -> Table:
    rows = [
        (
            each.name or "(empty)",
            words.share(each.recall),
            words.brief(each.precision),
            f"{each.f1:.2f}",
            str(each.given),
        )
        for each in held.classes[:MOST_CLASSES]
    ]
    return Table((f"class, {name}, {which}", "recall", "precision", "F1", "given"), tuple(rows))


def _texts_of(model: ModelFigures) -> Iterator[tuple[str, Part]]:
    """Prompts that training did not hold first: what counts."""
    if model.fresh is not None:
        yield "not in training", model.fresh
    if model.fresh is None or model.fresh.prompts < model.overall.prompts:
        yield "all", model.overall


def texts(page: Page) -> Section | None:
    """Outputs beside their references."""
    rows = []
    for model in page.models:
        for name, part in _texts_of(model):
            near, long = part.similar, part.lengths
            if near is None and long is None:
                continue
            similar = [words.brief(each) for each in near] if near else [words.UNKNOWN] * 3
            length = (
                [f"{long.ratio.value:.2f}×", words.brief(long.longer), words.brief(long.shorter)]
                if long
                else [words.UNKNOWN] * 3
            )
            rows.append((model.name, name, *similar, *length))
    if not rows:
        return None
    head = (
        "model", "prompts", "exact match", "token F1", "chrF", "length (median)", "over twice", "under half",
    )  # fmt: skip
    return Section("Beside the reference", (Table(head, tuple(rows), names=2),))


def flags(page: Page) -> Section | None:
    """Share of outputs with each flag; regurgitation with the base's own rate in the same line."""
    examined = [each for each in page.models if each.overall.examined]
    if not examined:
        return Section("Flags", (Line("Nobody has looked for flags in these samples.", "warning"),))
    codes = sorted({code for each in examined for code in each.overall.flags})
    rows = [(code, *(_flag_share(each.overall, code) for each in examined)) for code in codes]
    total = ("any", *(words.brief(each.overall.any_flag) for each in examined))
    parts: list[Line | Table] = [Table(("flag", *(each.name for each in examined)), (*rows, total))]
    missing = sum(each.overall.samples - each.overall.examined for each in page.models)
    if missing:
        parts.append(Line(f"{missing:,} samples were not looked at.", "warning"))
    if "regurgitation" in codes and page.base is None:
        parts.append(
            Line("regurgitation without a base: how much any model would repeat is not known.", "warning")
        )
    return Section("Flags", tuple(parts))


def _flag_share(part: Part, code: str) -> str:
    """A flag that no output has was looked for all the same."""
    return words.brief(part.flags.get(code, Rate(0, part.examined, part.prompts)))


def probes(page: Page) -> Section | None:
    """What was gone on with by heart: tuned beside base."""
    kinds = [name for name in PROBES if any(name in each.probes for each in page.models)]
    if not kinds:
        return None
    rows = tuple(
        (PROBES[kind], *(words.share(each.probes[kind].known if kind in each.probes else None) for each in page.models))
        for kind in kinds
    )  # fmt: skip
    lines: list[Line | Table] = [Table(("known by heart", *(each.name for each in page.models)), rows)]
    if page.base is None:
        lines.append(Line("Without a base nobody can tell what the fine-tune added.", "warning"))
    return Section("Memory", tuple(lines))


def stops(page: Page) -> Section:
    """Why outputs ended."""
    reasons = list(dict.fromkeys(reason for each in page.models for reason in each.overall.stops))
    rows = [(reason, *(str(each.overall.stops.get(reason, 0)) for each in page.models)) for reason in reasons]
    rows += [
        (f"{reason} (not counted)", *(str(each.overall.lost.get(reason, 0)) for each in page.models))
        for reason in ("cancelled", "error")
        if any(reason in each.overall.lost for each in page.models)
    ]
    return Section("Why outputs ended", (Table(("", *(each.name for each in page.models)), tuple(rows)),))


def speed(page: Page) -> Section:
    """Seconds, tokens a second, cost."""
    rows = []
    for each in page.models:
        held = each.speed
        first, whole = words.spread(held.first_token), words.spread(held.whole)
        rate = words.UNKNOWN if held.tokens_per_s is None else f"{held.tokens_per_s.p50.value:.3g}"
        width = ", ".join(map(str, held.widths)) or words.UNKNOWN
        cost = words.UNKNOWN if held.cost_1000 is None else f"{held.cost_1000.value:.3g}"
        rows.append(
            (each.name, *first, *whole, rate, width, words.plain(held.tokens), cost, words.plain(held.cost_million))
        )  # fmt: skip
    head = (
        "model", "first token p50", "p95", "whole p50", "p95", "tok/s", "batch", "tokens",
        "cost of 1,000", "of 1M tokens",
    )  # fmt: skip
    return Section("Speed and cost", (Table(head, tuple(rows)),))
