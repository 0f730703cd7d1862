"""Brackets and double quotation marks in prose that have no partner in the whole text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.prose import FILLER, masked

SIGNS = '()[]{}“”«»"'
_PARTNER = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}
_OPENERS = frozenset(_PARTNER.values())
_CODE_LINE = re.compile(
    r"\w\(\)|\w\([\"']|[;{}]\s*$|^\s*[{}\[\]()]+,?\s*$|==|!=|=>|->|&&|\|\||::|//|</|/>|<[a-z]+>|^\s{4,}\S|^\s*[$>#%]\s|^\s*[\"'][^\"']+[\"']\s*:"
    r"|\w\s*=\s*[\w\"'(\[{]|^\s*(?:def|class|import|from|return|if|for|while|function|var|let|const|public|private|SELECT|"
    r"INSERT|CREATE|#include)\b.*[(;:{]\s*\S*$|\w+\.\w+\(|\\[A-Za-z]+|[\^_]\{|\w\[\w+\]|\w\([\w,\s]{0,20}\)\s*=",
    re.M,
)
_SMILEY = re.compile(
    r"(?<!\w)[:;=8xX][-'o^]?[()\[\]{}]+(?!\w)|(?<!\w)[()\[\]{}][-'o^]?[:;=](?!\w)|\^_?\^|<\(|\(:|[)(]{2,}(?=\s|\Z)(?<=:\)\))"
    r"|¯\\_\(ツ\)_/¯|[oO]_[oO]\)?|D:|\(\s?[°•ಠ^˘╯]"
)
_LIST_MARK = re.compile(
    r"(?:(?<=^)|(?<=[\s(\[,;:/*_—–-]))(?:\d{1,4}|[A-Za-z]{1,2}|[ivxlcIVXLC]{1,5}|\d{1,2}[a-z]|[a-z]\d{1,2}|[*\d]+)[.*_]{0,2}\)",
    re.M,
)
_INTERVAL = re.compile(r"[\[(\]]\s*[-−+±]?[\w.∞π/$%]{1,12}\s*[,;]\s*[-−+±]?[\w.∞π/$%]{1,12}\s*[\])\[]")
_ALONE = re.compile(
    rf"[\"'“‘{FILLER}][()\[\]{{}}“”«»\"]{{1,2}}[\"'”’{FILLER}]|(?<=\s)[()\[\]{{}}](?=\s|[,.])"
)
_INCHES = re.compile(r"(?<=[\d.½¼¾⅛⅜⅝⅞])\"|(?<=[\d½¼¾])\s?[”″]")
_DITTO = re.compile(r"^\s*\"\s*$|(?<=[|,\t])\s*\"\s*(?=[|,\t]|$)", re.M)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_TOO_LONG = 100_000
"""Characters; longer texts are not judged."""


class Lone(NamedTuple):
    """A sign without its partner, and whether it opens."""

    start: int
    sign: str
    opens: bool


def find(text: str) -> list[Lone]:
    """The signs without a partner in the prose of a text, in order."""
    if len(text) > _TOO_LONG or not any(sign in text for sign in SIGNS):
        return []
    bare = masked(text, urls=True, math=True)
    bare = _ALONE.sub(_blank, bare)
    bare = _INTERVAL.sub(_blank, _SMILEY.sub(_blank, bare))
    lone = _brackets(bare) + _curly_quotes(bare) + _straight_quotes(bare)
    code = [match.span() for match in re.finditer(r"[^\n]+", bare) if _CODE_LINE.search(match.group())]
    return sorted(each for each in lone if not any(a <= each.start < b for a, b in code))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _brackets(bare: str) -> list[Lone]:
    """What a stack leaves over; a list mark closes only a bracket that is open on its line."""
    marks = {match.end() - 1 for match in _LIST_MARK.finditer(bare)}
    open_: dict[str, list[int]] = {"(": [], "[": [], "{": []}
    lone: list[Lone] = []
    for match in re.finditer(r"[()\[\]{}]", bare):
        sign, at = match.group(), match.start()
        if sign in open_:
            open_[sign].append(at)
        elif open_[_PARTNER[sign]] and not (at in marks and "\n" in bare[open_[_PARTNER[sign]][-1] : at]):
            open_[_PARTNER[sign]].pop()
        elif at not in marks:
            lone.append(Lone(at, sign, False))
    left = [Lone(at, sign, True) for sign, held in open_.items() for at in held]
    return lone + left


def _curly_quotes(bare: str) -> list[Lone]:
    lone: list[Lone] = []
    for opener, closer, foreign in (("“", "”", "„"), ("«", "»", "")):
        if opener not in bare or (foreign and foreign in bare):
            continue  # ”Swedish”, „German“ and marks that only close
        if closer in bare and opener == "«" and bare.index(closer) < bare.index(opener):
            continue
        lone += _pairs(bare, opener, closer)
    return lone


def _pairs(bare: str, opener: str, closer: str) -> list[Lone]:
    """Marks without partner; one that opens a paragraph may be closed in a later one, and by a straight mark."""
    lone: list[Lone] = []
    held: int | None = None
    for match in re.finditer(f'[{opener}{closer}"]' if opener == "“" else f"[{opener}{closer}]", bare):
        sign, at = match.group(), match.start()
        if sign == opener:
            if held is not None and not _opens_paragraph(bare, at):
                lone.append(Lone(held, opener, True))
            held = at
        elif sign == closer and held is None and not _INCHES.match(bare, at):
            lone.append(Lone(at, closer, False))
        elif sign == closer or held is not None:
            held = None
    return lone if held is None else [*lone, Lone(held, opener, True)]


def _straight_quotes(bare: str) -> list[Lone]:
    """A mark too many: the text has an odd number, and so has one paragraph."""
    clean = _DITTO.sub(_blank, _INCHES.sub(_blank, bare)) if '"' in bare else bare
    if clean.count('"') % 2 == 0 or "“" in clean or "”" in clean:
        return []
    lone = []
    at = 0
    for paragraph in _paragraphs(clean):
        if paragraph.count('"') % 2:
            lone.append(_odd_one(paragraph, at))
        at += len(paragraph)
    return [each for each in lone[:1] if len(lone) == 1]


def _odd_one(paragraph: str, at: int) -> Lone:
    """The first mark that does not stand where a pair wants it, else the last."""
    opened = False
    marks = [match.start() for match in re.finditer('"', paragraph)]
    for i in marks:
        opens = paragraph[i + 1 : i + 2].strip() != "" and paragraph[i - 1 : i].strip() in (
            "",
            "(",
            "[",
            "—",
            "–",
            "-",
        )
        if opens == opened:
            return Lone(at + i, '"', not opened)
        opened = not opened
    return Lone(at + marks[-1], '"', True)


def _opens_paragraph(bare: str, at: int) -> bool:
    return not bare[bare.rfind("\n", 0, at) + 1 : at].strip(" \t>*_-")


def _paragraphs(text: str) -> list[str]:
    at, found = 0, []
    for match in _PARAGRAPH.finditer(text):
        found.append(text[at : match.end()])
        at = match.end()
    return [*found, text[at:]]
