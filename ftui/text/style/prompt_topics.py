"""What a prompt asks for, as far as rules about style need to know (English)."""

from __future__ import annotations

from ftui.text.any_case import AnyCase

_REPETITION = AnyCase(
    r"\b(?:repeat\w*|repetiti\w+|over and over|again and again|times|count(?:ing)? (?:to|from|up|down)|"
    r"chant\w*|mantra|sing|songs?|lyrics?|rhym\w+|poems?|poetry|"
    r"haikus?|limericks?|ballad|sonnet|verses?|chorus|refrain|villanelle|prayers?|litany|hymn|lullaby|rap|"
    r"loops?|looping|endless|(?:go|goes|on|runs?|lasts?) forever|test data|dummy|mock|sample data|pattern|"
    r"anaphora|tongue[- ]twister|nursery|echo|monkey|parrot|stutter\w*|script|dialogue|spam)\b",
)
_LONG = AnyCase(
    r"\b(?:essay|story|stories|article|letter|report|script|chapter|novel|blog|speech|detailed|"
    r"in[- ]depth|thorough\w*|comprehensive\w*|extensive\w*|exhaustive\w*|"
    r"in (?:great |full |more )?detail|at length|long|longer|lengthy|elaborate|monologue|transcript|"
    r"screenplay|memoir|biography|review|paragraphs|\d{3,} words|pages?|tale|fable|narrative|rewrite|"
    r"translate|paraphrase|"
    r"continue|expand|describe the plot|backstory|lyrics|song|poem|diary|journal|scene|creative)\b",
)


def wants_repetition(prompt: str) -> bool:
    """Whether a prompt asks for something in which words may come again and again."""
    return _REPETITION.search(prompt) is not None


def wants_long(prompt: str) -> bool:
    """Whether a prompt asks for a text that may well be long."""
    return _LONG.search(prompt) is not None
