"""ftui.toml as typed, frozen settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Stop:
    """How answers end: the end marker in the data and the stop sequences at inference."""

    end_marker: str | None = None
    """None: find it from the data. "" : the data is meant to have none."""
    sequences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Which rules run and how severe they are."""

    select: tuple[str, ...] = ()
    """Codes or families; empty: every rule that is on by default."""
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Thresholds by rule code: `[rules.DUP002] threshold = 0.9`."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder of data files with named splits; without an ftui.toml, what the command line named."""

    root: Path
    name: str = ""
    splits: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    """Split name to its absolute files, in the order training, validation, test, others."""
    layout: str | None = None
    """None: found from the data."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The custom mapping: canonical name (prompt, answer, system, label, chosen, rejected) to column."""
    stop: Stop = field(default_factory=Stop)
    rules: RuleSettings = field(default_factory=RuleSettings)
    modelfile: Path | None = None
    logs: Path | None = None
    config: Path | None = None
    """The ftui.toml these settings came from."""
