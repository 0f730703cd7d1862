"""What `ftui doctor` looks at: Python, the terminal, the packages, the places where ftui writes."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from ftui.cli.examination_line import Line
from ftui.cli.llama_examination import llama_lines
from ftui.project.app_settings import load_app_settings
from ftui.project.errors import FtuiError
from ftui.project.load import load_project
from ftui.project.locations import config_dir, packaged_dir
from ftui.store.location import locate

PURPOSES: Mapping[str, str] = {
    "textual": "the terminal app",
    "rich": "widths of characters in text reports",
    "polars": "the rules over columns of rows; Parquet",
    "numpy": "line offsets, row sets, near duplicates",
    "orjson": "reads JSON",
    "rapidfuzz": "fuzzy search",
    "zstandard": ".zst files",
    "tomli-w": "writes ftui.toml",
    "tree-sitter": "syntax and colours of code",
    "tree-sitter-python": "syntax and colours of Python",
    "tree-sitter-json": "syntax and colours of JSON",
    "tree-sitter-bash": "syntax and colours of shell scripts",
    "tree-sitter-javascript": "syntax and colours of JavaScript",
    "tree-sitter-sql": "syntax and colours of SQL",
    "tree-sitter-yaml": "syntax and colours of YAML",
    "tree-sitter-toml": "syntax and colours of TOML",
    "tree-sitter-html": "syntax and colours of HTML",
    "tree-sitter-css": "syntax and colours of CSS",
    "tree-sitter-markdown": "syntax and colours of Markdown",
    "tree-sitter-typescript": "syntax of TypeScript",
    "tree-sitter-java": "syntax of Java",
    "tree-sitter-go": "syntax of Go",
    "tree-sitter-rust": "syntax of Rust",
    "tree-sitter-c": "syntax of C",
    "tree-sitter-cpp": "syntax of C++",
    "jinja2": "chat templates, in its sandbox",
    "pycld2": "languages of texts",
    "ftfy": "mends texts decoded wrongly",
    "toon-format": "tables of prompts as TOON",
    "tokenizers": "exact token counts",
    "tokie": "fast token counts",
}


def examine() -> list[Line]:
    """Look at everything."""
    return [*_python(), *_terminal(os.environ), *_packages(), *llama_lines(), *_places()]


def _python() -> Iterator[Line]:
    fresh = sys.version_info >= (3, 11)
    yield Line(
        "Python", "version", fresh, platform.python_version(), "install Python 3.11 or newer", required=True
    )


def _terminal(environment: Mapping[str, str]) -> Iterator[Line]:
    topic = "Terminal"
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    yield Line(
        topic, "terminal", tty, "yes" if tty else "not a terminal: check and fix work, the app does not"
    )
    term = environment.get("TERM", "")
    yield Line(topic, "TERM", term not in ("", "dumb"), term or "not set", "export TERM=xterm-256color")
    yield _colours(environment, term)
    size = shutil.get_terminal_size((0, 0))
    if size.columns:
        fits = size.columns >= 80 and size.lines >= 24
        yield Line(topic, "size", fits, f"{size.columns} x {size.lines}", "make the window at least 80 x 24")
    locale = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    utf8 = "utf-8" in locale.lower() or "utf8" in locale.lower()
    yield Line(topic, "UTF-8", utf8, locale or "no locale is set", "export LC_ALL=C.UTF-8")
    delay = environment.get("ESCDELAY", "")
    slow = delay.isdigit() and int(delay) > 200
    yield Line(
        topic, "ESCDELAY", not slow, f"{delay} ms" if delay else "not set (100 ms)", "export ESCDELAY=100"
    )
    if environment.get("TMUX"):
        yield from _tmux()
    elif environment.get("STY"):
        yield Line(
            topic, "screen", False, "GNU screen does not pass the clipboard on", "use tmux, or copy to a file"
        )


def _colours(environment: Mapping[str, str], term: str) -> Line:
    if environment.get("NO_COLOR"):
        return Line("Terminal", "colours", True, "off (NO_COLOR is set)")
    if environment.get("COLORTERM") in ("truecolor", "24bit"):
        return Line("Terminal", "colours", True, "16.7 million")
    few = "256color" not in term
    says = "16: choose the theme `ansi`" if few else "256 (24-bit colours are not announced)"
    return Line("Terminal", "colours", not few, says, "export COLORTERM=truecolor, if the terminal can")


def _tmux() -> Iterator[Line]:
    clipboard = _ask_tmux("set-clipboard")
    yield Line(
        "Terminal",
        "tmux set-clipboard",
        clipboard == "on",
        clipboard or "unknown",
        "tmux set -s set-clipboard on",
    )
    wait = _ask_tmux("escape-time")
    slow = wait.isdigit() and int(wait) > 100
    yield Line("Terminal", "tmux escape-time", not slow, f"{wait or '?'} ms", "tmux set -s escape-time 20")


def _ask_tmux(option: str) -> str:
    tmux = shutil.which("tmux")
    if tmux is None:
        return ""
    try:
        answer = subprocess.run(
            [tmux, "show-options", "-sqv", option], capture_output=True, text=True, timeout=2, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _packages() -> Iterator[Line]:
    wanted = _requirements()
    for name, purpose in PURPOSES.items():
        version = _version(name)
        spec = wanted.get(name, "")
        says = f"{version or 'not installed'} · {purpose}"
        fits = version is not None and satisfies(version, spec)
        if version is not None and not fits:
            says += f" · ftui needs {spec}"
        mend = f"{Path(sys.executable).name} -m pip install '{name}{spec}'"
        yield Line("Packages", name, fits, says, mend, required=True)


def _requirements() -> dict[str, str]:
    """Package to the versions that ftui was built for: `>=8.2.8,<8.3`."""
    try:
        lines = importlib.metadata.requires("ftui") or []
    except importlib.metadata.PackageNotFoundError:
        return {"tree-sitter": ">=0.25.2,<0.26"}
    found = (re.match(r"([A-Za-z0-9._-]+)\s*([^;]*)(;.*extra)?", line) for line in lines)
    return {match[1]: match[2].strip() for match in found if match and not match[3]}


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def satisfies(version: str, spec: str) -> bool:
    """Whether a version lies within `>=a,<b`; other kinds of clauses count as fulfilled."""
    have = _numbers(version)
    for clause in filter(None, (part.strip() for part in spec.split(","))):
        match = re.match(r"(>=|<)\s*(.+)", clause)
        if match and (have >= _numbers(match[2])) != (match[1] == ">="):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])


def _places() -> Iterator[Line]:
    try:
        root = load_project().root
        yield Line("Places", "project", True, f"{root}")
    except FtuiError as error:
        root = Path.cwd()
        yield Line("Places", "ftui.toml", False, error.message, error.hint or "mend the file", required=True)
    folder = locate(root).folder
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    writable = os.access(nearest, os.W_OK)
    says = f"{folder}" if writable else f"{folder}: no right to write; edits go to your state folder"
    yield Line("Places", ".ftui", writable, says, f"chmod u+w {nearest}")
    for name in ("themes", "samples"):
        here = packaged_dir(name)
        present = here.is_dir() and any(here.iterdir())
        yield Line("Places", name, present, f"{here}", "install ftui anew", required=name == "themes")
    for warning in load_app_settings().warnings:
        yield Line("Places", "config.toml", False, warning, "mend the file")
    for path in user_files():
        fault = toml_fault(path)
        yield Line("Places", path.name, not fault, fault or str(path), f"mend {path}")


def user_files() -> list[Path]:
    """The keymap and the themes of this person, where there are any."""
    home = config_dir()
    return [
        path for path in (home / "keymap.toml", *sorted((home / "themes").glob("*.toml"))) if path.is_file()
    ]


def toml_fault(path: Path) -> str:
    """Why a TOML file cannot be used, "" when it can."""
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return f"{path}: {error}"
    return ""
