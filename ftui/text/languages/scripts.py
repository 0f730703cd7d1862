"""Which alphabets a text is written in."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from ftui.text.late_pattern import late

RANGES: dict[str, str] = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-ɏɐ-ʯḀ-ỿﬀ-ﬆＡ-Ｚａ-ｚ",
    "Greek": "Ͱ-ͽΆΈ-ϡἀ-῾",
    "Cyrillic": "Ѐ-ҁҊ-ԯᲀ-ᲈ",
    "Armenian": "Ա-Ֆՙ-ֈ",
    "Hebrew": "א-ת",
    "Arabic": "ؠ-ٟٮ-ۓەۮۯۺ-ۿݐ-ݿࢠ-ࣿﭐ-ﷻﹰ-ﻼ",
    "Devanagari": "ऀ-ॿ",
    "Bengali": "ঀ-৿",
    "Gurmukhi": "਀-੿",
    "Gujarati": "઀-૿",
    "Oriya": "଀-୿",
    "Tamil": "஀-௿",
    "Telugu": "ఀ-౿",
    "Kannada": "ಀ-೿",
    "Malayalam": "ഀ-ൿ",
    "Sinhala": "඀-෿",
    "Thai": "ก-ฺเ-๎",
    "Lao": "ກ-ໝ",
    "Myanmar": "က-႟",
    "Georgian": "Ⴀ-ჿ",
    "Ethiopic": "ሀ-፿",
    "Khmer": "ក-៓",
    "Hangul": "ᄀ-ᇿㄱ-ㆎ가-힣",
    "Kana": "ぁ-ゖゝ-ゟァ-ヺー-ヿｦ-ﾟ",
    "Han": "々〇㐀-䶿一-鿿豈-龎𠀀-𪛟",
}
"""Script to its letters, as the inside of a character class of a regular expression."""
DENSE = ("Han", "Kana", "Hangul")
"""Scripts of which a few characters are a sentence."""
OF_LANGUAGE: dict[str, str] = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "tt", "ba", "cv"), "Cyrillic"),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "sd", "ug", "ckb"), "Arabic"),
    **dict.fromkeys(("hi", "mr", "ne", "sa", "bh"), "Devanagari"),
    **dict.fromkeys(("bn", "as"), "Bengali"),
    **dict.fromkeys(("he", "iw", "yi"), "Hebrew"),
    "el": "Greek", "hy": "Armenian", "ka": "Georgian", "th": "Thai", "ko": "Hangul", "ja": "Kana", "zh": "Han",
    "zh-Hant": "Han", "ta": "Tamil", "te": "Telugu", "kn": "Kannada", "ml": "Malayalam", "gu": "Gujarati",
    "pa": "Gurmukhi", "or": "Oriya", "si": "Sinhala", "lo": "Lao", "my": "Myanmar", "km": "Khmer", "am": "Ethiopic",
    "ti": "Ethiopic",
}  # fmt: skip
"""Language to its script; others are written in Latin letters."""
_ONE_LANGUAGE = {
    "Greek": "el", "Armenian": "hy", "Georgian": "ka", "Thai": "th", "Hangul": "ko", "Tamil": "ta", "Telugu": "te",
    "Kannada": "kn", "Malayalam": "ml", "Gujarati": "gu", "Gurmukhi": "pa", "Sinhala": "si", "Lao": "lo",
    "Myanmar": "my", "Khmer": "km", "Hebrew": "he",
}  # fmt: skip
_CLASSES = [(name, late(f"[{inside}]")) for name, inside in RANGES.items()]
_BEYOND_LATIN = late("[" + "".join(inside for name, inside in RANGES.items() if name != "Latin") + "]")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
MOST = 0.7
"""The share of a text's letters that makes its script."""


_BY_COUNT = itemgetter(1)


def letters(text: str) -> Counter[str]:
    """Script to the number of its letters in a text; letters of other scripts are not counted."""
    if text.isascii():
        return Counter(Latin=number(text))
    counts: Counter[str] = Counter()
    wide = _CLASSES if _BEYOND_LATIN.search(text) else _CLASSES[:1]
    for name, pattern in wide:
        found = len(pattern.findall(text))
        if found:
            counts[name] = found
    return counts


def number(text: str) -> int:
    """How many letters of any script a text has."""
    if text.isascii():
        return len(text.encode().translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, text))


def main(counts: Counter[str]) -> str | None:
    """The script of most letters; Japanese counts as Kana, whatever share of it is Han. None: mixed or no letters."""
    total = counts.total()
    if not total:
        return None
    if (
        counts["Kana"]
        and counts["Kana"] + counts["Han"] >= MOST * total
        and counts["Kana"] * 10 >= counts["Han"]
    ):
        return "Kana"
    name, most = max(counts.items(), key=_BY_COUNT)
    return name if most >= MOST * total else None


def language(counts: Counter[str]) -> str | None:
    """The language that the script alone decides: Japanese, Chinese, Korean, Greek, Thai …"""
    name = main(counts)
    if name == "Kana":
        return "ja"
    if name == "Han":
        return "zh"
    return _ONE_LANGUAGE.get(name) if name else None
