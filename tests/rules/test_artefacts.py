"""Family ART: what an export left behind, what only looks like it, and fixes that change what they name."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest

from ftui.rules.artefacts.family import FAMILY
from tests.rules.one_row import codes, judged, mended

NOISE = base64.b64encode(random.Random(1).randbytes(300)).decode()
LINES = base64.encodebytes(random.Random(5).randbytes(300)).decode()


@pytest.mark.parametrize(
    ("answer", "safe", "unsafe"),
    [
        ("Keep it cool&nbsp;and dry.", "Keep it cool and dry.", None),
        ("Salt &amp; pepper, &quot;fresh&quot;.", 'Salt & pepper, "fresh".', None),
        ("Twice: &amp;amp; and &amp;lt;3.", "Twice: & and <3.", None),
        ("One.<br>Two.<br/>", None, "One.\nTwo."),
        ("<p>One.</p><p>Two.</p>", None, "One.\nTwo."),
        ('See <a href="https://x.org">this</a> and <strong>that</strong>.', None, "See this and that."),
        ("It is <b>bold</b> indeed.", None, "It is bold indeed."),
        ("Break &lt;br&gt; here.", None, "Break <br> here."),
    ],
)
def test_html(answer: str, safe: str | None, unsafe: str | None) -> None:
    found = judged(FAMILY, answer)
    assert {f.code for f in found} == {"ART001"}
    assert mended(answer, found) == (safe or answer)
    assert mended(answer, found, "unsafe") == (unsafe or answer)
    if safe:
        assert judged(FAMILY, safe) == []


@pytest.mark.parametrize(
    ("answer", "prompt"),
    [
        ("Write `<br>` there.", "How do I break a line?"),
        ("```html\n<p>Hi</p>\n```", "Greet me."),
        ("<p>Hi</p>", "Write a paragraph in HTML."),
        ("It is a <strong>loud</strong> word.", "Which tag makes text bold?"),
        ("<p>Bonjour</p>", "Translate: <p>Hello</p>"),
        ("| a | b |\n|---|---|\n| one<br>two | c |", "Make a table."),
        ("H<sub>2</sub>O and x<sup>2</sup>, press <kbd>Esc</kbd>.", "What is water?"),
        ("Use List<String> or Map<K, V>.", "Which type?"),
        ("<think>hm</think><answer>4</answer>", "2+2?"),
        ("a < b and c > d, AT&T; R&D", "Which?"),
        ("It ends here.</s>", "Say something."),
        ("It breaks the line: one<br>two", "What does <br> do?"),
    ],
)
def test_html_that_is_right(answer: str, prompt: str) -> None:
    assert codes(FAMILY, answer, prompt) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (r"First do this.\nThen do that.", "First do this.\nThen do that."),
        (r"Name:\tAnn and more", "Name:\tAnn and more"),
        (r"A caf\u00e9 in M\u00fcnchen.", "A café in München."),
        (r"He said \"no\" and left.", 'He said "no" and left.'),
        (r"Don\'t do that.", "Don't do that."),
        (r"Dear Ann,\n\nthank you.\n", "Dear Ann,\n\nthank you."),
        (r"See https:\/\/x.org for it.", "See https://x.org for it."),
    ],
)
def test_escapes(answer: str, expected: str) -> None:
    found = judged(FAMILY, answer)
    assert [f.code for f in found] == ["ART002"]
    assert mended(answer, found) == answer
    assert mended(answer, found, "unsafe") == expected
    assert "ART002" not in codes(FAMILY, expected)


@pytest.mark.parametrize(
    ("answer", "prompt"),
    [
        (r"Open C:\new\table.txt and D:\temp.", "Where is it?"),
        (r"The gradient \nabla f and \textbf{x} with \theta.", "What is it?"),
        (r"Use `\n` for it.", "How?"),
        ('```c\nprintf("a\\n");\n```', "How?"),
        (r'The sign "\n" ends a line.', "What is that?"),
        (r"It splits on \n and \t here.", "How does this regular expression work?"),
        (r'{"a": "x\ny"}', "Give me the record."),
        (r"Write \*stars\* and under\_scores.", "How?"),
        (r"print('a\n')", "Write Python code that prints a."),
    ],
)
def test_escapes_that_are_right(answer: str, prompt: str) -> None:
    assert codes(FAMILY, answer, prompt) == []


def test_mojibake_is_read_again() -> None:
    answer = "The cafÃ© doesnâ€™t open, sagt MÃ¼ller."
    found = judged(FAMILY, answer)
    assert [f.code for f in found] == ["ART003"]
    assert mended(answer, found) == "The café doesn’t open, sagt Müller."


@pytest.mark.parametrize(
    "answer",
    [
        "NÃO É ASSIM, café à la carte.",
        "Ça va très bien, señor.",
        "x â b",
        "Привет, 你好",
        "`cafÃ©` is what you see.",
    ],
)
def test_letters_that_are_right(answer: str) -> None:
    assert codes(FAMILY, answer) == []
    assert codes(FAMILY, "You see cafÃ© then.", "What is mojibake?") == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("\x1b[32mPASSED\x1b[0m all \x00tests \x1b[0m", "PASSED all tests"),
        ("page one\x0cpage two", "page one\npage two"),
        ("a\x07b \x1b]0;title\x07c", "ab c"),
        ("\x08Start", "Start"),
    ],
)
def test_control_characters(answer: str, expected: str) -> None:
    found = judged(FAMILY, answer)
    assert [f.code for f in found] == ["ART004"]
    assert mended(answer, found) == expected
    assert judged(FAMILY, expected) == []


def test_lost_and_windows_characters() -> None:
    (lost,) = judged(FAMILY, "caf\ufffd au lait")
    assert (lost.code, lost.fix) == ("ART004", None)
    assert codes(FAMILY, "It shows \ufffd then.", "What is the replacement character?") == []
    found = judged(FAMILY, "say \x93yes\x94")
    assert mended("say \x93yes\x94", found, "unsafe") == "say “yes”"
    assert codes(FAMILY, "tab\there\r\nand \\x1b[31m as text: fine", "What is an escape?") == []


@pytest.mark.parametrize(
    "answer",
    [
        "https://en.wikipedia.org/wiki/Photosynthesis",
        "Plants do it by light.\n\nSource: https://a.org/b",
        "Plants do it.\n\n[1] https://a.org/b\n[2] https://c.org/d",
        "Plants do it.\nRead more: https://a.org/b",
    ],
)
def test_bare_links(answer: str) -> None:
    assert codes(FAMILY, answer, "Explain photosynthesis.") == ["ART005"]


@pytest.mark.parametrize(
    ("answer", "prompt"),
    [
        ("https://python.org", "What is the website of Python?"),
        ("Go to https://foo.com and sign in there.", "How do I sign in?"),
        ("See [the guide](https://foo.com/guide).", "How?"),
        ("It runs at http://localhost:8080", "Start it."),
    ],
)
def test_links_that_are_right(answer: str, prompt: str) -> None:
    assert codes(FAMILY, answer, prompt) == []


@pytest.mark.parametrize(
    "blob",
    [
        NOISE,
        base64.encodebytes(random.Random(2).randbytes(300)).decode(),
        random.Random(3).randbytes(120).hex(),
        f"data:image/png;base64,{NOISE}",
        "%PDF-1.4\n%âã\n1 0 obj <</Type /Catalog>> endobj",
        "".join(f"\\x{b:02x}" for b in random.Random(4).randbytes(40)),
    ],
)
def test_blobs(blob: str) -> None:
    answer = "Words before it, and a good many of them. " * 40 + blob
    found = [f for f in judged(FAMILY, answer, "Explain it to me.") if f.code == "ART006"]
    assert len(found) == 1
    assert mended(answer, found, "unsafe").endswith("of them.")
    (alone,) = [f for f in judged(FAMILY, blob, "Explain it to me.") if f.code == "ART006"]
    assert alone.fix is not None
    assert alone.fix.kind == "remove"


@pytest.mark.parametrize(
    ("answer", "prompt"),
    [
        (hashlib.sha512(b"x").hexdigest(), "Go on."),
        ("123e4567-e89b-12d3-a456-426614174000", "An id?"),
        (f"eyJhbGciOiJIUzI1NiJ9.{NOISE.replace('+', 'a').replace('/', 'b')}.abc", "Go on."),
        ("ACGT" * 60, "Go on."),
        (f"https://x.org/{NOISE}", "Which page?"),
        (NOISE, "Encode this picture as base64."),
        ("Donaudampfschifffahrtsgesellschaftskapitän" * 5, "A long word?"),
        ("=" * 300 + "\n" + "-" * 300, "A line?"),
        (f"-----BEGIN CERTIFICATE-----\n{LINES}-----END CERTIFICATE-----", "Go."),
    ],
)
def test_runs_that_are_right(answer: str, prompt: str) -> None:
    assert "ART006" not in codes(FAMILY, answer, prompt)


@pytest.mark.parametrize(
    "sign", ["&amp;", "<a ", "\\n", '\\"', "Ã©", "www.a", "\\[", "<b>", "A1b", "C:\\", "data:", "\x1b["]
)
def test_hostile_texts_end(sign: str) -> None:
    judged(FAMILY, sign * (30_000 // len(sign)))


def test_links_are_not_excused_by_the_name_of_their_host() -> None:
    assert codes(FAMILY, "Onions hold a gas.\n\nSource: https://kitchen.example.org/onions") == ["ART005"]
    assert codes(FAMILY, "Onions hold a gas. Read more: https://kitchen.example.org/onions") == ["ART005"]
    assert codes(FAMILY, "Check this out: https://kitchen.example.org/onions") == ["ART005"]
    assert codes(FAMILY, "The page https://kitchen.example.org/onions says: a gas.") == []


def test_bytes_of_pictures_are_found_as_they_are_pasted() -> None:
    for head in ("\u2030PNG\r\n\u001a\n\u0000\u0000IHDR", "\u00ff\u00d8\u00ff\u00e0 scan"):
        assert "ART006" in codes(FAMILY, f"Here it is: {head}", "What is on it?")
    header = (
        "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU"
    )
    assert codes(FAMILY, f"{header}{'FBQUFBQUFBQUFBQU' * 4}", "What is on it?") == ["ART006"]


def test_digits_of_pi_are_no_blob() -> None:
    assert codes(FAMILY, f"3.{'14159265358979323846264338327950288' * 8}", "Write out pi.") == []
