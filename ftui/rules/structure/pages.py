"""The catalogue pages of family FMT."""

from __future__ import annotations

from ftui.rules.rule import Rule
from ftui.rules.structure import row_template_pages

_BY_HAND = "In the app, Enter on the finding opens the row"

RULES: tuple[Rule, ...] = (
    Rule(
        code="FMT001",
        name="unreadable-line",
        severity="error",
        scope="row",
        summary="A record whose bytes cannot be read as a row, or that readers disagree about.",
        why=(
            "Trainers meet such a line in one of three ways: they stop with an error hours into a job, "
            "they drop the row without a word, or they read something other than what you see. A line that "
            "is no JSON is an error. A line that some readers accept and others refuse or change is a "
            "warning: NaN, half of a surrogate pair, a key that stands twice, an integer beyond 64 bits, "
            "bytes that are not UTF-8, a CSV row with too many fields. A byte-order mark, the "
            "characters U+2028, U+2029 and U+0085, at which some readers end the line, a line of more than "
            "1 MB, blank lines and lines that end with CR LF are notes; the last two are told once a file."
        ),
        example=(
            'bad:  {"prompt": "How old is it?", "answer": "Three ye\n'
            'good: {"prompt": "How old is it?", "answer": "Three years."}'
        ),
        remedy=(
            "Mend the line in the app: Enter opens it, e edits its bytes. `ftui fix --select FMT001 "
            "--unsafe` removes lines that cannot be read at all, replaces half surrogate pairs by U+FFFD "
            "and odd line ends by newlines. What was removed goes to the file named with --rejects."
        ),
        certainty=(
            "Certain for what it reports: every byte of every record is read. A line that is valid JSON "
            "with the wrong content is not its business."
        ),
        fix="unsafe",
    ),
    Rule(
        code="FMT002",
        name="layout-drift",
        severity="error",
        scope="row",
        summary="A row shaped as another layout than the rest of its file.",
        why=(
            "Data that was merged from several sources often keeps the fields of each. A trainer reads the "
            "fields it was told to read: the odd rows give empty prompts or answers, or end the job. Where "
            "they do pass, they teach nothing."
        ),
        example=(
            'the file:  {"messages": [{"role": "user", …}, {"role": "assistant", …}]}\n'
            'this row:  {"instruction": "…", "input": "", "output": "…"}'
        ),
        remedy=(
            f"{_BY_HAND}; b shows and e edits its bytes. For many rows convert them where they were "
            "merged. If the whole file was misread, name its layout in ftui.toml: [data] layout, or "
            "[data.columns] for columns of your own."
        ),
        certainty=(
            "The layout of a file is the one of most of its rows. A row is reported only when it has none "
            "of that layout's fields and all fields of another known layout, or when its answer stands "
            "under another known name. A mixture in which no layout has half of the rows is read by the "
            "names of its columns and gives no finding."
        ),
    ),
    Rule(
        code="FMT003",
        name="missing-field",
        severity="error",
        scope="row",
        summary="A field that the layout needs is not there, or is not of its type.",
        why=(
            "Without its answer a row teaches nothing; without its prompt it teaches to answer out of the "
            "blue; with a number or a list where a text should be, templates print something like ['a', "
            "'b'] into the training text."
        ),
        example='bad:  {"instruction": "Name a prime.", "output": 7}\ngood: {…, "output": "7"}',
        remedy=f"{_BY_HAND}; add the field there. `ftui fix --select FMT003 --unsafe` removes the rows.",
        certainty=(
            "Certain once the layout is right. Optional fields (input, system, tools) may be missing; null "
            "counts as empty and is reported by FMT004 and FMT005."
        ),
        fix="unsafe",
    ),
    Rule(
        code="FMT004",
        name="empty-prompt",
        severity="error",
        scope="row",
        summary="A prompt, or a user turn, with nothing to see in it.",
        why=(
            "The model learns to give this answer to nothing at all. A few such rows are enough for it to "
            "produce training answers when it is started with an empty prompt; in classification they tie "
            "a label to no evidence."
        ),
        example='bad:  {"instruction": " ", "input": "", "output": "Paris."}',
        remedy=(
            f"{_BY_HAND}; write the prompt, or delete the row. `ftui fix --select FMT004 --unsafe` removes "
            "the rows."
        ),
        certainty=(
            "Certain: white space, no-break spaces, zero-width characters and blank letters count as "
            "nothing, and so does null. An empty alpaca input beside an instruction is normal and stays "
            "quiet."
        ),
        fix="unsafe",
    ),
    Rule(
        code="FMT005",
        name="empty-answer",
        severity="error",
        scope="row",
        summary=(
            "An answer, an assistant turn or a label with nothing in it, or with nothing but the end "
            "marker."
        ),
        why=(
            "Loss is taken on the answer alone. An empty one teaches the model to end at once, and it is "
            "learnt quickly since it is so short: a few per cent of such rows give a model that now and "
            "then says nothing."
        ),
        example='bad:  {"prompt": "What is a bale?", "completion": "### End"}',
        remedy=(
            f"{_BY_HAND}; write the answer, or delete the row. `ftui fix --select FMT005 --unsafe` removes "
            "the rows."
        ),
        certainty=(
            "Certain. A turn that calls tools may have null or empty content. The end marker is the "
            "project's, else the one found in the data."
        ),
        fix="unsafe",
    ),
    Rule(
        code="FMT006",
        name="bad-role-order",
        severity="warning",
        scope="row",
        summary="Turns in an order that chat templates refuse or that leaves nothing to learn.",
        why=(
            "Templates of Llama 2, Mistral, Gemma and others raise an error when user and assistant do not "
            "alternate or when the system turn is not first; others print the turns and train on an order "
            "that inference never sees. A conversation that ends with the user or a tool, or has a tool "
            "reply without a call, is an error. Two turns of one speaker in a row and a late system turn "
            "are warnings. A conversation opened by the assistant's greeting is a note: many templates "
            "accept it."
        ),
        example="bad:  user, user, assistant\ngood: user, assistant, user, assistant",
        remedy=(
            f"{_BY_HAND}; change a role, add or remove a turn there, or join two turns of one speaker by "
            "hand. There is no automatic fix: which turn is wrong is not to be seen from the order."
        ),
        certainty=(
            "Certain about the order. Several tool replies after parallel calls, several system or "
            "developer turns at the start, and a conversation that ends with a tool call are legal and "
            "stay quiet."
        ),
    ),
    Rule(
        code="FMT007",
        name="unknown-role",
        severity="error",
        scope="row",
        summary="A turn whose role is none that the layout knows.",
        why=(
            "Templates compare the role with a fixed word. `human`, `bot` or `Assistant` with a capital "
            "falls through every case: the turn is left out of the training text, or printed as a header "
            "that the model never saw, and nothing complains."
        ),
        example='bad:  {"role": "bot", "content": "Hello!"}\ngood: {"role": "assistant", "content": "Hello!"}',
        remedy=(
            "`ftui fix --select FMT007` writes the word that is meant where it differs by case, spaces or "
            "is a well-known synonym (human, gpt, bot, ai, model); with --unsafe also the looser ones "
            "(customer, agent). Others by hand."
        ),
        certainty=(
            "Certain. messages know system, developer, user, assistant, tool, function; ShareGPT knows "
            "human, gpt, system, function_call, observation, tool and their usual variants."
        ),
        fix="safe",
    ),
    Rule(
        code="FMT008",
        name="bad-tool-call",
        severity="error",
        scope="row",
        summary="A tool call that cannot be run, or calls and replies that do not fit each other.",
        why=(
            "The model learns to write calls as they stand in the data. Arguments that are no JSON, or "
            "calls of functions that were never declared, come back in production as calls that fail. A "
            "call that is never answered teaches to go on without the result, which is how models learn to "
            "invent it."
        ),
        example='bad:  "arguments": "{\'city\': \'Oslo\'}"\ngood: "arguments": "{\\"city\\": \\"Oslo\\"}"',
        remedy=f"{_BY_HAND} at the call; its arguments can be edited as a text. There is no automatic fix.",
        certainty=(
            "Checks that arguments are a JSON object, that a function is named and (where the row has "
            "tools) declared, that each tool_call_id has its call, and that calls are answered when the "
            "conversation goes on. Whether the arguments fit the function's schema is not checked."
        ),
    ),
    row_template_pages.PAGE,
    Rule(
        code="FMT010",
        name="placeholder-text",
        severity="warning",
        scope="row",
        summary=(
            "Text that somebody meant to replace: TODO, lorem ipsum, {{answer}}, [INSERT NAME HERE], N/A "
            "alone."
        ),
        why=(
            "A placeholder in an answer is learnt word for word: the model greets as {{name}} and signs "
            "with [INSERT NAME HERE]. In a prompt it means that a template was not filled, and that the "
            "answer belongs to another question."
        ),
        example="bad:  Hello! I am {{name}}, an assistant made by {{author}}.",
        remedy=(
            f"{_BY_HAND} at the placeholder; write what is meant. Where nothing else is in the answer, "
            "`ftui fix --select FMT010 --unsafe` removes the row."
        ),
        certainty=(
            "Precise rather than complete. A name in single braces ({time}) counts where words stand around it, "
            "and in square brackets a few words in capitals: [TOPIC], [DATE]. "
            "Code blocks, inline code, lines that look like code, and rows "
            "that speak of templates, placeholders or variables stay quiet. [Your Name] in a letter is "
            "common in good answers and is not reported; neither is TBD in the middle of a sentence."
        ),
        fix="unsafe",
    ),
    Rule(
        code="FMT011",
        name="stray-whitespace",
        severity="warning",
        scope="row",
        summary="Spaces, newlines, no-break or zero-width characters around a prompt, an answer or a label.",
        why=(
            "Tokenizers join a space with the word after it, so a prompt that ends with a space is another "
            "token sequence than the same prompt without one, and inference never sends it. Answers that "
            "end now with, now without a newline blur where the end is. A label with a space behind it is "
            "a class of its own."
        ),
        example='bad:  {"text": "where is my card", "label": "card_arrival "}',
        remedy=(
            "`ftui fix --select FMT011`, in the app f on the finding: removes what is around the text, "
            "nothing inside."
        ),
        certainty=(
            "Certain about the characters. What 90 % of the texts of a field share (a space before each "
            "completion, a newline after each answer) is taken as the dataset's convention and stays "
            "quiet; other rows are brought to that form. Indentation of code, direction marks of Arabic "
            "and Hebrew, parts of a longer message and the texts of a list are left alone."
        ),
        fix="safe",
    ),
)  # fmt: skip
