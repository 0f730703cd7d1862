"""The catalogue pages of the TOK rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES = (
    Rule(
        code="TOK001",
        name="special-token-in-text",
        severity="warning",
        scope="row",
        summary=(
            "A control token of a model (</s>, <|im_end|>, <|eot_id|>, <|endoftext|>) stands inside a prompt or an "
            "answer, where the tokenizer would read it as the token."
        ),
        why=(
            "A tokenizer that parses special tokens, as most training scripts let it, turns these letters into the "
            "one token that ends a turn or a text. In an answer the model learns to stop there and to go on after "
            "the stop; in a prompt the turn ends early and the rest belongs to nobody. Mostly it is left over from "
            "data that was rendered with another model's template, or from a decoder that kept special tokens."
        ),
        example=(
            'bad:  {"instruction": "Name three rivers.</s>", "output": "Rhine, Po,<|endoftext|> Loire."}\n'
            'good: {"instruction": "Name three rivers.", "output": "Rhine, Po, Loire."}'
        ),
        remedy=(
            "`ftui fix --select TOK001 --unsafe` deletes tokens that only begin, end or pad (</s>, <s>, <|im_end|>, "
            "<|endoftext|>, <pad>, …); a token that opens a turn wants the row split into turns: edit it (`e`). Set "
            "gguf or tokenizer under `[model]` in ftui.toml, and the control tokens of your own model count too."
        ),
        certainty=(
            "Letter for letter, case included, in system, user, assistant, chosen and rejected texts: "
            "<s>, </s>, <|im_start|>, <|im_end|>, <|im_sep|>, <|endoftext|>, <|endofprompt|>, <|begin_of_text|>, "
            "<|end_of_text|>, <|eot_id|>, <|eom_id|>, <|start_header_id|>, <|end_header_id|>, <|python_tag|>, "
            "<start_of_turn>, <end_of_turn>, <bos>, <eos>, <pad>, <unk>, <|end|>, <|return|>, <|call|>, <|channel|>, "
            "<|pad|>, <|START_OF_TURN_TOKEN|>, <|END_OF_TURN_TOKEN|>, <｜begin▁of▁sentence｜>, <｜end▁of▁sentence｜>, "
            "<|fim_prefix|>, <|fim_middle|>, <|fim_suffix|>, <|file_sep|>, [/INST] and <</SYS>> where their opening "
            "half is missing, and every control token of the model under `[model]` (an error then; a remark where "
            "its name is a plain word such as <filename>; tokens meant for content, such as tool calls, thoughts and "
            "images, never). One finding a place, at most twenty a text. Not reported: "
            "the end marker of the data, stop sequences and any known end token at the very end of an answer (STP001 "
            "to STP005 judge these); a role token with its role (<|im_start|>user, <|user|>, [INST]), which is "
            "INJ002; a token in a code block, in inline code or right between quotes, which is a mention; rows whose "
            "prompt or system prompt speaks of tokens, tokenizers, templates, ChatML, prompt formats, fine-tuning, "
            "stop sequences, BOS, EOS, prompt injection or jailbreaks; <s> and </s> around a few words of a "
            "longer text, among other HTML tags, or where the prompt speaks of HTML or strikethrough, which is "
            "struck-out text; rows of the text layout and preference rows that hold a whole rendered "
            "conversation; and tokens of a purpose (to begin, to end, to open a turn, to pad) that half of the "
            "rows, at least ten, have in the same kind of text (prompt or answer): that is the template of the "
            "data, and TOK002 judges whether it is one."
        ),
        fix="unsafe",
    ),
    Rule(
        code="TOK002",
        name="inconsistent-special-token",
        severity="warning",
        scope="set",
        summary=(
            "Rows use different special tokens for the same purpose: most <think>, some <thinking>; most texts end "
            "with <|endoftext|>, some with </s>."
        ),
        why=(
            "The model must learn two signs for one thing, and the code at the other end looks for one: thoughts are "
            "shown to users because their tag is the other one, a tool call is not recognised, a text does not "
            "end. It is the trace of sources that were merged without being brought into one form."
        ),
        example=(
            'rows 1-96:  {"text": "… the end of the story.<|endoftext|>"}\n'
            'rows 97-100: {"text": "… the end of the story.</s>"}   → rows 97-100 are reported'
        ),
        remedy=(
            "`ftui fix --select TOK002 --unsafe` writes the token that most rows use in place of the other one where "
            "one stands for one (</s> and <|endoftext|>, <think> and <thinking>); other forms are edited by hand, or "
            "the source is rendered again."
        ),
        certainty=(
            "Five purposes: the beginning of a text (<s>, <|begin_of_text|>, <bos>, <｜begin▁of▁sentence｜> at its "
            "start); the end of a turn or text (</s>, <|im_end|>, <|eot_id|>, <|endoftext|>, <|end_of_text|>, "
            "<end_of_turn>, <|end|>, <eos>, <｜end▁of▁sentence｜>), in prompts and in the text layout only, since "
            "STP002 judges the ends of answers; thoughts (<think>, <thinking>, <thought>, <reasoning>, "
            "<|begin_of_thought|>) at the start of an answer; tool calls (<tool_call>, <function_call>, "
            "<functioncall>, [TOOL_CALLS], <|python_tag|>) in answers; images (<image>, <img>, <|image|>, [IMG], "
            "<image_placeholder>) at the start or end of a line of a prompt. A row is reported when it has another "
            "token than the one that at least three quarters of the rows with any token of that purpose have, in the "
            "same kind of text (prompt, answer, whole text), and at least ten rows have that one. Where none has "
            "three quarters, one finding about the whole data names all with their shares and no row is reported. "
            "Texts with both the usual token and another one are reported too. Tokens in code and quotes are "
            "mentions, and so are those in rows that speak of tokens and templates (TOK001 says which)."
        ),
        fix="unsafe",
    ),
    Rule(
        code="TOK003",
        name="token-waste",
        severity="info",
        scope="row",
        summary=(
            "Tokens that carry nothing: JSON tables in prompts, long runs of blanks, JSON answers printed with "
            "indentation, the same long system prompt in every row."
        ),
        why=(
            "Every token of a prompt is paid for in each epoch of training and at each request after it, and takes "
            "its place in the context window. A table as JSON repeats every column name in every line: as TOON it "
            "needs about half. A model that was taught to indent its JSON pays for the blanks with each answer."
        ),
        example=(
            'bad:  "Which is cheapest? [{\\"name\\": \\"ink\\", \\"price\\": 4}, {\\"name\\": \\"pen\\", …}, …]"\n'
            'good: "Which is cheapest?\\n[2]{name,price}:\\n  ink,4\\n  pen,2"'
        ),
        remedy=(
            "`ftui fix --select TOK003 --unsafe` writes tables as TOON (only where decoding gives the same values "
            "back), JSON answers without indentation, and runs of blanks as one; the program that writes the prompts "
            "at inference must then do the same. `ftui tokens` adds up what it saves, with `--price` in money. A "
            "long system prompt that never changes may be left out of training altogether."
        ),
        certainty=(
            "A remark, not a fault: nothing breaks. Four kinds. A table: in a system, user or tool text, a JSON "
            "array of at least three objects with the same keys and plain values (text, numbers, true, false, "
            "null), by itself or inside other JSON, whose text TOON makes at least 30 tokens and 30 % shorter; "
            "not where the prompt speaks of JSON outside the table (“convert this JSON”), nor where the answer "
            "is JSON. Blanks: eight or more spaces or tabs in a row that do not indent a line, or three or more "
            "empty lines in a row, outside code (fenced, or lines that look like it); not in texts with columns "
            "(two lines with such runs, or lines with |). Indented JSON: an answer that is nothing but one JSON "
            "object or array over at least five lines, which without its blanks is at least 20 tokens and 20 % "
            "shorter; not where the prompt asks for indented, pretty or readable JSON. A system prompt of at "
            "least 200 tokens (`[rules.TOK003] system_tokens`) that is the same in half of the rows, at least "
            "ten: one finding about the whole data. Tokens are counted by the tokenizer under `[model]`, else "
            "estimated; each finding says which."
        ),
        fix="unsafe",
        options=(Option("system_tokens", 20, 100_000),),
    ),
)
