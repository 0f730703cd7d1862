"""A text in $VISUAL or $EDITOR, with the app suspended."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from ftui.project.errors import FtuiError
from ftui.tui.themed_app import ThemedApp


def command(chosen: str | None = None) -> list[str]:
    """The command of the editor chosen in the settings, else $VISUAL, else $EDITOR, as a list of arguments.

    Raises FtuiError when it is not there.
    """
    wanted = chosen or os.environ.get("VISUAL") or os.environ.get("EDITOR")
    for name in [wanted] if wanted else ["nano", "vim", "vi"]:
        try:
            parts = shlex.split(name)
        except ValueError as error:
            raise FtuiError(f"the editor {name!r} is no command: {error}", "set EDITOR=vim, say") from error
        if parts and shutil.which(parts[0]):
            return parts
    missing = f"the editor {wanted!r} was not found" if wanted else "no editor was found"
    raise FtuiError(missing, "set EDITOR, for example EDITOR=vim")


def edit(app: App[object], text: str, suffix: str = ".txt") -> str:
    """The text as the editor left it; exact to the byte, but for a final newline that the editor added.

    Raises FtuiError when the editor is missing or fails, or leaves text that is not UTF-8.
    """
    argv = command(app.settings.editor if isinstance(app, ThemedApp) else None)
    with tempfile.TemporaryDirectory(prefix="ftui-edit-") as folder:
        path = Path(folder) / f"field{suffix}"
        path.write_text(text, encoding="utf-8", newline="", errors="surrogatepass")
        try:
            with app.suspend():
                code = subprocess.run([*argv, str(path)], check=False).returncode
        except SuspendNotSupported as error:
            raise FtuiError(
                "this terminal cannot leave the app for an editor", "edit the text here"
            ) from error
        if code != 0:
            raise FtuiError(f"{argv[0]} ended with code {code}; the text stays as it was", "try again")
        try:
            edited = path.read_bytes().decode("utf-8", errors="surrogatepass")
        except UnicodeDecodeError as error:
            message = "the editor saved text that is not UTF-8; the text stays as it was"
            raise FtuiError(message, "save it as UTF-8") from error
    if edited.endswith("\n") and not text.endswith("\n"):
        edited = edited[:-1]
    return edited
