"""Spellings of a class: which labels are one class written in several ways, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

How = Literal["case", "signs", "abbreviation", "typo"]

ABBREVIATIONS: Mapping[str, str] = {
    "pos": "positive", "neg": "negative", "neu": "neutral", "neut": "neutral", "unk": "unknown",
    "misc": "miscellaneous", "pct": "percent",
}  # fmt: skip
LETTERS: Mapping[str, tuple[str, str]] = {
    "y": ("yes", "no"),
    "n": ("no", "yes"),
    "t": ("true", "false"),
    "f": ("false", "true"),
}
"""Letter to the word that it stands for, and the word that must be a class as well."""
TYPO_LETTERS = 6
"""Shorter words have neighbours that are words of their own: card and cart, loan and loon."""
MOST_CLASSES = 2_000
"""Among more, each rare one is not compared with each frequent one."""
_LIST = re.compile(r"[,;|]")
_AROUND = " .,;:!\"'`“”‘’()[]{}"
_BETWEEN = re.compile(r"(?<=[^\W\d_])[ _\-./]+(?=[^\W_])|(?<=\d)[ _\-./]+(?=[^\W\d_])")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?")
_WORDS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_RARE = 2
_SHARE = 0.01
_TIMES = 10


class Variant(NamedTuple):
    """A rarer spelling of a class."""

    of: str
    """The spelling that most rows have."""
    how: How


def same_case(label: str) -> str:
    """The label in small letters, runs of white space as one space, none at its ends."""
    return " ".join(label.split()).lower()


def same_signs(label: str) -> str:
    """The label without separators between letters and punctuation around it; a number as a number.

    The label in small letters where fewer than three letters or digits would be left, or where it is a list.
    """
    plain = same_case(label)
    if _NUMBER.fullmatch(plain):
        return f"{float(plain):.6f}"
    if _LIST.search(plain):
        return plain
    bare = _BETWEEN.sub("", plain.strip(_AROUND))
    return bare if sum(map(str.isalnum, bare)) >= 3 else plain


def variants(counts: Mapping[str, int]) -> dict[str, Variant]:
    """The rarer spellings among labels with their numbers of rows."""
    found: dict[str, Variant] = {}
    by_case = _grouped(counts, same_case)
    for key, spellings in by_case.items():
        main = spellings[0]
        for other in spellings[1:]:
            if len(key) > 1 or other.strip() == main.strip() or counts[other] * _TIMES <= counts[main]:
                found[other] = Variant(main, "case")
    classes = {main[0]: sum(counts[each] for each in main) for main in by_case.values()}
    for spellings in _grouped(classes, same_signs).values():
        _join(spellings[0], spellings[1:], "signs", found)
    left = {label: count for label, count in classes.items() if label not in found}
    for label, main in _abbreviated(left).items():
        short_wins = left[label] > left[main]
        _join(*((label, [main]) if short_wins else (main, [label])), "abbreviation", found)
    left = {label: count for label, count in left.items() if label not in found}
    for label, main in _mistyped(left).items():
        _join(main, [label], "typo", found)
    return found


def _join(main: str, others: list[str], how: How, found: dict[str, Variant]) -> None:
    """These are spellings of `main`, and so is what is a spelling of them."""
    for other in others:
        found[other] = Variant(main, how)
        for label, variant in list(found.items()):
            if variant.of == other:
                found[label] = Variant(main, how)


def _grouped(counts: Mapping[str, int], key: object) -> dict[str, list[str]]:
    """Labels with one key, the one to keep first: the most frequent, then the cleanest, then the first in order."""
    groups: dict[str, list[str]] = {}
    for label in counts:
        groups.setdefault(key(label), []).append(label)  # type: ignore[operator]
    for labels in groups.values():
        labels.sort(key=lambda label: (-counts[label], label != " ".join(label.split()), label))
    return groups


def _abbreviated(counts: Mapping[str, int]) -> dict[str, str]:
    """Short labels whose long form is a class as well."""
    by_key = {same_signs(label): label for label in counts}
    found = {}
    for label in counts:
        short = same_case(label).strip(_AROUND)
        long = ABBREVIATIONS.get(short)
        if short in LETTERS:
            word, opposite = LETTERS[short]
            rivals = [key for key in by_key if key[:1] == short and key not in (short, word)]
            long = word if opposite in {same_case(each) for each in counts} and not rivals else None
        main = next((each for each in counts if long is not None and same_case(each) == long), None)
        if main is not None:
            found[label] = main
    return found


def _mistyped(counts: Mapping[str, int]) -> dict[str, str]:
    """Rare labels that are one typing error away from a frequent one."""
    if len(counts) > MOST_CLASSES:
        return {}
    limit = max(_RARE, _SHARE * max(counts.values(), default=0))
    found = {}
    for label in (each for each, count in counts.items() if _long(each) and count <= limit):
        own = same_case(label)
        near = [
            other
            for other, count in counts.items()
            if count >= _TIMES * counts[label]
            and counts[label] <= max(_RARE, _SHARE * count)
            and abs(len(other) - len(label)) <= 1
            and _one_slip(own, same_case(other))
        ]
        if near:
            found[label] = max(near, key=lambda other: (counts[other], other))
    return found


def _long(label: str) -> bool:
    return len(label) >= TYPO_LETTERS and not _LIST.search(label)


def _one_slip(one: str, other: str) -> bool:
    """Whether just one word differs, by one letter that is not its first, and is long enough."""
    here, there = _WORDS.findall(one), _WORDS.findall(other)
    if len(here) != len(there):
        return False
    pairs = [(a, b) for a, b in zip(here, there, strict=True) if a != b]
    if len(pairs) != 1:
        return False
    a, b = pairs[0]
    words = a.isalpha() and b.isalpha() and min(len(a), len(b)) >= TYPO_LETTERS
    return words and a[0] == b[0] and OSA.distance(a, b, score_cutoff=1) <= 1
