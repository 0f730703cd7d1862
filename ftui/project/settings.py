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
class Columns:
    """Columns beside prompt and answer: `[data.meta]`. None or empty: found by their usual names."""

    time: str | None = None
    """When the row was made."""
    group: tuple[str, ...] = ()
    """Whose the row is: user, document, conversation; rows of one group belong in one split."""
    topic: str | None = None
    domain: str | None = None
    language: str | None = None
    votes: tuple[str, ...] = ()
    """One column an annotator, or one column that holds a list of votes."""


@dataclass(frozen=True, slots=True)
class RowTemplate:
    """The strict form of prompts and answers: `[template]`. `{name}` stands for any text that is not blank."""

    prompt: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """What the trained model brings, as files; nothing of it is ever run: `[model]`."""

    modelfile: Path | None = None
    gguf: Path | None = None
    """Its header says the chat template, the vocabulary and the end tokens."""
    tokenizer: Path | None = None
    """tokenizer.json, or a folder with it, tokenizer_config.json, generation_config.json, chat_template.jinja."""
    tokenizer_config: Path | None = None
    generation_config: Path | None = None
    chat_template: Path | None = None
    """The Jinja file with which training renders a conversation; wins over the tokenizer's own."""
    max_tokens: int | None = None
    """The limit at inference, where no Modelfile or generation config says it."""


@dataclass(frozen=True, slots=True)
class Training:
    """How training reads a row: `[training]`."""

    logs: Path | None = None
    max_seq_length: int | None = None
    """Tokens after which a row is cut."""
    template: str | None = None
    """How a row becomes text where no chat template does: `{system}`, `{prompt}` and `{answer}` stand for its parts."""
    config: Path | None = None
    """The trainer's own configuration file; None: looked for beside the logs."""
    format: str | None = None
    """The format of the logs, where it is not to be recognised by content."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """For logs of no known writer: `step`, `epoch`, `time`, `train_loss`, `eval_loss`, … → the log's own name."""
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By verdict code: `[training.thresholds.overfitting] floor = 0.03`."""
    ignore: tuple[str, ...] = ()
    """Codes of verdicts that are not wanted."""
    stop_on: tuple[str, ...] = ()
    """Codes for which `--stop-file` is written; empty: every critical verdict."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How outputs are sampled for a review: `[sampling]`. None: what the Modelfile, the GGUF or the default says.

    Stop sequences and the token limit stand under [stop] and [model].
    """

    prompts: int | None = None
    per_prompt: int | None = None
    strata: tuple[str, ...] = ()
    context: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    seed: int | None = None
    threads: int | None = None
    gpu_layers: int | None = None
    template: str | None = None
    """"chat", "training", or the path of a Jinja file."""
    grammar: Path | None = None
    """A GBNF file."""


@dataclass(frozen=True, slots=True)
class ReviewModel:
    """A model to sample: `[[review.models]]`; a GGUF file, with or without an adapter, or a server."""

    name: str
    gguf: Path | None = None
    adapter: Path | None = None
    server: str | None = None
    """The address of an OpenAI-compatible server, up to /v1."""
    served_as: str | None = None
    """The model's name on that server; None: the first that it lists."""
    base: bool = False
    """Whether this is what the others were tuned from."""
    same_as_base: bool = False
    """Whether it is the base's file, without an adapter; found from the others, not set by anybody."""
    system: str | None = None
    """A system prompt of its own, instead of the rows'."""
    shots: Path | None = None
    """A data file whose rows go before every prompt as examples."""


@dataclass(frozen=True, slots=True)
class Review:
    """How outputs are judged: `[review]`."""

    models: tuple[ReviewModel, ...] = ()
    rubric: tuple[str, ...] = ()
    """Lines that a reviewer scores from 1 to 5."""
    edge_cases: Path | None = None
    """A JSON Lines file that prompts of rejected outputs are added to."""
    post_process: tuple[str, ...] = ("trim", "strip")
    """Steps in their order: trim (at the end marker), strip, clean (control characters, trailing spaces)."""
    success: Mapping[str, float] = field(default_factory=dict)
    """Metric to the value that it must reach: acceptance, win_rate, accuracy, macro_f1, …"""
    price_hour: float | None = None
    """Money for an hour of the machine that samples."""


@dataclass(frozen=True, slots=True)
class CustomRule:
    """A rule of the user's own: `[[rules.custom]]`, by regular expression or by polars SQL expression."""

    code: str
    """Three capital letters and three digits, of no family of ftui's."""
    name: str
    message: str
    severity: Severity = "warning"
    field: str = ""
    """A role (system, prompt, answer, label), a field path, or a head of one; empty: every text."""
    pattern: str | None = None
    sql: str | None = None
    line: int | None = None
    """Where in ftui.toml it stands."""


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Which rules run and how severe they are."""

    select: tuple[str, ...] = ()
    """Codes or families; empty: every rule that is on by default."""
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Thresholds by rule code: `[rules.DUP002] threshold = 0.9`."""
    ignore_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Glob of files, relative to the project, to codes or families that are not looked for there."""
    custom: tuple[CustomRule, ...] = ()


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
    meta: Columns = field(default_factory=Columns)
    template: RowTemplate = field(default_factory=RowTemplate)
    production: tuple[Path, ...] = ()
    """A sample of real traffic: `[data] production`."""
    benchmarks: tuple[Path, ...] = ()
    """Benchmark files that no row may contain: `[data] benchmarks`."""
    model: Model = field(default_factory=Model)
    training: Training = field(default_factory=Training)
    sampling: Sampling = field(default_factory=Sampling)
    review: Review = field(default_factory=Review)
    token_price: float | None = None
    """Money for a million tokens: `[tokens] price`."""
    config: Path | None = None
    """The ftui.toml these settings came from."""
