"""Outputs that leave the form that answers are to have."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ftui.review.flags.output import Output, flag
from ftui.review.sample import Flag
from ftui.text.template_match import compiled
from ftui.text.visible import shortened


def template_deviation(output: Output) -> Iterator[Flag]:
    """From `[template] answer`, else from the reference's JSON. What the limit cut cannot be judged."""
    if output.cut or not output.body.strip():
        return
    form = output.known.project.template.answer
    if form:
        yield from _against(form, output)
    elif (wanted := _json(output.reference)) is not None and _json(output.closed) is None:
        fenced = _json(output.closed.strip().strip("`").removeprefix("json")) is not None
        kind = "object" if isinstance(wanted, dict) else "list"
        message = (
            "its JSON stands in a code block, the reference's does not"
            if fenced
            else f"no JSON, the reference is a JSON {kind}"
        )
        yield flag(
            "template-deviation", message, [(0, output.body_end)], expected=f"JSON {kind}", fenced=fenced
        )


def _against(form: str, output: Output) -> Iterator[Flag]:
    lead = len(output.body) - len(output.body.lstrip())
    marker = output.known.ending.marker or ""
    # The form may hold the end marker, which the stop sequence takes off the output.
    form = form.rstrip()
    form = form.removesuffix(marker).rstrip() if marker else form
    found = compiled(form).departure(output.body.strip())
    if found is None:
        return
    start, end = lead + found.start, max(lead + found.end, lead + found.start + 1)
    got = shortened(output.text[start:end], 40) or "the end"
    message = f"“{shortened(found.expected, 40)}” is expected where “{got}” stands"
    yield flag(
        "template-deviation",
        message,
        [(start, end)],
        expected=found.expected,
        got=output.text[start:end][:200],
    )


def _json(text: str) -> dict[str, object] | list[object] | None:
    """The object or list that a whole text is."""
    if not text.strip().startswith(("{", "[")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None
