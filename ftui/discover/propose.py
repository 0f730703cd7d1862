"""Looks at a folder and proposes an ftui.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ftui.discover.data_files import data_files, looked_for
from ftui.discover.folder import project_files
from ftui.discover.logs import propose_logs
from ftui.discover.model import propose_model_files, propose_modelfile
from ftui.discover.proposal import Proposal, Reason
from ftui.discover.rows import propose_layout, propose_marker
from ftui.discover.splits import propose_splits
from ftui.project.errors import FtuiError


def propose(folder: Path) -> Proposal:
    """What an ftui.toml for this folder would say. Raises FtuiError where there is no data in it."""
    if not folder.is_dir():
        raise FtuiError(f"{folder} is not a folder", "name the project's folder")
    folder = folder.absolute()
    paths = list(project_files(folder))
    found, left_out = data_files(paths, folder)
    if not found:
        raise FtuiError(f"no training data found in {folder}", looked_for(left_out))
    toml: dict[str, dict[str, Any]] = {"project": {"name": folder.name or "project"}}
    reasons: list[Reason] = []
    propose_splits(found, folder, toml, reasons)
    propose_layout(found, toml, reasons)
    propose_marker(found, toml, reasons)
    base = propose_modelfile(paths, folder, toml, reasons)
    propose_model_files(paths, folder, base, toml, reasons)
    propose_logs(folder, toml, reasons)
    return Proposal(toml, reasons, left_out)
