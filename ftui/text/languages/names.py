"""Where a text names a language, a country of one, or translating: then a change of language is wanted."""

from __future__ import annotations

import re

from ftui.text.any_case import AnyCase
from ftui.text.late_pattern import late

NAMES: dict[str, str] = {
    "en": (
        "english|englisch\\w*|anglais\\w*|inglés|ingles|inglese|inglês|engels|engelsk\\w*"
        "|английск\\w*|angielsk\\w*|英语|英文|英語|영어|ingilizce"
    ),
    "de": (
        "german|deutsch\\w*|allemand\\w*|alemán|tedesco|alemão|duits|tysk\\w*|немецк\\w*"
        "|niemieck\\w*|德语|德文|ドイツ語|독일어"
    ),
    "fr": (
        "french|français\\w*|francais\\w*|französisch\\w*|francés|francese|francês|frans|fransk\\w*"
        "|французск\\w*|francusk\\w*|法语|法文|フランス語|프랑스어"
    ),
    "es": (
        "spanish|español\\w*|espanol|castellano|spanisch\\w*|espagnol\\w*|spagnolo|espanhol|spaans"
        "|spansk\\w*|испанск\\w*|hiszpańsk\\w*|西班牙语|スペイン語|스페인어"
    ),
    "it": (
        "italian|italiano|italienisch\\w*|italien(?:ne)?|italiaans|italiensk\\w*|итальянск\\w*"
        "|włosk\\w*|意大利语|イタリア語|이탈리아어"
    ),
    "pt": (
        "portuguese|português|portugues|portugiesisch\\w*|portugais\\w*|portugués|portoghese"
        "|portugees|португальск\\w*|葡萄牙语|ポルトガル語"
    ),
    "nl": "dutch|nederlands\\w*|niederländisch\\w*|néerlandais\\w*|holandés|olandese|荷兰语|オランダ語",
    "sv": "swedish|svenska|schwedisch\\w*|suédois\\w*|sueco|瑞典语",
    "da": "danish|dansk|dänisch\\w*|danois\\w*|danés",
    "no": "norwegian|norsk|norwegisch\\w*|norvégien\\w*|noruego",
    "fi": "finnish|suomeksi|suomi|finnisch\\w*|finnois",
    "pl": "polish|polski\\w*|polsku|polnisch\\w*|polonais\\w*|polaco|польск\\w*|波兰语",
    "cs": "czech|česk\\w*|česky|čeština|tschechisch\\w*|tchèque",
    "ru": "russian|русск\\w*|russisch\\w*|russe|ruso|俄语|俄文|ロシア語|러시아어",
    "uk": "ukrainian|українськ\\w*|ukrainisch\\w*|ukrainien\\w*|乌克兰语",
    "ja": (
        "japanese|日本語|日语|日文|japanisch\\w*|japonais\\w*|japonés|giapponese|일본어|японск\\w*|nihongo"
        "|kanji|hiragana|katakana|romaji|kana"
    ),
    "zh": (
        "chinese|mandarin|cantonese|中文|汉语|漢語|普通话|chinesisch\\w*|chinois\\w*|chino|cinese|중국어"
        "|китайск\\w*|pinyin|hanzi"
    ),
    "ko": "korean|한국어|韩语|韓国語|koreanisch\\w*|coréen\\w*|coreano|корейск\\w*|hangul",
    "ar": "arabic|العربية|عربي\\w*|arabisch\\w*|arabe|árabe|arabo|арабск\\w*|阿拉伯语",
    "he": "hebrew|עברית|hebräisch\\w*|hébreu|hebreo",
    "hi": "hindi|हिन्दी|हिंदी|devanagari",
    "tr": "turkish|türkçe|türkisch\\w*|turc|turco|турецк\\w*",
    "el": "greek|ελληνικά|griechisch\\w*|grec|griego|греческ\\w*",
    "hu": "hungarian|magyar\\w*|ungarisch\\w*|hongrois",
    "ro": "romanian|română|rumänisch\\w*|roumain",
    "vi": "vietnamese|tiếng việt|vietnamesisch\\w*|vietnamien",
    "th": "thai|ไทย|thailändisch\\w*",
    "id": "indonesian|bahasa|malay|indonesisch\\w*",
}
"""ISO code to the names of a language in several languages, as a regular expression."""
_OTHERS = (
    "latin|sanskrit|bengali|urdu|persian|farsi|tamil|telugu|swahili|catalan|català|basque|galician|irish|gaelic|welsh|icelandic"
    r""
    "|bulgarian|serbian|croatian|slovak|slovenian|estonian|latvian|lithuanian|filipino|tagalog|esperanto|afrikaans|yiddish|punjabi"
    "|marathi|gujarati|kannada|malayalam|nepali|sinhala|khmer|lao|burmese|mongolian|georgian|armenian|albanian|macedonian|zulu"
    "|hausa|yoruba|amharic|creole|hinglish|spanglish|cyrillic|kyrillisch\\w*"
)
_TRANSLATING = (
    r"translat\w*|übersetz\w*|tradu[ciz]\w*|traduis\w*|перев[её]?[док]\w*|vertaal\w*|vertal\w*"
    r"|tłumacz\w*|přelož\w*|oversæt\w*|översätt\w*"
    r"|oversett\w*|翻译|翻訳|訳して|번역|dịch|çevir\w*|ترجم\w*|अनुवाद|languages?|bilingual\w*|multilingual"
    r"|polyglot|sprachen?|langues?"
    r"|idiomas?|lenguas?|lingua|línguas?|языка?\w*|语言|言語|taal|talen|språk|sprog|dictionary|wörterbuch"
    r"|phrasebook|vocabulary|foreign"
    r"|(?:the|this|that|a|these) (?:words?|phrases?)"
    r"|grammar|conjugat\w*|pronunc\w*|pronounc\w*|idioms?|proverbs?|lyrics|wort"
    r"|wörter|palabras?|mots?|grammatik\w*"
    r"|sprichwort|loanwords?|greetings?"
)
_COUNTRIES = (
    "germany|austria|switzerland|france|spain|mexico|argentina|colombia|chile|peru|italy|portugal|brazil|netherlands|belgium|sweden"
    "|denmark|norway|finland|poland|czechia|russia|ukraine|belarus|japan|china|taiwan|hong kong"
    "|korea|israel|saudi|egypt|iran|india"
    "|pakistan|turkey|greece|hungary|romania|vietnam|thailand|indonesia|malaysia|quebec|canada|deutschland|österreich|schweiz|italia"
    "|españa|méxico|brasil|россия|россии|中国|日本|한국|europe\\w*|tokyo|beijing|moscow|paris|berlin|madrid|rome|seoul|kyoto|shanghai"
)
_EVERY = "|".join(NAMES.values())
_WITHOUT_SPACES = "|".join(re.findall("[⺀-鿿가-힣]+", _EVERY + _TRANSLATING))
NAMED = AnyCase(rf"(?<![^\W_])(?:{_EVERY}|{_OTHERS}|{_TRANSLATING})(?![^\W_])|{_WITHOUT_SPACES}")
_COUNTRY = AnyCase(rf"\b(?:{_COUNTRIES})\b")
_BY_CODE = "|".join(f"(?P<{code}>{names})" for code, names in NAMES.items())
_ASKED = AnyCase(
    rf"(?:^|[.!?:;\n]\s*|\bplease\s+|\band\s+|,\s*|\bbitte\s+)(?:"
    rf"(?:please\s+)?translate\b[^.\n?]{{0,60}}?\b(?:in)?to\s+|(?:please\s+)?(?:answer|reply"
    rf"|respond)\b[^.\n?]{{0,30}}?\bin\s+"
    rf"|(?:write|give|formulate)\s+(?:your|the)\s+(?:answer|reply|response)\s+in\s+"
    rf"|(?:always\s+)(?:answer|reply|respond|speak|write)\s+in\s+"
    rf"|(?:übersetze\w*|antworte\w*)\b[^.\n?]{{0,60}}?\b(?:auf|ins|in)\s+|(?:traduis\w*|traduisez"
    rf"|réponds|répondez)\b[^.\n?]{{0,60}}?\ben\s+"
    rf"|(?:traduce|traduzca|responde|contesta)\b[^.\n?]{{0,60}}?\b(?:al|en)\s+)"
    rf"(?:{_BY_CODE})(?![^\W_])",
)
_QUOTED_WORD = late("(?<!\\w)['\"“‘„«‹]\\s?[^\\W\\d_][^'\"”’“»›\\n]{0,60}['\"”’“»›](?!\\w)")
_ABOUT_WORDS = AnyCase(
    r"\b(?:differ\w*|mean\w*|sentences?|examples?|spell\w*|say|said|correct|right|use[ds]?|tense"
    r"|subjunctive|verbs?|nouns?"
    r"|adjectives?|prepositions?|synonyms?|plural|singular|gender|articles?|rhym\w*|quiz|flash\s?cards?"
    r"|exercises?"
    r"|unterschied\w*|bedeut\w*|beispiel\w*|différence|signifi\w*|exemples?|diferencia|significa|ejemplos?"
    r"|differenza)\b",
)
_CODES = AnyCase(rf"(?<![^\W_])(?:{_BY_CODE})(?![^\W_])")


def names_one(text: str) -> bool:
    """Whether a text names a language, or speaks of translating, of words or of grammar."""
    return NAMED.search(text) is not None


def about_words(text: str) -> bool:
    """Whether a text asks about words that it quotes: their difference, their use, sentences with them."""
    return _QUOTED_WORD.search(text) is not None and _ABOUT_WORDS.search(text) is not None


def names_country(text: str) -> bool:
    """Whether a text names a country or a city of another language."""
    return _COUNTRY.search(text) is not None


def asked_for(text: str) -> str | None:
    """The language that a turn asks outright to be answered in, where it names no other; an ISO code."""
    match = _ASKED.search(text)
    if match is None:
        return None
    named = {each.lastgroup for each in _CODES.finditer(text)}
    asked = match.lastgroup
    return (
        asked
        if named == {asked} or (named - {asked} and "translate" in match[0].lower() and _from(text))
        else None
    )


def _from(text: str) -> bool:
    """Whether the other language that a text names is the one to translate from."""
    return re.search(r"\bfrom\s+\w+\s+(?:in)?to\s+\w+", text, re.IGNORECASE) is not None
