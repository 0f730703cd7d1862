"""Outputs in another language than their reference."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.review.flags.output import Output, flag
from ftui.review.sample import Flag
from ftui.text.languages import language

_LEAST, _DENSE = 15, 5
"""Letters of a reference that say its language, where the output is long: greetings are short."""


def off_language(output: Output) -> Iterator[Flag]:
    """The reference shows which language is wanted, whatever the prompt names; LNG001 judges without one."""
    if not output.reference:
        return
    said = language.language_of(output.body)
    if said is None or not language.mostly_prose(output.body):
        return
    wanted = language.language_of(output.reference, _LEAST, _DENSE)
    if wanted is None or language.same(said, wanted):
        return
    message = f"the reference is in {wanted}, the output in {said}"
    yield flag("off-language", message, [(0, output.body_end)], asked=wanted, answered=said)
