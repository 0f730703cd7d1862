"""The catalogue pages of the LNG rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES = (
    Rule(
        code="LNG001",
        name="answer-language-differs",
        severity="warning",
        scope="row",
        summary="An answer in another language than the prompt is in, or than the prompt asks for.",
        why=(
            "The model learns to change the language without being asked, and does so in production: a "
            "customer writes German and reads English. It mostly comes from machine-made answers that "
            "nobody read, or from sets that were translated in part."
        ),
        example=(
            '{"prompt": "Wie lange dauert die Lieferung nach Österreich?", "answer": "Delivery to Austria '
            'usually takes three to five working days."}  → answer in German'
        ),
        remedy=(
            "Translate the answer (e edits it), or remove the row; if the language is wanted, say so in the "
            "prompt or the system prompt: “Answer in English.” Nothing is fixed by itself."
        ),
        certainty=(
            "Each answer is compared with the user turn before it. Counted are letters of prose: code, URLs, "
            "quoted words and numbers are left out, then the answer needs 25 letters and the prompt 15 (in "
            "Chinese, Japanese and Korean 8 and 5). Both must be told reliably, by pycld2 and, a second "
            "time, by their script or by common small words; when the two looks disagree nothing is said. "
            "Right, and not reported: a language named anywhere before in the conversation or in the "
            "system prompt (“into French”, “auf Deutsch”, “a Spanish poem”), a prompt about translating or "
            "about a word, a phrase, grammar or words that it quotes, a prompt that itself has a sentence in the "
            "answer's language (a text to summarise, an earlier turn), a rejected answer of a pair or an unwanted "
            "one of a KTO row, answers that are mostly code, a name, a title or a quotation. Where the turn asks "
            "outright for one language (“translate … into French”, “answer in German”), an answer that is reliably in "
            "another is reported. Languages that are hard to tell apart count as one: Norwegian, Danish and "
            "Swedish; Czech and Slovak; Croatian, Serbian and Bosnian; Malay and Indonesian; Spanish, "
            "Galician, Portuguese and Catalan; Russian, Ukrainian, Belarusian, Bulgarian and Macedonian. "
            "So it misses one-word and one-line answers, and those pairs."
        ),
    ),
    Rule(
        code="LNG002",
        name="mixed-language",
        severity="warning",
        scope="row",
        summary=(
            "A word with letters of two alphabets that look alike, or an answer that changes its language."
        ),
        why=(
            "“pаypal” with a Cyrillic а is another word for the tokenizer: it falls apart into rare pieces, "
            "searches and labels miss it, and filters are evaded with it. An answer that slips into "
            "another language in the middle is what a model does that loses its thread, and teaches that."
        ),
        example=(
            '{"answer": "Your pаssword was reset."}  (а is U+0430, Cyrillic) → password\n'
            '{"answer": "Mix flour and butter first. Danach den Teig eine Stunde im Kühlschrank ruhen '
            'lassen, bis er fest ist. Then bake it."}  → one language'
        ),
        remedy=(
            "Look-alike letters: `ftui fix --select LNG002 --unsafe` puts the letters of the alphabet "
            "that the rest of the word is written in. A change of language: edit the answer (e), or "
            "remove the row."
        ),
        certainty=(
            "Two things are looked for. (1) In every prompt, answer and system text: a word of three or "
            "more letters that has Latin letters together with Cyrillic or Greek ones, all letters of the "
            "one or of the other being look-alikes (а е о р с у х і ј ѕ А В Е К М Н О Р С Т Х, ο ν ρ Α Β "
            "Ε Ζ Η Ι Κ Μ Ν Ο Ρ Τ Υ Χ). Words joined by a hyphen or an apostrophe are separate words; a "
            "Latin name with a Cyrillic ending (“Googleа”), units and symbols (µm, Δt, αβ) are right, and "
            "so is a word in code, or in a row whose prompt is about homoglyphs, phishing, Unicode, "
            "spoofing or alphabets. (2) In answers: whole sentences or paragraphs in another language "
            "than the rest of the answer. The foreign run needs 50 letters of neighbouring sentences (10 "
            "characters in Chinese, Japanese and Korean, 15 letters in another alphabet such as Cyrillic "
            "or Arabic), the rest 50 letters too (20 in Chinese, Japanese, Korean), both told reliably. "
            "Not reported: quoted text, text in brackets, code, tables; loanwords, names, titles, single "
            "terms (also in another script); English in an answer written in a non-Latin script, where "
            "terms are often English; any row where a language, a country of that language, translating, "
            "a dictionary or a bilingual text is named in the prompt, the system prompt or the answer, or "
            "where the prompt has that language too. Prompts are not judged by (2): an instruction in one "
            "language over material in another is a task."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LNG003",
        name="minority-language",
        severity="info",
        scope="set",
        summary="A row in a language that hardly any other row of the data has.",
        why=(
            "A handful of rows do not teach a language; they only teach that the answer may switch to it. "
            "Most of them are strays from a merged source. Where the language is wanted there are too few."
        ),
        example="3 rows in Dutch among 2,000 in English → take them out, or bring more Dutch rows.",
        remedy=(
            "Sort rows into files by language with `ftui split --by language`, remove the strays, or name "
            "the column that says the language (`language` under `[data.meta]` in ftui.toml): a row whose "
            "column names its own language is meant to be there. `ftui fix --select LNG003 --unsafe` or f in "
            "the app marks each row: it writes the language's code into that column, or into a field named "
            "language, and changes nothing else; a marked row is not reported again. In CSV and Parquet the "
            "column must be there. Remark only: a long tail of languages can be meant."
        ),
        certainty=(
            "The language of a row is told by pycld2, from prompt and answer without code, where it is "
            "reliable and has 40 letters (12 characters in Chinese, Japanese, Korean); a row whose prompt "
            "and answer are in two languages (translations) belongs to none. It needs 50 rows with a "
            "known language. Reported are the rows of languages with less than 2 % of these rows "
            "(`[rules.LNG003] share`). Languages that are hard to tell apart count as one (see LNG001)."
        ),
        fix="unsafe",
        options=(Option("share", 0.0001, 0.5),),
    ),
    Rule(
        code="LNG004",
        name="mixed-domain",
        severity="info",
        scope="set",
        summary="A row that belongs to two domains, or to one that is lost among the others.",
        why=(
            "Rows between two domains blur what the model should do in each, and a domain with a few "
            "rows among thousands is forgotten: the evaluation over all rows does not show it."
        ),
        example=(
            '{"domain": "medical/legal", …} where other rows are "medical" and others "legal" → choose one\n'
            "4 rows of 1,000 in the domain shipping → bring more, or split them off"
        ),
        remedy=(
            "Give the row one domain (e edits it), split domains into files with `ftui split --by "
            "domain`, or bring more rows of the small one. `ftui fix --select LNG004 --unsafe` or f in the app "
            "marks each row with a field domain_note (several or small) and changes nothing else; a marked "
            "row is not reported again. In CSV and Parquet the column must be there."
        ),
        certainty=(
            "It reads the column that says the domain: `domain` under `[data.meta]` in ftui.toml, else a "
            "column named domain; without one the rule is skipped. Two domains: the column holds a list "
            "of two or more, or a text that splits at , ; / | + & into parts each of which is the whole "
            "domain of some other row. A small domain: less than 1 % (`[rules.LNG004] share`) of the rows "
            "that have one, where there are at least 100 such rows. Whether the column is right is not "
            "judged."
        ),
        fix="unsafe",
        options=(Option("share", 0.0001, 0.5),),
    ),
)
