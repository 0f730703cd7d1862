"""Reads grammars, a JSON text a line, and lets llama.cpp follow each for some tokens; run as a process of its own.

Usage: python grammar_child.py MODEL STEPS. Prints a line for each grammar: "refused", or how many tokens it took.
"""

from __future__ import annotations

import ctypes
import json
import random
import sys

import llama_cpp


def followed(vocab: object, grammar: str, steps: int, random_: random.Random) -> str:
    sampler = llama_cpp.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")  # type: ignore[arg-type]
    if not sampler:
        return "refused"
    size = llama_cpp.llama_vocab_n_tokens(vocab)  # type: ignore[arg-type]
    data = (llama_cpp.llama_token_data * size)()
    taken = 0
    for _ in range(steps):
        for number in range(size):
            data[number].id, data[number].logit, data[number].p = number, 0.0, 0.0
        array = llama_cpp.llama_token_data_array(data, size, -1, False)
        llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
        left = [data[number].id for number in range(size) if data[number].logit > -1e30]
        if not left:
            return "no token fits"
        chosen = random_.choice(left)
        if llama_cpp.llama_vocab_is_eog(vocab, chosen):  # type: ignore[arg-type]
            break
        llama_cpp.llama_sampler_accept(sampler, chosen)
        taken += 1
    llama_cpp.llama_sampler_free(sampler)
    return str(taken)


def main() -> None:
    parameters = llama_cpp.llama_model_default_params()
    parameters.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(sys.argv[1].encode(), parameters)
    vocab = llama_cpp.llama_model_get_vocab(model)
    random_ = random.Random(0)
    for line in sys.stdin:
        print(followed(vocab, json.loads(line), int(sys.argv[2]), random_), flush=True)


if __name__ == "__main__":
    main()
