"""The catalogue pages of the TPL rules about whole projects: templates, end tokens and limits at inference."""

from __future__ import annotations

from ftui.rules.rule import Rule
from ftui.rules.template import open_ended_pages

RULES = (
    Rule(
        code="TPL001",
        name="template-mismatch",
        severity="error",
        scope="project",
        summary="The prompt that inference sends differs from the prompt that training showed, in at least one byte.",
        why="A fine-tuned model answers well after exactly the characters it was trained after. A missing line feed, "
        "another role name or a system prompt that was never there moves every request off the training data: answers "
        "get worse, longer, or never stop, and nothing says so. Most reports of a model that was good in training and "
        "bad in Ollama end here.",
        example="training (chat_template):  `<|im_start|>user\\nHi<|im_end|>\\n<|im_start|>assistant\\n`\n"
        "bad:  inference (Modelfile): `<|im_start|>user\\nHi<|im_end|><|im_start|>assistant\\n`\n"
        "good: inference (Modelfile): `<|im_start|>user\\nHi<|im_end|>\\n<|im_start|>assistant\\n`",
        remedy="The evidence shows the first difference with what stands around it on both sides. Make the TEMPLATE of "
        "the Modelfile (or the chat template that the server uses) write what training writes; a model that is already "
        "trained cannot be changed any more. There is no automatic fix: which side is right depends on what was "
        "trained. A system prompt that only inference has comes from SYSTEM in the Modelfile, or from a default in the "
        "template.",
        certainty="Rows of the data itself are rendered by both sides and compared byte for byte up to the first "
        "character of the last answer: up to eight rows of each shape that occurs (with and without a system prompt, "
        "one turn and several). "
        "Inference is the Modelfile's TEMPLATE, rendered as Ollama does it (SYSTEM and MESSAGE lines of the Modelfile "
        "included); without one the GGUF's chat template; without that the tokenizer's. Training is `chat_template` "
        "under [model], else `template` under [training], else the tokenizer's chat template, else the GGUF's, "
        "rendered as transformers does it; in the text layout it is the rows' own text, in which the fixed parts of "
        "the "
        "inference template have to stand in order. Two differences are let pass: the begin-of-text token at the very "
        "beginning (engines add it by themselves), and spaces that training has between the prompt and the answer "
        "(the model writes them). A space that only inference has there is reported. Rows with tool calls, and rows "
        "that a template refuses, are not compared. A prompt that the training "
        "template itself writes where an answer is to follow (add_generation_prompt) is right as well. Skipped where a "
        "side is missing, or where only one template is known.",
    ),
    Rule(
        code="TPL002",
        name="end-token-mismatch",
        severity="error",
        scope="project",
        summary="Training rows end with a token at which inference does not end.",
        why="An engine ends an answer at the end tokens that the model's files name, and nowhere else. A model trained "
        "to write `<|im_end|>` and served with `</s>` as its only end token writes `<|im_end|>` and goes on: it "
        "invents the next question and answers it, until the token limit.",
        example='bad:  rows end with `<|im_end|>`, generation_config.json: `"eos_token_id": 2` (`</s>`)\n'
        'good: rows end with `<|im_end|>`, generation_config.json: `"eos_token_id": [2, 32000]` (`</s>`, `<|im_end|>`)',
        remedy="Name the token of the training rows as an end token where inference reads it: `eos_token_id` of "
        "generation_config.json, `eos_token` of tokenizer_config.json before the conversion to GGUF, or "
        "`tokenizer.ggml.eot_token_id` of the GGUF. Where none of them can be changed, add it as a stop sequence. "
        "There is no automatic fix: a token needs its number in the vocabulary.",
        certainty="What rows end with is the end marker of the data where it is a token (`</s>`, `<|im_end|>`, "
        "`<|eot_id|>`, `<end_of_turn>`, `<|endoftext|>` and the like, or any special token of the tokenizer), else "
        "the first such token that the training template writes after the answer. A marker of plain words such as "
        "`### End` is no token: STP007 is about it, and where it is a stop sequence nothing behind it matters. Each "
        "way to run the model is judged by itself: a GGUF by its end-of-generation tokens (EOS, EOT and EOM), "
        "transformers by generation_config.json, and without an eos_token_id there by tokenizer_config.json; with a "
        "Modelfile and a GGUF the GGUF alone counts. It is a warning only where the token is a stop sequence of the "
        "Modelfile, of ftui.toml or of generation_config.json. Skipped where no token is known on one of the sides: "
        "rows that end without any token may get one from the trainer, which no file tells.",
    ),
    Rule(
        code="TPL003",
        name="no-token-limit",
        severity="error",
        scope="project",
        summary="Nothing limits how many tokens inference may write.",
        why="However good the data, now and then a model misses its stop. Without a limit that answer runs on until "
        "the context is full, or for ever: the user waits, the queue behind it waits, and the bill counts each token.",
        example='bad:  a Modelfile with `PARAMETER stop "### End"` and no num_predict, or `PARAMETER num_predict -1`\n'
        "good: `PARAMETER num_predict 512`",
        remedy="Add the line that the finding names: `PARAMETER num_predict 512` in the Modelfile, "
        '`"max_new_tokens": 512` in generation_config.json, or `max_tokens = 512` under [model] in ftui.toml where '
        "each request brings its limit. The number proposed is twice the longest answer of the rows looked at, three "
        "characters to a token, rounded up to a power of two from 256 on. The fix writes it into the Modelfile and "
        "touches no other byte (`f`, or `ftui fix --select TPL003 --unsafe`). It is unsafe: a limit below the answers "
        "that you want cuts them.",
        certainty="Exact. The Modelfile is asked where there is one: `num_predict` of 1 or more is a limit; 0, -1 (no "
        "end) and -2 (until the context is full) are none. Without a Modelfile generation_config.json is asked for "
        "`max_new_tokens` or `max_length`. `max_tokens` under [model] is always enough. Skipped where neither file and "
        "no max_tokens is given: nothing says how the model is run.",
        fix="unsafe",
    ),
    open_ended_pages.PAGE,
)
