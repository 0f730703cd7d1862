"""Answers in another language than asked, words of two alphabets, and answers that change their language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from ftui.dataset.example import Example, Text
from ftui.dataset.record import FieldEdit
from ftui.rules.narrowing import narrowed
from ftui.rules.row_languages import is_english, may_be_told
from ftui.rules.rule import Finding, Fix
from ftui.text.languages import language, scripts
from ftui.text.languages import mixed as mixed_languages
from ftui.text.languages import names as language_names
from ftui.text.late_pattern import late

JUDGED = ("user", "assistant", "chosen")
_FOREIGN = {
    "en": (" the ", " and ", " with ", " that ", " is ", " of ", " to "),
    "de": (
        " und ",
        " nicht ",
        " ist ",
        " der ",
        " das ",
        " eine ",
        " den ",
        " im ",
        " mit ",
        " auf ",
        " für ",
    ),
    "fr": (
        " les ",
        " des ",
        " est ",
        " une ",
        " le ",
        " et ",
        " dans ",
        " pour ",
        " qui ",
        " du ",
        " avec ",
        " sur ",
        " sont ",
        " par ",
        " pas ",
        " ne ",
        " au ",
    ),
    "es": (
        " que ",
        " los ",
        " una ",
        " por ",
        " el ",
        " las ",
        " para ",
        " se ",
        " es ",
        " y ",
        " con ",
        " del ",
        " como ",
        " más ",
        " su ",
        " al ",
        " lo ",
        " está ",
    ),
    "it": (
        " della ",
        " sono ",
        " che ",
        " una ",
        " il ",
        " per ",
        " di ",
        " non ",
        " è ",
        " si ",
        " con ",
        " del ",
        " la ",
        " le ",
        " gli ",
        " da ",
        " dal ",
        " nel ",
        " alla ",
        " al ",
        " ma ",
        " come ",
    ),
    "pt": (
        " não ",
        " uma ",
        " para ",
        " com ",
        " um ",
        " os ",
        " se ",
        " é ",
        " em ",
        " do ",
        " que ",
        " mais ",
        " da ",
        " na ",
        " ao ",
        " pelo ",
        " você ",
    ),
    "nl": (
        " het ",
        " een ",
        " niet ",
        " van ",
        " en ",
        " op ",
        " voor ",
        " zijn ",
        " dat ",
        " met ",
        " maar ",
        " ook ",
        " wordt ",
        " de ",
        " als ",
    ),
    "sv": (
        " och ",
        " att ",
        " det ",
        " inte ",
        " som ",
        " är ",
        " för ",
        " på ",
        " med ",
        " den ",
        " av ",
        " till ",
        " kan ",
    ),
    "pl": (" się ", " nie ", " jest ", " na ", " w ", " z ", " że ", " oraz ", " jak "),
    "da": (
        " og ",
        " ikke ",
        " det ",
        " til ",
        " er ",
        " en ",
        " af ",
        " som ",
        " med ",
        " den ",
        " på ",
        " kan ",
        " for ",
    ),
    "tr": (" ve ", " bir ", " bu ", " için ", " ile ", " da ", " de ", " olarak ", " çok ", " gibi "),
    "id": (" yang ", " dan ", " untuk ", " dengan ", " ini "),
    "fi": (" ja ", " on ", " ei ", " että ", " se "),
    "cs": (" se ", " je ", " na ", " že ", " pro "),
    "ro": (" și ", " în ", " este ", " la ", " cu "),
    "vi": (" và ", " của ", " là ", " không ", " có "),
}
"""Words that speak for a language; an answer with words of two languages is looked at by its sentences."""
TONGUES = (
    "English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Swedish", "Danish",
    "Norwegian", "Finnish",
    "Polish", "Czech", "Russian", "Ukrainian", "Japanese", "Chinese", "Mandarin", "Korean", "Arabic",
    "Hebrew", "Hindi",
    "Turkish", "Greek", "Hungarian", "Romanian", "Vietnamese", "Thai", "Indonesian",
)  # fmt: skip
"""A prompt with one of these is looked at though it and its answer are English."""
_NOT_LATIN = (
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
    "|[\u0400-\u04ff\u0530-\u058f\u0590-\u05ff\u0600-\u06ff\u0900-\u0e7f]{2}"
)
_ALL_FOREIGN = sorted({word for words in _FOREIGN.values() for word in words})
_ASKS = ("bersetz", "ntworte", "raduis", "épond", "raduce", "raduzca", "esponde", "ontesta")
_ASKS_ENGLISH = ("translate", "answer in", "reply in")
_INSTRUCTS = late(
    r"\s*(?:please\s+)?(?:summari[sz]e|explain|rewrite|shorten|fix|correct|classify|extract"
    r"|analy[sz]e|tl;?dr|describe|review"
    r"|proofread|paraphrase|simplify|rate|evaluate|identify|what|which|is this|sentiment|keywords?|title)\b",
    re.IGNORECASE,
)
"""An English order of one word in front of material in another language."""
_OTHER_SCRIPT = late(_NOT_LATIN)
_THREE = late("[A-Za-z\u0400-\u04ff]{3}")


def changing(answers: pl.DataFrame) -> list[int]:
    """Rows with an answer that has letters of another script, or small words of two languages."""
    text = pl.col("text")
    wide = answers.filter(text.str.len_bytes() > text.str.len_chars() + 8)
    scripts = narrowed(wide, text.str.contains(_NOT_LATIN) & text.str.contains("[A-Za-z\u0400-\u04ff]{3}"))
    other = [word for code, words in _FOREIGN.items() if code != "en" for word in words]
    # A tenth of the words of prose are small ones; the sum over languages is worth it only where some are.
    four = text.str.find_many(_ALL_FOREIGN).list.len() >= 4
    likely = narrowed(answers, text.str.len_bytes() >= 100, text.str.contains_any(other), four)
    if likely.is_empty():
        return scripts["row"].to_list()
    speaks = pl.sum_horizontal(
        (pl.sum_horizontal(text.str.contains(word, literal=True).cast(pl.UInt8) for word in words) >= 2).cast(
            pl.UInt8
        )
        for words in _FOREIGN.values()
    )
    return [*scripts["row"].to_list(), *likely.filter(speaks >= 2)["row"].to_list()]


def _may_change(text: str) -> bool:
    """The same for one text."""
    size = len(text.encode("utf-8", "replace"))
    if size > len(text) + 8 and _OTHER_SCRIPT.search(text) and _THREE.search(text):
        return True
    return size >= 100 and sum(sum(word in text for word in words) >= 2 for words in _FOREIGN.values()) >= 2


def differing(example: Example) -> Iterator[Finding]:
    """Answers in another language than the turn before them."""
    before: list[str] = []
    asked: list[str] = []
    for text in example.texts:
        if text.role in ("system", "user"):
            if text.role == "user":
                asked.append(text.text)
            before.append(text.text)
        elif text.role in ("assistant", "chosen"):
            found = _answered(text, "\n".join(asked), before)
            if found is not None:
                yield found
            if text.role == "assistant":
                asked = []


def _answered(text: Text, asked: str, before: list[str]) -> Finding | None:
    if len(text.text) < 8 or not asked:
        return None
    if is_english(text.text) and is_english(asked) and not any(name in asked for name in TONGUES):
        return None
    if not may_be_told(text.text) and not _may_ask(asked):
        return None
    answer = _told(text.text, 25, 8)
    if answer is None or not language.mostly_prose(text.text):
        return None
    wanted = language_names.asked_for(asked) if _may_ask(asked) else None
    if wanted is not None:
        if language.same(answer, wanted) or _speaks(text.text, wanted):
            return None
        message = f"the prompt asks for {wanted}, the answer is in {answer}"
        return _difference(text, message, wanted, answer)
    prompt = _told(asked, 15, 5)
    if prompt is None or language.same(prompt, answer):
        return None
    # The names of languages are looked for last: it takes longest, and nearly all rows are judged by now.
    if any(map(language_names.names_one, before)) or any(_speaks(each, answer) for each in before):
        return None
    if language_names.about_words(asked):
        return None
    if answer == "en" and _INSTRUCTS.match(asked):
        return None
    return _difference(text, f"the prompt is in {prompt}, the answer in {answer}", prompt, answer)


def _told(text: str, least: int, dense: int) -> str | None:
    if is_english(text):
        return "en" if scripts.number(text[:100]) >= least else None
    guess = language.detect(language.prose(text), least, dense)
    return guess.code if guess else None


def _may_ask(asked: str) -> bool:
    if any(name in asked for name in TONGUES) or any(cue in asked for cue in _ASKS):
        return True
    lowered = asked.lower()
    return any(cue in lowered for cue in _ASKS_ENGLISH)


def _difference(text: Text, message: str, wanted: str, given: str) -> Finding:
    evidence = {"asked": wanted, "answered": given}
    return Finding("LNG001", message, text.field, 0, len(text.text), evidence)


def _speaks(text: str, code: str) -> bool:
    """Whether a sentence of a text is in a language."""
    for part in re.split(r"[.!?:;\n。！？]+|[\"“”«»„]", language.without_code(text[:4000])):
        if scripts.number(part) >= 12:
            guess = language.detect(language.prose(part, quotes=True), 12, 4)
            if guess is not None and language.same(guess.code, code):
                return True
    return False


def mixed_words(text: Text, example: Example) -> Iterator[Finding]:
    if text.role not in ("system", *JUDGED, "rejected"):
        return
    found = mixed_languages.words(text.text)
    if not found or mixed_languages.is_about(f"{example.system}\n{example.prompt}"):
        return
    first = found[0]
    word = text.text[first.start : first.end]
    signs = ", ".join(f"U+{ord(a):04X}" for a, b in zip(word, first.mended, strict=True) if a != b)
    more = f", and {len(found) - 1} more words" if len(found) > 1 else ""
    yield Finding(
        "LNG002",
        f"“{word}” has letters of two alphabets ({signs}){more}",
        text.field,
        first.start,
        first.end,
        {"word": word, "mended": first.mended, "letters": signs, "words": len(found)},
        fix=Fix(
            "write each word in one alphabet",
            "unsafe",
            "edit",
            tuple(FieldEdit(text.field, each.start, each.end, each.mended) for each in found),
        ),
    )


def mixed_sentences(text: Text, example: Example) -> Iterator[Finding]:
    if text.role not in ("assistant", "chosen"):
        return
    found = mixed_languages.stretches(text.text) if _may_change(text.text) else []
    if not found:
        return
    around = f"{example.system}\n{example.prompt}"
    said = f"{around}\n{text.text}"
    if language_names.names_one(said) or language_names.names_country(said):
        return
    first = found[0]
    if len(first.what) <= 7 and _speaks(around, first.what):
        if _speaks(around, first.rest) or _INSTRUCTS.match(example.prompt):
            return
        first = mixed_languages.turned(first, len(text.text))
    if first.what.endswith(" letters") and mixed_languages.has_script(
        around, first.what.removesuffix(" letters")
    ):
        return
    words = " ".join(text.text[first.start : first.end].split())[:160]
    yield Finding(
        "LNG002",
        f"the answer is in {first.rest}, and goes over to {first.what}: “{words}”",
        text.field,
        first.start,
        first.end,
        {"language": first.rest, "other": first.what, "text": words},
    )
