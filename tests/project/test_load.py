"""ftui.toml: what it gives, and how its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.load import find_config, load_project
from ftui.project.settings import Stop

FULL = """
[project]
name = "demo"

[splits]
test = "data/test.jsonl"
validation = ["data/val-*.jsonl"]
train = ["data/a.jsonl", "data/b.jsonl"]

[data]
layout = "columns"

[data.columns]
prompt = "ask"
answer = "reply"

[stop]
end_marker = "### End"
sequences = ["### End", "<|im_end|>"]

[rules]
select = ["FMT", "STP001"]
ignore = "DUP002, lek"

[rules.severity]
FMT011 = "info"

[rules.DUP002]
threshold = 0.9

[model]
modelfile = "Modelfile"

[training]
logs = "runs"

[app]
theme = "mono"
mouse = false
"""


def write(folder: Path, text: str) -> Path:
    config = folder / "ftui.toml"
    config.write_text(text, encoding="utf-8")
    return config


def test_everything(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("val-2", "val-1"):
        (tmp_path / "data" / f"{name}.jsonl").touch()
    config = write(tmp_path, FULL)
    project = load_project(tmp_path)
    data = tmp_path / "data"
    assert (project.root, project.config, project.name, project.layout) == (
        tmp_path,
        config,
        "demo",
        "columns",
    )
    assert list(project.splits.items()) == [
        ("train", (data / "a.jsonl", data / "b.jsonl")),
        ("validation", (data / "val-1.jsonl", data / "val-2.jsonl")),
        ("test", (data / "test.jsonl",)),
    ]
    assert project.columns == {"prompt": "ask", "answer": "reply"}
    assert project.stop == Stop("### End", ("### End", "<|im_end|>"))
    assert (project.rules.select, project.rules.ignore) == (("FMT", "STP001"), ("DUP002", "LEK"))
    assert project.rules.severity == {"FMT011": "info"}
    assert project.rules.options == {"DUP002": {"threshold": 0.9}}
    assert (project.model.modelfile, project.training.logs) == (tmp_path / "Modelfile", tmp_path / "runs")


def test_found_from_a_file_far_below(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert load_project(deep / "x.jsonl").config is None
    config = write(tmp_path, '[project]\nname = "up"\n')
    assert find_config(deep) == config
    assert load_project(deep / "x.jsonl").name == "up"
    assert load_project(config).name == "up"


def test_without_a_file_only_the_folder_is_known(tmp_path: Path) -> None:
    project = load_project(tmp_path)
    assert (project.root, project.config, dict(project.splits)) == (tmp_path, None, {})


def test_no_marker_and_an_empty_marker_differ(tmp_path: Path) -> None:
    write(tmp_path, "[stop]\nsequences = []\n")
    assert load_project(tmp_path).stop.end_marker is None
    write(tmp_path, '[stop]\nend_marker = ""\n')
    assert load_project(tmp_path).stop.end_marker == ""


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\n[splitz]\ntrain = 'a'", 2, "unknown table 'splitz', did you mean 'splits'"),
        (
            "[stop]\n\n# end\nend_markr = ''",
            4,
            "unknown key 'end_markr' in [stop], did you mean 'end_marker'",
        ),
        ("[data]\nlayout = 3", 2, "data.layout must be a text, not a number"),
        ("stop = 1", 1, "stop must be a table, not a number"),
        ("[stop]\nsequences = [\n  'a',\n  1,\n]", 2, "stop.sequences must be a text or a list of texts"),
        ("[rules.severity]\nFMT001 = 'eror'", 2, "unknown severity 'eror', did you mean 'error'"),
        ("[rules.severity]\nFMT = 'error'", 2, "no rule code"),
        ("[rules]\nselect = ['FMT', 'FMT01']", 2, "'FMT01' in rules.select is no rule code"),
        ("[rules]\nfoo = 1", 2, "unknown key 'foo' in [rules]"),
        ("[data.columns]\nquestion = 'q'", 2, "unknown key 'question' in [data.columns]"),
        ("[data]\ncolumns = { prompt = 'a', anwser = 'b' }", 2, "did you mean 'answer'"),
        ("[splits]\ntrain = 'a.jsonl'\ntest = 'none-*.jsonl'", 3, "no file matches 'none-*.jsonl'"),
        ("[splits]\ntrain = []", 2, "the split 'train' names no file"),
        ("[app]\nmouse = 'no'", 2, "app.mouse must be true or false, not a text"),
        ("x = '''\n[stop]\n'''\n[stop]\nend = 1", 1, "unknown key 'x'"),
        ("[project]\nname = '''\n[stop]\nfoo = 1\n'''\n[stop]\nfoo = 1", 7, "unknown key 'foo' in [stop]"),
        ("project.nam = 'x'", 1, "unknown key 'nam' in [project], did you mean 'name'"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    write(tmp_path, text)
    with pytest.raises(FtuiError) as caught:
        load_project(tmp_path)
    assert caught.value.message.startswith(f"{tmp_path / 'ftui.toml'} line {line}: ")
    assert said in caught.value.message


def test_broken_toml_and_unreadable_files(tmp_path: Path) -> None:
    config = write(tmp_path, "[stop\n")
    with pytest.raises(FtuiError, match=r"ftui\.toml: .*line 1"):
        load_project(tmp_path)
    config.write_bytes(b"name = '\xff'")
    with pytest.raises(FtuiError, match="not UTF-8"):
        load_project(tmp_path)
    with pytest.raises(FtuiError, match="cannot read"):
        load_project(tmp_path / "none.toml")


def test_a_file_from_windows(tmp_path: Path) -> None:
    (tmp_path / "ftui.toml").write_bytes(b"\xef\xbb\xbf[project]\r\nname = 'x'\r\n[stop]\r\nbad = 1\r\n")
    with pytest.raises(FtuiError, match=r"line 4: unknown key 'bad'"):
        load_project(tmp_path)
