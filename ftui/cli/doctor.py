"""`ftui doctor`: what is installed, what works, what is missing and the command that mends it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ftui import __version__
from ftui.cli.examination import examine
from ftui.cli.examination_line import Line
from ftui.cli.exit_code import CLEAN, FINDINGS
from ftui.cli.output import Output
from ftui.cli.wrapping import wrapped
from ftui.text.visible import visible

_NAME_WIDTH = 24


def add_options(parser: argparse.ArgumentParser) -> None:
    """In which format."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(options: argparse.Namespace, output: Output) -> int:
    """Look at everything; exit code 1 where something is missing that ftui needs."""
    lines = examine()
    sound = all(line.ok or not line.required for line in lines)
    if options.format == "json":
        from ftui.report.as_json import as_json

        output.result(as_json({"ftui": __version__, "ok": sound, "checks": [asdict(line) for line in lines]}))
    else:
        output.result(_text(lines, sound, output))
    return CLEAN if sound else FINDINGS


def _text(lines: list[Line], sound: bool, output: Output) -> str:
    style = output.style
    parts: list[str] = []
    topic = ""
    for line in lines:
        if line.topic != topic:
            parts += ["", style.bold(line.topic)]
            topic = line.topic
        mark, colour = (
            ("ok", style.good) if line.ok else ("missing", style.bad) if line.required else ("–", style.warn)
        )
        head = f"  {mark:<8}{visible(line.name):<{_NAME_WIDTH}}"
        first, *more = [*wrapped(visible(line.says), output.width - len(head))] or [""]
        parts.append(f"  {colour(f'{mark:<8}')}{visible(line.name):<{_NAME_WIDTH}}{first}".rstrip())
        parts += [" " * len(head) + each for each in more]
        if line.mend and not line.ok:
            parts.append(f"          {style.info(visible(line.mend))}")
    verdict = (
        style.good("Everything that ftui needs is here.")
        if sound
        else style.bad("Something that ftui needs is missing.")
    )
    return "\n".join([f"ftui {__version__}", *parts, "", verdict]) + "\n"
