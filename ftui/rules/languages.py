"""LNG: answers in another language, mixed alphabets and languages, rows in a language or a domain that few have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.dataset.example import Example, Text
from ftui.dataset.record import FieldEdit
from ftui.rules import meta_columns
from ftui.rules.chunk import Chunk
from ftui.rules.languages_pages import RULES
from ftui.rules.row_family import RowFamily
from ftui.rules.row_languages import is_english, kinds, language_of_row, languages, may_be_told
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Fix, Row
from ftui.text import language, language_names, mixed_languages

SHARE = {"LNG003": 0.02, "LNG004": 0.01}
KNOWN = 50
"""Rows with a known language below which none is a minority."""
PLACED = 100
"""Rows with a domain below which none is small."""
_JUDGED = ("user", "assistant", "chosen")
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
    "fr": (" les ", " des ", " est ", " une ", " le ", " et ", " dans ", " pour ", " qui ", " du "),
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
    ),
    "it": (" della ", " sono ", " che ", " una ", " il ", " per ", " di ", " non ", " è ", " si "),
    "pt": (" não ", " uma ", " para ", " com ", " um ", " os ", " se ", " é ", " em ", " do "),
    "nl": (" het ", " een ", " niet ", " van ", " en ", " op ", " voor ", " zijn ", " dat "),
    "sv": (" och ", " att ", " det ", " inte ", " som ", " är ", " för ", " på "),
    "pl": (" się ", " nie ", " jest ", " na ", " i ", " do ", " to "),
    "da": (" og ", " ikke ", " det ", " til ", " er ", " en ", " af ", " som "),
    "tr": (" ve ", " bir ", " bu ", " için ", " ile "),
    "id": (" yang ", " dan ", " untuk ", " dengan ", " ini "),
    "fi": (" ja ", " on ", " ei ", " että ", " se "),
    "cs": (" se ", " je ", " na ", " že ", " pro "),
    "ro": (" și ", " în ", " este ", " la ", " cu "),
    "vi": (" và ", " của ", " là ", " không ", " có "),
}
"""Words that speak for a language; an answer with words of two languages is looked at by its sentences."""
_TONGUES = (
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
_ASKS = re.compile(
    r"bersetz|ntworte|raduis|épond|raduce|raduzca|esponde|ontesta|(?i:translate|answer in|reply in)"
)
_INSTRUCTS = re.compile(
    r"\s*(?:please\s+)?(?:summari[sz]e|explain|rewrite|shorten|fix|correct|classify|extract"
    r"|analy[sz]e|tl;?dr|describe|review"
    r"|proofread|paraphrase|simplify|rate|evaluate|identify|what|which|is this|sentiment|keywords?|title)\b",
    re.IGNORECASE,
)
"""An English order of one word in front of material in another language."""
_OTHER_SCRIPT = re.compile(_NOT_LATIN)
_THREE = re.compile("[A-Za-z\u0400-\u04ff]{3}")
_SPLIT = re.compile(r"\s*[,;/|+&]\s*")


@dataclass(frozen=True, slots=True)
class Survey:
    """Which columns say the language and the domain of a row."""

    language: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What one row's check needs of all rows."""

    survey: Survey
    small_languages: dict[str, int]
    """Minority language to its rows."""
    known: int
    domains: dict[str, int]
    """Each domain that stands alone in some row, and its rows."""
    small_domains: frozenset[str]
    placed: int


@dataclass(slots=True)
class Gathered:
    """One chunk's rows: language and domain, as numbers of the names."""

    languages: NDArray[np.int16]
    language_names: list[str]
    domains: NDArray[np.int32]
    domain_names: list[str]
    rows: NDArray[np.int64]


class Languages(RowFamily):
    """The LNG family."""

    name = "LNG"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Survey:
        """The columns of language and domain."""
        columns = meta_columns.find(sample, context.project)
        return Survey(columns.language, columns.domain)

    def suspects(self, chunk: Chunk, state: Survey, context: Context) -> Iterable[int]:  # noqa: ARG002
        """Rows with a text that is not clearly English, mixed alphabets, or small words of two languages."""
        text, role = pl.col("text"), pl.col("role")
        texts = chunk.texts
        rows: list[int] = []
        if context.wants("LNG001"):
            told = kinds(chunk).filter("told")
            answered = told.filter(role.is_in(["assistant", "chosen"]))["row"].unique()
            spoken = told.filter(~pl.col("english") & pl.col("row").is_in(answered.implode()))
            rows += spoken["row"].to_list()
            rows += texts.filter((role == "user") & text.str.contains_any(list(_TONGUES)))["row"].to_list()
        if context.wants("LNG002"):
            wide = chunk.texts.filter(text.str.len_bytes() != text.str.len_chars())
            rows += wide.filter(text.str.contains(mixed_languages.MIX_COLUMN))["row"].to_list()
            rows += _changing(texts.filter(role.is_in(["assistant", "chosen"])))
        return rows

    def findings(self, row: Row, state: Survey | State, context: Context) -> Iterator[Finding]:
        """The findings of one row; those of LNG003 and LNG004 only once all rows are known."""
        example = row.example
        if example is None:
            return
        if context.wants("LNG001"):
            yield from _differing(example)
        if context.wants("LNG002"):
            for text in example.texts:
                yield from _mixed_words(text, example)
                yield from _mixed_sentences(text, example)
        if isinstance(state, State):
            yield from _minority(row, state, context)
            yield from _domain(row, state, context)

    def gather(self, chunk: Chunk, state: Survey, context: Context) -> Gathered | None:
        """The language and the domain of each row of a chunk."""
        wanted = context.wants("LNG003") or (context.wants("LNG004") and state.domain)
        if not wanted:
            return None
        told = (
            languages(chunk)
            if context.wants("LNG003")
            else pl.Series([None] * len(chunk.rows), dtype=pl.String)
        )
        kept = [i for i, example in enumerate(chunk.examples) if example is not None]
        values = [chunk.parsed[i].value for i in kept]
        if state.language:
            meant = [_says_its_language(value, state.language) for value in values]
            told = pl.Series(
                [None if says else code for code, says in zip(told, meant, strict=True)], dtype=pl.String
            )
        domains = [_domain_of(value, state.domain) for value in values]
        codes, names = _numbered(told.to_list(), np.dtype(np.int16))
        places, domain_names = _numbered(domains, np.dtype(np.int32))
        return Gathered(codes, names, places, domain_names, chunk.rows["row"].to_numpy())

    def settle(
        self, gathered: list[tuple[ChunkInfo, Gathered]], found: Combined, context: Context
    ) -> Combined:
        """Which languages and domains are small, and whose rows they are."""
        survey: Survey = context.surveys.get(self.name) or Survey()
        spoken: Counter[str] = Counter()
        placed: Counter[str] = Counter()
        for _, each in gathered:
            spoken.update(_counted(each.languages, each.language_names))
            placed.update(_counted(each.domains, each.domain_names))
        state = _state(survey, spoken, placed, context)
        found.state = state
        for info, each in gathered:
            if context.wants("LNG003"):
                _add(
                    found,
                    "LNG003",
                    info.file,
                    each.rows,
                    each.languages,
                    each.language_names,
                    state.small_languages,
                )
            if context.wants("LNG004"):
                bad = {name for name in each.domain_names if _domain_fault(name, state)}
                _add(found, "LNG004", info.file, each.rows, each.domains, each.domain_names, bad)
        if context.wants("LNG003") and spoken.total() < KNOWN:
            found.skipped["LNG003"] = f"fewer than {KNOWN} rows have a language that can be told"
        if context.wants("LNG004") and not survey.domain:
            found.skipped["LNG004"] = "no column says the domain of a row: set domain under [data.meta]"
        return found


def _changing(answers: pl.DataFrame) -> list[int]:
    """Rows with an answer that has letters of another script, or small words of two languages."""
    text = pl.col("text")
    wide = answers.filter(text.str.len_bytes() > text.str.len_chars() + 8)
    scripts = wide.filter(text.str.contains(_NOT_LATIN) & text.str.contains("[A-Za-z\u0400-\u04ff]{3}"))
    other = [word for code, words in _FOREIGN.items() if code != "en" for word in words]
    # A tenth of the words of prose are small ones; the sum over languages is worth it only where some are.
    likely = answers.filter(text.str.len_bytes() >= 100).filter(text.str.contains_any(other))
    likely = likely.filter(text.str.find_many(_ALL_FOREIGN).list.len() >= 4)
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


def _differing(example: Example) -> Iterator[Finding]:
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
    if is_english(text.text) and is_english(asked) and not any(name in asked for name in _TONGUES):
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
    if answer == "en" and _INSTRUCTS.match(asked):
        return None
    return _difference(text, f"the prompt is in {prompt}, the answer in {answer}", prompt, answer)


def _told(text: str, least: int, dense: int) -> str | None:
    if is_english(text):
        return "en" if sum(map(str.isalpha, text[:100])) >= least else None
    guess = language.detect(language.prose(text), least, dense)
    return guess.code if guess else None


def _may_ask(asked: str) -> bool:
    return any(name in asked for name in _TONGUES) or _ASKS.search(asked) is not None


def _difference(text: Text, message: str, wanted: str, given: str) -> Finding:
    evidence = {"asked": wanted, "answered": given}
    return Finding("LNG001", message, text.field, 0, len(text.text), evidence)


def _speaks(text: str, code: str) -> bool:
    """Whether a sentence of a text is in a language."""
    for part in re.split(r"[.!?:;\n。！？]+|[\"“”«»„]", text[:4000]):
        if sum(map(str.isalpha, part)) >= 12:
            guess = language.detect(language.prose(part, quotes=True), 12, 4)
            if guess is not None and language.same(guess.code, code):
                return True
    return False


def _mixed_words(text: Text, example: Example) -> Iterator[Finding]:
    if text.role not in ("system", *_JUDGED, "rejected"):
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


def _mixed_sentences(text: Text, example: Example) -> Iterator[Finding]:
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
        return
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


def _minority(row: Row, state: State, context: Context) -> Iterator[Finding]:
    if not context.wants("LNG003") or not state.small_languages or row.example is None:
        return
    if state.survey.language and _says_its_language(row.parsed.value, state.survey.language):
        return
    code = language_of_row(row.example)
    rows = state.small_languages.get(_head(code)) if code else None
    if rows:
        told = f"{rows} of {state.known:,} rows"
        yield Finding(
            "LNG003",
            f"the row is in {code}, as are {told} only",
            evidence={"language": code, "rows": rows, "of": state.known},
        )


def _domain(row: Row, state: State, context: Context) -> Iterator[Finding]:
    if not context.wants("LNG004") or not state.survey.domain:
        return
    name = _domain_of(row.parsed.value, state.survey.domain)
    fault = _domain_fault(name, state) if name else None
    if fault:
        rows = state.domains.get(name or "", 0)
        yield Finding(
            "LNG004", fault, state.survey.domain, evidence={"domain": name, "rows": rows, "of": state.placed}
        )


def _domain_fault(name: str, state: State) -> str | None:
    parts = [part for part in _SPLIT.split(name) if part]
    if len(parts) > 1 and (name.startswith("[") or all(part in state.domains for part in parts)):
        return f"the row belongs to several domains: {', '.join(part.strip('[]') for part in parts)}"
    if name in state.small_domains:
        return f"the domain {name} has {state.domains[name]} of {state.placed:,} rows only"
    return None


def _domain_of(value: Any, column: str | None) -> str | None:
    """What a row says of its domain, a list as `[a, b]`."""
    held = meta_columns.value(value, column)
    if isinstance(held, list) and all(isinstance(each, str) for each in held):
        return f"[{', '.join(held)}]" if len(held) > 1 else held[0].strip() if held else None
    return held.strip() or None if isinstance(held, str) else None


def _says_its_language(value: Any, column: str) -> bool:
    return meta_columns.value(value, column) not in (None, "")


def _head(code: str) -> str:
    """The first of the languages that count as one."""
    return min(language.alike(code))


def _numbered(names: list[str | None], kind: np.dtype[Any]) -> tuple[NDArray[Any], list[str]]:
    """Names as numbers (-1: none), and the names by number."""
    known: dict[str, int] = {}
    numbers = [-1 if name is None else known.setdefault(name, len(known)) for name in names]
    return np.array(numbers, dtype=kind), list(known)


def _counted(numbers: NDArray[Any], names: list[str]) -> dict[str, int]:
    counts = np.bincount(numbers[numbers >= 0], minlength=len(names))
    return {name: int(count) for name, count in zip(names, counts, strict=True)}


def _state(survey: Survey, spoken: Counter[str], placed: Counter[str], context: Context) -> State:
    grouped: Counter[str] = Counter()
    for code, count in spoken.items():
        grouped[_head(code)] += count
    known, total = grouped.total(), placed.total()
    least = float(context.option("LNG003", "share", SHARE["LNG003"])) * known
    small = {code: count for code, count in grouped.items() if count < least} if known >= KNOWN else {}
    few = float(context.option("LNG004", "share", SHARE["LNG004"])) * total
    lost = {name for name, count in placed.items() if count < few} if total >= PLACED else set()
    domains = {name: count for name, count in placed.items() if not name.startswith("[")}
    return State(survey, small, known, domains, frozenset(lost & domains.keys()), total)


def _add(
    found: Combined,
    code: str,
    file: int,
    rows: NDArray[np.int64],
    numbers: NDArray[Any],
    names: list[str],
    wanted: Iterable[str],
) -> None:
    """Put the rows of some names into what was found."""
    heads = names if code == "LNG004" else [_head(name) for name in names]
    chosen = [i for i, name in enumerate(heads) if name in set(wanted)]
    hits = rows[np.isin(numbers, chosen)]
    if len(hits):
        held = found.hits[file].get(code)
        found.hits[file][code] = hits if held is None else np.sort(np.concatenate([held, hits]))
        found.counts[code] = found.counts.get(code, 0) + len(hits)


FAMILY = Languages()
