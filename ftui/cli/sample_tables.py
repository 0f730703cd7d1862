"""What `ftui sample` prints: settings with their sources, prompts as they are sent, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median

from ftui.cli.output import Output, Style
from ftui.cli.wrapping import padded, wrapped
from ftui.project.errors import FtuiError
from ftui.review.figures.glance import Glance, glances
from ftui.review.prompt import Prompt
from ftui.review.sampling.job_tasks import Entry
from ftui.review.store import ReviewStore
from ftui.text.visible import shortened, visible

_NAME_WIDTH = 30
_VALUE_WIDTH = 60


def settings(entries: Sequence[Entry], style: Style) -> Iterator[str]:
    """Every value and who said it; models that differ in one have a line each."""
    yield style.bold("settings")
    for name in dict(entries[0].settings.items()):
        values = [entry.settings.shown(server=entry.model.server is not None) for entry in entries]
        by_model = {entry.model.name: dict(each)[name] for entry, each in zip(entries, values, strict=True)}
        same = len({(repr(value), source) for value, source in by_model.values()}) == 1
        for model, (value, source) in by_model.items():
            whose = "" if same else f"  {visible(model)}"
            label = name.replace("_", "-")
            yield f"  {label:<16}{_value(value):<24}{style.dim(visible(source))}{whose}"
            if same:
                break


def _value(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, tuple | list):
        return shortened(", ".join(repr(each) for each in value), _VALUE_WIDTH) or "-"
    return shortened(repr(value) if isinstance(value, str) else f"{value}", _VALUE_WIDTH)


def prompts(entries: Sequence[Entry], asked: Iterable[Prompt], style: Style) -> Iterator[str]:
    """Every prompt byte for byte, with what is invisible named, as each model gets it."""
    for prompt in asked:
        why = f"  {visible(prompt.why)}" if prompt.why else ""
        yield style.bold(f"prompt {prompt.prompt_id}  {visible(prompt.stratum)}") + style.dim(why)
        for text, names in _by_text(entries, prompt).items():
            yield style.info(f"  to {visible(', '.join(names))}")
            yield from (f"    {visible(line)}" for line in text.splitlines(keepends=True))


def _by_text(entries: Sequence[Entry], prompt: Prompt) -> Mapping[str, list[str]]:
    """What is sent to the models that get it."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        try:
            text = entry.question(prompt).text
        except FtuiError as error:
            text = f"cannot be rendered: {error.message}"
        found.setdefault(text, []).append(entry.model.name)
    return found


def summary(store: ReviewStore, output: Output, page: str | None = None) -> list[str]:
    """A line for each model and stratum, of one page or of all; under it how outputs ended and what is wrong."""
    style = output.style
    groups: dict[tuple[str, str, str], list[Glance]] = {}
    for each in glances(store):
        if page is not None and each.page != page:
            continue
        groups.setdefault((each.page, each.model, each.stratum), []).append(each)
    if not groups:
        return ["no samples"]
    names = {_title(at, model) for at, model, _ in groups}
    wide = min(_NAME_WIDTH, max(5, *(len(visible(name)) for name in names))) + 2
    lines = [
        style.bold(f"{'model':<{wide}}{'stratum':<18}{'samples':>8}{'tokens':>8}{'tok/s':>9}{'first':>9}")
    ]
    for (at, model, stratum), samples in groups.items():
        lines += _group(padded(visible(_title(at, model)), wide - 2), stratum, samples, output)
    return lines


def _title(page: str, model: str) -> str:
    return f"{model} {page}" if page and page != model else model


def _group(name: str, stratum: str, samples: Sequence[Glance], output: Output) -> Iterator[str]:
    whole = [each for each in samples if each.finished]
    tokens = _median([each.tokens for each in whole], "{:,.0f}")
    speed = _median([each.tokens_per_s for each in whole], "{:,.1f}")
    first = _median([each.first_token_s for each in whole], "{:.2f} s")
    yield f"{name}  {padded(visible(stratum), 17)} {len(samples):>8,}{tokens:>8}{speed:>9}{first:>9}"
    ends = Counter(each.stop_reason for each in samples)
    yield from wrapped(f"ended by: {_counts(ends)}", output.width, "    ", "      ")
    flags = Counter(code for each in samples for code in sorted(each.flags or ()))
    if flags:
        yield from wrapped(f"flags: {_counts(flags)}", output.width, "    ", "      ")
    if any(each.flags is None for each in samples):
        yield "    flags: not looked for in all of them"


def _median(values: Iterable[float | None], form: str) -> str:
    known = [each for each in values if each is not None]
    return form.format(median(known)) if known else "-"


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{visible(name)} {number:,}" for name, number in found.most_common())
