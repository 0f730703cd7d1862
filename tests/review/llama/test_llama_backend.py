"""The llama.cpp backend with a real model: what a sample's record says is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.review.backends.backend import Decoding, Event, LogLine, Piece, Reading, Request
from ftui.review.backends.llama.handle import LlamaBackend
from ftui.review.sample import Completion
from tests.review.llama.bare_loop import BareModel
from tests.review.llama.conftest import Open

PARIS = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
STORY = "<|im_start|>user\nWrite a story about a dragon.<|im_end|>\n<|im_start|>assistant\n"
LONG = "The sea " + "and the wind blew over the hills " * 75


def nobody(_event: Event) -> None:
    """Hears nothing."""


def one(backend: LlamaBackend, prompt: str, exact: bool = False, **decoding: object) -> Completion:
    """One greedy sample of at most 16 tokens, where nothing else is said."""
    settings = Decoding(**{"max_tokens": 16, **decoding})  # type: ignore[arg-type]
    (found,) = backend.sample(Request("r", prompt, settings, exact=exact), nobody)
    return found


def written(found: Completion) -> bytes:
    """All that a model wrote."""
    return (found.output + found.cut).encode("utf-8", "surrogateescape")


def test_an_answer_ends_with_its_end_token(backend: LlamaBackend) -> None:
    found = one(backend, PARIS, exact=True)
    assert (found.output, found.cut) == ("The capital of France is Paris.", "<|im_end|>")
    assert (found.stop_reason, found.stop_text) == ("end-token", "<|im_end|>")
    assert found.completion_tokens == len(found.token_ids or ()) == 8
    assert found.prompt_tokens == 16


def test_another_end_token_is_told_apart(backend: LlamaBackend) -> None:
    # The grammar leaves only the end tokens, and this temperature makes them about equally likely.
    decoding = Decoding(max_tokens=4, temperature=1000.0, grammar='root ::= "."')
    found = backend.sample(Request("r", PARIS, decoding, seeds=tuple(range(8))), nobody)
    ends = backend.start().end_tokens
    assert {each.stop_reason for each in found} == {"end-token"}
    assert len({each.stop_text for each in found}) > 1
    for each in found:
        assert (each.output, each.cut) == (".", each.stop_text)
        assert ends[(each.token_ids or ())[-1]] == each.stop_text
        assert each.special_at == ()


def test_a_stop_sequence_over_tokens_is_cut_and_was_never_streamed(backend: LlamaBackend) -> None:
    events: list[Event] = []
    request = Request("r", PARIS, Decoding(max_tokens=16, stop=("tal of Fr",)), stream=True)
    (found,) = backend.sample(request, events.append)
    assert (found.output, found.cut, found.stop_text) == ("The capi", "tal of France", "tal of Fr")
    assert found.stop_reason == "stop-sequence"
    assert "".join(event.text for event in events if isinstance(event, Piece)) == "The capi"


def test_the_limit_is_the_number_of_tokens(backend: LlamaBackend) -> None:
    found = one(backend, PARIS, max_tokens=3)
    assert (found.stop_reason, found.output, found.completion_tokens) == ("limit", "The capital of", 3)
    assert found.stop_text is None


@pytest.mark.parametrize("prompt", [PARIS, STORY, "Once upon a time"])
def test_an_exact_greedy_sample_is_what_llama_cpp_itself_says(
    backend: LlamaBackend, bare: BareModel, prompt: str
) -> None:
    one(backend, LONG[:200])  # something that the memory must not keep
    found = one(backend, prompt, exact=True)
    said = bare.greedy(prompt, 16, look=True)
    assert list(found.token_ids or ()) == said.token_ids
    assert written(found) == bare.text(said.token_ids)
    assert found.end_probability == pytest.approx(said.end_probability, rel=1e-3)
    assert found.prompt_tokens == len(bare.tokens(prompt))


def test_an_exact_greedy_sample_is_what_the_high_level_call_says(backend: LlamaBackend, smol: Path) -> None:
    import llama_cpp

    high = llama_cpp.Llama(str(smol), n_ctx=1024, n_threads=1, n_threads_batch=1, verbose=False)
    said = high.create_completion(STORY, max_tokens=16, temperature=0)
    high.close()
    assert one(backend, STORY, exact=True).output == said["choices"][0]["text"]  # type: ignore[index]


def test_every_sample_of_a_batch_keeps_a_true_record(backend: LlamaBackend, bare: BareModel) -> None:
    decoding = Decoding(max_tokens=12, temperature=1.2, top_p=0.95, top_k=50, min_p=0.01, repeat_penalty=1.1)
    request = Request("r", STORY, decoding, seeds=(1, 2, 3, 4, 5, 6), stream=True)
    events: list[Event] = []
    found = backend.sample(request, events.append)
    assert len({each.output for each in found}) == 6
    for which, each in enumerate(found):
        assert written(each) == bare.text(list(each.token_ids or ()))
        assert each.completion_tokens == len(each.token_ids or ())
        streamed = [event for event in events if isinstance(event, Piece) and event.which == which]
        assert "".join(event.text for event in streamed) == each.output
        assert streamed[-1].tokens == each.completion_tokens


def test_a_batch_and_an_exact_seed_repeat_themselves(backend: LlamaBackend) -> None:
    decoding = Decoding(max_tokens=10, temperature=1.0)
    batch = Request("r", STORY, decoding, seeds=(7, 8, 9))
    assert [each.token_ids for each in backend.sample(batch, nobody)] == [
        each.token_ids for each in backend.sample(batch, nobody)
    ]
    exact = Request("r", STORY, decoding, seeds=(9, 8), exact=True)
    alone = Request("r", STORY, decoding, seeds=(8,), exact=True)
    assert backend.sample(exact, nobody)[1].token_ids == backend.sample(alone, nobody)[0].token_ids


def test_a_leaked_special_token_is_in_the_text_and_its_place_is_kept(backend: LlamaBackend) -> None:
    turn = "<|im_start|>user\nhi<|im_end|>\n"
    found = one(backend, turn * 6, max_tokens=4)
    assert found.output.startswith("<|im_start|>user")
    assert found.special_at == (0,)


def test_characters_that_are_split_over_tokens_are_streamed_whole(backend: LlamaBackend) -> None:
    events: list[Event] = []
    request = Request("r", "🐉🐲🐉🐲🐉🐲🐉🐲🐉🐲", Decoding(max_tokens=12), stream=True)
    (found,) = backend.sample(request, events.append)
    texts = [event.text for event in events if isinstance(event, Piece)]
    assert "".join(texts) == found.output
    assert "🐉" in found.output
    # Only the last may hold the first bytes of a character that the limit cut off.
    assert all(text.isprintable() for text in texts[:-1])


def test_a_grammar_is_kept(backend: LlamaBackend) -> None:
    found = one(backend, PARIS, grammar='root ::= "yes" | "no"', temperature=1.0)
    assert found.output in ("yes", "no")
    assert found.stop_reason == "end-token"


def test_a_bad_grammar_is_refused_before_llama_cpp_dies_of_it(backend: LlamaBackend) -> None:
    with pytest.raises(FtuiError):
        one(backend, PARIS, grammar="root ::= (")
    assert one(backend, PARIS).output == "The capital of France is Paris."


def test_a_long_prompt_is_read_in_slices_and_its_beginning_only_once(
    backend: LlamaBackend, bare: BareModel
) -> None:
    events: list[Event] = []
    exact = Request("r", LONG, Decoding(max_tokens=4), exact=True)
    (found,) = backend.sample(exact, events.append)
    assert list(found.token_ids or ()) == bare.greedy(LONG, 4).token_ids
    assert [each.done for each in events if isinstance(each, Reading)] == [512, found.prompt_tokens]
    events.clear()
    (longer,) = backend.sample(Request("r", LONG + "Two", Decoding(max_tokens=2)), events.append)
    assert [each.done for each in events if isinstance(each, Reading)] == [longer.prompt_tokens]


def test_a_shared_beginning_changes_no_answer(backend: LlamaBackend) -> None:
    for prompt in (STORY, PARIS, PARIS, STORY[:40], PARIS[:30]):
        assert one(backend, prompt).token_ids == one(backend, prompt, exact=True).token_ids
    one(backend, STORY)
    assert one(backend, PARIS).output == "The capital of France is Paris."


def test_a_prompt_beyond_the_context_is_refused_with_both_numbers(backend: LlamaBackend) -> None:
    with pytest.raises(FtuiError, match=r"the prompt has 1,\d\d\d tokens, and the context holds 1,024"):
        one(backend, LONG * 2)
    assert one(backend, PARIS).output == "The capital of France is Paris."


def test_a_limit_beyond_the_context_is_said(opened: Open) -> None:
    events: list[Event] = []
    backend = opened(context=256)
    (found,) = backend.sample(Request("r", "word " * 246, Decoding(max_tokens=64)), events.append)
    assert found.stop_reason == "limit"
    assert found.completion_tokens == 256 - (found.prompt_tokens or 0) < 64
    assert any("of 64 tokens fit" in event.text for event in events if isinstance(event, LogLine))


def test_an_empty_prompt_is_refused(backend: LlamaBackend) -> None:
    with pytest.raises(FtuiError, match="the prompt is empty"):
        one(backend, "")


def test_odd_text_reaches_the_model(backend: LlamaBackend) -> None:
    assert one(backend, "a\0b \udc80 \ud800 c", max_tokens=2).completion_tokens == 2


def test_tokens_are_counted_as_the_model_reads_them(backend: LlamaBackend, bare: BareModel) -> None:
    assert backend.count(PARIS) == len(bare.tokens(PARIS))
    assert backend.count("") == 0


def test_what_the_engine_says_about_itself(backend: LlamaBackend) -> None:
    engine = backend.start()
    assert (engine.architecture, engine.context, engine.trained_context) == ("llama", 1024, 8192)
    assert engine.end_tokens == {0: "<|endoftext|>", 2: "<|im_end|>", 4: "<reponame>"}
    assert (engine.threads, engine.gpu_layers, engine.layers) == (1, 0, 31)
