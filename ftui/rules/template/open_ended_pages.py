"""The catalogue page of TPL004."""

from __future__ import annotations

from ftui.rules.rule import Rule

PAGE = Rule(
    code="TPL004",
    name="open-ended-prompt",
    severity="info",
    scope="row",
    summary=(
        "A prompt that names a topic and nothing else: no task, no form, no length (“Tell me about dogs.”), "
        "while the answers to such prompts take all forms."
    ),
    why=(
        "One such prompt is answered with a line, the next with ten paragraphs, the third with a list. The "
        "model cannot learn which, so at inference the form is a matter of chance, and so is the length."
    ),
    example=(
        'bad:  "Tell me about dogs." → a line here, an essay there\n'
        'good: "Describe the dog in three sentences, for children." → …'
    ),
    remedy=(
        "Say in the prompts what is wanted (a list, two sentences, for whom), or in a system prompt for all "
        "of them; or give the answers of such prompts one form. `e` in the app edits the row. There is no "
        "automatic fix."
    ),
    certainty=(
        "A remark: people do ask so, and a model for chat should be able to answer. Reported are first user "
        "turns of at most twelve words that are nothing but: “tell me (something / more) about X”, “talk (to "
        "me) about X”, “write (something) about X”, “say something about X”, “(share / give me) (some) "
        "information on / about X”, “what about X?”, “what can you tell me about X?”, “what do you know "
        "about X?”, “something / anything about X”, “(your) thoughts on X”, “discuss X”, or the bare topic X "
        "(one to four words without a verb or a question). X names a thing at large: where it asks for an "
        "aspect (“the causes of …”, “the difference between …”, “how …”, “why …”, “your day”) or the prompt "
        "names a form, a length, a number, a reader or a use (a list, an essay, a poem, briefly, in detail, "
        "in three sentences, for children, step by step), it is a task. Bare topics are not judged where "
        "more than a third of the prompts are of four words or fewer: there they are the task. Nothing is "
        "reported in rows with an input, a label, earlier turns, or a system prompt of more than eight "
        "words. Where ten or more prompts of one shape are known, the answers are asked: if 80 % of them "
        "have one form (one line, one paragraph, several paragraphs, a list, a text with headings, code) and "
        "most are of about one length (median absolute deviation of log length up to 0.35), the data itself "
        "says the form and nothing is reported. English only."
    ),
)  # fmt: skip
