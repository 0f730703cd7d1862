"""The flags an output can get: for the screen, the report and the manual."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """One flag: what it finds, why that hurts, and what to do."""

    code: str
    title: str
    text: str


PAGES: tuple[Page, ...] = (
    Page(
        "runaway",
        "Reached the token limit",
        "The output ended only because the token limit was reached. A deployment pays for every token up to "
        "the limit and shows an answer that is cut. Look at where the answer should have ended: teach the end"
        " (STP rules), configure the stop sequence, or raise a limit that is shorter than the reference "
        "answer. What the cut itself breaks (an open code block, half a sentence) gets no flag of its own.",
    ),
    Page(
        "loop",
        "Repeats itself",
        "The same words, sentences, lines or paragraphs come again and again though the prompt asks for no "
        "repetition. Loops come from repetitive training answers (LEN003), greedy decoding of a small model, "
        "or a missing end signal. Mend the data first; a repeat penalty hides the cause.",
    ),
    Page(
        "no-end-signal",
        "Never thought of ending",
        "The limit was reached and at no place did an end token have one per cent of probability: the model "
        "does not know how an answer ends. Train with the end token or marker behind every answer, and see "
        "that the trainer does not mask it out of the loss.",
    ),
    Page(
        "wrong-end-token",
        "Ended with another token",
        "The output ended with an end token that the prompt's own template does not close turns with. An "
        "engine that knows only the template's token would have gone on. Train and sample with one template, "
        "and set its end token as EOS.",
    ),
    Page(
        "stop-not-learnt",
        "The model never stops",
        "All outputs of this model that could be judged ended by the limit alone, though its training answers"
        " end with a marker or an end token: stopping was not learnt. Check that the marker is inside "
        "max_seq_length, that it is not masked, and that padding does not share its id.",
    ),
    Page(
        "leaked-token",
        "Special token in the text",
        "A control token of the template stands in the output itself. A person would see it, or what follows "
        "it is lost. Clean the answers (TOK001) and compare the training template with the one at inference "
        "(TPL001).",
    ),
    Page(
        "leaked-prompt",
        "Recites its prompt",
        "The output recites instructions of the system prompt, word for word or nearly, or writes name tags of "
        "the template (User:, ### Instruction:) as if the conversation went on. Take recitals out of the data "
        "(INJ003), and train only on answers.",
    ),
    Page(
        "regurgitation",
        "Recites a training answer",
        "A long run of the output stands word for word in a training answer, is not given by the prompt, and "
        "is no phrase that many answers share. Where the prompt was another row's, the model answers from "
        "memory instead of the question; where it was that row's own prompt, it has learnt the row by heart. "
        "Whole short answers of other rows count too: two in one output, or one of 15 words. "
        "Fewer epochs, more varied data. The longest run of the base model's output for the same prompt "
        "stands beside it.",
    ),
    Page(
        "empty",
        "Empty output",
        "Nothing that a reader could see. Usually the prompt already ends with what the model learnt to end "
        "at, a stop sequence begins every answer, or the training data has empty answers (FMT005).",
    ),
    Page(
        "refusal",
        "Refuses a harmless prompt",
        "The output declines a prompt that is harmless and that the reference answers. Refusals in the data "
        "(REF001) spread quickly: take them out, or add answered neighbours.",
    ),
    Page(
        "hedged",
        "Hedges and decides nothing",
        "The prompt asks for a decision and the output gives none (it depends, there are many factors). Give "
        "the data answers that decide (AMB003).",
    ),
    Page(
        "off-language",
        "Wrong or mixed language",
        "The output is in another language than the prompt, the reference or an explicit request asks for, or"
        " changes its language on the way. See LNG001 and LNG002 in the data.",
    ),
    Page(
        "broken-code",
        "Code that does not parse",
        "A fenced block is not valid in the language its fence names, or is never closed, in an output that "
        "ended by itself. A block that the token limit cut is a runaway instead.",
    ),
    Page(
        "artefact",
        "Traces of a careless export",
        "HTML, escapes, mojibake, control or hidden characters, bare links or binary data in prose, asked for"
        " by nobody. The model learnt it from the data: the ART rules find it there.",
    ),
    Page(
        "too-verbose",
        "Longer than asked",
        "The output breaks a length that the prompt sets, buries a label or a few words under prose, or is "
        "several times as long as the reference without structure. Shorten the data (LEN001) or set the "
        "limit.",
    ),
    Page(
        "too-short",
        "Says next to nothing",
        "The prompt asks for more than this, and the reference gives it. Short labels and facts are right "
        "where the reference is short. See LEN002.",
    ),
    Page(
        "incomplete",
        "Stops before it is done",
        "The output ended by itself in mid-sentence or inside a structure, gives fewer items than the prompt "
        "asks for, or leaves out one of several questions. Cut answers in the data teach it (STP006, STP008).",
    ),
    Page(
        "off-topic",
        "Shares nothing with the prompt",
        "No word of substance in the output occurs in the prompt or the reference. Often the template at "
        "inference is not that of training, so that the model does not see the question.",
    ),
    Page(
        "inconsistent",
        "Samples contradict each other",
        "The samples of one prompt give different labels, numbers or yes and no, or answer a short factual "
        "question quite differently. Lower the temperature; look for contradicting rows (LBL001, LBL002).",
    ),
    Page(
        "memorised",
        "Knows the text by heart",
        "Given the first half of a training row or a benchmark item, the model goes on with the second half "
        "word for word. For a benchmark: its score says little. The base model's own share stands beside it.",
    ),
    Page(
        "same-as-base",
        "Same words as the base model",
        "Greedy decoding of the tuned model and of its base gives the same text: the adapter does not matter "
        "here, or was not loaded at all where all prompts show it.",
    ),
    Page(
        "template-deviation",
        "Departs from the answer's form",
        "The output does not have the form that [template] answer in ftui.toml sets, or is no JSON where the "
        "reference is. Programs that read it will fail. See FMT009.",
    ),
)
CODES: tuple[str, ...] = tuple(page.code for page in PAGES)
_BY_CODE = {page.code: page for page in PAGES}


def page(code: str) -> Page | None:
    """The page of a flag; None for a code of another version."""
    return _BY_CODE.get(code)
