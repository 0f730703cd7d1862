"""`f` on a finding about the project: the edit of the Modelfile is shown, then written; refused where it is stale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ftui.project.settings import Model, Project
from tests.tui.working_desk import Work, answers, working

MODELFILE = '# mine\nFROM ./none.gguf\nPARAMETER temperature 0.1  \nSYSTEM """Be brief."""\n'
LINE = 'PARAMETER stop "### End"\n'


def project(folder: Path) -> tuple[Path, Project]:
    """Marked answers and a Modelfile without a stop sequence or a limit."""
    (folder / "Modelfile").write_text(MODELFILE)
    data = answers(
        folder / "train.jsonl", [f"It is the word for thing number {n}.\n### End" for n in range(30)]
    )
    return data, Project(folder, model=replace(Model(), modelfile=folder / "Modelfile"))


def whole(work: Work) -> list[str]:
    return [spot.code for spot in work.desk.found.whole]


async def choose(work: Work, code: str) -> None:
    """The cursor of the findings on a finding about the project."""
    work.desk.show_pane("findings")
    work.desk.findings.focus()
    work.desk.findings.cursor = whole(work).index(code)
    await work.pilot.pause()


async def test_the_edit_is_shown_then_written_and_the_finding_goes(tmp_path: Path) -> None:
    data, settings = project(tmp_path)
    async with working(data, project=settings) as work:
        assert {"STP007", "TPL003"} <= set(whole(work))
        await choose(work, "STP007")
        await work.press("f")
        modal = await work.modal("AskModal")
        shown = "\n".join(str(widget.render()) for widget in modal.query("Static"))
        assert f"+{LINE.strip()}" in shown
        assert "unsafe" not in shown
        await work.press("escape")
        await work.closed()
        assert (tmp_path / "Modelfile").read_text() == MODELFILE
        await work.press("f")
        await work.modal("AskModal")
        await work.press("y")
        await work.closed()
        await work.told("Wrote Modelfile")
        await work.until(lambda: "STP007" not in whole(work), "the check after it")
        assert "TPL003" in whole(work)
    text = (tmp_path / "Modelfile").read_text()
    assert text.replace(LINE, "") == MODELFILE
    (backup,) = (tmp_path / ".ftui" / "backups").glob("*-Modelfile")
    assert backup.read_text() == MODELFILE


async def test_a_file_that_changed_since_is_left_alone(tmp_path: Path) -> None:
    data, settings = project(tmp_path)
    async with working(data, project=settings) as work:
        await choose(work, "TPL003")
        await work.press("f")
        modal = await work.modal("AskModal")
        assert "unsafe" in "\n".join(str(widget.render()) for widget in modal.query("Static"))
        (tmp_path / "Modelfile").write_text("FROM other\n")
        await work.press("y")
        await work.told("says something else by now")
    assert (tmp_path / "Modelfile").read_text() == "FROM other\n"
