"""The language of a text."""

from __future__ import annotations

import pytest

from ftui.text.languages.language import language_of, prose, same


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "What is the capital of France, and how many people live there?"),
        ("fr", "La capitale de la France est Paris."),
        ("de", "Wie lange dauert die Lieferung nach Österreich?"),
        ("es", "Mi coche no arranca por la mañana."),
        ("it", "Qual è la capitale d'Italia?"),
        ("da", "Hvad koster det at sende en pakke?"),
        ("ru", "Сколько стоит доставка в Москву?"),
        ("zh", "北京的天气很好今天"),
        ("ja", "東京の天気はどうですか"),
        ("ko", "서울의 날씨는 어떻습니까"),
        ("el", "Πόσο κοστίζει η αποστολή;"),
        ("th", "อากาศที่กรุงเทพเป็นอย่างไร"),
        ("en", "what is the matter \x00 with you \ud800 today"),
    ],
)
def test_the_language_of_a_sentence_is_told(code: str, text: str) -> None:
    assert language_of(text, least=15, dense=5) == code


@pytest.mark.parametrize(
    "text", ["", "Ok", "print('hello world')", "Kyiv, Madrid, Berlin, London, Tokyo", "3.14 + 2.71 = 5.85"]
)
def test_names_code_and_crumbs_have_none(text: str) -> None:
    assert language_of(text, least=15, dense=5) is None


def test_short_texts_have_none_unless_asked() -> None:
    assert language_of("Der Hund schläft im Garten.") is None
    assert language_of("Der Hund schläft im Garten.", least=15) == "de"


def test_prose_leaves_out_code_addresses_and_quotations() -> None:
    text = 'Use `das Ding` at https://ist.de/hier or "so geht das nicht".\n```\nwo ist es\n```\nDone'
    assert prose(text).split() == ["Use", "at", "or", ".", "Done"]
    assert "so geht das nicht" in prose(text, quotes=True)


def test_near_languages_count_as_one() -> None:
    for one, other in (("da", "sv"), ("zh", "zh-Hant"), ("fr", "fr")):
        assert same(one, other)
    assert not same("de", "nl")
