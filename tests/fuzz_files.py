"""Files for the fuzz test: records of every layout, faults between them, in every format, cut off anywhere."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tempfile
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
import zstandard
from hypothesis import strategies as st

from tests.dataset.json_records import spell, spellings

WORDS = (
    "the", "a", "query", "index", "joins", "slow", "rows", "because", "needs", "café", "naïve", "数据", "模型",
    "مرحبا", "😀👍🏽", "print(1)", "x = y", "```", "</s>", "### End", "<|im_end|>", "\u2028", "\u200b",
    "\x1b[31m", "\u202e",
    "\x00", "\t", "\n\n", "TODO", "...", "N/A", "{{name}}", "select * from t;", '"', "\\", "&amp;", "\ufeff",
    "1e400", "- item", "NaN",
)  # fmt: skip
EDGES = ("", "", "", " ", "\n", "\u00a0", "\u200b", "\n### End", "</s>", "### End\n### End")
TEXTS = st.builds(
    lambda lead, words, tail: lead + " ".join(words) + tail,
    st.sampled_from(EDGES),
    st.lists(st.sampled_from(WORDS), max_size=7),
    st.sampled_from(EDGES),
)
NUMBERS = ("1", "1.10", "1e3", "-0", "1E+2", "12345678901234567890", "0.1000", "true", "null")
ROLES = ("user", "assistant", "system", "tool", "human", "gpt", "Assistant", "")


def _fields(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(names, TEXTS))


def _turns(role: str, content: str) -> st.SearchStrategy[list[Any]]:
    turn = st.fixed_dictionaries({role: st.sampled_from(ROLES), content: TEXTS | st.none()})
    return st.lists(turn, min_size=0, max_size=4)


LAYOUTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "alpaca": _fields("instruction", "input", "output"),
    "prompt-completion": _fields("prompt", "completion"),
    "question-answer": _fields("question", "answer"),
    "messages": st.fixed_dictionaries({"messages": _turns("role", "content")}),
    "sharegpt": st.fixed_dictionaries({"conversations": _turns("from", "value")}),
    "preference": _fields("prompt", "chosen", "rejected"),
    "kto": st.fixed_dictionaries({"prompt": TEXTS, "completion": TEXTS, "label": st.booleans()}),
    "classification": st.fixed_dictionaries({"text": TEXTS, "label": st.sampled_from(("a", "b", " b", ""))}),
    "text": _fields("text"),
    "unknown": st.fixed_dictionaries({"foo": TEXTS, "bar": st.lists(TEXTS, max_size=2)}),
}
FAULTS = (
    b"{", b'{"a": ', b"nonsense", b'"text"', b"17", b"null", b"[]", b'["a", {"b": 1}]', b"{}",
    b'{"a": 1} {"b": 2}', b'{"a": 1,}', b'{"text": "\xff\xfe"}', b'{"text": "tab\there"}', b'{"text": "\\ud83d"}',
    b"\x00\x01",
    b'{"text": NaN, "x": -Infinity}',
    b'{"text": "a", "text": "b"}', b'{"n": 123456789012345678901234567890}', b'{"text": "\\x"}', b"[" * 400,
    b'{"a":' * 300,
    b'{"text": "\xe2\x80\xa8"}', b'{"text": "unclosed', b"}", b"]", b",", b'{"text": "a"} // why',
    b'\xef\xbb\xbf{"text": "mark"}',
)  # fmt: skip
BLANKS = (b"", b" ", b"\t", b"  \r")


@dataclass(frozen=True)
class Made:
    """A file of the fuzz test."""

    name: str
    data: bytes
    plain: bytes
    """What it holds, decompressed."""
    cut: bool
    """Whether it ends in the middle."""


@st.composite
def rows(draw: st.DrawFn, faulty: bool) -> list[tuple[dict[str, Any] | None, bytes]]:
    """Records of one layout with their bytes; None stands for a fault, which is no record or an odd one."""
    layout = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))]
    spelling = draw(spellings)
    dice = random.Random(int(str(spelling["seed"])))
    made: list[tuple[dict[str, Any] | None, bytes]] = []
    for number, value in enumerate(draw(st.lists(layout, min_size=1, max_size=12))):
        if made and dice.random() < 0.2:
            value = {k: v for k, v in (made[-1][0] or value).items() if k not in ("id", "n", "meta")}
        if faulty and dice.random() < 0.25:
            made.append((None, dice.choice(FAULTS)))
        value = {"id": number, **value, "n": "@", "meta": {"b": [1.5, "é"], "a": None}}
        raw = spell(value, spelling).replace(b'"@"', dice.choice(NUMBERS).encode())
        if faulty and dice.random() < 0.1:  # a part of a record is lost
            at = dice.randrange(len(raw))
            made.append((None, raw[:at] + raw[at + dice.randrange(1, 9) :]))
        else:
            made.append((value, raw))
    return made


@st.composite
def json_lines(draw: st.DrawFn, faulty: bool = True) -> Made:
    """A JSON Lines file, maybe compressed."""
    ending = draw(st.sampled_from((b"\n", b"\n", b"\r\n")))
    lines = [raw for _, raw in draw(rows(faulty))]
    for at in draw(st.lists(st.integers(0, len(lines)), max_size=3)):
        lines.insert(at, draw(st.sampled_from(BLANKS)))
    data = draw(st.sampled_from((b"", b"", b"\xef\xbb\xbf"))) + ending.join(lines)
    data += draw(st.sampled_from((ending, b"", b"\n\n")))
    return draw(_stored(data, "data.jsonl", faulty))


@st.composite
def json_arrays(draw: st.DrawFn, faulty: bool = True) -> Made:
    """A JSON array, or an object of arrays."""
    made = [raw for value, raw in draw(rows(faulty)) if value is not None or raw.count(b'"') % 2 == 0]
    between = draw(st.sampled_from((b",", b", ", b",\n  ", b"\r\n,")))
    inner = between.join(made)
    if draw(st.booleans()):
        data = b"[" + inner + b"]" + draw(st.sampled_from((b"", b"\n")))
    else:
        data = b'{"version": 1, "train": [' + inner + b'],\n "test": [' + (made[0] if made else b"{}") + b"]}"
    return draw(_stored(data, "data.json", faulty))


@st.composite
def tables(draw: st.DrawFn, faulty: bool = True) -> Made:
    """A CSV or TSV file."""
    flat = [value for value, _ in draw(rows(False)) if value is not None]
    delimiter, name = draw(st.sampled_from(((",", "data.csv"), ("\t", "data.tsv"), (";", "data.csv"))))
    out = io.StringIO()
    quoting: Literal[0, 1] = draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    ending = draw(st.sampled_from(("\n", "\r\n")))
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    writer.writerow(flat[0])
    for value in flat:
        cells = [v if isinstance(v, str) else json.dumps(v) for v in value.values()]
        if faulty and draw(st.integers(0, 5)) == 0:
            cells = cells[: draw(st.integers(1, len(cells)))] + ["more"] * draw(st.integers(0, 2))
        writer.writerow(cells)
        if faulty and draw(st.integers(0, 9)) == 0:
            out.write(draw(st.sampled_from((ending, '"open' + ending, 'a"b,c' + ending, '"a"b' + ending))))
    data = draw(st.sampled_from((b"", b"\xef\xbb\xbf"))) + out.getvalue().encode()
    if faulty and draw(st.integers(0, 5)) == 0:
        data += b"\xff\xfe,\xc3" + ending.encode()
    return draw(_stored(data, name, faulty))


@st.composite
def parquets(draw: st.DrawFn) -> Made:
    """A Parquet file."""
    made = [value for value, _ in draw(rows(False)) if value is not None]
    out = io.BytesIO()
    pl.DataFrame([{**value, "n": 1} for value in made], strict=False, infer_schema_length=None).write_parquet(
        out
    )
    return Made("data.parquet", out.getvalue(), out.getvalue(), cut=False)


@st.composite
def _stored(draw: st.DrawFn, plain: bytes, name: str, faulty: bool) -> Made:
    """The content on disk: cut off anywhere, damaged anywhere, compressed."""
    harm = draw(st.sampled_from(("none", "none", "none", "cut", "damage"))) if faulty else "none"
    if harm == "cut":
        plain = plain[: draw(st.integers(0, len(plain)))]
    if harm == "damage":
        at = draw(st.integers(0, len(plain)))
        plain = plain[:at] + draw(st.binary(min_size=1, max_size=6)) + plain[at + draw(st.integers(0, 4)) :]
    data, cut = plain, harm == "cut"
    match draw(st.sampled_from(("plain", "plain", "gz", "zst"))):
        case "gz":
            data, name = gzip.compress(plain, mtime=0), name + ".gz"
        case "zst":
            data, name = zstandard.ZstdCompressor().compress(plain), name + ".zst"
        case _:
            return Made(name, data, plain, cut)
    if faulty and draw(st.integers(0, 4)) == 0:
        data, cut = data[: draw(st.integers(0, len(data)))], True
    return Made(name, data, plain, cut)


def folder() -> tempfile.TemporaryDirectory[str]:
    """A place for one example."""
    return tempfile.TemporaryDirectory(prefix="ftui-fuzz-")
