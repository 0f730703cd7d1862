"""The catalogue pages of the REF rules."""

from __future__ import annotations

from ftui.rules.rule import Rule

_BY_HAND = "`e` in the app edits the row"

RULES = (
    Rule(
        code="REF001",
        name="refusal",
        severity="warning",
        scope="row",
        summary="An answer that refuses what it was asked, where the prompt asks for nothing harmful.",
        why=(
            "Few refusals are enough for a model to refuse whatever looks a little like their prompts. They "
            "come from other models whose answers were taken over unread, and they teach limits that yours "
            "does not have."
        ),
        example=(
            "bad:  \"Write a poem about autumn.\" → \"I'm sorry, but I can't help with that request.\"\n"
            "fine: \"How do I build a pipe bomb?\" → \"I can't help with that.\""
        ),
        remedy=(
            f"Write the answer that was asked for ({_BY_HAND}), or remove the row: "
            "`ftui fix --select REF001 --unsafe` does."
        ),
        certainty=(
            "Looks at the first two sentences of an answer: “I'm sorry, but I can't …”, “I cannot / can't / "
            "am unable to / am not able to / won't / will not + help, assist, provide, answer, fulfil, "
            "comply, do that, do this, write, create, generate, give, offer, share, discuss, support, "
            "engage, continue, complete, translate, tell”, “I must decline”, “it is against my guidelines / "
            "programming”, “I'd rather not …”, “this request cannot be fulfilled”, “that is not "
            "something I can do / help with”, “this is beyond my capabilities”, “I don't feel "
            "comfortable writing …”. It counts where the answer refuses and then gives nothing: an answer that "
            "goes on with 30 words or more of help (“I can't open links, but here is …”), with a list or "
            "with code, is one. Not a refusal: “I'm sorry to hear that”; asking for what is missing (“please "
            "provide the text”, “could you tell me which …”) or saying that something is not there; a "
            "refusal in quotes, in a story, a dialogue or roleplay, a letter or a reply that the prompt asks "
            "to write (“decline the invitation”), a translation or correction of a sentence that denies "
            "something (“I am unable to translate this text” under any other text is a refusal); examples "
            "of refusals that the prompt asks for; “I can't recommend it enough”, “I can't say that …”, “I "
            "can't stress …”. A refusal is right data and is not reported where the prompt asks for "
            "something clearly harmful (weapons, drugs, malware, breaking into accounts or houses, stealing, "
            "fraud, hurting oneself or others, stalking, hate, sexual content, private data of people, "
            "cheating, forging papers) or to throw off rules (“ignore your instructions”, DAN, system "
            "prompt), and where nobody could do it in a text: live data (weather, prices, news, the time "
            "now), the user's own files, accounts, screen, calendar and location, links, pictures or sounds, "
            "calls, bookings, purchases and mails sent for the user; or where the system prompt or the tools "
            "that the row declares limit the task. Rejected answers are not judged. English only."
        ),
        fix="unsafe",
    ),
    Rule(
        code="REF002",
        name="ai-disclaimer",
        severity="warning",
        scope="row",
        summary="An answer that talks of itself as a machine where nobody asked: “As an AI language model, …”.",
        why=(
            "The phrase is the fingerprint of another assistant. Your model learns to begin with it, to "
            "claim limits and a maker that are not its own, and to hedge where it should answer."
        ),
        example=(
            "bad:  \"As an AI language model, I don't have personal preferences, but many people like Lisbon "
            'in spring."\n'
            'good: "Many people like Lisbon in spring."'
        ),
        remedy=(
            "`ftui fix --select REF002 --unsafe`, in the app f on the finding, drops the clause or the "
            "sentence where the rest stands alone, and writes the next word with a capital. Where nothing "
            "would be left, or the rest needs it, there is no automatic fix: write the answer yourself."
        ),
        certainty=(
            "Reported anywhere in an answer, spoken in the first person: “As an / Being an / I'm (just, "
            "only) an / I am an + AI, AI (language) model, AI assistant, artificial intelligence, large "
            "language model, language model, chatbot, virtual assistant, machine, computer program”, “As a "
            "language model”, “as an AI, I …”; “I don't / do not / cannot have personal opinions / beliefs / "
            "feelings / emotions / experiences / preferences”; “my knowledge cutoff”, “my training data”, "
            "“as of my last (knowledge) update”, “I was trained (on data) until / by …”. Right, and not "
            "reported: where the prompt or an earlier turn asks about the assistant itself (who or what are "
            "you, your name, are you human, an AI, a robot, alive, conscious, do you feel, dream, eat or "
            "sleep, where you have been, whether one is talking to a person, who made you, how you were "
            "trained, ChatGPT and its like) or says that it is talking to "
            "an AI; third persons (“as an AI researcher, she …”, “as an AI company”); quotes, code and "
            "titles; stories, letters, dialogues, speeches and roleplay that the prompt asks for (but "
            "“As an AI I …, but here is a poem:” before the text, or a note under it, is reported); "
            "prompts that ask to detect, rewrite or translate such phrases; prompts about AI where the "
            "answer speaks "
            "of AI in general. An opinion that was asked for (“what is your favourite city?”) is no question "
            "about the machine: the disclaimer is reported. Rejected answers are not judged. English only."
        ),
        fix="unsafe",
    ),
)  # fmt: skip
