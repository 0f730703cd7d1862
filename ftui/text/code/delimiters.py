"""Brackets and double quotation marks in prose that have no partner in the whole text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.late_pattern import late
from ftui.text.prose import FILLER, masked

SIGNS = '()[]{}“”„«»"'
_PARTNER = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}
_OPENERS = frozenset(_PARTNER.values())
_CODE_LINE = late(
    r"\w\(\)|\w\([\"']|[;{}]\s*$|^\s*[{}\[\]()]+,?\s*$|==|!=|=>|->|&&|\|\||::|//|</|/>|<[a-z]+>|^\s{4,}\S|^\s*[$>#%]\s|^\s*[\"'][^\"']+[\"']\s*:"
    r"|\w\s*=\s*[\w\"'(\[{]|^\s*(?:def|class|import|from|return|if|for|while|function|var|let|const|public|private|SELECT|"
    r"INSERT|CREATE|#include)\b.*[(;:{]\s*\S*$|\w+\.\w+\(|\\[A-Za-z]+|[\^_]\{|[\w)]\^[\w({]|[)\d]\s*=\s*[\d(]|\w\[\w+\]|\w\([\w,\s]{0,20}\)\s*=",
    re.M,
)
_SMILEY = late(
    r"[:;=<(¯xX8](?:(?<=[:;])(?<!\w.)[-'o^]?[()\[\]{}]+(?!\w)|(?<=\()(?<!\S.)[-'o^]?[:;](?!\S)"
    r"|(?<==)(?<!\S.)[()](?!\S)|(?<=<)\((?!\w)|(?<=¯)\\_\(ツ\)_/¯|(?<=[xX8])(?<!\w.)D?[)(](?!\w)(?<=\s..)"
    r"|(?<=\()\s?[°•ಠ^˘╯])"
)
"""The sign that begins it stands first: `re` then looks for one of these instead of trying every character."""
_LIST_MARK = late(
    r"(?:(?<=^)|(?<=[\s(\[,;:/*_—–-]))(?:\d{1,4}|[A-Za-z]{1,2}|[ivxlcIVXLC]{1,5}|\d{1,2}[a-z]|[a-z]\d{1,2}|[*\d]+)[.*_]{0,2}\)",
    re.M,
)
_INTERVAL = late(r"[\[(\]]\s*[-−+±]?[\w.∞π/$%]{1,12}\s*[,;]\s*[-−+±]?[\w.∞π/$%]{1,12}\s*[\])\[]")
_ALONE = late(rf"[\"'“‘{FILLER}][()\[\]{{}}“”«»\"]{{1,2}}[\"'”’{FILLER}]|(?<=\s)[()\[\]{{}}](?=\s|[,.])")
_INCHES = late(r"(?<=[\d½¼¾⅛⅜⅝⅞])\s?[\"”″]")
_DITTO = late(r"^\s*\"\s*$|(?<=[|,\t])\s*\"\s*(?=[|,\t]|$)", re.M)
_CHOICE = late(
    r"(?i:answers?|options?|choices?|correct(?: one)?|choose|choice|pick(?:ed)?|select(?:ed)?|is|was|lösung|antwort)"
    r"(?: (?:is|was|would be|ist|lautet|option))?[\s:*]{1,4}\(?[A-Fa-f]\)"
)
"""A choice is named by its mark: “the answer is B) rod”."""
_TOLD = late(
    r"[,!?.…][ ]*(?:(?:he|she|they|I|we|it|[A-Z]\w+|(?:the|his|her|my|an?) \w+(?: \w+)?) )?"
    r"(?:said|asked|replied|answered|cried|whispered|shouted|muttered|murmured|added|exclaimed|called|began|explained|says|asks"
    r"|replies|laughed|sighed|yelled|thought|insisted|sagte|fragte|rief|antwortete|dit|demanda|dijo)\b"
)
"""Words that tell who spoke: behind them the speech is over, and its mark should have closed it."""
_PARAGRAPH = late(r"\n[ \t]*\n")
PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("«", "»"))
HIDING = r"`|(?:^|\s)[0-9A-Za-z]{1,4}[.*]{0,2}\)|[:;=][-'o^]?[()]"
"""Code, list marks and smileys hold signs that are no brackets, and so may make an uneven number even."""
_HIDING = late(HIDING.replace(r"(?:^|\s)", r"\s"))
_TOO_LONG = 100_000
"""Characters; longer texts are not judged."""


class Lone(NamedTuple):
    """A sign without its partner, and whether it opens."""

    start: int
    sign: str
    opens: bool


def find(text: str) -> list[Lone]:
    """The signs without a partner in the prose of a text, in order."""
    if len(text) > _TOO_LONG or not may_be_lone(text):
        return []
    bare = masked(text, urls=True, math=True)
    if not may_be_lone(bare):
        return []
    bare = _ALONE.sub(_blank, bare)
    bare = _INTERVAL.sub(_blank, _SMILEY.sub(_blank, bare))
    lone = _brackets(bare) + _curly_quotes(bare) + _straight_quotes(bare)
    code: dict[str, bool] = {}  # thousands of signs on one line: each of them would search it anew
    kept = []
    for each in lone:
        line = _line(bare, each.start)
        if line not in code:
            code[line] = _CODE_LINE.search(line) is not None
        if not code[line]:
            kept.append(each)
    return sorted(kept)


def _line(text: str, at: int) -> str:
    """The line around a place; of a long one its thousand characters, with the two thousand before and behind."""
    block = at - at % 1_000
    start = max(text.rfind("\n", 0, at) + 1, block - 2_000)
    end = text.find("\n", at)
    return text[start : min(end if end >= 0 else len(text), block + 3_000)]


def may_be_lone(text: str) -> bool:
    """A quick test: some kind of sign does not come out even, or what looks like one may hide it."""
    for a, b in PAIRS:
        if text.count(a) != text.count(b):
            return True
    uneven = text.count('"') % 2 == 1 or "„" in text
    return uneven or ((")" in text or "}" in text) and _HIDING.search("\n" + text) is not None)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _brackets(bare: str) -> list[Lone]:
    """What a stack leaves over; a list mark closes only a bracket that is open on its line."""
    marks: frozenset[int] | None = None
    open_: dict[str, list[int]] = {"(": [], "[": [], "{": []}
    lone: list[Lone] = []
    for match in re.finditer(r"[()\[\]{}]", bare):
        sign, at = match.group(), match.start()
        if sign in open_:
            open_[sign].append(at)
            continue
        partners = open_[_PARTNER[sign]]
        if partners and "\n" not in bare[partners[-1] : at]:
            partners.pop()
            continue
        marks = _marks(bare) if marks is None else marks  # most texts have no need of them
        if partners and at not in marks:
            partners.pop()
        elif at not in marks:
            lone.append(Lone(at, sign, False))
    left = [Lone(at, sign, True) for sign, held in open_.items() for at in held]
    return lone + left


def _marks(bare: str) -> frozenset[int]:
    """The brackets that end a list mark or a named choice."""
    found = list(_LIST_MARK.finditer(bare))
    heads = [
        match
        for match in found
        if not bare[bare.rfind("\n", 0, match.start()) + 1 : match.start()].strip(" \t-*>_")
    ]
    marks = found if len(found) > 1 else heads
    return frozenset(match.end() - 1 for match in (*marks, *_CHOICE.finditer(bare)))


def _curly_quotes(bare: str) -> list[Lone]:
    lone: list[Lone] = []
    for opener, closer, foreign in (("“", "”", "„"), ("«", "»", "")):
        if opener not in bare or (foreign and foreign in bare):
            continue  # ”Swedish”, „German“ and marks that only close
        if closer in bare and opener == "«" and bare.index(closer) < bare.index(opener):
            continue
        lone += _pairs(bare, opener, closer)
    return lone + _low_quotes(bare) if "„" in bare else lone


def _low_quotes(bare: str) -> list[Lone]:
    """„German“, „Polish” and „mixed" marks: one that opens and is never closed, or closes what nothing opened."""
    lone: list[Lone] = []
    held: int | None = None
    for match in re.finditer('[„“”"]', bare):
        sign, at = match.group(), match.start()
        if sign == "„":
            if held is not None and not (_opens_paragraph(bare, at) and "\n" in bare[held:at]):
                lone.append(Lone(held, sign, True))
            held = at
        elif (
            held is None and sign == "“" and bare[:at][-1:].isalnum() and not bare[at + 1 : at + 2].isalnum()
        ):
            lone.append(Lone(at, sign, False))
        else:
            held = None
    return lone if held is None else [*lone, Lone(held, "„", True)]


def _pairs(bare: str, opener: str, closer: str) -> list[Lone]:
    """Marks without partner; one that opens a paragraph may be closed in a later one, and by a straight mark."""
    lone: list[Lone] = []
    held: int | None = None
    for match in re.finditer(f'[{opener}{closer}"]' if opener == "“" else f"[{opener}{closer}]", bare):
        sign, at = match.group(), match.start()
        if sign == opener:
            if held is not None and (not _opens_paragraph(bare, at) or _TOLD.search(bare, held, at)):
                lone.append(Lone(held, opener, True))
            held = at
        elif sign == closer and held is None and not _INCHES.match(bare, at):
            lone.append(Lone(at, closer, False))
        elif sign == closer or held is not None:
            held = None
    return lone if held is None else [*lone, Lone(held, opener, True)]


def _straight_quotes(bare: str) -> list[Lone]:
    """A mark too many: exactly one paragraph has an odd number of them, inches and ditto marks left out."""
    if '"' not in bare or any(sign in bare for sign in "“”„"):
        return []
    clean = _DITTO.sub(_blank, bare)
    lone: list[Lone] = []
    at = 0
    paragraphs = _paragraphs(clean)
    for paragraph, following in zip(paragraphs, [*paragraphs[1:], ""], strict=True):
        for each in _lone_quote(paragraph):
            again = (
                each.opens
                and following.lstrip().startswith('"')
                and _opens_paragraph(paragraph, each.start)
                and not _TOLD.search(paragraph, each.start)
            )
            if not again:  # a quotation of several paragraphs opens each and closes the last
                lone.append(each._replace(start=each.start + at))
        at += len(paragraph)
    return lone if len(lone) == 1 else []


def _lone_quote(paragraph: str) -> list[Lone]:
    """The mark of a paragraph that has no partner, by where each stands between words."""
    held: int | None = None
    lone: list[Lone] = []
    for match in re.finditer('"', paragraph):
        at = match.start()
        before, after = paragraph[:at][-1:], paragraph[at + 1 : at + 2]
        opens = (not before or before.isspace() or before in "([{—–-=:>*_'/") and after.strip() != ""
        closes = (not after or not after.isalnum()) and before.strip() != ""
        if held is None and before.isdigit() and not opens:
            continue  # inches
        if held is None:
            if closes and not opens:
                lone.append(Lone(at, '"', False))
            else:
                held = at
        elif opens and not closes:
            lone.append(Lone(held, '"', True))
            held = at
        else:
            held = None
    return lone if held is None else [*lone, Lone(held, '"', True)]


def _opens_paragraph(bare: str, at: int) -> bool:
    return not bare[bare.rfind("\n", 0, at) + 1 : at].strip(" \t>*_-")


def _paragraphs(text: str) -> list[str]:
    at, found = 0, []
    for match in _PARAGRAPH.finditer(text):
        found.append(text[at : match.end()])
        at = match.end()
    return [*found, text[at:]]
