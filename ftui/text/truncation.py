"""Answers cut off before their end: what a text that stops in the middle looks like, and what only seems to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ftui.text.code.fences import blocks
from ftui.text.unfinished import unfinished


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DANGLING = _words(
    "the a an and or of because than your their its our my with into from which while whose such between "
    "towards toward via per including without within upon among although though unless whereas however"
)
"""Words that hardly ever end a sentence."""
_SURELY_MORE = _words("the a an and or of your their its my")
"""Those of which a short list item does not consist either."""
_RARELY_LAST = _words(
    "to at by as is are was were be been being has have had will would can could should may might must if when "
    "where very more most that these those also very how who what"
)
"""Words that end a sentence seldom enough to say something where sentences else end with a full stop."""
_STARTS_MORE = (
    _DANGLING | _RARELY_LAST | _words("it i we you he she they there this for in so but on not then")
)
"""Words that are no sentence of three words or fewer."""
_CONTRACTION = re.compile(r"(?i)(?:\w+['’](?:ll|ve|re|m)|(?:it|that|there|here|he|she|who|what)['’]s)\Z")
_SIGNATURE = re.compile(r"\s*(?:[-–—#~@]|[^\w\s]*[A-Z][\w.]*(?:\s+[A-Z][\w.]*){0,3}\Z)")
"""A name, a dash with a name, a hashtag: what stands after the last full stop without being a sentence."""
_ENDINGS = (
    "s", "es", "ed", "d", "ing", "er", "ers", "r", "ly", "n", "en", "al", "ion", "y", "ment", "ness", "able", "ist",
    "ive", "ful", "'s", "’s",
)  # fmt: skip
"""A beginning of a known word that is itself a word shows in some other ending: edit, edits, editing."""

_STUMP = re.compile(r"(?:[a-z]{2,}(?:[bcdfgkp]r|[^s]tr|thr|[bcfgp]l|qu|[jv])|thr|str)")
_SHORT_FORMS = _words(
    "abbr flickr addr attr expr repr incl excl impl decl repl appl str ptr rev gov univ nov conv dev div prev priv"
)
"""Words, names and abbreviations that end as stumps do."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LIST_LINE = re.compile(r"\s*(?:[-*+•·–—>|#]|\(?\d{1,3}[.):]|\(?[A-Za-z][.)])\s")
_SENTENCE_STOP = re.compile(r"[.!?…。！？](?=[\"'”’)\]*_]*(?:\s|\Z))")
_CODE_SIGNS = re.compile(r"[{};=<>|\\$]|\w\(|\(\)|\w\.\w+\(|://|::|->|=>|/\w+/")
_PLAIN_WORD = re.compile(r"(?:^|\s)[\"'“‘(\[*_]*[^\W\d_]+(?:['’\-–—/][^\W\d_]+)*\Z")
_INLINE_CODE = re.compile(r"`[^`\n]+`")
_NO_LETTER = re.compile(r"[\d_]|[^\w\s]")
_LAST_WORD = re.compile(r"\S+\Z")
_JSON_START = re.compile(r"\s*[\[{]\s*[\"{\[]")
_OPENERS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»"}
_COMMAS = ",，、"
PUNCTUATED = 0.8
"""Share of prose that ends with a full stop from which its absence may say something."""
_NEAR_END = 1_000
"""Characters looked at: the last paragraphs."""
_LEARNT = 5_000
"""Answers from which the habit is learnt; 0.4 s."""


class Cut(NamedTuple):
    """Where a text breaks off, and how one can tell."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Habit:
    """How the answers of a data set end, which decides what the lack of a full stop says."""

    punctuated: float = 1.0
    """Share of the prose that ends with a full stop or its like."""
    cutting: bool = False
    """Whether unfinished sentences are cut ones, not a writer's style: there are next to none, or many of them
    break off in a way that nobody writes."""
    vocabulary: tuple[str, ...] = ()
    """The words of the data, sorted."""

    @cached_property
    def words(self) -> frozenset[str]:
        """The vocabulary as a set."""
        return frozenset(self.vocabulary)


UNKNOWN_HABIT = Habit()
"""Nothing learnt: full stops are taken for the custom."""


def learn(answers: Iterable[str]) -> Habit:
    """The habit of some answers, at most 5,000."""
    counts: Counter[str] = Counter()
    unfinished: list[str] = []
    prose = 0
    for _, answer in zip(range(_LEARNT), answers, strict=False):
        tail = answer.rstrip()[-_NEAR_END:]
        counts.update(word.lower() for word in _WORD.findall(tail)[:-1])
        if is_prose(tail):
            prose += 1
            if not finished(tail):
                unfinished.append(tail)
    habit = Habit(1 - len(unfinished) / max(prose, 1), False, tuple(sorted(counts)))
    later = [tail for tail in unfinished if _SENTENCE_STOP.search(tail)]
    sure = sum(cut_off(tail, habit) is not None for tail in later)
    cutting = (sure >= 2 and sure >= 0.3 * len(later)) or (prose >= 50 and habit.punctuated >= 0.98)
    return Habit(habit.punctuated, cutting, habit.vocabulary)


def is_prose(tail: str) -> bool:
    """Whether a text ends with a line of some words that is no list item and no code."""
    line = tail[tail.rfind("\n") + 1 :]
    if len(line.split(maxsplit=6)) <= 5 or _LIST_LINE.match(line):
        return False
    return not _CODE_SIGNS.search(_INLINE_CODE.sub("code", line))


def finished(text: str) -> bool:
    """Whether the last character is one with which a sentence, a quotation, a list or a formula may end."""
    last = text[-1:]
    return not (last.isalpha() or last in ",，、;([{“‘«" or last in "-–—")


def cut_off(text: str, habit: Habit) -> Cut | None:
    """Where an answer breaks off, or None where it ends as an answer may end."""
    end = len(text.rstrip())
    if (fence := _open_fence(text, end)) is not None:
        return fence
    offset = max(0, end - _NEAR_END)
    tail = text[offset:end]
    line = tail[tail.rfind("\n") + 1 :]
    reason = _broken_json(tail, offset) or _broken_line(tail, line, habit) or unfinished(text[:end])
    if reason is None:
        return None
    word = _LAST_WORD.search(line)
    return Cut(end - len(line) + (word.start() if word else 0), end, reason)


def _open_fence(text: str, end: int) -> Cut | None:
    if text.count("```") % 2 == 0:
        return None
    last = blocks(text)
    if not last or last[-1].closed:
        return None
    code = text[last[-1].code_start : end].rstrip()
    line = code[code.rfind("\n") + 1 :]
    if not code or (is_prose(line) and finished(line)):  # a fence too many, or forgotten in the middle
        return None
    return Cut(last[-1].start, end, "a code block is never closed")


def _broken_json(tail: str, offset: int) -> str | None:
    """An object or list that is the whole answer and is never closed."""
    if offset or not _JSON_START.match(tail):
        return None
    depth, quoted, escaped = 0, False, False
    for c in tail:
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = c == "\\", c != '"'
        elif c == '"':
            quoted = True
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
    return "its JSON is never closed" if depth > 0 or quoted else None


def _broken_line(tail: str, line: str, habit: Habit) -> str | None:
    if finished(tail) and line.count("`") % 2 == 0:
        return None
    words = _WORD.findall(line)
    if _cut_item(tail, line, words) and habit.punctuated >= PUNCTUATED:
        return f"it ends with “{words[-1]}”"
    if len(words) < 5 or habit.punctuated < PUNCTUATED or _code_like(line):
        return None
    if (broken := _broken_sign(line, words)) is not None:
        return broken
    if not line[-1].isalpha() or not _PLAIN_WORD.search(line):  # an address or a file name is no word
        return None
    word = words[-1]
    if word in _DANGLING:
        return f"it ends with “{word}”"
    if _half_word(word, habit):
        return f"it ends within a word: “{word}”"
    if _LIST_LINE.match(line):
        return None
    return _broken_sentence(tail, line, word, habit)


def _cut_item(tail: str, line: str, words: list[str]) -> bool:
    """Whether a list item, however short, stops at a word that hardly ever ends one."""
    item = _LIST_LINE.match(line)
    if item is None or len(words) < 2 or len(line) == len(tail) or "`" in line or line.lstrip()[0] in ">#|":
        return False
    return words[-1] in _SURELY_MORE and line.endswith(f" {words[-1]}")


def _broken_sign(line: str, words: list[str]) -> str | None:
    """Signs after which something must follow, and those that must be closed."""
    last = line[-1]
    if last in _COMMAS:
        return "it ends with a comma"
    if last in _OPENERS and line.count(last) > line.count(_OPENERS[last]):
        return "it ends with an opening bracket or quote"
    if line.count("`") % 2 and last.isalpha() and len(words) > 5:
        return "it ends within code"
    return None


def _broken_sentence(tail: str, line: str, word: str, habit: Habit) -> str | None:
    """What counts only where an earlier sentence of the same answer ends with a full stop."""
    if _stump(word, tail):
        return f"it ends within a word: “{word}”"
    if _open_quotation(line) and habit.punctuated >= 0.9:
        return "it ends within a quotation"
    stops = [match.end() for match in _SENTENCE_STOP.finditer(tail)]
    if not stops or habit.punctuated < 0.9:
        return None
    if word in _RARELY_LAST or _CONTRACTION.fullmatch(word):
        return f"it ends with “{word}”"
    sentence = tail[stops[-1] :]
    inside = _WORD.findall(sentence)
    if sentence.count("(") > sentence.count(")") and len(sentence) < 300:
        return "it ends within brackets"
    alone = line.strip() == sentence.strip()
    if len(inside) <= 3 and not alone and word.lower() in _STARTS_MORE:
        return f"its last sentence is only “{sentence.strip()}”"
    if "\n" in sentence.strip("\n") or _SIGNATURE.match(sentence.strip()):
        return None
    if not habit.cutting or len(inside) < (10 if alone else 3) or (alone and len(stops) < 2):
        return None
    return "it ends within a sentence"


def _stump(word: str, tail: str) -> bool:
    """Whether no English word ends as this one does, in an English text."""
    return _STUMP.fullmatch(word) is not None and word not in _SHORT_FORMS and " the " in tail


def _open_quotation(line: str) -> bool:
    """Whether a line ends in a quotation of some words that is never closed; quotes behind figures are inches."""
    start = line.rfind('"')
    if line.count('"') % 2 == 0 or line[start - 1 : start].isalnum() or line[start + 1 : start + 2].isspace():
        return False
    return len(_WORD.findall(line[start:])) >= 6


def _half_word(word: str, habit: Habit) -> bool:
    """Whether the data knows longer words that begin so, but not this one nor another form of it."""
    lower = word.lower()
    if not habit.vocabulary or lower in habit.words or not lower.isalpha():
        return False
    at = bisect_left(habit.vocabulary, lower)
    if at == len(habit.vocabulary) or not habit.vocabulary[at].startswith(lower):
        return False
    return word[1:].islower() and not any(lower + ending in habit.words for ending in _ENDINGS)


def _code_like(line: str) -> bool:
    """Whether a line is code, a link, a table or a formula: none of these needs a full stop."""
    line = _INLINE_CODE.sub("code", line)
    if _CODE_SIGNS.search(line) or line.startswith(("    ", "\t")):
        return True
    return len(_NO_LETTER.findall(line)) > 0.2 * len(line)
