"""The wheel and the sdist: everything that a person needs travels, and nothing needs a compiler."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ftui.cli.demo import SAMPLES
from ftui.cli.examination import PURPOSES

ROOT = Path(__file__).resolve().parent.parent
# Python has the filter from 3.11.4 on.
DATA_ONLY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def build(kind: str, source: Path, target: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = target.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    made = build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))
    assert made.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(made) as archive:
        return archive.namelist()


def test_the_wheel_carries_themes_samples_and_types(wheel: list[str]) -> None:
    for theme in (ROOT / "themes").glob("*.toml"):
        assert f"ftui/_data/themes/{theme.name}" in wheel
    for name in SAMPLES:
        assert f"ftui/_data/samples/{name}" in wheel
    assert "ftui/py.typed" in wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_the_wheel_carries_every_module_and_nothing_else(wheel: list[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "ftui").rglob("*.py")}
    assert modules <= set(wheel)
    strangers = [name for name in wheel if not name.startswith(("ftui/", "ftui-"))]
    assert strangers == []
    assert not [name for name in wheel if ".ftui" in name or name.endswith(("generate.py", "planted.json"))]


def test_the_sdist_builds_the_same_wheel(wheel: list[str], tmp_path: Path) -> None:
    sdist = build("sdist", ROOT, tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", **DATA_ONLY)  # noqa: S202 - of our own making
    (source,) = (tmp_path / "source").iterdir()
    made = build("wheel", source, tmp_path / "wheel")
    with zipfile.ZipFile(made) as archive:
        assert sorted(archive.namelist()) == sorted(wheel)


def test_doctor_knows_what_each_dependency_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {line.split(">")[0].split("<")[0].strip() for line in project["dependencies"]}
    assert named == set(PURPOSES)


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    first = lines.index("dependencies = [") + 1
    group = lines[first : lines.index("]", first)]
    for above, line in pairwise(group):
        if line.strip().startswith('"') and not line.strip().startswith('"tree-sitter-'):
            assert above.strip().startswith("#"), line
