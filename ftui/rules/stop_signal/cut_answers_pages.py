"""The catalogue pages of rules that hold rows against a number of tokens: STP008 and LEN005."""

from __future__ import annotations

from ftui.rules.rule import Rule

STP008 = Rule(
    code="STP008",
    name="answer-cut-by-max-length",
    severity="warning",
    scope="row",
    summary="A row is longer than training reads: its answer loses its end, or all of itself, to max_seq_length.",
    why=(
        "Training cuts each row at max_seq_length without a word. What is lost is the end of the answer with its "
        "end marker and end token, so that exactly the long answers teach a model not to stop. Where the prompt "
        "alone fills the limit nothing is left to learn: such a row costs time, gives a loss of zero or “all labels "
        "are -100”, and its answer was written for nothing."
    ),
    example=(
        "max_seq_length = 2048: a row of 1,900 tokens of prompt and 600 of answer loses 452 tokens of the answer\n"
        "(warning); one with 2,300 tokens of prompt loses the whole answer (error)"
    ),
    remedy=(
        "Raise max_seq_length if the model and the memory allow it (LEN005 says where the model ends), shorten the "
        "prompt (TOK003 shows what is wasted), split the conversation, or delete the row (`d`). There is no "
        "automatic fix: what may be left out only a reader knows."
    ),
    certainty=(
        "Needs max_seq_length under `[training]` in ftui.toml. With gguf or tokenizer under `[model]` the row is "
        "rendered as training does (chat_template under `[model]`, template under `[training]`, else the chat "
        "template of the tokenizer or the GGUF file, else the texts one after the other) and counted exactly: "
        "more tokens than the limit is a warning, a prompt that leaves no token for the answer is an error; "
        "exactly the limit is right. Of several answers in a conversation the last one counts. Without a "
        "tokenizer tokens are estimated from the text, only rows whose estimate is more than a third above the "
        "limit are reported, as warnings, and each says “estimate”. Frameworks that drop long rows or pack them "
        "without cutting lose other rows than this rule says."
    ),
)
LEN005 = Rule(
    code="LEN005",
    name="over-context",
    severity="error",
    scope="row",
    summary="A row has more tokens than the context that the model was trained with.",
    why=(
        "Positions behind the end of its context mean nothing to a model: training on them teaches noise or ends "
        "with an error, and at inference the engine refuses such a prompt or drops its beginning. Raising "
        "max_seq_length does not help."
    ),
    example="a row of 9,120 tokens where the GGUF header says llama.context_length = 8192",
    remedy=(
        "Shorten or split the row (`e`), delete it (`d`), or choose a model with a longer context. There is no "
        "automatic fix."
    ),
    certainty=(
        "The context comes from the GGUF header ([model] gguf) or from max_position_embeddings in config.json beside "
        "the tokenizer ([model] tokenizer); without either the rule is skipped. Counted like STP008, system prompt, "
        "prompt, answer and template together: exactly with a tokenizer; as an estimate, which must be a third "
        "above the context and is a warning, without one. As many tokens as the context has are right. Models "
        "that stretch their context (RoPE scaling set at load) take more than the header says: ignore the rule there."
    ),
)
