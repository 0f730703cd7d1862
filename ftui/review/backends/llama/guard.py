"""What is looked at before a file reaches llama.cpp, which dies of bad adapters and grammars, and gives few reasons."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ftui.model.gguf import GgufHeader, read_header
from ftui.model.gguf_tensors import NUMBERS, Tensor, part_of, part_path, read_tensors
from ftui.project.errors import FtuiError
from ftui.review.backends.grammar_check import check_gbnf

ENCODERS = frozenset(
    ("bert", "clip", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "modern-bert", "neo-bert",
     "nomic-bert", "nomic-bert-moe", "t5", "t5encoder", "wavtokenizer-dec"),
)  # fmt: skip
"""Architectures that do not go on with a text by themselves."""
MOST_LAYERS = 512
"""LLAMA_MAX_LAYERS: with more, and with none, llama.cpp aborts."""
CONVERT = "convert it: python convert_lora_to_gguf.py FOLDER, from llama.cpp"
_HOW = "name the .gguf file that llama.cpp, Ollama or LM Studio runs"


def check_model(path: Path) -> GgufHeader:
    """The header of a model that llama.cpp can be given. Reads no weights; a split model is looked at part by part.

    Raises FtuiError for a file that is missing, cut, corrupt, no GGUF, no language model, or an adapter.
    """
    look_at_model(path)
    header = read_header(path)
    kind = header.metadata.get("general.type")
    if kind == "adapter":
        raise FtuiError(
            f"{path}: an adapter, not a model", "name its base first: NAME=BASE.gguf+ADAPTER.gguf"
        )
    if kind in ("mmproj", "imatrix") or header.architecture in ENCODERS:
        what = (
            f"a file of the kind {kind}"
            if kind in ("mmproj", "imatrix")
            else f"a model of the kind {header.architecture}"
        )
        raise FtuiError(f"{path}: {what}, which writes no text", _HOW)
    part = part_of(header)
    if part is not None and part.number != 1:
        first = part_path(path, 1)
        raise FtuiError(
            f"{path}: part {part.number} of {part.parts} of a model",
            f"name the first part{f': {first}' if first else ''}",
        )
    if not header.architecture:
        raise FtuiError(f"{path}: the file names no architecture", _HOW)
    if not header.tokens:
        raise FtuiError(f"{path}: there is no vocabulary in the file", _HOW)
    layers = header.metadata.get(f"{header.architecture}.block_count")
    if isinstance(layers, int) and not 0 < layers <= MOST_LAYERS:
        raise FtuiError(
            f"{path}: {layers:,} layers: the header is broken", "download or convert the model again"
        )
    tensors_of(header)
    return header


def tensors_of(header: GgufHeader) -> dict[str, Tensor]:
    """All tensors of a model by name, of every part. Raises FtuiError where a part is missing or broken."""
    found = {tensor.name: tensor for tensor in read_tensors(header)}
    part = part_of(header)
    for number in range(2, part.parts + 1 if part else 0):
        path = part_path(header.path, number)
        if path is None:
            raise FtuiError(
                f"{header.path}: part 1 of {part.parts if part else 0}, but its name does not say so",
                "give the parts their names back: NAME-00001-of-00003.gguf",
            )
        if not path.is_file():
            raise FtuiError(f"{path}: this part of the model is missing", "put all parts into one folder")
        found |= {tensor.name: tensor for tensor in read_tensors(read_header(path))}
    if not found:
        raise FtuiError(f"{header.path}: there are no weights in the file", _HOW)
    return found


def check_adapter(path: Path, base: GgufHeader) -> GgufHeader:
    """The header of a LoRA adapter that fits a base. Raises FtuiError that says what does not fit and what to do."""
    look_at_adapter(path)
    header = read_header(path)
    if header.metadata.get("general.type") != "adapter":
        raise FtuiError(f"{path}: not an adapter (general.type)", "a whole model is named without a +")
    kind = header.metadata.get("adapter.type")
    if kind != "lora":
        raise FtuiError(f"{path}: an adapter of the kind {str(kind)!r}; llama.cpp knows lora", CONVERT)
    if header.architecture != base.architecture:
        raise FtuiError(
            f"{path}: made for {header.architecture or 'an unknown architecture'}, the base is {base.architecture}",
            f"name the base that it was trained on, not {base.path.name}",
        )
    alpha = header.metadata.get("adapter.lora.alpha")
    if not isinstance(alpha, float | int) or isinstance(alpha, bool) or alpha != alpha or abs(alpha) > 1e6:
        raise FtuiError(f"{path}: adapter.lora.alpha is missing or no number", CONVERT)
    _check_pairs(path, read_tensors(header), tensors_of(base), base)
    return header


def check_grammar(text: str) -> None:
    """Raises FtuiError, with line and column, for a grammar that llama.cpp would die of."""
    check_gbnf(text)


def look_at_model(path: Path) -> None:
    """Refuse what cannot be one by its kind or name; opens nothing. Raises FtuiError with a hint that fits."""
    if path.is_dir():
        held = sorted(each.name for each in path.glob("*.gguf"))[:3]
        raise FtuiError(f"{path}: a folder", f"name a file in it: {', '.join(held)}" if held else _HOW)
    if not path.exists():
        raise FtuiError(f"{path}: no such file", _HOW)
    if not path.is_file():
        raise FtuiError(f"{path}: not a file", _HOW)
    if path.suffix in (".safetensors", ".bin", ".pt", ".pth"):
        raise FtuiError(
            f"{path}: not a GGUF file", "convert it: python convert_hf_to_gguf.py FOLDER, from llama.cpp"
        )


def look_at_adapter(path: Path) -> None:
    """The same for an adapter."""
    if path.is_dir():
        peft = (path / "adapter_config.json").is_file()
        what = "an adapter of PEFT" if peft else "a folder"
        raise FtuiError(f"{path}: {what}, not a GGUF file", CONVERT if peft else _HOW)
    if path.suffix in (".safetensors", ".bin", ".pt", ".pth"):
        raise FtuiError(f"{path}: not a GGUF file", CONVERT)
    look_at_model(path)


def _check_pairs(
    path: Path, tensors: tuple[Tensor, ...], weights: Mapping[str, Tensor], base: GgufHeader
) -> None:
    """The same checks as llama_adapter_lora_init, each with its own words."""
    pairs: dict[str, dict[str, Tensor]] = {}
    for tensor in tensors:
        name, dot, side = tensor.name.rpartition(".")
        if dot and side in ("lora_a", "lora_b"):
            pairs.setdefault(name, {})[side] = tensor
        elif not tensor.name.endswith("_norm.weight"):  # passed over by llama.cpp
            raise FtuiError(f"{path}: {tensor.name} is no part of a LoRA adapter", CONVERT)
        if tensor.kind in NUMBERS:
            raise FtuiError(f"{path}: {tensor.name} holds whole numbers or doubles", CONVERT)
    if not pairs:
        raise FtuiError(f"{path}: the adapter changes nothing: it holds no lora_a and lora_b", CONVERT)
    for name, pair in pairs.items():
        if len(pair) < 2:
            missing = "lora_b" if "lora_a" in pair else "lora_a"
            raise FtuiError(f"{path}: {name} has no {missing}", CONVERT)
        if name not in weights:
            raise FtuiError(
                f"{path}: changes {name}, which {base.path.name} does not have",
                "name the base that it was trained on",
            )
        a, b, weight = (_shape(each) for each in (pair["lora_a"], pair["lora_b"], weights[name]))
        flipped = name == "token_embd.weight"  # its A and B are exchanged
        inward, outward, rank = (b[1], a[1], (a[0], b[0])) if flipped else (a[0], b[1], (a[1], b[0]))
        if (
            (inward, outward) != weight[:2]
            or rank[0] != rank[1]
            or a[2:] != b[2:]
            or a[2] not in (1, weight[2])
        ):
            raise FtuiError(
                f"{path}: {name} is made for {inward} x {outward}, the base's is {weight[0]} x {weight[1]}",
                "name the base that it was trained on: the same model in the same size",
            )


def _shape(tensor: Tensor) -> tuple[int, int, int, int]:
    a, b, c, d = (*tensor.shape, 1, 1, 1, 1)[:4]
    return a, b, c, d
