"""Texts caught in a loop: words, sentences, lines or paragraphs that come again and again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.text.code import fences

LONGEST_RUN = 40
"""Words; what repeats at a greater distance is found as a sentence or a paragraph."""
COPIES, COPIES_OF_A_WORD, RUN_WORDS, RUN_CHARACTERS = 4, 6, 8, 30
SENTENCE_WORDS, SENTENCE_COPIES = 4, 3
SCATTERED_COPIES, SCATTERED_SHARE = 4, 0.25
PARAGRAPH_WORDS = 20
_REPEATED_PAIRS = 5
"""Fewer pairs of words in a row that come again make no run of eight words."""

_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SENTENCE = re.compile(
    r"[^.!?。！？\n]+(?:[.!?。！？]+(?=\s|$|[\"'”’)\]*_])[\"'”’)\]*_]*|[.。！？]|(?=\n)|$)|[.!?]+"
)
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n(?!\s*\n)[^\n]*)*")
_ITEM = re.compile(r"^[\s>]*(?:[-*+•–—]+\s+|\(?\d{1,4}[.):]\s*|[A-Za-z][.)]\s+)*")
_SYLLABLE = re.compile(
    r"(?:(?:ha|he|hi|ho|la|na|da|ja|ah|oh|ooh|uh|hey|yeah|blah|bla|doo|dum|tra|ring|ding|dong|tick|tock|"
    r"beep|knock|"
    r"bang|woof|meow|moo|quack|buzz|row|shake|zz+|ha+h?|no|yes|ok|very|so|really|xx+|aa+|ee+|oo+|mm+)+)"
)
_CODE = re.compile(r"[{};<>|\\$=]|\w\(|\)\s*$|^\s*(?:#|//|\||[-=*_+~.]{3,})|^(?: {4}|\t)\S")
_SEQUENCE, _BASES = 6, frozenset("acgtun")
"""Long words of these letters alone are genes."""
_QUOTE = re.compile(r"\s*>")
_SPEECH = re.compile(r"^\s*[*_]*[A-Z][\w .'’]{0,24}[*_]*:\s")


Integers = NDArray[np.int64]


class Loop(NamedTuple):
    """What repeats: the first copy is start..kept, all copies are in `cuts`, which a cut takes away."""

    start: int
    kept: int
    end: int
    copies: int
    kind: str
    cuts: tuple[tuple[int, int], ...]


class _Piece(NamedTuple):
    start: int
    end: int
    key: str


def loops(text: str) -> list[Loop]:
    """The loops in a text, in order, none inside another."""
    words, sentences = _words_may_loop(text), _sentences_may_loop(text)
    if not words and not sentences:
        return []
    closed = _closed_mask(text)
    of_sentences = (*_sentence_loops(text, closed), *_paragraph_loops(text, closed)) if sentences else ()
    found: list[Loop] = []
    for loop in (*of_sentences, *(_word_loops(text, closed) if words else ())):
        if not any(loop.start < other.end and other.start < loop.end for other in found):
            found.append(loop)
    return sorted(found)


def _words_may_loop(text: str) -> bool:
    """A quick test: whether words come again in the same order soon after."""
    ids = _numbered(text.lower().split())
    pairs = ids[:-1] * len(ids) + ids[1:]
    order = np.argsort(pairs, kind="stable")
    near = np.zeros(len(pairs), dtype=np.int8)
    near[order[1:]] = (pairs[order[1:]] == pairs[order[:-1]]) & (np.diff(order) <= LONGEST_RUN)
    runs = np.convolve(near, np.ones(_REPEATED_PAIRS, dtype=np.int8)) if len(near) else near
    return bool((runs >= _REPEATED_PAIRS).any()) and _may_be_periodic(ids)


def _numbered(words: list[str]) -> Integers:
    """Each word as the number of its kind."""
    known = {word: number for number, word in enumerate(dict.fromkeys(words))}
    return np.fromiter(map(known.__getitem__, words), dtype=np.int64, count=len(words))


def _may_be_periodic(ids: Integers) -> bool:
    """Whether words come again at one distance, often enough for three copies of a run."""
    for period in range(1, min(LONGEST_RUN, len(ids) // 2) + 1):
        equal = ids[:-period] == ids[period:]
        least = max(_REPEATED_PAIRS, (COPIES - 1) * period - 2 * COPIES)  # punctuation may differ in a copy
        if np.count_nonzero(equal) >= least:
            return True
    return False


def _sentences_may_loop(text: str) -> bool:
    """A quick test: whether a sentence or a line comes again."""
    parts = [bare for part in _PARTS.split(text.lower()) if len(bare := part.strip(_AROUND)) >= 8]
    return len(set(parts)) < len(parts)


_PARTS = re.compile(r"[.!?。！？\n]+(?:[\s\"'*_-]*\d+[.)]\s*)?")
_AROUND = " \t\n\r\f\v\u00a0\"'*_-"


def _closed_mask(text: str) -> bytearray:
    """Code blocks, and lines that are code, tables, rules or quotations: what repeats there is meant to."""
    mask = bytearray(len(text))
    for block in fences.blocks(text):
        mask[block.start : block.end] = b"\1" * (block.end - block.start)
    at = 0
    for line in text.split("\n"):
        if _CODE.search(line) or _QUOTE.match(line):
            mask[at : at + len(line)] = b"\1" * len(line)
        at += len(line) + 1
    return mask


def _open(start: int, end: int, closed: bytearray) -> bool:
    return 1 not in closed[start:end]


def _word_loops(text: str, closed: bytearray) -> Iterator[Loop]:
    """Runs of words that follow upon themselves."""
    said = text.split()
    if 1 in closed:
        said = [text[start:end] for start, end in _open_words(text, closed)]
    keys = [_bare(low) or word for word, low in zip(said, map(str.lower, said), strict=True)]
    runs = list(_periodic(_numbered(keys)))
    words = _open_words(text, closed) if runs else []  # where they stand is seldom asked
    for period, first, last in runs:
        length = last - first + period
        begin, end = words[first][0], words[first + length - 1][1]
        if (period > 1 and length < RUN_WORDS) or end - begin < RUN_CHARACTERS:
            continue
        if _says_something(keys[first : first + period]):
            kept = words[first + period - 1][1]
            yield Loop(begin, kept, end, length // period, "words", ((kept, _to_the_end(text, end)),))


def _open_words(text: str, closed: bytearray) -> list[tuple[int, int]]:
    spans = [match.span() for match in _WORD.finditer(text)]
    return [span for span in spans if _open(*span, closed)] if 1 in closed else spans


def _periodic(ids: Integers) -> Iterator[tuple[int, int, int]]:
    """Where words come again at one distance, copy after copy: the distance, and the first and last + 1 that do."""
    for period in range(1, min(LONGEST_RUN, len(ids) // 2) + 1):
        equal = ids[:-period] == ids[period:]
        if np.count_nonzero(equal) >= _REPEATED_PAIRS:
            enough = COPIES_OF_A_WORD if period == 1 else COPIES
            for first, last in _runs(equal, (enough - 1) * period):
                yield period, first, last


def _runs(equal: NDArray[np.bool_], least: int = 1) -> Iterator[tuple[int, int]]:
    """The runs of true values of some length, as first and last + 1."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], equal, [False])).astype(np.int8)))
    first, last = edges[::2], edges[1::2]
    kept = last - first >= least
    yield from zip(first[kept].tolist(), last[kept].tolist(), strict=True)


def _says_something(words: Iterable[str]) -> bool:
    """Whether there are words of two letters and more that are no laughter, and no numbers."""
    told = {word for word in words if len(word) > 1 and word.isalpha() and not _SYLLABLE.fullmatch(word)}
    told = {word for word in told if len(word) < _SEQUENCE or not set(word) <= _BASES}
    return bool(told)


def _key(said: str) -> str:
    return " ".join(map(_bare, _ITEM.sub("", said).lower().split())).strip()


@lru_cache(1 << 14)
def _bare(word: str) -> str:
    """A word without the signs around it."""
    return _EDGES.sub("", word)


def _sentences(text: str, closed: bytearray) -> list[_Piece]:
    found = []
    for match in _SENTENCE.finditer(text):
        said = match.group()
        key = _key(said)
        if not key:
            continue
        start, end = match.start() + len(said) - len(said.lstrip()), match.end()
        if not _open(start, end, closed):
            key = f"\0{start}"  # stands between sentences, equal to none
        found.append(_Piece(start, end, key))
    return found


def _long_enough(key: str) -> bool:
    return len(key.split()) >= SENTENCE_WORDS or (not key.isascii() and len(key) >= 8)


def _sentence_loops(text: str, closed: bytearray) -> Iterator[Loop]:
    """Sentences in a row, up to three by turns, and those that stand everywhere."""
    pieces = _sentences(text, closed)
    keys = np.array([hash(piece.key) for piece in pieces], dtype=np.int64)
    if len({piece.key for piece in pieces}) == len(pieces):
        return
    for period in (1, 2, 3):
        if len(pieces) < SENTENCE_COPIES * period:
            break
        for first, last in _runs(keys[:-period] == keys[period:]):
            length = last - first + period
            once = pieces[first : first + period]
            speaks = any(_long_enough(piece.key) for piece in once)
            if length // period >= SENTENCE_COPIES and speaks:
                end, kept = pieces[first + length - 1].end, once[-1].end
                yield _trailing(
                    text, Loop(once[0].start, kept, end, length // period, "sentence", ((kept, end),))
                )
    if _is_verse(text):
        return
    counts = Counter(piece.key for piece in pieces if _long_enough(piece.key))
    for key, count in counts.items():
        copies = [piece for piece in pieces if piece.key == key]
        size = sum(piece.end - piece.start for piece in copies)
        if (
            count >= SCATTERED_COPIES
            and size >= SCATTERED_SHARE * len(text)
            and not _is_heading(text, copies[0])
        ):
            cuts = tuple((_with_space(text, piece.start), piece.end) for piece in copies[1:])
            yield Loop(copies[0].start, copies[0].end, copies[-1].end, count, "sentence", cuts)


def _trailing(text: str, loop: Loop) -> Loop:
    """The loop with a last copy that is cut off."""
    rest = text[loop.end :].strip().lower()
    if rest and text[loop.start : loop.kept].strip().lower().startswith(rest):
        return loop._replace(end=len(text), cuts=((loop.kept, len(text)),))
    return loop._replace(cuts=((loop.kept, _to_the_end(text, loop.end)),))


def _to_the_end(text: str, end: int) -> int:
    """The end of the text where only white space follows."""
    return end if text[end:].strip() else len(text)


def _with_space(text: str, start: int) -> int:
    line = text.rfind("\n", 0, start) + 1
    if not _ITEM.sub("", text[line:start]).strip():
        return max(line - 1, 0)
    return start - 1 if start and text[start - 1] == " " else start


def _is_heading(text: str, piece: _Piece) -> bool:
    """Headings, labels and what someone says in a dialogue may come again."""
    line = text[text.rfind("\n", 0, piece.start) + 1 : piece.end]
    return line.rstrip().endswith((":", "**")) or line.lstrip().startswith("#") or bool(_SPEECH.match(line))


def _is_verse(text: str) -> bool:
    """Many short lines that are no list: a poem, a song, a prayer."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    short = [line for line in lines if len(line) < 60 and _ITEM.sub("", line) == line]
    return len(lines) >= 6 and len(short) >= 0.7 * len(lines)


def _paragraph_loops(text: str, closed: bytearray) -> Iterator[Loop]:
    """Paragraphs that stand twice."""
    seen: dict[str, list[_Piece]] = {}
    for match in _PARAGRAPH.finditer(text):
        key = _key(match.group())
        if len(key.split()) >= PARAGRAPH_WORDS and _open(*match.span(), closed):
            seen.setdefault(key, []).append(_Piece(*match.span(), key))
    if any(len(copies) > 1 for copies in seen.values()) and _is_verse(text):
        return
    for copies in seen.values():
        if len(copies) > 1:
            first = copies[0]
            cuts = tuple((_before(text, copy.start), copy.end) for copy in copies[1:])
            yield Loop(first.start, first.end, copies[-1].end, len(copies), "paragraph", cuts)


def _before(text: str, start: int) -> int:
    return len(text[:start].rstrip())
