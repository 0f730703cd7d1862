"""What a project's model files say about inference: where output stops, after how many tokens, and how prompts look.

Nothing is run or loaded; files that are missing or broken are named in `faults`, and count as not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeVar

from ftui.model import generation_config, tokenizer_config
from ftui.model.generation_config import GenerationConfig, read_generation_config
from ftui.model.gguf import GgufHeader, read_header
from ftui.model.modelfile import Modelfile, read_modelfile
from ftui.model.tokenizer_config import TokenizerConfig, read_template, read_tokenizer_config
from ftui.project.errors import FtuiError
from ftui.project.settings import Project

_MODEL_FILES = (".gguf", ".safetensors", ".bin")
T = TypeVar("T")


class Said(NamedTuple):
    """A stop sequence or an end token, and the file (relative to the project) that says it."""

    text: str
    source: str


class Limit(NamedTuple):
    """A token limit, and who says it."""

    tokens: int
    source: str


class Template(NamedTuple):
    """A prompt template and where it stands; `kind` is "go", "jinja" or "format" (`[training] template`)."""

    kind: str
    text: str
    source: str


@dataclass(frozen=True)
class Inference:
    """The files of `[model]` as far as they can be read."""

    project: Project
    modelfile: Modelfile | None = None
    modelfile_path: Path | None = None
    gguf: GgufHeader | None = field(default=None, repr=False)
    tokenizer: TokenizerConfig | None = field(default=None, repr=False)
    generation: GenerationConfig | None = None
    jinja: Template | None = field(default=None, repr=False)
    """The chat template named in ftui.toml or lying beside a tokenizer."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """What could not be read ("modelfile", "gguf", …) to the reason."""

    @classmethod
    def of(cls, project: Project) -> Inference:
        """Read what the project names, and what lies beside it: FROM of the Modelfile, the tokenizer's folder."""
        reader = _Reader(project)
        modelfile = reader.try_("modelfile", project.model.modelfile, read_modelfile)
        return cls(
            project,
            modelfile,
            project.model.modelfile,
            reader.try_(
                "gguf", project.model.gguf or _weights(modelfile, project.model.modelfile), read_header
            ),
            reader.try_("tokenizer_config", reader.beside("tokenizer_config"), read_tokenizer_config),
            reader.try_("generation_config", reader.beside("generation_config"), read_generation_config),
            reader.try_("chat_template", reader.beside("chat_template"), reader.jinja),
            reader.faults,
        )

    def name(self, path: Path) -> str:
        """A path as messages show it: relative to the project where it can be."""
        root = self.project.root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    @property
    def from_library(self) -> bool:
        """Whether FROM names a model of a library, which brings a template and stop sequences of its own."""
        if self.modelfile is None or self.modelfile_path is None:
            return False
        base = self.modelfile.base
        if base.startswith(("/", ".", "~")) or base.lower().endswith(_MODEL_FILES) or "\\" in base:
            return False
        return bool(base) and not (self.modelfile_path.parent / base).exists()

    @property
    def stops(self) -> tuple[Said, ...]:
        """Stop sequences of the Modelfile, of generation_config.json and of ftui.toml."""
        found: list[Said] = []
        if self.modelfile is not None and self.modelfile_path is not None:
            found += [Said(text, self.name(self.modelfile_path)) for text in self.modelfile.stops]
        if self.generation is not None:
            found += [Said(text, self.name(self.generation.path)) for text in self.generation.stop_strings]
        return (*found, *(Said(text, "ftui.toml") for text in self.project.stop.sequences))

    @property
    def limit(self) -> Limit | None:
        """The token limit that counts: `max_tokens` under [model], which a person set for this very project.

        Else that of the Modelfile where there is one, else that of generation_config.json, which Ollama does not read.
        """
        if self.project.model.max_tokens:
            return Limit(self.project.model.max_tokens, "ftui.toml")
        said: int | None = None
        source = ""
        if self.modelfile is not None and self.modelfile_path is not None:
            said = self.modelfile.num_predict
            source = f"PARAMETER num_predict of {self.name(self.modelfile_path)}"
        elif self.generation is not None:
            said, source = self.generation.limit, self.name(self.generation.path)
        return Limit(said, source) if said is not None and said > 0 else None

    # Templates

    @property
    def prompt_template(self) -> Template | None:
        """How inference renders prompts: the Modelfile's TEMPLATE, else the GGUF's, else the tokenizer's.

        None where no file says it, or where the Modelfile takes the template of a library's model.
        """
        if self.modelfile is not None and self.modelfile_path is not None and self.modelfile.template:
            return Template("go", self.modelfile.template, f"TEMPLATE of {self.name(self.modelfile_path)}")
        if self.from_library:
            return None
        return self._of_gguf() or self._of_tokenizer()

    @property
    def training_template(self) -> Template | None:
        """How training renders a row: `chat_template`, `[training] template`, the tokenizer's, the GGUF's."""
        if self.project.model.chat_template is not None:
            return self.jinja
        if self.project.training.template:
            return Template("format", self.project.training.template, "template under [training]")
        return self._of_tokenizer() or self._of_gguf()

    def _of_gguf(self) -> Template | None:
        if self.gguf is None or self.gguf.chat_template is None:
            return None
        return Template("jinja", self.gguf.chat_template, f"chat template of {self.name(self.gguf.path)}")

    def _of_tokenizer(self) -> Template | None:
        if self.tokenizer is not None and self.tokenizer.chat_template:
            where = self.name(self.tokenizer.template_path)
            return Template("jinja", self.tokenizer.chat_template, where)
        return self.jinja

    @property
    def tokens(self) -> dict[str, str]:
        """Special tokens as chat templates name them (bos_token, eos_token, …)."""
        found: dict[str, str] = {}
        if self.gguf is not None:
            names = {"bos": "bos_token", "eos": "eos_token", "unk": "unk_token", "pad": "pad_token"}
            found = {names[name]: text for name in names if (text := self.gguf.special_text(name))}
        return found | dict(self.tokenizer.tokens if self.tokenizer else {})

    # End tokens

    @property
    def gguf_ends(self) -> tuple[str, ...]:
        """Texts of all end-of-generation tokens of the GGUF."""
        return tuple(each.text for each in self.gguf.end_tokens) if self.gguf is not None else ()

    @property
    def transformers_ends(self) -> tuple[Said, ...]:
        """Where transformers ends: eos_token_id of generation_config.json by its texts, else eos_token."""
        if self.generation is not None and self.generation.eos_ids:
            source = self.name(self.generation.path)
            texts = [self._text(number) for number in self.generation.eos_ids]
            return tuple(Said(text, source) for text in texts if text) if all(texts) else ()
        if self.tokenizer is not None and self.tokenizer.eos:
            return (Said(self.tokenizer.eos, self.name(self.tokenizer.path)),)
        return ()

    def _text(self, number: int) -> str | None:
        """The text of a token id, by the tokenizer's added tokens or by the GGUF's vocabulary."""
        if self.tokenizer is not None and number in self.tokenizer.added:
            return self.tokenizer.added[number]
        return self.gguf.tokens[number] if self.gguf is not None and number < len(self.gguf.tokens) else None

    @property
    def end_tokens(self) -> frozenset[str]:
        """Every text that some file names as an end token."""
        return frozenset(self.gguf_ends) | {said.text for said in self.transformers_ends}

    @property
    def special_texts(self) -> frozenset[str]:
        """Texts of all special tokens that the files name."""
        found = set(self.tokens.values()) | self.end_tokens
        if self.tokenizer is not None:
            found |= self.tokenizer.special
        if self.gguf is not None:
            found |= set(self.gguf.control_tokens)
        return frozenset(found)


def _weights(modelfile: Modelfile | None, path: Path | None) -> Path | None:
    """The GGUF file that FROM names, where it is there."""
    if modelfile is None or path is None or not modelfile.base.lower().endswith(".gguf"):
        return None
    named = path.parent / Path(modelfile.base).expanduser()
    return named if named.is_file() else None


class _Reader:
    """Reads files one by one; a fault of one does not hide the others."""

    def __init__(self, project: Project) -> None:
        self.model = project.model
        self.project = project
        self.faults: dict[str, str] = {}

    def try_(self, what: str, path: Path | None, read: Callable[[Path], T]) -> T | None:
        """What a reader makes of a file; None for no file, and for one that it refuses."""
        try:
            return None if path is None else read(path)
        except (FtuiError, RuntimeError) as error:  # RuntimeError: "~" without a home
            self.faults[what] = error.message if isinstance(error, FtuiError) else f"{path}: {error}"
            return None

    def beside(self, what: str) -> Path | None:
        """A file that is named, or lies beside the tokenizer."""
        named = getattr(self.model, what)
        if isinstance(named, Path):
            return named
        name = {
            "tokenizer_config": tokenizer_config.NAME,
            "generation_config": generation_config.NAME,
            "chat_template": tokenizer_config.TEMPLATE_NAME,
        }[what]
        return next((place / name for place in self._folders() if (place / name).is_file()), None)

    def _folders(self) -> Iterator[Path]:
        if self.model.tokenizer is not None:
            yield self.model.tokenizer if self.model.tokenizer.is_dir() else self.model.tokenizer.parent
        if self.model.tokenizer_config is not None:
            yield self.model.tokenizer_config.parent

    def jinja(self, path: Path) -> Template:
        """A chat template file."""
        root = self.project.root
        source = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        return Template("jinja", read_template(path), source)
