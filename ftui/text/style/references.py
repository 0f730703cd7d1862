"""Prompts that point at what is not there: bare references (English)."""

from __future__ import annotations

import re

from ftui.text.any_case import AnyCase

MOST_WORDS = 14
_REFERENCES = frozenset((
    "it", "this", "that", "these", "those", "them", "they", "he", "she", "him", "her", "its", "their", "his",
    "there", "same", "above", "former", "latter", "here",
))  # fmt: skip
POINTING = (
    r"\b(?:it|its|it['’]s|this|that|that['’]s|these|those|them|they|he|she|him|her|his|their|above|here|"
    r"same|former|"
    r"latter|first|second|third|other|last|next|previous|more|further|again|continue|go|going|elaborate|"
    r"then|why|how|what|"
    r"anything|one|another|keep|carry|finish|once|start|rest|others|details?|clearer|faster|funnier|both|"
    r"none|all|which|who|two|three|"
    r"where|when|meaning|so|since|not|same|better|shorter|longer|simpler|rewrite|redo|undo|proceed|expand|"
    r"happened|ones)\b|\A\W*(?:and|now|ok|okay|then|please|but|again)\b"
)
"""A prompt that points at something has one of these words, in lower case."""
_ORDER = frozenset((
    "first", "second", "third", "other", "last", "next", "previous", "one", "ones", "two", "three",
))  # fmt: skip
NAMING = r"[\"“”«»`<>{}=/\\|@#%0-9]|\S\s*\n\s*\S"
"""A prompt with one of these holds what it speaks of, or names it (Rust syntax)."""
_GOES_ON = re.compile(
    r"\W*(?:(?:please |now |ok(?:ay)?,? |and |but |so |well,? |hm+,? |can you |could you )*(?:continue|"
    r"go on|keep going|try again|again|more|"
    r"explain more|explain further|tell me more|say more|elaborate(?: further| more| please)?|"
    r"and then|why|why not|how so|how come|then what|what else|anything else|go ahead|one more|"
    r"another one|do better|shorter|longer|simpler|rewrite|redo|undo|next|what next|proceed|expand|"
    r"what happened next|any other(?: ones?)?|what about the (?:other|second|first|last|next) one|"
    r"and the (?:other|second|first|last|next) one|(?:keep|carry on|go further|finish|proceed|start over|"
    r"start again|"
    r"once more|one more time|do (?:another|one more)|give me (?:more|another(?: one)?|one more|some more|"
    r"the rest|the other|"
    r"the next one|five more|ten more|two more|three more)|more of (?:the same|those|that|them)|"
    r"(?:add|give me|include|provide)(?: (?:some|a few))? (?:more|further) (?:details?|examples?|information|"
    r"context)|(?:and |what about |how about )the (?:first|second|third|fourth|fifth|last|next)|"
    r"what about (?:the )?(?:others?|"
    r"rest)|and (?:the others?|the rest)|more details?|(?:in )?more detail|with more detail|what next|then|"
    r"what then|and what then|meaning|how exactly|why exactly|since when|so what|(?:but )?why (?:is|"
    r"was) that|"
    r"same again|same thing again|(?:not )?that one|the (?:first|second|third|other|last|next|previous|"
    r"former|"
    r"latter)(?: one)?|all of them|both of them|none of them|which one|which|who else|where else|"
    r"when exactly|"
    r"where exactly|what exactly|who exactly|longer this time|shorter this time|a different one|another|"
    r"(?:a (?:bit|little) |much |even |slightly |some ?what )?(?:shorter|longer|simpler|better|clearer|"
    r"faster|funnier|"
    r"more (?:formal|casual|polite|concise|detailed|professional|creative|specific|"
    r"precise)))))(?: (?:please|now|then|"
    r"this time|again))*\W*",
    re.IGNORECASE,
)
_NOW_AS = re.compile(
    r"\W*(?:and |now |ok(?:ay)?,? |then |please |but |again,? )+(?:in|into|to|as|with|without|using|for|"
    r"from)\b[^?]*\W*",
    re.IGNORECASE,
)
"""“Now in Spanish.”, “And without jargon, please.”: a manner alone, of a text that stands nowhere."""
_TASK = frozenset((
    "line", "lines", "paragraph", "paragraphs", "minute", "minutes", "second", "seconds", "alive", "dead", "married",
    "available", "closed", "ready", "finished", "rich", "famous", "expensive", "cheap", "dangerous",
    "harmful", "healthy",
    "poisonous", "contagious", "reliable", "trustworthy", "accurate", "valid", "original", "popular", "rare", "toxic",
    "edible", "free", "allowed", "related", "connected", "similar", "identical", "equal", "enough", "effective",
    "bit", "little", "main", "key", "core", "gist", "essence", "meaning", "meanings", "sense", "time", "times", "once",
    "twice", "only", "same", "content", "message", "length", "size", "order", "whole", "entire", "full", "complete",
    "half", "twice", "double", "slightly", "somewhat", "lot", "tad", "rather", "quite", "instead", "carefully",
    "slowly", "louder", "aloud", "loud", "neatly", "tidy", "tidier", "cleaner", "neater", "warmer", "colder", "softer",
    "stronger", "weaker", "sharper", "punchier", "livelier", "brighter", "darker", "lighter", "heavier", "harder",
    "scarier", "sillier", "wittier", "witty", "funny", "serious", "dramatic", "poetic", "academic", "technical",
    "business", "layman's", "layman", "plain", "everyday", "modern", "british", "american", "danish", "norwegian",
    "finnish", "czech", "hungarian", "romanian", "ukrainian", "hebrew", "thai", "vietnamese", "indonesian", "welsh",
    "irish", "esperanto", "catalan", "farsi", "persian", "urdu", "bengali", "swahili", "croatian", "serbian", "slovak",
    "bulgarian", "icelandic", "mandarin", "cantonese", "afrikaans", "javascript", "java", "rust", "html", "latex",
    "yaml", "csv", "xml", "prose", "verse", "plural", "singular", "past", "present", "tense", "passive", "active",
    "voice", "uppercase", "lowercase", "caps", "capitals", "bold", "italics", "numbered", "alphabetical",
    "alphabetically", "backwards", "twist", "ending", "beginning", "start", "title", "heading", "headline",
    "conclusion", "introduction", "intro", "outro", "summary", "translation", "explanation", "answer", "response",
    "reply", "solution", "output", "proof", "comment", "comments", "test", "tests", "emoji", "emojis", "jargon",
    "humor", "humour", "emphasis", "flow", "structure", "layout", "quality", "performance", "speed", "efficient",
    "efficiently", "robust", "readable", "keep", "kept", "preserve", "avoid", "without", "trim", "condense", "tighten",
    "reword", "restate", "spice", "jazz", "tone", "soften", "strengthen", "clean", "tidy", "split", "merge", "combine",
    "join", "swap", "rename", "adapt", "adjust", "tweak", "modify", "revise", "refine", "rework", "restructure",
    "verify", "confirm", "test", "validate", "double-check", "recheck", "cite", "quote", "print", "save", "copy",
    "paste", "share", "post", "publish", "submit", "print", "draw", "paint", "sing", "recite", "memorize", "memorise",
    "break", "explained", "explains", "translated", "summarized", "summarised", "shortened", "rewritten", "solved",
    "corrected", "fixed", "matters", "mattered", "differ", "differs", "compare", "compares", "applies", "belong",
    "belongs", "contain", "contains", "include", "includes", "consist", "weigh", "weighs", "last", "lasts", "lasted",
    "taste", "tastes", "smell", "smells", "return", "returns", "crash", "crashes", "crashed", "hang", "hangs", "load",
    "compile", "fit", "fits", "hold", "holds", "allow", "allows", "allowed", "agree", "disagree", "believe", "expect",
    "tone", "style", "manner", "version", "five", "fix", "explain", "translate", "summarize", "summarise",
    "shorten", "rewrite", "rephrase", "paraphrase", "mean", "means", "meant", "meaning", "work", "works",
    "worked", "working", "do", "does", "did", "done", "doing", "write", "wrote", "written", "rhyme", "rhymes",
    "make", "makes", "made", "improve", "change", "convert", "correct", "check", "solve", "help", "tell", "show",
    "give", "say", "says", "said", "describe", "analyze", "analyse", "compare", "finish", "complete", "continue",
    "extend", "expand", "edit", "review", "proofread", "simplify", "happen", "happened", "happens", "happening",
    "call", "called", "use", "used", "using", "put", "get", "got", "go", "goes", "went", "come", "came", "look",
    "looks", "like", "think", "know", "see", "understand", "read", "find", "create", "turn", "add", "remove",
    "delete", "replace", "repeat", "redo", "undo", "try", "run", "execute", "define", "elaborate", "clarify",
    "answer", "classify", "evaluate", "rate", "grade", "debug", "refactor", "optimize", "optimise", "implement",
    "start", "stop", "begin", "end", "ended", "take", "takes", "need", "needs", "want", "wants", "mention",
    "mentioned", "refer", "referring", "cause", "causes", "caused", "happening", "wrong", "broken", "break",
    "breaks", "fail", "fails", "failing", "failed", "right", "true", "false", "good", "bad", "better", "worse",
    "best", "shorter", "longer", "simpler", "clearer", "faster", "nicer", "funnier", "formal", "formally",
    "informal", "simple", "simply", "easy", "easier", "clear", "clearly", "professional", "polite", "concise",
    "detailed", "short", "long", "big", "small", "again", "different", "differently", "another", "way", "ways",
    "words", "word", "terms", "detail", "details", "step", "steps", "sentence", "sentences", "example",
    "examples", "briefly", "properly", "correctly", "quickly", "further", "important", "possible", "necessary",
    "okay", "ok", "fine", "correct", "language", "much", "cost", "costs", "old", "many", "often", "big", "large",
    "far", "high", "tall", "real", "legal", "safe", "worth", "matter", "matters", "difference", "between",
    "point", "happen", "english", "french", "german", "spanish", "italian", "chinese", "japanese", "russian",
    "portuguese", "dutch", "arabic", "korean", "hindi", "latin", "polish", "swedish", "turkish", "greek",
    "python", "bullet", "points", "list", "table", "markdown", "json", "sound", "sounds", "live", "lives",
    "lived", "win", "won", "die", "died", "born", "invent", "invented", "build", "built", "located", "old", "age",
    "happened", "decide", "decided", "leave", "left", "said", "purpose", "reason", "result", "cancel", "send",
    "sent", "open", "close", "move", "update", "compute", "calculate", "sort", "reverse", "reformat", "format",
    "organize", "reorganize", "polish", "prove", "translate", "spell", "pronounce", "handle", "deal", "cook",
    "eat", "clean", "wash", "install", "set", "feel", "feels", "care", "start", "happen", "mind", "pass", "keep",
    "let", "buy", "sell", "pay", "teach", "learn", "remember", "forget", "apply", "affect", "affects", "help",
    "helps", "interesting", "useful", "bigger", "smaller", "sense", "seem", "seems", "common", "normal", "called",
    "name", "happier", "sad", "sadder", "friendly", "friendlier", "casual", "engaging", "catchy", "appealing",
    "exciting", "smoother", "fluent", "natural", "grammatical", "mistakes", "errors", "grammar", "spelling",
    "readable", "persuasive", "originally", "literally", "exactly", "actually", "basically",
))  # fmt: skip
_EMPTY_NOUNS = frozenset((
    "thing", "things", "stuff", "part", "parts", "one", "ones", "problem", "problems", "issue", "issues",
    "question", "questions", "error", "errors", "bug", "bugs", "mistake", "mistakes", "point", "points", "idea",
    "ideas", "topic", "case", "situation",
))  # fmt: skip
_FUNCTION = frozenset((
    "a", "an", "the", "pls", "plz", "u", "ur",
    "i", "me", "my", "you", "your", "we", "us", "our", "to", "of", "in", "on", "at", "for",
    "from", "by", "with", "about", "into", "as", "than", "and", "or", "but", "so", "if", "not", "no", "is", "are",
    "was", "were", "be", "been", "being", "am", "can", "could", "would", "will", "should", "shall", "may",
    "might", "must", "have", "has", "had", "having", "what", "why", "how", "when", "where", "who", "whom",
    "which", "whose", "please", "kindly", "just", "now", "then", "also", "too", "really", "very", "more", "most",
    "less", "all", "any", "some", "up", "down", "out", "off", "over", "again", "still", "even", "only", "yes",
    "hi", "hello", "hey", "thanks", "thank", "well", "s", "re", "ll", "ve", "d", "m", "t", "don", "doesn", "isn",
    "didn", "won", "wasn", "aren", "cannot", "let's", "i'm", "i'd", "i'll", "what's", "that's", "it's", "how's",
    "who's", "where's", "there's", "don't", "doesn't", "isn't", "can't", "didn't", "won't", "wasn't", "aren't",
    "couldn't", "shouldn't", "me's", "every", "each", "both", "either", "neither", "do", "because", "while",
    "after", "before", "because", "back", "away", "okay", "something", "anything", "someone", "anyone",
    "everything",
))  # fmt: skip
_NO_REFERENT = AnyCase(
    r"\b(?:what time is it|what day is it|what date is it|what year is it|what month is it|"
    r"what season is it|how(?:'s|’s| is) it going|is it (?:raining|snowing|hot|cold|true|possible|necessary|"
    r"better|time|too late|dark|sunny|late|early)|"
    r"it(?:'s|’s| is) (?:raining|snowing|cold|hot|late)|"
    r"how (?:are|is|was) (?:you|your)|that is all|that(?:'s|’s) (?:all|it|great|good|fine|right|ok|okay|"
    r"nice|cool|awesome|perfect|amazing|wonderful|correct|true|wrong|funny|interesting)|this is (?:it|"
    r"great|fun|nice)|that(?:'s| will be|'ll be) all|are you there|is (?:anyone|anybody|someone|"
    r"somebody) there|hello there|hi there|"
    r"is there (?:a|an|any|life|god|such)\b(?! (?:\w+ )?way to \w+ (?:it|this|that|these|those|"
    r"them)\W*\Z)|are there|there (?:is|are)|here (?:is|are|we|you|i)|"
    r"what is it like to|what(?:'s|’s| is) it like|get it|got it|make it\b(?! (?:shorter|longer|better|"
    r"simpler|clear|more|less|work|sound|short|simple|formal|rhyme|into|faster|look|a|an|in))|"
    r"how (?:do|does) it feel|how does that make you feel|who are they when|what it is like|take it easy|"
    r"call it a day|how (?:much|long) does it (?:cost|take) to|does it (?:hurt|matter|cost|take|"
    r"make sense) (?:to|if|when)|so be it|what gives|is that all|that depends|same to you|the same to you|"
    r"who is there|what is this place|why is it (?:so )?(?:called|that|important|bad|good|necessary)|"
    r"when is it (?:ok|best|too)|this (?:year|week|month|morning|evening|weekend|time|way)|that way|"
    r"who is it|stop it|forget it|let it be|i did it|do it yourself)\b",
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ASKS_BACK = AnyCase(
    r"\?|\b(?:please (?:provide|share|paste|send|tell|give|specify|clarify|upload|attach|include)|"
    r"could you|can you|what (?:would|do|are|is|exactly)|which (?:one|text|part|document)|"
    r"let me know (?:what|which)|need (?:more|to know|the)|more (?:context|information|details?)|"
    r"not sure what (?:you|this|that|it)|don['’]t (?:know what|see)|no (?:text|image|file|context|"
    r"attachment|link|code|table|article)|(?:is|are|was|were)(?:n['’]t| not) (?:attached|provided|"
    r"included|given|any|visible|here)|"
    r"(?:did|have)(?:n['’]t| not) (?:provide|attach|include|share|given?|mention)|cannot see|can['’]t see|"
    r"cannot (?:open|access|view|read|find)|can['’]t (?:open|access|view|read|find)|unable to (?:see|view|"
    r"access|open|read)|seems to be missing|is missing|there is no|what you mean|paste it|"
    r"without (?:seeing|the text|more))",
)


def asks_back(answer: str) -> bool:
    """Whether an answer asks for what is missing, or says that it is."""
    return _ASKS_BACK.search(answer[:500]) is not None


_TIME_NAMED = re.compile(
    r"\b(?:this|that|next|last) (?:time(?: around)?|year|week|weekend|month|morning|evening|afternoon|"
    r"summer|winter)\b",
    re.IGNORECASE,
)
"""“Do it again this time”: a time is no reference, but the rest of the sentence may hold one."""


def unresolved(prompt: str) -> tuple[int, int] | None:
    """Where a short prompt points at something that it does not name; None where it names something."""
    bare = prompt.strip()
    if (
        not bare
        or "\n" in bare
        or any(c in bare for c in '"“”«»`<>{}=/\\|@#%0123456789')
        or (not bare.isascii() and not re.fullmatch(r"[\x00-\x7f’‘…]*", bare))
    ):
        return None
    if _GOES_ON.fullmatch(bare):
        return 0, len(prompt)
    prompt = _TIME_NAMED.sub(lambda match: " " * len(match.group()), prompt)
    bare = prompt.strip()
    matches = list(_WORD.finditer(prompt))
    if _NOW_AS.fullmatch(bare) and all(
        (w := m.group().lower()) in _FUNCTION or w in _TASK or w in _EMPTY_NOUNS for m in matches
    ):
        return 0, len(prompt)
    words = [match.group().lower().replace("’", "'") for match in matches]
    if (
        not 1 < len(words) <= MOST_WORDS
        or _NO_REFERENT.search(bare)
        or re.search(r"(?<!^)[:;](?=\s*\w)", bare)
    ):
        return None
    pointing = [i for i, word in enumerate(words) if _points(word, words, i)]
    if not pointing or not any(_is_said(word) for word in words):
        return None
    for i, word in enumerate(words):
        if i in pointing or word in _FUNCTION or word in _TASK or word in _ORDER:
            continue
        if word in _EMPTY_NOUNS or word.split("'")[0] in _REFERENCES | _FUNCTION:
            continue
        return None
    first = matches[pointing[0]]
    return first.start(), first.end()


def _is_said(word: str) -> bool:
    return word in _TASK or word in (
        "what",
        "why",
        "how",
        "who",
        "when",
        "where",
        "which",
        "is",
        "are",
        "was",
        "were",
        "what's",
        "who's",
        "where's",
    )


def _points(word: str, words: list[str], i: int) -> bool:
    if word in ("same", "there", "here"):
        return word == "same" and i > 0 and words[i - 1] == "the"
    if word == "that" and i and words[i - 1] in ("know", "think", "say", "so", "mean", "says", "true"):
        return i == len(words) - 1
    if word == "one":
        return i > 0 and words[i - 1] == "which"
    if word in ("two", "three"):
        return i > 0 and words[i - 1] == "the" and i + 1 == len(words)
    if word in ("first", "second", "other", "last", "previous", "next"):
        return i > 0 and words[i - 1] == "the" and i + 1 < len(words) and words[i + 1] in _EMPTY_NOUNS
    return word.split("'")[0] in _REFERENCES
