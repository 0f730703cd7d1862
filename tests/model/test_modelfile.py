"""Modelfiles: read as Ollama reads them; an edit leaves every other byte as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.model.modelfile import parse_modelfile, read_modelfile
from ftui.project.errors import FtuiError

TEXT = '''# a comment
FROM ./model.gguf

TEMPLATE """{{ .Prompt }}
# no comment
PARAMETER stop "inside"
"""

parameter STOP  "<|im_end|>"
PARAMETER stop ### End
PARAMETER num_predict   512   
PARAMETER temperature 0.2
SYSTEM Be brief.
MESSAGE user Hi "there"
MESSAGE assistant """two
lines"""
'''  # noqa: W291


def test_instructions() -> None:
    read = parse_modelfile(TEXT)
    assert read.base == "./model.gguf"
    assert read.template == '{{ .Prompt }}\n# no comment\nPARAMETER stop "inside"\n'
    assert read.stops == ("<|im_end|>", "### End")
    assert (read.num_predict, read.system) == (512, "Be brief.")
    assert read.messages == (("user", 'Hi "there"'), ("assistant", "two\nlines"))
    assert [each.line for each in read.instructions] == [2, 4, 9, 10, 11, 12, 13, 14, 15]
    for each in read.instructions:
        assert read.text[each.start : each.end].lower().startswith(each.command)


def test_a_parameter_is_added_after_the_last_one() -> None:
    after = parse_modelfile(TEXT).with_parameter("stop", "</s>")
    line = 'PARAMETER stop "</s>"\n'
    assert after.replace(line, "") == TEXT
    assert after.index(line) == TEXT.index("SYSTEM")
    assert parse_modelfile(after).stops == ("<|im_end|>", "### End", "</s>")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FROM x", 'FROM x\nPARAMETER stop "a"\n'),
        ("FROM x\r\nSYSTEM y\r\n", 'FROM x\r\nSYSTEM y\r\nPARAMETER stop "a"\r\n'),
        ("FROM x\nPARAMETER seed 1", 'FROM x\nPARAMETER seed 1\nPARAMETER stop "a"'),
        ("", 'PARAMETER stop "a"\n'),
    ],
)
def test_line_ends_are_those_of_the_file(before: str, after: str) -> None:
    assert parse_modelfile(before).with_parameter("stop", "a") == after


def test_a_value_is_changed_in_its_place() -> None:
    read = parse_modelfile(TEXT)
    assert read.with_changed_parameter("num_predict", "64") == TEXT.replace("512", "64")
    assert parse_modelfile(read.with_changed_parameter("top_k", "9")).last("parameter", "top_k").value == "9"  # type: ignore[union-attr]


@pytest.mark.parametrize("value", ["### End", 'say "stop"', "two\nlines", " blank "])
def test_a_written_stop_reads_back(value: str) -> None:
    assert parse_modelfile(parse_modelfile("FROM x\n").with_parameter("stop", value)).stops == (value,)


@given(st.text(alphabet='FROM PARAMETERstop"# \r\n\tx', max_size=80))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        read = parse_modelfile(text)
    except FtuiError as error:
        refused = "line" in error.message
    else:
        refused = False
    assert refused or parse_modelfile(read.with_parameter("stop", "Q")).stops[-1] == "Q"


@pytest.mark.parametrize(
    ("text", "what"),
    [("FROM x\nFOO y", "line 2"), ('FROM x\nSYSTEM """never', "line 2"), ("PARAMETER stop", "no value"),
     ("MESSAGE robot hi", "robot")],
)  # fmt: skip
def test_faults_name_the_line(text: str, what: str) -> None:
    with pytest.raises(FtuiError, match=what):
        parse_modelfile(text)


def test_files_that_are_no_modelfile(tmp_path: Path) -> None:
    for name, data in {"binary": b"FROM \xff\xfe", "missing": None}.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(FtuiError, match=name):
            read_modelfile(tmp_path / name)
    with pytest.raises(FtuiError):
        read_modelfile(tmp_path)


def test_real_files(shared_data: Path) -> None:
    limits = {}
    for path in (shared_data / "templates" / "modelfiles").iterdir():
        read = read_modelfile(path)
        limits[path.name.partition("_")[0]] = read.num_predict
        assert read.stops == ("<|im_start|>", "<|im_end|>")
        assert read.base.endswith(".gguf")
        assert read.text.encode() == path.read_bytes()
    assert limits == {"APEX160230": 512, "QuwsarOhi": None, "mnkhmtv": None}


def test_lines_of_many_instructions() -> None:
    """A hundred thousand lines, with a value of as many blank ones: each is looked at once."""
    text = "FROM a\n" * 100_000 + 'SYSTEM """' + "\n" * 100_000 + '"""\nPARAMETER top_k 3'
    read = parse_modelfile(text)
    assert [each.line for each in read.instructions[-3:]] == [100_000, 100_001, 200_002]
    with pytest.raises(FtuiError, match='line 1: """ is never closed'):
        parse_modelfile('SYSTEM """' + "a\n \n" * 100_000)
