"""The language of a text: pycld2's word, believed only where it is sure and a second, independent look agrees."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from ftui.text.languages import scripts
from ftui.text.languages.function_words import WORDS

LONGEST = 400
"""Characters of prose that are looked at: pycld2 needs 30 µs for 350 of them, and more change nothing."""
LETTERS = 40
"""Letters of prose below which `language_of` says nothing."""
DENSE = 12
"""The same in Chinese, Japanese and Korean, where a character says more."""
_NOT_PROSE = (
    ("`", re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)),
    ("~~~", re.compile(r"~~~.*?(?:~~~|\Z)", re.DOTALL)),
    ("://", re.compile(r"[a-z]{2,10}://\S+")),
    ("www.", re.compile(r"www\.\S+")),
    ("@", re.compile(r"[^\s@]{1,64}@[^\s@]+")),
    ("<", re.compile(r"<[a-zA-Z/][^<>\n]{0,200}>")),
    ("\\", re.compile(r"\$\$.*?\$\$|\\[A-Za-z]+", re.DOTALL)),
)
"""What is no prose, each with a piece of text without which it cannot be there."""
_QUOTES = re.compile("[\"“„«‘'「『]")
QUOTED = re.compile(
    r'"[^"\n]{1,400}"|“[^”\n]{1,400}”|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|‘[^’\n]{1,400}’(?!\w)|「[^」]{1,400}」|『[^』]{1,400}』'
    r"|(?<!\w)'[^'\n]{2,400}'(?!\w)"
)
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""pycld2 raises on control characters and lone surrogates."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTERS_OF = {
    code: re.compile(f"[{inside}]")
    for code, inside in {
        "pl": "ąćęłńśźż", "cs": "ěřůťď", "sk": "ľĺŕôťď", "hu": "őű", "tr": "ğışİ", "ro": "șțăţş", "de": "ß", "es": "ñ",
        "pt": "ãõ", "vi": "ăđơưạảấầẩậắằẵặẹẻẽếềểễệỉịọỏốồổỗộớờởợụủứừửữựỳỹ", "hr": "đćčšž", "fr": "œ",
    }.items()
}  # fmt: skip
"""Letters that few other languages have: a word with one speaks for the language as two small words do."""
_ALIKE = (
    ("da", "no", "nn", "nb", "sv"), ("cs", "sk"), ("hr", "sr", "bs", "sl", "sr-Latn"), ("ms", "id"),
    ("es", "gl", "pt", "ca"), ("ru", "uk", "be", "bg", "mk", "sr"), ("zh", "zh-Hant"), ("nl", "af"),
    ("hi", "mr", "ne"),
)  # fmt: skip
"""Languages that a few words of text do not tell apart."""


class Guess(NamedTuple):
    """A language that both looks agree on, and how many letters of prose said so."""

    code: str
    """ISO 639-1, as pycld2 spells it (`zh-Hant` for traditional Chinese)."""
    letters: int


def language_of(text: str, least: int = LETTERS, dense: int = DENSE) -> str | None:
    """The language of a text as an ISO 639-1 code; None where it is short, mixed, mostly code, or not sure.

    `least` and `dense` are letters of prose that are enough, the second for Chinese, Japanese and Korean.
    """
    guess = detect(prose(text), least, dense)
    return guess.code if guess else None


def same(one: str, other: str) -> bool:
    """Whether two codes are one language, or two that short texts do not tell apart."""
    return one == other or other in alike(one)


@cache
def alike(code: str) -> frozenset[str]:
    """A language and those that a few words do not tell from it."""
    return frozenset({code}.union(*(group for group in _ALIKE if code in group)))


@cache
def _listed(code: str) -> tuple[str, ...]:
    """Those of them whose small words are known."""
    return tuple(each for each in WORDS if each in alike(code))


def prose(text: str, *, quotes: bool = False) -> str:
    """The text without code, URLs, markup and numbers, and unless `quotes` without what stands in quotation marks.

    At most LONGEST characters.
    """
    bare = without_code(text[: 6 * LONGEST])
    if not quotes and _QUOTES.search(bare):
        bare = QUOTED.sub(" ", bare)
    return bare[:LONGEST]


def without_code(text: str) -> str:
    """The text with code, URLs and markup as spaces."""
    for cue, pattern in _NOT_PROSE:
        if cue in text:
            text = pattern.sub(" ", text)
    return text


def detect(plain: str, least: int, dense: int) -> Guess | None:
    """The language of prose, where it has enough letters and both looks agree."""
    counts = scripts.letters(plain)
    total = counts.total()
    close = sum(counts[each] for each in scripts.DENSE)
    if total < least and close < dense:
        return None
    code = _code(plain)
    return Guess(code, total) if code else None


@lru_cache(1 << 14)
def _code(plain: str) -> str | None:
    """What both looks agree on; kept, for a prompt is asked about for its own row and for its answer."""
    counts = scripts.letters(plain)
    by_script = scripts.language(counts)
    if by_script is not None:
        return by_script
    code = first_look(plain)
    if code is None or not second_look(plain, code, counts):
        return by_small_words(plain) if scripts.main(counts) == "Latin" else None
    return code


def first_look(plain: str) -> str | None:
    """What pycld2 says where it is reliable and one language has four fifths of the text."""
    import pycld2  # type: ignore[import-untyped]

    try:
        reliable, _, details = pycld2.detect(_UNREADABLE.sub(" ", plain), isPlainText=True)
    except (pycld2.error, UnicodeEncodeError):
        return None
    _, code, percent, _ = details[0]
    return code if reliable and percent >= 80 and code not in ("un", "xxx") else None


def second_look(plain: str, code: str, counts: Counter[str]) -> bool:
    """Whether script and small words speak for a language too."""
    script = scripts.main(counts)
    if script != scripts.OF_LANGUAGE.get(code, "Latin"):
        return False
    if script != "Latin":
        return True
    words = _WORD.findall(plain.lower())
    hits = small_word_hits(words)
    own = max((hits[each] for each in _listed(code)), default=-1)
    if own >= 0 and code in _LETTERS_OF and hits.total() <= 2 * own + 2:
        own += 2 * sum(_LETTERS_OF[code].search(word) is not None for word in words)
    best = max(hits.values(), default=0)
    if own < 0:
        # No list for it (Estonian, Swahili …): long texts only, and few small words of any that has one.
        return len(words) >= 12 and best <= len(words) // 6
    return own >= min(2, max(1, len(words) // 6)) and own >= 0.7 * best and own >= 0.08 * len(words)


def by_small_words(plain: str) -> str | None:
    """The language that has a third of the words, three at least, one of them its own, and more than any other.

    pycld2 calls “La capitale de la France est Paris.” English, and is sure of it.
    """
    # Each word once: the variable w of an equation is no Polish.
    words = list(dict.fromkeys(_WORD.findall(plain.lower())))
    hits = small_word_hits(words)
    if not hits:
        return None
    (code, most), *others = hits.most_common()
    like = alike(code)
    rival = next((count for each, count in others if each not in like), 0)
    if most < 3 or 3 * most < len(words) or most <= rival:
        return None
    owners = _owners()
    return code if any(like.issuperset(owners[word]) for word in words if word in owners) else None


def small_word_hits(words: list[str]) -> Counter[str]:
    """Language to how many of the words are among its commonest small ones."""
    return Counter(chain.from_iterable(filter(None, map(_owners().get, words))))


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    owners: dict[str, tuple[str, ...]] = {}
    for code, words in WORDS.items():
        for word in set(words.split()):
            owners[word] = (*owners.get(word, ()), code)
    return owners


def mostly_prose(text: str) -> bool:
    """Whether at least half of the beginning of a text is prose rather than code, markup or quotations."""
    head = text[:LONGEST]
    letters = scripts.number(head)
    return letters > 0 and 2 * scripts.number(prose(head)) >= letters
