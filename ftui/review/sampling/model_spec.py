"""Which models a review samples: from `--model`, from [[review.models]], or from the project's own model files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from ftui.model.inference import Inference
from ftui.model.modelfile import Modelfile, read_modelfile
from ftui.project.errors import FtuiError
from ftui.project.load_review import NAME_HINT, is_model_name
from ftui.project.nearest import nearest
from ftui.project.settings import Project, ReviewModel
from ftui.review.sampling.templates import as_base

BASE = "base"
"""The name that says so, where no entry is marked."""
TUNED = "tuned"
"""The name of the project's own model."""
_FORM = "NAME=FILE.gguf, NAME=FILE.gguf+ADAPTER.gguf or NAME=http://host:port/v1"


def resolve(
    project: Project, given: Sequence[str], systems: Sequence[str] = (), shots: Sequence[str] = ()
) -> list[ReviewModel]:
    """The models of a review in their order, with at most one base.

    `given` is what `--model` said; `systems` and `shots` are NAME=TEXT and NAME=FILE, which may also speak of models
    of ftui.toml. Raises FtuiError for a bad form, a name that is there twice or unknown, and a file of `given` that is
    not there.
    """
    if given:
        models = [read_spec(each) for each in given]
    else:
        models = [*project.review.models] or _of_project(project)
    names = [model.name for model in models]
    for name in names:
        if names.count(name) > 1:
            raise FtuiError(f"two models are called {name!r}", "give each a name of its own")
    own_system = dict(_pair(each, "--system", names) for each in systems)
    own_shots = {name: _there(Path(said)) for name, said in (_pair(each, "--shots", names) for each in shots)}
    models = [
        replace(
            model,
            server=None if model.server is None else server_address(model.server),
            system=own_system.get(model.name, model.system),
            shots=own_shots.get(model.name, model.shots),
        )
        for model in models
    ]
    return with_one_base(models)


def with_one_base(models: Iterable[ReviewModel]) -> list[ReviewModel]:
    """The first marked entry is the base, else the first that is called so; no other is."""
    listed = [*models]
    base = next((model.name for model in listed if model.base), None)
    if base is None:
        base = next((model.name for model in listed if model.name.lower() == BASE), None)
    file = next((model for model in listed if model.name == base), None)
    return [
        replace(
            model,
            base=model.name == base,
            same_as_base=model.name != base and file is not None and _same_file(model, file),
        )
        for model in listed
    ]


def inference_of(project: Project, model: ReviewModel) -> Inference:
    """What the project's files and this model's own GGUF say: the GGUF of the entry stands in for the project's.

    The template of the Modelfile is none of the base's, where it has its own; nor is it of the base's file with a
    system prompt or examples of its own: beside the base the prompt alone should differ.
    """
    if model.gguf is None:
        return Inference.of(project)
    found = Inference.of(replace(project, model=replace(project.model, gguf=model.gguf)))
    return as_base(found) if model.base or model.same_as_base else found


def _same_file(model: ReviewModel, base: ReviewModel) -> bool:
    """Whether a model is the base's file without an adapter."""
    if model.gguf is None or base.gguf is None or model.adapter is not None or base.adapter is not None:
        return False
    return model.gguf == base.gguf or (
        model.gguf.exists() and base.gguf.exists() and model.gguf.samefile(base.gguf)
    )


def read_spec(said: str) -> ReviewModel:
    """One `--model`; without a name the file's own stem, or the host, is the name."""
    head, sign, rest = said.partition("=")
    if not sign or "/" in head or Path(said).exists():
        head, rest = "", said
    if not rest:
        raise FtuiError(f"--model {said!r} names no model", _FORM)
    if rest.startswith(("http://", "https://")):
        address, _, served_as = rest.partition("#")
        server = server_address(address)
        name = head or served_as or urlsplit(server).netloc
        return ReviewModel(check_name(name.strip()), server=server, served_as=served_as or None)
    file, adapter = _parts(rest)
    name = (head or (adapter or file).stem).strip()
    return ReviewModel(check_name(name), gguf=_there(file), adapter=_there(adapter) if adapter else None)


def check_name(name: str) -> str:
    """The name, if it can be one. Raises FtuiError."""
    if not is_model_name(name):
        raise FtuiError(f"{name!r} cannot be a model's name", NAME_HINT)
    return name


def server_address(said: str) -> str:
    """The address up to /v1, checked. Raises FtuiError for another scheme, no host, or a password in it."""
    try:
        parts = urlsplit(said.strip())
        port = parts.port
    except ValueError as error:
        raise FtuiError(f"{said!r} is no address: {error}", "http://localhost:8080/v1, say") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not said.isprintable() or " " in said:
        raise FtuiError(f"{said!r} is no address of a server", "http://localhost:8080/v1, say")
    if parts.username is not None or parts.password is not None:
        # It would stand in every record of the review.
        raise FtuiError(
            "the address of a server must not hold a password",
            "set FTUI_API_KEY and FTUI_API_HOST in the environment",
        )
    if parts.query or parts.fragment:
        raise FtuiError(f"{said!r}: only scheme, host, port and path", "http://localhost:8080/v1, say")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/") or "/v1"
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}{path}"


def _parts(said: str) -> tuple[Path, Path | None]:
    """The model's file and the adapter's: `+` may also be part of a name, so what exists decides."""
    whole = Path(said).expanduser()
    if "+" not in said or whole.exists():
        return whole, None
    places = [place for place, sign in enumerate(said) if sign == "+" and 0 < place < len(said) - 1]
    cut = next((place for place in places if Path(said[:place]).expanduser().is_file()), None)
    if cut is None:
        cut = next((place for place in places if said[:place].lower().endswith(".gguf")), None)
    if cut is None:
        return whole, None
    return Path(said[:cut]).expanduser(), Path(said[cut + 1 :]).expanduser()


def _there(path: Path) -> Path:
    if not path.exists():
        raise FtuiError(f"{path}: no such file", _FORM if path.suffix != ".jsonl" else "name a data file")
    return path.absolute()


def _pair(said: str, option: str, names: Sequence[str]) -> tuple[str, str]:
    name, sign, rest = said.partition("=")
    if not sign:
        raise FtuiError(f"{option} {said!r} has no name in front", f"{option} {names[0]}=…, say")
    if name not in names:
        raise FtuiError(
            f"{option} names no model: {name!r}{nearest(name, names)}", f"one of {', '.join(names)}"
        )
    return name, rest


def _of_project(project: Project) -> list[ReviewModel]:
    """The model of [model]; a Modelfile with an ADAPTER gives the base beside it, which costs no second load."""
    where = project.model.modelfile
    modelfile = read_modelfile(where) if where is not None and where.is_file() else None
    if modelfile is not None and where is not None:
        folder = where.parent
        named = project.model.gguf or _local(modelfile.base, folder)
        adapter = _adapter(modelfile, folder)
        if named is not None and adapter is not None:
            return [ReviewModel(BASE, gguf=named, base=True), ReviewModel(TUNED, gguf=named, adapter=adapter)]
        if named is not None:
            return [ReviewModel(TUNED, gguf=named)]
        raise FtuiError(
            f"FROM {modelfile.base} in {where} names no GGUF file",
            "a model of Ollama: --model tuned=http://localhost:11434/v1#NAME; a file: --model tuned=FILE.gguf",
        )
    if project.model.gguf is not None:
        return [ReviewModel(TUNED, gguf=project.model.gguf)]
    raise FtuiError(
        "no model is named",
        f"--model {_FORM}; or [[review.models]] in ftui.toml",
    )


def _local(said: str, folder: Path) -> Path | None:
    """A file beside the Modelfile; None for a model of a library."""
    return folder / Path(said).expanduser() if said.lower().endswith(".gguf") else None


def _adapter(modelfile: Modelfile, folder: Path) -> Path | None:
    named = modelfile.last("adapter")
    return None if named is None else folder / Path(named.value).expanduser()
