"""Stop sequences in bytes that come in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftui.review.backends.llama.stops import Stopped, Stops


def grown(stops: Stops, pieces: list[bytes]) -> tuple[bytearray, Stopped | None, bytes]:
    """The output up to the piece that stops it, what was found, and what was shown before."""
    output, shown = bytearray(), b""
    for piece in pieces:
        output += piece
        if (found := stops.find(output, len(piece))) is not None:
            return output, found, shown
        shown = bytes(output[: len(output) - stops.pending(output)])
    return output, None, shown


def test_a_sequence_over_three_pieces_is_found_and_never_shown() -> None:
    output, found, shown = grown(Stops(["tal of Fr"]), [b"The capi", b"tal", b" of", b" France"])
    assert found == Stopped(8, "tal of Fr")
    assert shown == b"The capi"
    assert bytes(output[found.start :]) == b"tal of France"


def test_the_one_that_begins_earliest_wins_whatever_the_order() -> None:
    _, found, _ = grown(Stops(["cd", "abcdef"]), [b"xabcdefg"])
    assert found == Stopped(1, "abcdef")


def test_of_two_at_the_same_place_the_longer_is_named() -> None:
    _, found, _ = grown(Stops(["\n", "\n\n"]), [b"a\n\n"])
    assert found == Stopped(1, "\n\n")


def test_an_empty_sequence_stops_nothing() -> None:
    assert grown(Stops(["", ""]), [b"abc"]) == (bytearray(b"abc"), None, b"abc")


def test_a_character_split_over_pieces_is_part_of_a_sequence() -> None:
    dragon = "🐉".encode()
    _, found, shown = grown(Stops(["🐉!"]), [b"a", dragon[:2], dragon[2:], b"!"])
    assert found == Stopped(1, "🐉!")
    assert shown == b"a"


@given(
    st.lists(st.text("ab<|>", max_size=4).map(str.encode), max_size=8),
    st.lists(st.text("ab<|>", min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_nothing_of_a_stop_sequence_is_ever_shown(pieces: list[bytes], texts: list[str]) -> None:
    output, found, shown = grown(Stops(texts), pieces)
    whole = b"".join(pieces)
    first = min((place for text in texts if (place := whole.find(text.encode())) >= 0), default=None)
    assert (found is None) == (first is None)
    assert bytes(output).startswith(shown)
    if found is not None:
        assert bytes(output[found.start :]).startswith(found.text.encode())
        assert len(shown) <= found.start
        assert all(text.encode() not in output[: found.start] for text in texts)
