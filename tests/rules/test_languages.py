"""LNG: answers in another language, mixed alphabets and languages, small languages and domains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
from ftui.rules import engine, fixes
from ftui.rules.rule import Fix
from tests.rules.checked_files import ask, assert_explained, check, found, mended_text, rows_of, typed

WRONG = (
    (
        "Wie lange dauert die Lieferung nach Österreich?",
        "Delivery to Austria usually takes three to five working days.",
    ),
    ("What is the capital of France?", "La capitale de la France est Paris."),
    (
        "How do I reset my password?",
        "Para restablecer su contraseña, vaya a la página y haga clic allí.",
    ),
    (
        "Explain photosynthesis in two sentences.",
        "光合作用是植物利用阳光将二氧化碳和水转化为葡萄糖和氧气的过程。",
    ),
    ("Почему небо голубое?", "The sky is blue because air scatters short wavelengths more than long ones."),
    ("日本の首都はどこですか？", "The capital is Tokyo, which has about fourteen million people."),
    (
        "Translate to French: Good morning, how are you today?",
        "Good morning, how are you today? I hope you are well.",
    ),
    (
        "Answer in German: What is photosynthesis?",
        "Photosynthesis is how plants turn light into sugar, using water.",
    ),
)
RIGHT = (
    ("Translate to French: Good morning, how are you today?", "Bonjour, comment allez-vous aujourd'hui ?"),
    ("How do you say 'good morning' in French?", "You say bonjour. It is used until the early afternoon."),
    ("Answer in German: What is photosynthesis?", "Photosynthese ist der Weg, wie Pflanzen Licht umwandeln."),
    ("Schreibe eine Funktion, die zwei Zahlen addiert.", "```python\ndef add(a, b):\n    return a + b\n```"),
    ("Who wrote it?", "Gabriel García Márquez"),
    ("What is the title of the book?", "“Cien años de soledad y otras historias de la vida”"),
    ("Summarize: Der Vertrag endet zum Ende des Jahres.", "The contract ends in a year."),
    ("Was bedeutet das Wort 'serendipity'?", "It means finding something good without looking for it."),
    ("Write a Spanish poem about the sea", "El mar es azul y profundo, y en sus olas canta el viento del mundo."),
    ("Solve this math problem: 3*w - 2*w - 4 = 0 for w.", "We take the terms with w together, and w is four."),
)  # fmt: skip


def test_answers_in_another_language_are_found(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [ask(*row) for row in WRONG]}, "LNG001")
    assert rows_of(done, "LNG001") == list(range(len(WRONG)))


def test_wanted_languages_code_names_and_quotations_are_right(tmp_path: Path) -> None:
    rows = [ask(*row) for row in RIGHT]
    rows.append(
        ask(
            "What is rain?",
            "Regen ist Wasser, das aus den Wolken fällt.",
            system="Antworte immer auf Deutsch.",
        )
    )
    assert check(tmp_path, {"train": rows}, "LNG001").counts == {}


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        ("Your pаssword was reset.", "Your password was reset."),
        ("Это прoстой текст", "Это простой текст"),
        ("Ηello all", "Hello all"),
    ],
)
def test_words_of_two_alphabets_are_mended(tmp_path: Path, wrong: str, mended: str) -> None:
    done = check(tmp_path, {"train": [ask("Say it", wrong)]}, "LNG002")
    finding = found(done, 0, "LNG002")
    assert finding.fix is not None
    assert finding.fix.safety == "unsafe"
    assert mended_text(wrong, finding.fix.edits) == mended
    assert typed(done, 0, ask("Say it", mended)) == []


BAKED = (
    "Mix flour and butter first. Danach den Teig eine Stunde im Kühlschrank ruhen lassen, bis er fest ist. "
    "Then bake it for forty minutes until it is golden and let it cool on a rack before you cut it."
)
PLANTED = (
    "Dig a hole twice as wide as the pot. Затем поставьте растение в яму и засыпьте землёй. "
    "Water it well and keep it damp for two weeks."
)


@pytest.mark.parametrize(("answer", "foreign"), [(BAKED, "Danach"), (PLANTED, "Затем")])
def test_an_answer_that_changes_its_language_is_found(tmp_path: Path, answer: str, foreign: str) -> None:
    done = check(tmp_path, {"train": [ask("How is it done?", answer)]}, "LNG002")
    finding = found(done, 0, "LNG002")
    assert answer[finding.start : finding.end].strip().startswith(foreign)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What is μ?", "The friction coefficient μm is small, αβ and Δt too."),
        ("Что такое IT?", "IT-компания это Googleа и SMS-сообщение, PDF файл"),
        ("What is a homoglyph?", "The word pаypal has a Cyrillic letter."),
        ("How do I bake it?", BAKED.replace("Danach", "He said “Danach").replace("fest ist.", "fest ist.”")),
        (
            "Where did he live?",
            "In Beijing (北京市朝阳区建国门外大街一号), where he studied for many years and wrote two long books.",
        ),
        ("Explain the German proverb", BAKED),
        ("Name five cheeses", "Camembert, Brie de Meaux, Roquefort, Comté, Bleu d'Auvergne"),
    ],
)
def test_units_names_lessons_and_quotations_may_be_foreign(tmp_path: Path, prompt: str, answer: str) -> None:
    assert check(tmp_path, {"train": [ask(prompt, answer)]}, "LNG002").counts == {}


ENGLISH = ask(
    "What is the best way to store bread?",
    "Keep the bread in a paper bag, and it will stay fresh for two days.",
)
DUTCH = ask(
    "Hoe bewaar ik het brood het beste?",
    "Bewaar het brood in een papieren zak, dan blijft het twee dagen vers.",
)


def test_rows_of_a_small_language_are_remarks_unless_a_column_means_them(tmp_path: Path) -> None:
    rows = [ENGLISH] * 120 + [DUTCH]
    done = check(tmp_path, {"train": rows}, "LNG003")
    assert rows_of(done, "LNG003") == [120]
    assert found(done, 120, "LNG003").severity == "info"
    meant = check(tmp_path, {"train": [{**row, "lang": "x"} for row in rows]}, "LNG003")
    assert rows_of(meant, "LNG003") == []


def test_few_rows_make_no_minority(tmp_path: Path) -> None:
    done = check(tmp_path, {"train": [ENGLISH] * 10 + [DUTCH]}, "LNG003")
    assert "LNG003" in done.skipped


def test_small_and_double_domains(tmp_path: Path) -> None:
    def row(domain: Any) -> dict[str, Any]:
        return {**ENGLISH, "domain": domain}

    rows = (
        [row("medical")] * 80
        + [row("legal")] * 70
        + [row("medical/legal"), row("shipping"), row(["legal", "medical"])]
    )
    done = check(tmp_path, {"train": rows}, "LNG004")
    assert rows_of(done, "LNG004") == [150, 151, 152]
    assert "LNG004" in check(tmp_path, {"other": [ENGLISH]}, "LNG004").skipped


def marked(folder: Path, rows: list[dict[str, Any]], code: str) -> list[bytes]:
    """The records after the unsafe fix of a rule, which then finds nothing more."""
    done = check(folder, {"train": rows}, code)
    plan = fixes.plan(done, [code], unsafe=True)
    assert plan.by_rule == {code: done.counts[code]}
    assert plan.edited == len(rows_of(done, code))
    assert fixes.plan(done, [code]).changes == []
    session = Session.open(done.dataset)
    session.apply(plan.title, plan.changes, "fix", code)
    again = engine.check(done.dataset, done.dataset.project, select=[code], jobs=1, debug=True)
    assert_explained(again)
    assert again.counts == {}
    after = done.dataset.documents[0].raws(range(len(rows)))
    session.undo()
    before = done.dataset.documents[0].raws(range(len(rows)))
    assert before == [json.dumps(row).encode() for row in rows]
    session.close()
    return after


def test_rows_of_a_small_language_are_marked_in_a_field(tmp_path: Path) -> None:
    after = marked(tmp_path, [ENGLISH] * 120 + [DUTCH], "LNG003")
    assert after[120] == json.dumps({**DUTCH, "language": "nl"}).encode()
    assert after[:120] == [json.dumps(ENGLISH).encode()] * 120


def test_the_column_of_the_data_is_the_field_that_marks(tmp_path: Path) -> None:
    rows = [{**ENGLISH, "lang": "en"}] * 70 + [{**ENGLISH, "lang": ""}] * 60 + [{**DUTCH, "lang": ""}]
    assert json.loads(marked(tmp_path, rows, "LNG003")[-1]) == {**DUTCH, "lang": "nl"}


def test_rows_of_two_domains_and_of_a_small_one_are_marked(tmp_path: Path) -> None:
    rows = [{**ENGLISH, "domain": domain} for domain in ["medical"] * 80 + ["legal"] * 70]
    rows += [{**ENGLISH, "domain": domain} for domain in ("medical/legal", "shipping", ["legal", "medical"])]
    after = [json.loads(raw) for raw in marked(tmp_path, rows, "LNG004")]
    assert [row.get("domain_note") for row in after[149:]] == [None, "several", "small", "several"]
    assert [row["domain"] for row in after] == [row["domain"] for row in rows]


def test_a_table_without_the_column_cannot_be_marked(tmp_path: Path) -> None:
    def fix(header: str, end: str) -> Fix | None:
        path = tmp_path / "train.csv"
        lines = [f'{row["instruction"]},"{row["output"]}"{end}' for row in [ENGLISH] * 120 + [DUTCH]]
        path.write_text("\n".join([header, *lines]) + "\n")
        dataset = Dataset.open([path], Project(tmp_path))
        done = engine.check(dataset, dataset.project, select=["LNG003"], jobs=1, debug=True)
        plan = fixes.plan(done, ["LNG003"], unsafe=True)
        mended = found(done, 120, "LNG003").fix
        assert (plan.edited, plan.unfixable["LNG003"]) == ((1, 0) if mended else (0, 1))
        for change in plan.changes:
            dataset.documents[0].overlay.push(change)
        last = dataset.documents[0].raw(120)
        assert last.rstrip() == (lines[-1] + ("nl" if mended else "")).encode()
        dataset.close()
        return mended

    assert fix("prompt,completion", "") is None
    assert fix("prompt,completion,language", ",") is not None


def test_unwanted_answers_of_kto_rows_may_be_in_any_language(tmp_path: Path) -> None:
    prompt, answer = WRONG[0]
    rows = [{"prompt": prompt, "completion": answer, "label": label} for label in (True, False)]
    assert rows_of(check(tmp_path, {"train": rows}, "LNG001"), "LNG001") == [0]


_ENGLISH_MAIL = (
    "Dear customer, unfortunately your parcel will reach you three days later than planned. We are sorry."
)


@pytest.mark.parametrize(
    "asked",
    [
        "Napisz uprzejmy e-mail do klienta, którego paczka przyjdzie trzy dni później.",
        "Podaj trzy zalety jazdy rowerem do pracy.",
        "Fotosentez nedir, kısaca açıkla ve bir örnek ver.",
        "Was bedeutet der Fehler?\n\n```\nTraceback (most recent call last):\n```\n\nIch weiß es nicht.",
    ],
)
def test_short_requests_and_questions_about_code_have_a_language(tmp_path: Path, asked: str) -> None:
    done = check(tmp_path, {"train": [ask(asked, _ENGLISH_MAIL)]}, "LNG001")
    assert rows_of(done, "LNG001") == [0]


@pytest.mark.parametrize(
    "asked",
    [
        "Explain the difference between 'por' and 'para' with two example sentences each.",
        'Give me three examples of how to use "aunque".',
    ],
)
def test_lessons_about_quoted_words_are_right(tmp_path: Path, asked: str) -> None:
    answer = "Por: Gracias por tu ayuda. Paseamos por el parque.\nPara: Este regalo es para ti."
    done = check(tmp_path, {"train": [ask(asked, answer)]}, "LNG001")
    assert rows_of(done, "LNG001") == []


def test_an_italian_paragraph_of_few_small_words_is_found(tmp_path: Path) -> None:
    answer = (
        "This blanket is woven from the wool of mountain sheep and stays warm even when it is damp.\n\n"
        "La coperta si lava a mano con acqua fredda e si asciuga distesa, lontano dal sole e dal termosifone."
    )
    done = check(tmp_path, {"train": [ask("Write a product text for a wool blanket.", answer)]}, "LNG002")
    assert rows_of(done, "LNG002") == [0]
