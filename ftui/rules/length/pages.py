"""The catalogue pages of the LEN rules."""

from __future__ import annotations

from ftui.rules.length import over_context
from ftui.rules.rule import Option, Rule

_BY_HAND = "`e` in the app edits the row"

RULES = (
    Rule(
        code="LEN001",
        name="answer-too-long",
        severity="info",
        scope="row",
        summary=(
            "An answer that breaks the limit that its prompt or the project sets, that is padded with "
            "phrases that say nothing, or that is one wall of text far longer than the answers around it."
        ),
        why=(
            "A model writes as long as it was taught to. Answers that ignore “in one sentence” teach that "
            "limits need not be kept; padding teaches to pad, and every padded token is paid for and waited "
            "for in production. Long answers that carry information are wanted, and are not what this rule "
            "is about."
        ),
        example=(
            'bad:  "Is 17 a prime number? Answer yes or no." → "Well, that is an interesting question. To '
            'begin with, a prime number is a number that …"\n'
            'good: the same prompt → "Yes"'
        ),
        remedy=(
            f"Shorten it ({_BY_HAND}), or take the limit out of the prompt. `[rules.LEN001] max_words` or "
            "`max_characters` sets a limit for every answer. Nothing is cut by itself."
        ),
        certainty=(
            "A remark: on the planted set 17 of 19 such findings were right, which is under the 0.90 that a warning "
            "needs; a limit that is quoted or only spoken of is taken for one that is asked for. "
            "Four things count, each on its own. (1) The project's `max_words` or `max_characters` (0, the "
            "default: none). (2) A limit in the prompt or the system prompt, in figures or in words up to "
            "twelve: “in one sentence”, “in at most / under / no more than / up to / within 50 words”, “in 3 "
            "bullet points / lines / paragraphs / characters”, “in one word”, “six words or less”, “80 "
            "characters at most”, “a maximum of two sentences”, “(two sentences)”, “answer (only) with "
            "yes or no / true or false”, “Yes or no: …”. Words may pass the limit by a fifth and two, by "
            "a half and five after "
            "“about”, “around” or “approximately”, characters by a tenth; of sentences, lines, items and "
            "paragraphs one more is let pass from three on, and none up to two. “In one word” allows three. "
            "After “answer yes or no” more than five words count, after “Yes or no: …” or “True or "
            "false: …” at the beginning more than twelve, unless the prompt also asks to explain, to "
            "justify or why. “At least 50 words” is no limit, nor is a limit on something else than the "
            "answer (“a plan for less than 50 euros”, “the first sentence”). (3) Padding: at least 60 words, "
            "with three or more stock phrases that can be dropped without loss (“it is important to note "
            "that”, “needless to say”, “as we all know”, “in order to fully understand this”, “at the end of "
            "the day”, “that being said”) and one or more of them in each 40 words; or at least 120 words of "
            "which more than 40 % of the sentences only restate an earlier one in much the same words. (4) "
            "An outlier: 150 words or more without structure (no list, heading, steps, code, table, "
            "quotation or dialogue, and paragraphs of more than 100 words on average), and longer than the "
            "median of the answers to prompts of its kind by four robust standard deviations of log length "
            "and by a factor of four, where the prompt asks for nothing long (essay, story, article, letter, "
            "report, script, chapter, “in detail”, “at length”) and has fewer than 100 words itself. "
            "`[rules.LEN001] spread` changes the four. Kinds are fact, explanation, list, code, writing, "
            "choice and other; a kind or a label with fewer than 30 answers is compared with all. Where 95 % "
            "of the answers are labels of up to six words, an answer of more than 25 words is such an "
            "outlier whatever its structure. A long answer that is well structured and does not repeat "
            "itself never counts under 3 and 4. Rejected answers and tool output are not judged. Limits and "
            "phrases are read in English only; the outlier is found in any language that puts spaces between "
            "words."
        ),
        options=(
            Option("max_characters", 0, 10_000_000),
            Option("max_words", 0, 1_000_000),
            Option("spread", 2, 20),
        ),
    ),
    Rule(
        code="LEN002",
        name="answer-too-short",
        severity="warning",
        scope="row",
        summary=(
            "An answer that says nothing, or next to nothing, where its prompt asks for an explanation, a "
            "list, code or a piece of writing."
        ),
        why=(
            "An answer such as “Sure!” or “Here is the list:” under a real task teaches the model to "
            "announce and stop. A few hundred of them are enough for a model that ends its turn too early."
        ),
        example=(
            'bad:  "Write a Python function that reverses a string." → "Sure, here you go:"\n'
            'good: "What is the capital of Norway?" → "Oslo"'
        ),
        remedy=(
            f"Write the answer out ({_BY_HAND}), or remove the row. `[rules.LEN002] min_words` or `min_characters` "
            "sets a floor for every answer that is not a label."
        ),
        certainty=(
            "A correct short answer is never too short: one-word labels, numbers, names, dates, yes, no, "
            "single lines of code, definitions, answers to who, what, when, where, which, how many and why, "
            "classifications and choices stay quiet. What counts: (1) fewer than the project's `min_words` "
            "or `min_characters` (0, the default: none). (2) The answer is nothing but an opener or an "
            "announcement (“Sure!”, “Of course, I can help with that.”, “Here is the list:”, “Here you go”) "
            "or nothing but ok, yes, no, done, thanks, idk, see above, etc, while the prompt tells to write, "
            "list, explain, describe, translate, summarise, solve, compare, give, create or the like, or "
            "asks how to do or make something; “Can you help me?”, “Remind me at six” and “Can you "
            "write?” (with nothing to write yet) may well be answered “Sure!”. (3) The prompt says "
            "explain, describe, discuss, elaborate, compare, outline "
            "or analyse and the answer has at most four words, unless the prompt asks for a word, a name, a "
            "phrase, what letters stand for, a sentiment or a category, or to be brief. (4) The prompt asks "
            "for an essay, article, story, blog post, report, speech, letter, email, paragraph or review, "
            "and the answer has fewer than 15 words, unless it asks for something short (one line, a "
            "sentence, a title, a subject, a summary, six words). (5) The prompt asks for three or more "
            "things by number (“list five fruits”, “give ten reasons”; not “how do I list the 20 largest "
            "files?”) and the answer holds no more than "
            "half as many lines, parts between commas or sentences. (6) The prompt asks for a function, "
            "program, script, query, class, regular expression or code, and the answer has fewer than 12 "
            "words and nothing that looks like code. (7) Against the data: of explanations and writing where "
            "30 answers or more have a median of 40 words or more, an answer of at most six words that lies "
            "four robust standard deviations of log length below the median. Answers that ask back (“Which "
            "language?”), that decline, turns beside tool calls, and replies to small talk are right. Texts "
            "without spaces between words (Chinese, Japanese, Thai) are judged by set floors only. Prompts "
            "are read in English."
        ),
        options=(Option("min_characters", 0, 10_000_000), Option("min_words", 0, 1_000_000)),
    ),
    Rule(
        code="LEN003",
        name="repetitive-answer",
        severity="warning",
        scope="row",
        summary="An answer that is caught in a loop: the same words, sentence, lines or paragraph again and again.",
        why=(
            "Loops come from a model that wrote the data and never reached its end token. Trained on, they "
            "make the loop likelier: each copy in the context raises the probability of the next one."
        ),
        example='bad:  "Water boils at 100 °C. It is hot. It is hot. It is hot. It is hot. It is"',
        remedy=(
            "`ftui fix --select LEN003 --unsafe`, in the app f on the finding, cuts the loop: the first copy "
            "stays, the copies after it go. Read the row: what stands before a loop is often cut off too."
        ),
        certainty=(
            "A loop is: (1) a run of 1 to 40 words that follows upon itself four times or more (three copies "
            "after the first), at least eight words and 30 characters in all, or six times where it is a "
            "single word; a last copy that is cut off counts with the loop; (2) a sentence or a line of four "
            "words or more, three times in a row, also with one or two other sentences between each copy "
            "that repeat as well; or the same sentence four times anywhere, at 25 % of the answer; (3) a "
            "paragraph of 20 words or more that stands twice, word for word. Case, spacing and the number in "
            "front of a list item do not make two copies different. Not loops: emphasis (“very, very, very "
            "good”), laughter and syllables (ha ha ha, la la la), code blocks and lines that look like code, "
            "tables, rules and ASCII art, numbers and sequences of letters, list items that share their "
            "beginning and differ later, headings, quotations, poems, songs, prayers, chants, mantras, "
            "dialogue scripts, and whatever answers a prompt that asks to repeat, count, chant, sing, rhyme, "
            "or to write lyrics, a poem, a story in a loop, test data or a pattern. A text that the prompt "
            "itself repeats may be repeated (translations, corrections). Rejected answers are not judged. "
            "Works in every language that puts spaces between words; elsewhere on whole sentences and lines."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LEN004",
        name="filler-phrases",
        severity="info",
        scope="row",
        summary=(
            "An answer that opens with “Certainly! Here is …” or closes with “I hope this helps! Let me know "
            "if …”."
        ),
        why=(
            "Such phrases carry nothing, and a model learns them first of all because they are the same "
            "everywhere: every answer then opens alike, pays for it in tokens, and breaks programs that read "
            "the answer."
        ),
        example=(
            'bad:  "Certainly! Here is a haiku about rain:\\n\\nSoft rain on the roof …\\n\\nI hope this '
            'helps!"\n'
            'good: "Soft rain on the roof …"'
        ),
        remedy=(
            "`ftui fix --select LEN004 --unsafe`, in the app f on the finding, drops the phrases with the "
            "white space after or before them, and leaves the answer as it is."
        ),
        certainty=(
            "A remark, since many want a friendly tone: it is certain that the phrase stands there, not "
            "that it is "
            "unwanted. "
            "Openers, at the very beginning: Certainly, Sure, Of course, Absolutely, Definitely, No problem, "
            "Great or Good question, Great, “That's a great question”, Happy to help, “I'd be happy to help "
            "(you with that)”, “Thank you for your question”. They count as a sentence of their own "
            "(“Sure!”, “Great question.”), or with a comma before “here is”, “here are”, “I can”, “I'd”, "
            "“I'll”, “let me”; a lead-in “here is/are … :” or “I'll / let me / I can … :” right after them "
            "belongs to them. “Here is the email you asked for:”, “As requested, …:” and “Here you go:” "
            "count without them, while “Here is a recipe for pancakes:” alone is a heading and does not. "
            "Closers, at the very end: “(I) hope this/that/it helps”, “Let me know if you (have|need|would "
            "like) …”, “Feel free to ask / reach out / let me know …”, “Please don't hesitate to …”, “If you "
            "have any (more|other|further) questions, …”, “Is there anything else I can help you with?” (the "
            "last only in rows of one turn). Not filler: Sure, Absolutely or Of course that answers a "
            "question for yes or no (“Is it safe?”; but “Can you write …?” is a request) or goes on in the "
            "same sentence (“Of course, not all birds fly”, “Great Britain”, “Sure enough”); an answer with "
            "fewer than three words beside the phrase; replies to greetings, thanks, goodbyes and other "
            "small talk, and to “can you help me”; words within a letter, email, message, post, script, "
            "dialogue, roleplay or customer-service text that the prompt asks to write, translate or "
            "correct (a lead-in such as “Sure! Here is the email:” before it counts, and so does a "
            "closer in a paragraph of its own that speaks of the draft; around a translation or "
            "correction whatever the given text has nothing like); "
            "phrases in quotes or code; prompts that speak of such phrases. Good luck, Enjoy and Have a nice "
            "day are not looked for. Rejected answers are not judged. English phrases only."
        ),
        fix="unsafe",
    ),
    over_context.RULE,
)  # fmt: skip
