"""The catalogue pages of the AMB rules."""

from __future__ import annotations

from ftui.rules.rule import Rule

_BY_HAND = "`e` in the app edits the row"

RULES = (
    Rule(
        code="AMB001",
        name="ambiguous-prompt",
        severity="warning",
        scope="row",
        summary="A prompt that points at something which is nowhere in the row: “Fix it.”, “What does this mean?”.",
        why=(
            "The answer was written by someone who saw what “it” was. The model does not, so it learns to "
            "make something up whenever a reference is open, where it should ask."
        ),
        example=(
            'bad:  "Can you make it shorter?" → "We are open from nine to five."\n'
            'good: "Can you make it shorter? Our opening hours are from nine in the morning to five." → …'
        ),
        remedy=(
            f"Put what is meant into the prompt ({_BY_HAND}), or change the answer to one that asks back, or remove "
            "the row."
        ),
        certainty=(
            "Judges the first user turn only, where it has at most 14 words and no input, context, document, "
            "image, earlier turn or system prompt of more than 40 words stands beside it. Reported are "
            "prompts that hold a reference (it, this, that, these, those, them, they, he, she, him, her, the "
            "above, the first / second / other / last one, the same, there) or only go on with something "
            "(“Continue.”, “Try again.”, “Make it better.”, “And then?”, “Why?”, “Explain more.”, “Now "
            "in Spanish.”) and name "
            "nothing: beside the reference only words of the task (fix, explain, translate, summarise, "
            "shorten, rewrite, mean, work, do, write …), function words, manner and language (“better”, “to "
            "French”, “in simple words”, “step by step”) and empty nouns (thing, stuff, part, one, problem, "
            "issue, question, error, bug, mistake, point, idea). A prompt with any other noun or name is not "
            "judged: “Is this mushroom edible?” passes, and what it lacks may be AMB004. Right: references "
            "within the prompt (“I broke my phone. Can you fix it?”), “it” that refers to nothing (what time "
            "is it, how is it going, is it raining, is it true that), greetings and small talk (“How are "
            "you?”, “Thanks, that is all”), riddles and quotations, “What can you do?”; and an answer that "
            "asks back (“What would you like me to fix?”, “Could you tell me more?”) or says that nothing "
            "was given. Texts to classify, and rows with a label, are not judged. English only."
        ),
    ),
    Rule(
        code="AMB002",
        name="several-questions",
        severity="warning",
        scope="row",
        summary="A prompt with several different questions, and a short answer that leaves at least one of them out.",
        why=(
            "The model learns that one answer is enough, whatever was asked; users of such a model ask "
            "everything twice."
        ),
        example=(
            'bad:  "When was the bridge built? Who designed it?" → "It was built in 1894."\n'
            'good: the same prompt → "It was built in 1894, to a design by Horace Jones."'
        ),
        remedy=f"Answer what is missing ({_BY_HAND}), or split the row into one for each question.",
        certainty=(
            "Judges the last user turn with its answer. The turn must ask two to four different questions: "
            "sentences that end with a question mark (in one line, as a list or as “(a) … (b) …”), or two "
            "question words joined by “and” in one sentence (“when was it built and who designed it?”, "
            "“… and is there …?”). "
            "The answer must have at most 60 words. A question counts as left out where the answer has "
            "neither a word of its own (its nouns, verbs and names, those that the other questions share "
            "left aside) nor the kind of thing that it asks for: a date or time for when; a number for "
            "how many and how much; a number with a unit, or a bare one near the beginning, for how "
            "long, high, far, deep; years or an age for how old; a new name (no month or weekday), “by "
            "…” or a person for who; a place for where; because, since, so, due to, in order to, “to” "
            "and “for” with what is meant to be reached for why; a step or a means for how; yes, no, a "
            "negation or “it does” for yes-no questions. A clause that has no word of another question "
            "may answer what, which, how and yes-no questions in other words, each clause one. Of two "
            "questions of one kind both need their own: two numbers, two names. At least one question "
            "must be answered so by the same tests, and a list of a few words for each question answers "
            "all. Not different questions: a second one that only "
            "rephrases, asks for help or adds (“Do you know?”, “Can you explain?”, “Any ideas?”, “Right?”, "
            "“Or is it …?”), alternatives, tag questions, rhetorical ones (“Want to lose weight? …”), "
            "questions within a text to read, to summarise, translate, correct, classify or quoted, and "
            "lists of choices. Right: “Yes to both”, “neither”, “both …”, answers that ask back, decline or "
            "say that they do not know. Answers of more than 60 words are not judged, nor code, nor rows "
            "with labels. English only."
        ),
    ),
    Rule(
        code="AMB003",
        name="hedged-answer",
        severity="warning",
        scope="row",
        summary="An answer that hedges and never decides: “It depends.”, “Maybe, maybe not, I'm not sure.”.",
        why=(
            "It teaches to evade. A model that was shown that “it depends” is an answer gives it to "
            "questions that have one."
        ),
        example=(
            'bad:  "How long do I boil an egg until it is hard?" → "It depends, it could be a few minutes or '
            'maybe more."\n'
            'good: "It depends on the size: nine minutes for a medium egg, eleven for a large one."'
        ),
        remedy=f"Write what it depends on and what follows ({_BY_HAND}), or remove the row.",
        certainty=(
            "Judges answers of at most 60 words. Every sentence must hedge: it depends, it varies, hard "
            "/ difficult to say, I'm not (really, entirely) sure, I don't (really) know, no idea, I "
            "couldn't say, your guess is as good as mine, it is debatable, not certain, who knows, could "
            "go either way, could be anything, there is no (clear, right, simple) answer, "
            "maybe, perhaps, possibly, probably, might, may, could, I think, I guess, I suppose, sort of, "
            "kind of, more or less, some say … others say …; and there must be one of the first kind (up to "
            "“no answer”), “maybe … maybe not”, or three of the second kind (two in an answer of at most "
            "twelve words). One sentence of four words or more without a hedge decides, and keeps the rule "
            "quiet; so do a figure, code, a list, a colon with what follows, “if … then”, “depends on … "
            "and/or/: …” that names two conditions or more, “but / so / generally / usually / in most "
            "cases …” with a statement that has no hedge of its own (“it usually depends, but maybe not” "
            "decides nothing), and a first word yes or no. Right: one “may” or “might” that belongs to "
            "the matter (“Aspirin may cause bleeding”); questions about the future, about taste, about "
            "what nobody knows, or about the user (“Will I like it?”), where the answer says that (“a "
            "matter of taste”, “remains a mystery”); “I don't know” "
            "where the prompt or the system prompt allows it, gives a text in which the answer is to be "
            "found, or asks to play a part; answers that ask back; hedges in a text that the prompt asks "
            "to write, or to translate or rewrite from one that hedges (“I'm not certain, it might be "
            "some animal” under “Translate gato” is none); small talk; labels and choices (“Maybe” among "
            "the options). "
            "English only."
        ),
    ),
    Rule(
        code="AMB004",
        name="missing-context",
        severity="warning",
        scope="row",
        summary=(
            "A prompt that speaks of a text, table, file, picture or link that is not in the row: “Summarise "
            "the text below.” and nothing below."
        ),
        why=(
            "The answer tells of something that the model never saw, so it learns to invent the content of "
            "every attachment. It is what remains when a column was lost in an export."
        ),
        example=(
            'bad:  "Summarise the following article." → "The article is about the new harbour in Genoa …"\n'
            'good: "Summarise the following article.\\n\\nGenoa has opened its new harbour …" → …'
        ),
        remedy=(
            f"Put the text into the prompt or the input ({_BY_HAND}), join the lost column again, or remove the row."
        ),
        certainty=(
            "Judges the first user turn. Reported where the prompt points at (1) something said to stand "
            "here: “the following / below / above / given / provided text, paragraph, passage, sentence, "
            "article, story, poem, email, letter, review, code, function, snippet, query, table, list, data, "
            "words, numbers, items, options, conversation, problem, equation …”, “the text below”, “as shown "
            "above”; (2) an attachment or upload: “the attached file”, “see attachment”, “the document I "
            "sent / uploaded”, “enclosed” (not the verb: “can tags be attached automatically?”); (3) a "
            "medium: “in / look at this / the image, picture, photo, "
            "screenshot, diagram, chart, graph, map, video, audio, recording” with the definite article "
            "or this, and no noun behind it (“the screenshot key”, “the image format”); (4) “this / "
            "these + text, paragraph, passage, sentence, article, essay, email, code, "
            "function, query, script, table, document, file, log, conversation …”, or “the passage, "
            "paragraph, article, table, document” after read, in, from, according to or based on, as the "
            "object of reading, summarising, translating, correcting, explaining, classifying and the like; "
            "(5) a link to be read: “this link / website / URL / page” without an address, or an address "
            "with a task on its content and no content. It is there, and nothing is reported, where the row "
            "has an input, a context, a document, an image or file field, an image part or marker that has "
            "its field, an earlier turn or a system prompt of more than 40 words; or where the prompt itself "
            "goes on: a colon or line break followed by three words or a line of data, a quotation, a code "
            "block, a table, a list, or any two further sentences that are no instruction. Right too: "
            "general questions about media and files (“How do I crop an image?”, “the table of contents”, "
            "“the following year”, “write the following essay”), “in the text” of a named work, and answers "
            "that ask for what is missing or say that it was not given. Tasks to create (“Write a caption "
            "for a picture of a cat”) need nothing. English only."
        ),
    ),
    Rule(
        code="AMB005",
        name="several-valid-answers",
        severity="info",
        scope="row",
        summary=(
            "A prompt with many right answers (“Name a fruit.”), for which one short answer is taught as if "
            "it were the only one."
        ),
        why=(
            "One answer out of many pulls all probability to it: ask such a model for a random number or a "
            "name and it gives the same each time. Metrics that compare with the one answer count every "
            "other right one as wrong."
        ),
        example='"Name a fruit." → "Apple"',
        remedy=(
            "Ask for what is wanted (“Name a yellow fruit that begins with B”), give several answers, or "
            "keep rows with different answers to the same prompt. As a test row, leave it out of exact-match "
            "metrics."
        ),
        certainty=(
            "A remark and no more: a single such row is often right, and only the whole data tells whether "
            "variety is missing. Reported where the prompt asks for one of many (“name / give / tell / list "
            "/ suggest / pick / choose / think of / write / provide / state / mention / cite / what is / "
            "can or could you name / I need + a, an, one, any, some, another, random …”: a fruit, a word "
            "that rhymes with, an example "
            "of, a synonym for, a number between, a name for, a title for, a way to, one reason, a fact "
            "about, a joke) and the answer has at most six words and gives one. Not reported: prompts that "
            "leave one answer (“Name the capital of …”, the, a superlative, the only, a number that "
            "solves or equals something), prompts with an input, choices, a text or code, “a” that asks "
            "for a definition "
            "(“What is a fruit?”), for a rewriting or a translation; tasks for a longer text (an essay, "
            "a sentence, a poem, a function as what is asked for: “an element of the periodic table” is "
            "none); answers with several items (“fish and chips” is one dish) or an explanation. English only."
        ),
    ),
)  # fmt: skip
