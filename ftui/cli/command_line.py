"""From the words of a command line to one command, and from its errors to an exit code."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from ftui import __version__
from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE, INTERRUPTED, PIPE_CLOSED
from ftui.cli.output import Output, Style
from ftui.cli.parser import Parser, add_common_options, nearest
from ftui.project.errors import FtuiError

NAMED = {
    "init": "looks at a folder and writes its ftui.toml",
    "check": "finds what is wrong with the data",
    "fix": "applies fixes, with a backup, or shows them",
    "guide": "writes a labelling guide: classes, typical rows, confused pairs",
    "rules": "lists the rules: code, name, severity, fix",
    "explain": "one rule or flag: what it finds, why it hurts, how to fix it",
    "contamination": "which benchmarks are known; adds more, as hashes",
    "split": "training, validation and test files with nothing in common",
    "balance": "a copy with even classes, or class weights",
    "drift": "training and test rows beside a sample of production",
    "tokens": "counts tokens by your own tokenizer, and what is wasted",
    "sample": "samples outputs of models into a review",
    "review": "judges these outputs on a screen; reports on them, exports them",
    "logs": "watches training logs: curves, and what is wrong with the run",
    "demo": "opens samples with faults to find",
    "doctor": "what is installed, what works, and the command that mends the rest",
    "completion": "prints a completion script for bash, zsh or fish",
}
"""Commands, each a module of this package, and what they do."""
COMMANDS = ("open", *NAMED)
"""`open` is what `ftui [PATH…]` does; it has no name of its own."""


class Command(Protocol):
    """What a command's module has."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    def run(self, options: argparse.Namespace, output: Output) -> int:
        """Do it; the exit code."""


def run(words: Sequence[str]) -> int:
    """Run one command; every error ends here, as a line for a person."""
    output = Output(Style(False), Style(False), 80)
    _never_fail_to_encode()
    try:
        name, rest = split_command(words)
        if name != "open":  # the app has its own way to leave
            _end_in_order_when_told_to()
        options = _options(name, rest)
        output = Output.of(options)
        code = 0 if options.version and _print_version() else command(name).run(options, output)
        sys.stdout.flush()
    except SystemExit as leave:  # argparse printed the help, or somebody ended us
        output.progress.clear()
        return leave.code if isinstance(leave.code, int) else CLEAN
    except FtuiError as error:
        output.error(error.message, error.hint)
        return COULD_NOT_JUDGE
    except KeyboardInterrupt:
        output.progress.clear()
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return PIPE_CLOSED
    except OSError as error:
        return _failed(output, str(error), words)
    except Exception as error:  # noqa: BLE001 - a defect of ours: said in one line, in full with --debug
        return _failed(output, f"internal error: {type(error).__name__}: {error}", words)
    return code


def command(name: str) -> Command:
    """The module of a command, imported now."""
    return cast(Command, import_module(f"ftui.cli.{name}"))


def parser(name: str) -> Parser:
    """The parser of one command."""
    module = command(name)
    if name == "open":
        made = Parser("ftui", usage="ftui [PATH…]\n       ftui COMMAND …", description=_overview())
    else:
        made = Parser(f"ftui {name}", description=f"ftui {name}: {NAMED[name]}")
    module.add_options(made)
    add_common_options(made)
    return made


def split_command(words: Sequence[str]) -> tuple[str, list[str]]:
    """The command, and the words without it; options may stand before or after its name.

    The first word that is no option and no option's value decides. A command's name wins over a file of that
    name (write `./check` for the file); a word that is neither raises FtuiError with the nearest command.
    """
    place = _first_plain_word(words)
    if place is None:
        return "open", list(words)
    word = words[place]
    if word in NAMED:
        return word, [*words[:place], *words[place + 1 :]]
    if _is_path(word):
        return "open", list(words)
    raise FtuiError(
        f"no command and no file is called {word}",
        nearest(word, NAMED, "did you mean ftui {}?") or "ftui --help lists the commands",
    )


def _first_plain_word(words: Sequence[str]) -> int | None:
    if words and not words[0].startswith("-"):
        return 0
    valued = _options_with_value() if words else frozenset()
    skip = False
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            return None  # only paths follow
        elif not word.startswith("-") or word == "-":
            return place
        else:
            skip = word in valued
    return None


def _options_with_value() -> frozenset[str]:
    """Options of any command after which a value comes; asked when an option comes before the command."""
    return frozenset(
        option
        for name in COMMANDS
        for action in parser(name)._actions
        if action.option_strings and action.nargs != 0
        for option in action.option_strings
    )


def _is_path(word: str) -> bool:
    """A file, a FILE:LINE, or something that can only be meant as a path, even if it is not there."""
    return Path(re.sub(r":\d+$", "", word)).exists() or "/" in word or "." in word or word == "-"


def _options(name: str, words: Sequence[str]) -> argparse.Namespace:
    return parser(name).parse_intermixed_args(words)


def _print_version() -> bool:
    print(f"ftui {__version__}")
    return True


def _overview() -> str:
    wide = max(map(len, NAMED)) + 1
    lines = [f"  {name:<{wide}}{summary}" for name, summary in NAMED.items()]
    return "\n".join(
        [
            "Finds what is wrong with fine-tuning data, shows the row, lets you fix it.",
            "",
            "With paths (FILE, FILE:LINE, folder) or none, opens the app. Commands:",
            *lines,
            "",
            "ftui COMMAND --help says more. A file called like a command: ./NAME",
        ]
    )


def _failed(output: Output, message: str, words: Sequence[str]) -> int:
    if output.debug or "--debug" in words:
        import traceback

        traceback.print_exc()
    output.error(message, "" if output.debug else "--debug shows where")
    return COULD_NOT_JUDGE


def _end_in_order_when_told_to() -> None:
    """A closed terminal or a `kill` unwinds like Ctrl+C, so that scratch files go and no half fix stays behind."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if (
            signal.getsignal(number) is signal.SIG_DFL
            and threading.current_thread() is threading.main_thread()
        ):
            signal.signal(number, leave)


def _never_fail_to_encode() -> None:
    """A lone surrogate, or a terminal without UTF-8, shows an escape and ends nothing."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _abandon_stdout() -> None:
    """The interpreter flushes stdout at exit; on a closed pipe that would print a second error."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
