"""`ftui fix` on findings about the project: the diff of the Modelfile, the write, the second run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.run_ftui import finished as ftui

MODELFILE = "# mine\r\nFROM ./none.gguf\r\nPARAMETER seed 1 \r\nSYSTEM Be brief.\r\n"
SELECT = ("--select", "STP007,TPL003")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    rows = [
        {"instruction": f"Name {n}.", "input": "", "output": f"It is name {n}.\n### End"} for n in range(20)
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "Modelfile").write_bytes(MODELFILE.encode())
    (tmp_path / "ftui.toml").write_text('[splits]\ntrain = "train.jsonl"\n[model]\nmodelfile = "Modelfile"\n')
    return tmp_path


def test_the_diff_changes_nothing(project: Path) -> None:
    done = ftui("fix", str(project), "--diff", "--unsafe", *SELECT)
    assert done.returncode == 1
    assert '+PARAMETER stop "### End"' in done.stdout
    assert "+PARAMETER num_predict 256" in done.stdout
    assert "2 findings about the project would be fixed" in done.stdout
    assert (project / "Modelfile").read_bytes().decode() == MODELFILE
    assert not (project / ".ftui").exists()


def test_safe_fixes_first_then_unsafe_ones_then_nothing(project: Path) -> None:
    data = (project / "train.jsonl").read_bytes()
    done = ftui("fix", str(project), *SELECT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 finding (TPL003) can be fixed in ways that may change meaning" in " ".join(done.stdout.split())
    once = (project / "Modelfile").read_bytes().decode()
    assert once == MODELFILE.replace("seed 1 \r\n", 'seed 1 \r\nPARAMETER stop "### End"\r\n')
    ftui("fix", str(project), "--unsafe", *SELECT)
    twice = (project / "Modelfile").read_bytes().decode()
    assert twice.replace("PARAMETER num_predict 256\r\n", "") == once
    done = ftui("fix", str(project), "--unsafe", *SELECT)
    assert "nothing to fix" in done.stdout
    assert (project / "Modelfile").read_bytes().decode() == twice
    assert (project / "train.jsonl").read_bytes() == data
    kept = sorted(path.read_bytes().decode() for path in (project / ".ftui" / "backups").iterdir())
    assert kept == sorted([MODELFILE, once])


def test_a_copy_of_the_data_leaves_the_project_alone(project: Path) -> None:
    done = ftui("fix", str(project), "--output", str(project / "new.jsonl"), *SELECT)
    assert done.returncode == 0
    assert "without --output writes them" in " ".join(done.stdout.split())
    assert (project / "Modelfile").read_bytes().decode() == MODELFILE
