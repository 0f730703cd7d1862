"""`ftui completion SHELL`: a script for Tab, made from the parsers."""

from __future__ import annotations

import argparse

from ftui.cli.exit_code import CLEAN
from ftui.cli.output import Output

SHELLS = ("bash", "zsh", "fish")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which shell."""
    parser.add_argument(
        "shell", choices=SHELLS, help='bash and zsh: eval "$(ftui completion bash)" in the startup file'
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Print the script."""
    from ftui.cli.command_line import NAMED, parser

    offered = {name: _options(parser(name)) for name in NAMED}
    output.result(
        _fish(offered, NAMED) if options.shell == "fish" else _bash(offered, options.shell == "zsh")
    )
    return CLEAN


def _options(parser: argparse.ArgumentParser) -> dict[str, list[str]]:
    """Option to the values it takes, of a command."""
    return {
        option: [str(choice) for choice in action.choices or ()]
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--")
    }


def _bash(offered: dict[str, dict[str, list[str]]], zsh: bool) -> str:
    lines = ["autoload -U +X bashcompinit && bashcompinit"] if zsh else []
    lines += [
        "_ftui() {",
        '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
        '  local command="" options="" each',
        '  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
        f'    case "$each" in {"|".join(offered)}) command="$each"; break;; esac',
        "  done",
        '  case "$command:$before" in',
    ]
    for name, options in offered.items():
        for option, choices in options.items():
            if choices:
                words = " ".join(choices)
                lines.append(f'    {name}:{option}) COMPREPLY=($(compgen -W "{words}" -- "$word")); return;;')
    lines += ["  esac", '  case "$command" in']
    lines += [f'    {name}) options="{" ".join(options)}";;' for name, options in offered.items()]
    lines += [
        f'    *) options="{" ".join(offered)} --help --version";;',
        "  esac",
        '  COMPREPLY=($(compgen -W "$options" -- "$word") $(compgen -f -- "$word"))',
        "}",
        "complete -o filenames -o default -F _ftui ftui",
    ]
    return "\n".join(lines) + "\n"


def _fish(offered: dict[str, dict[str, list[str]]], summaries: dict[str, str]) -> str:
    names = " ".join(offered)
    lines = []
    for name, options in offered.items():
        summary = summaries[name].replace("'", "\\'")
        lines.append(
            f"complete -c ftui -n 'not __fish_seen_subcommand_from {names}' -a {name} -d '{summary}'"
        )
        for option, choices in options.items():
            values = f" -xa '{' '.join(choices)}'" if choices else ""
            lines.append(f"complete -c ftui -n '__fish_seen_subcommand_from {name}' -l {option[2:]}{values}")
    return "\n".join(lines) + "\n"
