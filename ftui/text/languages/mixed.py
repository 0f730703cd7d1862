"""Words of two alphabets that look alike, and stretches of a text that are in another language than the rest."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from ftui.text.code import fences
from ftui.text.languages import language, scripts
from ftui.text.late_pattern import late

ALIKE = dict(
    zip(
        "аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЈЅ" + "ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijshdqwABEKMHOPCTXIJS" + "ovABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Cyrillic and Greek letters to the Latin ones they look like."""
_TO_CYRILLIC = {latin: other for other, latin in ALIKE.items() if "\u0400" <= other <= "\u052f"}
_TO_GREEK = {latin: other for other, latin in ALIKE.items() if "\u0370" <= other <= "\u03ff"}
MIX_COLUMN = r"[A-Za-z][\p{Cyrillic}\p{Greek}]|[\p{Cyrillic}\p{Greek}][A-Za-z]"
"""Every word of two such alphabets matches this (Rust syntax)."""
_OTHER = late("[\u0370-\u03ff\u0400-\u052f]")
_MIX = late("[A-Za-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][A-Za-z]")
_WORD = late(r"[A-Za-z\u0370-\u03ff\u0400-\u052f]{3,}")
_ABOUT = late(
    r"homoglyph|look-?alike|phish|unicode|spoof|alphabet|cyrillic|greek letter|script|IDN\b|punycode"
    r"|confusable|leet",
    re.IGNORECASE,
)
FOREIGN = 50
"""Letters that make a stretch of foreign sentences, and that the rest must have."""
FOREIGN_SCRIPT = 15
FOREIGN_DENSE = 10
_MASKED = late(
    r"`[^`\n]*`|\([^()\n]*\)|（[^（）\n]*）|\[[^\]\n]*\]|https?://\S+|^\s*\|.*\|\s*$|^\s*>.*$|<[^<>\n]{1,200}>",
    re.MULTILINE,
)
_SENTENCE = late(r"[^.!?…。！？\n]+(?:[.!?…。！？]+|\n|$)")
_RUN = {
    name: late(rf"[{inside}](?:[{inside}\s,.!?、。！？，:;'’-]*[{inside}])?")
    for name, inside in scripts.RANGES.items()
    if name not in ("Latin", "Han", "Kana", "Hangul", "Greek")
}
_RUN["Han"] = late(
    rf"[{scripts.RANGES['Han']}{scripts.RANGES['Kana']}](?:[{scripts.RANGES['Han']}{scripts.RANGES['Kana']}\s、。！？，]*[{scripts.RANGES['Han']}{scripts.RANGES['Kana']}])?"
)
_RUN["Hangul"] = late(
    rf"[{scripts.RANGES['Hangul']}](?:[{scripts.RANGES['Hangul']}\s,.!?]*[{scripts.RANGES['Hangul']}])?"
)


class Word(NamedTuple):
    """A word of two alphabets, and what it should read."""

    start: int
    end: int
    mended: str


class Stretch(NamedTuple):
    """A stretch in another language or script than the rest of a text."""

    start: int
    end: int
    what: str
    """An ISO code, or the name of a script."""
    rest: str


def words(text: str) -> list[Word]:
    """The words that mix Latin letters with Cyrillic or Greek ones that look like them."""
    if text.isascii() or not _OTHER.search(text) or not _MIX.search(text):
        return []
    code = [(block.start, block.end) for block in fences.blocks(text)]
    code += [match.span() for match in re.finditer(r"`[^`\n]+`|https?://\S+", text)]
    found = []
    for match in _WORD.finditer(text):
        mended = _mended(match[0], text)
        if mended and not any(a <= match.start() < b for a, b in code):
            found.append(Word(match.start(), match.end(), mended))
    return found


def is_about(text: str) -> bool:
    """Whether a prompt is about letters that look alike."""
    return _ABOUT.search(text) is not None


def _mended(word: str, text: str) -> str | None:
    latin = sum(letter.isascii() for letter in word)
    other = len(word) - latin
    if not latin or not other:
        return None
    cyrillic = any(letter >= "\u0400" for letter in word)
    if cyrillic and any("\u0370" <= letter <= "\u03ff" for letter in word):
        return None
    into_latin = all(letter.isascii() or letter in ALIKE for letter in word)
    table = _TO_CYRILLIC if cyrillic else _TO_GREEK
    into_other = all(not letter.isascii() or letter in table for letter in word)
    if re.fullmatch(r"[A-Za-z]{2,}[\u0370-\u052f]{1,4}", word) and _mostly(text, cyrillic):
        return None
    if into_latin and (latin >= other or not into_other):
        return "".join(ALIKE.get(letter, letter) for letter in word)
    if into_other and (cyrillic or sum(map(str.islower, word)) > 3):
        return "".join(table.get(letter, letter) for letter in word)
    return None


def _mostly(text: str, cyrillic: bool) -> bool:
    counts = scripts.letters(text)
    return counts["Cyrillic" if cyrillic else "Greek"] > counts["Latin"]


def stretches(text: str) -> list[Stretch]:
    """The stretches of another language or script in a text, each with what the rest is in."""
    plain = _blanked(text)
    counts = scripts.letters(plain)
    main = scripts.main(counts) or (counts.most_common(1)[0][0] if counts else "")
    if not main or 2 * counts[main] < counts.total():
        return []
    found = _foreign_script(plain, counts, main)
    if not found and main == "Latin" and counts.total() >= 2 * FOREIGN:
        found = _foreign_sentences(plain)
    return found


def turned(stretch: Stretch, size: int) -> Stretch:
    """The longer part of a text of `size` characters beside a stretch, as the foreign one."""
    start, end = (stretch.end, size) if size - stretch.end >= stretch.start else (0, stretch.start)
    return Stretch(start, end, stretch.rest, stretch.what)


def _blanked(text: str) -> str:
    """The text with code, quotations, brackets and tables as spaces, so that offsets stay."""
    for block in reversed(fences.blocks(text)):
        text = text[: block.start] + " " * (block.end - block.start) + text[block.end :]
    text = _MASKED.sub(lambda match: " " * len(match[0]), text)
    return language.QUOTED.sub(lambda match: " " * len(match[0]), text)


def _foreign_script(plain: str, counts: Counter[str], main: str) -> list[Stretch]:
    own = {"Han", "Kana", "Hangul"} if main in scripts.DENSE else {main}
    found = []
    for name in counts:
        pattern = _RUN.get("Han" if name == "Kana" else name)
        if name in own or pattern is None:
            continue
        dense = name in scripts.DENSE
        for match in pattern.finditer(plain):
            letters = scripts.number(match[0])
            enough = (
                letters >= FOREIGN_DENSE
                if dense
                else letters >= FOREIGN_SCRIPT and len(match[0].split()) >= 3
            )
            rest = counts.total() - letters
            if enough and rest >= (20 if main in scripts.DENSE else FOREIGN):
                found.append(Stretch(match.start(), match.end(), f"{name} letters", f"{main} letters"))
    return sorted(set(found))


def _foreign_sentences(plain: str) -> list[Stretch]:
    """Neighbouring sentences in another language than most of the letters are in."""
    told: list[tuple[int, int, str | None, int]] = []
    for match in _SENTENCE.finditer(plain):
        letters = scripts.number(match[0])
        guess = language.detect(match[0].strip(), 20, 8) if letters >= 20 else None
        told.append((match.start(), match.end(), guess.code if guess else None, letters))
    weights: Counter[str] = Counter()
    for _, _, code, letters in told:
        if code:
            weights[code] += letters
    if len(weights) < 2:
        return []
    main, most = weights.most_common(1)[0]
    if most < FOREIGN:
        return []
    found: list[Stretch] = []
    run: list[tuple[int, int, str | None, int]] = []
    for each in [*told, (0, 0, main, 0)]:
        if (
            each[2]
            and not language.same(each[2], main)
            and (not run or language.same(each[2], run[0][2] or ""))
        ):
            run.append(each)
            continue
        if run and sum(letters for *_, letters in run) >= FOREIGN:
            start, end = run[0][0], run[-1][1]
            again = language.detect(plain[start:end], 40, 8)
            if again and not language.same(again.code, main):
                found.append(Stretch(start, end, again.code, main))
        run = []
    return found


def has_script(text: str, name: str) -> bool:
    """Whether a text has letters of a script."""
    return scripts.letters(text)[name] > 0
