"""Servers: what they tell is kept, what they do not tell stays unknown, and no answer brings the backend down."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.model.inference import Inference
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review.backends.backend import BackendDiedError, Decoding, Piece, Request
from ftui.review.backends.server import ServerBackend
from ftui.review.backends.server_http import api_key
from ftui.review.backends.server_reply import Reply
from ftui.review.sample import Completion
from ftui.review.sampling.settings import Flags
from ftui.review.sampling.settling import settle
from tests.review.http_server import STREAM, Answer, FakeServer, plain, raw, says, serving, streams

PROMPT = Request("r", "Hello", Decoding(stop=("END",), max_tokens=9))
CHAT = Request("r", "", Decoding(max_tokens=9), messages=(("user", "Hello"),))


def models(owner: str = "someone", *names: str) -> Answer:
    return says({"object": "list", "data": [{"id": each, "owned_by": owner} for each in names or ("m",)]})


def backend(server: FakeServer, folder: Path, served_as: str | None = None, **flags: Any) -> ServerBackend:
    project = Project(folder)
    model = ReviewModel("x", server=server.address, served_as=served_as)
    made = ServerBackend(model, settle(project, Inference.of(project), Flags(**flags)), folder)
    made.silence = 20
    return made


def sampled(
    folder: Path,
    answers: Mapping[str, Answer],
    request: Request = PROMPT,
    owner: str = "someone",
    **flags: Any,
) -> Completion:
    with serving({"/v1/models": models(owner), **answers}) as server:
        made = backend(server, folder, **flags)
        made.start()
        return made.sample(request, lambda event: None)[0]


def piece(text: str, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "text": text, "finish_reason": finish, **more}]}


def test_a_llama_server_that_does_not_render_is_asked_to_chat(tmp_path: Path) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "length"}]}
    for unknown in (says({"error": "not found"}, 404), says({"prompt": 3}), says([])):
        answers = {"/apply-template": unknown, "/v1/chat/completions": streams(chunk)}
        got = sampled(tmp_path, answers, CHAT, "llamacpp")
        assert (got.output, got.stop_reason, got.rendered) == ("a", "limit", None)


USAGE = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}


def test_a_plain_openai_server_tells_little(tmp_path: Path) -> None:
    got = sampled(tmp_path, {"/v1/completions": streams(piece("a"), piece(" b"), piece("", "stop"), USAGE)})
    assert (got.output, got.cut, got.stop_reason, got.stop_text) == ("a b", "", "unknown", None)
    assert (got.token_ids, got.prompt_tokens, got.completion_tokens) == (None, 3, 2)
    assert got.first_token_s is not None
    got = sampled(tmp_path, {"/v1/completions": streams(piece("a"), piece("b", "length"))})
    assert (got.output, got.stop_reason, got.completion_tokens) == ("ab", "limit", None)


def test_vllm_tells_the_sequence(tmp_path: Path) -> None:
    answers = {"/v1/completions": streams(piece("a"), piece("", "stop", stop_reason="END"))}
    got = sampled(tmp_path, answers, owner="vllm")
    assert (got.output, got.cut, got.stop_reason, got.stop_text) == ("a", "END", "stop-sequence", "END")
    answers = {"/v1/completions": streams(piece("a"), piece("", "stop", stop_reason=None))}
    assert sampled(tmp_path, answers, owner="vllm").stop_reason == "end-token"


def test_a_server_that_leaves_the_stop_sequence_in(tmp_path: Path) -> None:
    got = sampled(tmp_path, {"/v1/completions": streams(piece("a E"), piece("ND b"), piece(" never read"))})
    assert (got.output, got.cut) == ("a ", "END b")
    assert (got.stop_reason, got.stop_text) == ("stop-sequence", "END")


def test_chat_and_plain_answers(tmp_path: Path) -> None:
    chunks = [{"choices": [{"delta": {"content": each}}]} for each in ("a", None, "b")]
    end = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
    got = sampled(tmp_path, {"/v1/chat/completions": streams(*chunks, end)}, CHAT)
    assert (got.output, got.stop_reason) == ("ab", "unknown")
    whole = {"choices": [{"message": {"content": "whole"}, "finish_reason": "length"}]}
    assert sampled(tmp_path, {"/v1/chat/completions": says(whole)}, CHAT).output == "whole"
    # A raw template never goes through the server's own chat template.
    got = sampled(
        tmp_path,
        {"/v1/completions": streams(piece("raw", "stop"))},
        Request("r", "p", Decoding(), messages=CHAT.messages),
        template="training",
    )
    assert got.output == "raw"


def test_what_is_sent(tmp_path: Path) -> None:
    decoding = Decoding(("a",), 7, 0.5, 0.9, 40, 0.1, 1.2)
    sent: dict[str, dict[str, Any]] = {}
    for owner in ("vllm", "library", "me"):
        with serving({"/v1/models": models(owner), "/v1/completions": streams(piece("x", "stop"))}) as server:
            made = backend(server, tmp_path, top_k=40)
            engine = made.start()
            made.sample(Request("r", "\udc80p", decoding, seeds=(3,)), lambda event: None)
            sent[owner] = server.asked[-1][1]
        assert any("top_k" in note for note in engine.notes) == (owner == "library")
    common = {
        "model": "m",
        "prompt": "\udc80p",
        "stop": ["a"],
        "max_tokens": 7,
        "temperature": 0.5,
        "top_p": 0.9,
    }
    for body in sent.values():
        assert common.items() <= body.items()
        assert (body["seed"], body["stream"]) == (3, True)
    assert sent["vllm"]["repetition_penalty"] == sent["me"]["repeat_penalty"] == 1.2
    assert not {"top_k", "min_p", "repeat_penalty"} & set(sent["library"])
    with serving({"/v1/models": models()}) as server, pytest.raises(FtuiError, match="takes no GBNF grammar"):
        backend(server, tmp_path).sample(
            Request("r", "p", Decoding(grammar="root ::= x")), lambda event: None
        )


def test_several_samples_keep_their_order(tmp_path: Path) -> None:
    def answer(path: str, body: dict[str, Any], headers: dict[str, str], connection: socket.socket) -> None:
        streams(piece(f"seed {body['seed']}"), piece("", "stop"))(path, body, headers, connection)

    pieces: list[Piece] = []
    with serving({"/v1/models": models(), "/v1/completions": answer}) as server:
        made = backend(server, tmp_path)
        made.start()
        request = Request("r", "p", Decoding(), seeds=tuple(range(11)), stream=True)
        got = made.sample(request, lambda event: pieces.append(event) if isinstance(event, Piece) else None)
    assert [each.output for each in got] == [f"seed {seed}" for seed in range(11)]
    assert sorted((each.which, each.text, each.tokens) for each in pieces) == [
        (which, f"seed {which}", 1) for which in range(11)
    ]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (says({"error": {"message": "model\n\x1b[31m is tired"}}, 400), r"400 Said: model .*is tired"),
        (says({"detail": [{"msg": "field required"}]}, 422), "422 Said: field required"),
        (says(b"<html>" + b"x" * 9999, 502), "refuses: 502 Said$"),
        (says({"error": "bad key"}, 401), "bad key"),
        (says(b"not json"), "no JSON: not json"),
        (says(b"[" * 200_000), "no JSON"),
        (says(b"9" * 10_000), "no JSON"),
        (says([1]), "answers a list"),
        (says({"choices": 3}), "without choices"),
        (says({"choices": [3]}), "without choices"),
        (says({"choices": [{"text": 3}]}), "answers a int as text"),
        (streams(b"data: {bad"), "no JSON: {bad"),
        (streams({"error": {"message": "out of memory"}}), "out of memory"),
        (streams(b"error: {oops"), "oops"),
        (streams(piece("a"), done=False), "broke off in the middle"),
        (streams(piece("a")), "broke off in the middle"),
        (raw(STREAM + b"data: " + b"x" * (5 << 20)), "without end"),
        (
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}"),
            "bytes are missing",
        ),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "not an answer of HTTP"),
        (raw(b""), "connection broke|not an answer"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n"), "not an answer of HTTP"),
        (
            raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/v1/completions\r\n\r\n"),
            "is not followed",
        ),
        (raw(b"HTTP/1.1 307 Found\r\nLocation: http://example.org/\r\n\r\n"), "is not followed"),
        (raw(b"HTTP/1.1 307 Found\r\nLocation: /v1/completions\r\n\r\n"), "round in a circle"),
        (raw(b"HTTP/1.1 307 Found\r\nLocation: file:///etc/passwd\r\n\r\n"), "is not followed"),
    ],
)
def test_hostile_answers(tmp_path: Path, answer: Answer, message: str) -> None:
    with pytest.raises(FtuiError, match=message) as caught:
        sampled(tmp_path, {"/v1/completions": answer})
    assert "\x1b" not in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 800


def test_a_redirect_on_the_same_host_is_followed(tmp_path: Path) -> None:
    moved = raw(b"HTTP/1.1 308 Moved\r\nLocation: /v2/completions\r\n\r\n")
    got = sampled(tmp_path, {"/v1/completions": moved, "/v2/completions": streams(piece("there", "stop"))})
    assert got.output == "there"


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda data: STREAM + b"data: " + data + b"\n\n"),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["choices", "text", "delta", "content", "stop", "usage", "finish_reason", "tokens"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ).map(lambda held: STREAM + b"data: " + json.dumps(held).encode() + b"\n\n"),
    )
)
def test_any_answer_is_a_completion_or_our_error(tmp_path: Path, data: bytes) -> None:
    try:
        got = sampled(tmp_path, {"/v1/completions": raw(data)})
    except FtuiError:
        return
    assert got.token_ids is None


def test_the_key_is_sent_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTUI_API_KEY", "sk-very-secret")
    wrong = says({"error": {"message": "Incorrect API key: sk-very-secret"}}, 401)
    with serving({"/v1/models": models(), "/v1/completions": wrong}) as server:
        made = backend(server, tmp_path)
        engine = made.start()
        assert server.asked[0][2]["authorization"] == "Bearer sk-very-secret"
        with pytest.raises(FtuiError) as caught:
            made.sample(PROMPT, lambda event: None)
    said = f"{caught.value.message} {caught.value.hint} {engine} {made._settings.plain()}"
    assert "secret" not in said
    assert "FTUI_API_KEY" in caught.value.hint
    echoed = {"/v1/completions": streams(piece("sk-very-secret", "stop"))}
    assert sampled(tmp_path, echoed).output == "[key]"
    monkeypatch.setenv("FTUI_API_KEY", "sk-secret\nX: y")
    with serving({"/v1/models": models()}) as server:
        with pytest.raises(FtuiError) as caught:
            backend(server, tmp_path).start()
        assert not server.asked
    assert "secret" not in caught.value.message


def test_the_key_goes_to_named_hosts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTUI_API_KEY", "sk-very-secret")
    assert [api_key(host) for host in ("localhost", "127.0.0.1", "::1")] == ["sk-very-secret"] * 3
    assert api_key("models.example") is None  # an ftui.toml of somebody's may name it
    monkeypatch.setenv("FTUI_API_HOST", "other.example, Models.Example")
    assert api_key("models.example") == "sk-very-secret"
    assert api_key("evil.models.example") is None


def test_start_tells_what_is_wrong(tmp_path: Path) -> None:
    with serving({"/v1/models": models("library", "qwen3:4b", "llama3")}) as server:
        assert backend(server, tmp_path).start().extra["model"] == "qwen3:4b"
        with pytest.raises(FtuiError, match="did you mean 'llama3'"):
            backend(server, tmp_path, "lama3").start()
    with (
        serving({"/v1/models": says({"data": []})}) as server,
        pytest.raises(FtuiError, match="serves no model"),
    ):
        backend(server, tmp_path).start()
    with (
        serving({"/v1/models": says({"models": []})}) as server,
        pytest.raises(FtuiError, match="no list of models"),
    ):
        backend(server, tmp_path).start()
    with serving({}) as server:
        with pytest.raises(FtuiError, match="404"):
            backend(server, tmp_path).start()
        assert backend(server, tmp_path, "m").start().extra["model"] == "m"
        address = server.address
    model = ReviewModel("x", server=address)
    gone = ServerBackend(model, settle(Project(tmp_path), Inference.of(Project(tmp_path)), Flags()), tmp_path)
    with pytest.raises(BackendDiedError, match="nothing answers there"):
        gone.start()


def test_a_server_that_loads_is_waited_for(tmp_path: Path) -> None:
    asked: list[int] = []

    def answer(path: str, body: dict[str, Any], headers: dict[str, str], connection: socket.socket) -> None:
        asked.append(1)
        ready = {"data": [{"id": "m"}]}
        connection.sendall(
            plain({"error": {"message": "Loading model"}}, 503) if len(asked) < 3 else plain(ready)
        )

    with serving({"/v1/models": answer}) as server:
        assert backend(server, tmp_path).start().extra["model"] == "m"


def test_cancel_returns_at_once_with_what_came(tmp_path: Path) -> None:
    held = threading.Event()

    def answer(path: str, body: dict[str, Any], headers: dict[str, str], connection: socket.socket) -> None:
        connection.sendall(STREAM + b"data: " + json.dumps(piece("so far")).encode() + b"\n\n")
        connection.recv(1)  # until the other side is closed
        held.set()

    with serving({"/v1/models": models(), "/v1/completions": answer}) as server:
        made = backend(server, tmp_path)
        made.start()
        request = Request("r", "p", Decoding(), seeds=(1, 2), stream=True)
        heard: list[object] = []

        def on_event(event: object) -> None:
            heard.append(event)
            if len(heard) == 2:
                threading.Thread(target=made.cancel).start()

        got = made.sample(request, on_event)
        assert [(each.output, each.stop_reason) for each in got] == [("so far", "cancelled")] * 2
        assert held.wait(60), "the connection stayed open"


def test_the_ids_of_an_output_that_was_cut_off_are_not_kept() -> None:
    # llama-server leaves special tokens out of the text; their texts are asked for when an output has ended.
    reply = Reply(())
    reply.take({"content": "so far", "tokens": [5, 2, 6], "stop": False})
    assert reply.completion().token_ids == (5, 2, 6)
    cut = reply.completion(cancelled=True)
    assert (cut.output, cut.token_ids, cut.completion_tokens) == ("so far", None, 3)


def test_silence_ends_it(tmp_path: Path) -> None:
    gate = threading.Event()
    with serving({"/v1/models": models(), "/v1/completions": lambda *_: gate.wait(60) and None}) as server:
        made = backend(server, tmp_path)
        made.start()
        made.silence = 0.2
        with pytest.raises(BackendDiedError, match=r"nothing came|no answer in time"):
            made.sample(PROMPT, lambda event: None)
        gate.set()
