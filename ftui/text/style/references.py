"""Prompts that point at what is not there: bare references, and texts, files, pictures or links (English)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.column_pattern import ascii_edges, necessary

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
    r"\W*(?:(?:please |now |ok(?:ay)?,? |and |but )*(?:continue|go on|keep going|try again|again|more|"
    r"explain more|explain further|tell me more|say more|elaborate(?: further| more| please)?|"
    r"and then|why|why not|how so|how come|then what|what else|anything else|go ahead|one more|"
    r"another one|do better|shorter|longer|simpler|rewrite|redo|undo|next|what next|proceed|expand|"
    r"what happened next|any other(?: ones?)?|what about the (?:other|second|first|last|next) one|"
    r"and the (?:other|second|first|last|next) one|(?:keep|carry on|go further|finish|proceed|start over|"
    r"start again|"
    r"once more|one more time|do (?:another|one more)|give me (?:more|another(?: one)?|one more|some more|"
    r"the rest|the other|"
    r"the next one|five more|ten more|two more|three more)|more of (?:the same|those|that|them)|"
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
    "a", "an", "the", "i", "me", "my", "you", "your", "we", "us", "our", "to", "of", "in", "on", "at", "for",
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
    r"is there (?:a|an|any|life|god|such)|are there|there (?:is|are)|here (?:is|are|we|you|i)|"
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


_THINGS = (
    r"(?:(?:short|long|whole|entire|given|provided|python|java|javascript|sql|c\+\+|html|news|blog|"
    r"customer|product|movie|research|code|email|data|following|english|french|german|spanish|math|sample|"
    r"raw|first|two|three|four|five)\s+){0,2}"
    r"(?:texts?|paragraphs?|passages?|sentences?|articles?|essays?|stor(?:y|ies)|poems?|e-?mails?|"
    r"letters?|reviews?|codes?|functions?|snippets?|quer(?:y|ies)|scripts?|programs?|class|tables?|lists?|"
    r"data(?:set)?|words?|numbers|items|options|conversations?|dialogues?|problems?|equations?|"
    r"expressions?|statements?|questions?|documents?|reports?|abstracts?|tweets?|posts?|comments?|"
    r"transcripts?|logs?|messages?|excerpts?|quotes?|json|csv|html|xml|output|input|recipe|contracts?|"
    r"resume|cv|lyrics|speech|notes|error(?: message)?|stack ?trace|info(?:rmation)?|details|context|"
    r"facts|figures|values|sequence|string|names|terms|phrases?|choices|instructions|content|pages?|"
    r"scenario|case study|files?|spreadsheets?|pdfs?)"
)
_HERE = AnyCase(
    rf"\b(?:the following {_THINGS}|the {_THINGS} (?:shown |given |provided |listed |written |pasted |"
    rf"quoted )?(?:below|above|here)|the (?:above|below|provided|given|pasted|"
    rf"supplied)(?:[- ]mentioned)? {_THINGS}|{_THINGS} (?:below|above)\b|(?:as )?(?:shown|given|listed|"
    rf"described|mentioned|written|stated) (?:below|above)|the following\s*[:.]?\s*$|see (?:below|above))",
)
_ATTACHED = AnyCase(
    r"\b(?:(?:the |my |this |these |your )(?:\w+ )?(?:attached|enclosed|uploaded)\b(?! (?:to|by|with|"
    r"garage|house|home|earlobes?|"
    r"building|flat|bathroom|structure|automatically)\b) \w+|attached to (?:this|the|my) (?:message|"
    r"e-?mail|post|prompt|chat|conversation|note|mail)|"
    r"(?:^|[.?!,(]\s*|\b(?:see|find|from|in|read|review|use|using|check|open|i have|i['’]ve|"
    r"please) )(?:the )?(?:attached|"
    r"enclosed)\b(?! (?:to|by|with|for)\b)|\b(?:is|are|was|have|as) (?:attached|enclosed|uploaded) (?:here|"
    r"below|above|to "
    r"this|with this|for you)\b|\b(?:file|document|image|picture|photo|pdf|screenshot|report|cv|resume|"
    r"table|chart|"
    r"spreadsheet|recording|log|text|letter|contract|essay|draft)s? (?:is |are )?(?:attached|enclosed|"
    r"uploaded)\b(?! (?:to|by|"
    r"with|on|automatically)\b)|(?:see|the|my|this|these|in|open|read|check|"
    r"attached) attachments?\b(?! (?:style|theory|size|"
    r"limit|point|parenting|type|disorder|of|to|between|that|you|is|are|theor|name|count)\b)|(?:the|this|"
    r"that|my) (?:document|file|image|picture|photo|screenshot|pdf|spreadsheet|"
    r"report|resume|cv|recording|video|contract|paper|essay|draft|table|chart|code|letter|email|"
    r"presentation|slides?) (?:that )?i(?:'ve| have|’ve)? (?:just )?(?:attached|uploaded|sent|shared|"
    r"pasted|gave|given|provided|included|enclosed)|i(?:'ve| have|’ve)? (?:just )?(?:attached|uploaded|"
    r"enclosed)\b(?! (?:\w+ ){1,4}(?:to|onto|on)\b))",
)
_MEDIUM = re.compile(
    r"\b(?:(?:in|on|at|from|of|describe|caption|analy[sz]e|explain|summari[sz]e|interpret|transcribe|"
    r"about|see|read|watch|examine|to|like|identify|shows?|using|with|does|is) (?:the|this|that|"
    r"these) (?:\w+ )?(?:image|picture|photo(?:graph)?|screenshot|diagram|graph|bar chart|pie chart|chart|"
    r"figure|video(?: clip)?|clip|audio(?: clip| file)?|recording|drawing|painting shown|infographic|"
    r"x-ray|scan|floor plan|blueprint|meme)s?\b|(?:this|these) (?:image|picture|photo(?:graph)?|"
    r"screenshot|diagram|graph|chart|video|audio|recording|drawing|infographic)s?\b)",
    re.IGNORECASE,
)
_ABOUT_MEDIA = AnyCase(
    r"\b(?:how (?:do|can|to|would|should)|what is (?:a|an)\b|write(?! down)|compose|create|draw|design|"
    r"generate|"
    r"invent|story|(?:big|bigger|whole|full|larger) picture|in the picture of health|get the picture|"
    r"picture of dorian|edit|crop|resize|format|software|app|tool|html|css|python|code|function)\b",
)
_COMPOUND = re.compile(
    r"s?(?:-\w|\s(?!(?:and|or|but|is|are|was|were|does|do|did|has|have|had|can|could|will|to|in|of|at|on|"
    r"that|which|who|where|"
    r"with|from|for|as|by|below|above|into|using|please|about|here|there|i|you|we|they|he|she|it|my|so|"
    r"then|now|again|too|"
    r"first|if|when|while|because|how|what|not|be|shows?|depicts?|illustrates?|represents?|contains?|says?|"
    r"displays?|"
    r"tells?|means?|looks?|suggests?|presents?|gives?|makes?|goes|taken|shown|drawn|seen|made|given|sent|"
    r"also|only|"
    r"like|between|after|before|since|during|through|over|under|than|correspond\w*|comes?|came|end|ends|"
    r"starts?|lasts?|"
    r"\w+ly|(?!edit|process|shar|stream|host|record|mak|sett|encod|compress|load|embedd|resiz)\w+(?:ing|"
    r"ed))\b)[a-z])",
    re.IGNORECASE,
)
"""What follows a medium that only belongs to a name: “the screenshot key”, “the image format”."""
_THIS = re.compile(rf"\b(?:this|these) {_THINGS}\b", re.IGNORECASE)
_READ_THE = re.compile(
    r"\b(?:read|summari[sz]e|translate|according to|based on|proofread|paraphrase|refer to|in|from|of) the "
    r"(?P<what>passage|paragraph|article|table|excerpt|text|document|snippet|code block|"
    r"transcript)\b(?! (?:of|for|about|called|titled|that))",
    re.IGNORECASE,
)
_READS = re.compile(
    r"\b(?:listen|transcribe|look|watch|view|see|caption|interpret|fill|follow|refer|study|summari[sz]e|"
    r"translate|correct|proofread|explain|classify|rewrite|rephrase|paraphrase|simplify|analy[sz]e|"
    r"shorten|edit|fix|debug|improve|read|review|evaluate|convert|sort|refactor|optimi[sz]e|extract|find|"
    r"identify|describe|complete|continue|solve|answer|interpret|check|categori[sz]e|label|rate|grade|"
    r"critique|what (?:does|do|is|are|was|were|did|can|would|kind|type|sentiment|topic|emotion|main)|who|"
    r"when|where|why (?:does|do|is|are|did|was)|how (?:does|do|is|are|many|much|would|can (?:i|we|"
    r"you) (?:improve|fix|optimi[sz]e|shorten|simplify))|is|are|does|tell me|give (?:me )?(?:a|the)|list|"
    r"name|generate|write (?:a|an|the) (?:summary|title|headline|conclusion|reply|response|review)|"
    r"provide|determine|calculate|compute|which|count|compare|based on|according to|use|using|from|tag|"
    r"highlight|format|reformat|organi[sz]e|underline|outline|turn|make|run|add|remove|arrange|order|"
    r"predict|detect|replace|expand|transform|put|reverse|split)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:(?:this|the following|that|the (?:given|provided|attached|below)) (?:link|website|web ?page|"
    r"url|web site|site|blog post|page)|the (?:link|url) (?:below|above|here|i (?:sent|shared|gave|"
    r"posted))|(?:click|follow|open|visit|see) (?:the|this) (?:link|url)|at the (?:link|url)|(?:this|"
    r"the) youtube (?:video|link))\b",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|www\.)\S+")
_READ_URL = re.compile(
    r"\b(?:summari[sz]e|translate|read|review|analy[sz]e|what (?:does|is|are)|explain|extract|describe|"
    r"tell me|list|give me|rewrite|according to|based on|key points|main (?:points|idea)|who wrote|"
    r"fact-?check|proofread|caption)\b",
    re.IGNORECASE,
)
CUES = (
    "following", "below", "above", "attach", "enclosed", "uploaded", "image", "picture", "photo", "screenshot",
    "diagram", "graph", "chart", "figure", "video", "audio", "recording", "drawing", "infographic", "clip",
    "x-ray", "scan", "this ", "these ", "given", "provided", "pasted", "supplied", "link", "url", "website",
    "http", "www.", "page", "listed", "meme", "blueprint", "floor plan", "i sent", "i shared",
)  # fmt: skip
_INSTRUCTION = re.compile(
    r"^\W*(?:please|and|then|also|use|make|keep|write|give|list|explain|describe|answer|provide|include|"
    r"your|you|do not|don't|in (?:one|two|three|\d|at most|your|simple|a)|be\b|format|return|output|"
    r"respond|the (?:answer|summary|response|translation|output)|limit|at most|no more|what|who|when|"
    r"where|why|how|which|is|are|does|can|could|would|thanks|thank)\b",
    re.IGNORECASE,
)
_CREATES = re.compile(
    r"^\W*(?:please )?(?:can you |could you )?(?:write|compose|create|generate|draft|design|draw|make up|"
    r"invent|imagine|suggest|name)\b",
    re.IGNORECASE,
)
_GENERAL = AnyCase(
    r"\b(?:table of contents|periodic table|the following (?:year|day|week|month|morning|night|is|are|"
    r"reasons|as|in|on)\b|following (?:the|a|an|my|your)\b|in this (?:text|sentence)\b(?=.*[\"“])|"
    r"this (?:class of|function of|problem of|word processor)|above (?:all|average|sea|the|zero)|"
    r"below (?:the|zero|average|sea)|in the text of|answer the following (?:questions?|prompt)\b)",
)


class Missing(NamedTuple):
    """What a prompt speaks of, and where."""

    start: int
    end: int
    kind: str


INSTRUCTION_WORDS = 60
"""Words of a prompt beyond which it holds more than its instruction."""
_PATTERNS = (
    (_ATTACHED, "an attachment"),
    (_LINK, "a link"),
    (_HERE, "a text that stands here"),
    (_MEDIUM, "a picture or recording"),
    (_THIS, "a text"),
    (_READ_THE, "a text"),
)
SPEAKING = tuple(ascii_edges(necessary(pattern)) for pattern, _ in (*_PATTERNS, (_URL, "")))
"""Every prompt in which something is missing matches one of these."""


def missing(prompt: str) -> Missing | None:
    """What a prompt speaks of and does not hold; None where there is nothing, or it is there."""
    if _goes_on(prompt):
        return None
    url = _URL.search(prompt)
    if url is not None:
        rest = (prompt[: url.start()] + prompt[url.end() :]).strip()
        reads = _READ_URL.search(rest) is not None and len(rest.split()) <= 25 and not _CREATES.match(rest)
        return Missing(url.start(), url.end(), "the page of a link") if reads else None
    for pattern, kind in _PATTERNS:
        match = pattern.search(prompt)
        if match is None or (kind != "an attachment" and not _READS.search(prompt)):
            continue
        if kind == "a picture or recording" and (
            _ABOUT_MEDIA.search(prompt) or _COMPOUND.match(prompt, match.end())
        ):
            continue
        if kind != "an attachment" and _beside(prompt, *match.span()):
            continue
        if kind in ("a text", "a text that stands here") and (
            _is_general(prompt, match) or _listed_after(prompt, match.end())
        ):
            continue
        return Missing(*match.span(), kind)
    return None


def _beside(prompt: str, start: int, end: int) -> bool:
    """Whether other sentences of the prompt are no instructions: they may be what is spoken of."""
    first = max((match.end() for match in re.finditer(r"[.!?]\s+", prompt[:start])), default=0)
    stop = re.search(r"[.!?](?:\s+|$)", prompt[end:])
    others = [prompt[:first], prompt[end + stop.end() :] if stop else ""]
    return any(
        len(part.split()) >= 3
        and not _INSTRUCTION.match(part)
        and not _READS.match(part)
        and not _CREATES.match(part)
        for other in others
        for part in re.split(r"(?<=[.!?])\s+", other.strip())
    )


def _is_general(prompt: str, match: re.Match[str]) -> bool:
    if _CREATES.match(prompt) and not re.search(
        r"\b(?:based on|summary|title|headline|reply|response|from|using|for|about|of) (?:the|this|these)\b",
        prompt,
        re.IGNORECASE,
    ):
        return True
    general = _GENERAL.search(prompt)
    return (
        general is not None
        and general.start() <= match.end()
        and general.end() >= match.start()
        and not re.search(r"below|above", match.group(), re.IGNORECASE)
    )


def _listed_after(prompt: str, at: int) -> bool:
    """Whether what is spoken of follows in the same sentence: between commas, after “that”, or as a name."""
    rest = prompt[at:]
    sentence = re.split(r"[.?!\n]", rest, maxsplit=1)[0]
    return (
        sentence.count(",") >= 2
        or re.match(r"\s*(?:that|which|where|called|titled|named|by [A-Z])\b", rest) is not None
        or re.match(r"\s*(?:[-–—]\s*\S|[\d(\[])", rest) is not None
    )


def _goes_on(prompt: str) -> bool:
    """Whether the prompt holds more than its instruction: after a colon or a line break, in quotes, as code."""
    if re.search(
        r"```|`[^`]{3,}`|[\"“«][^\"”»]{8,}[\"”»]|^\s*[|>]|^\s*(?:[-*•]|\d+[.)])\s+\S", prompt, re.MULTILINE
    ) or re.search(r"'[^'\n]{12,}'", prompt):
        return True
    if re.search(
        r"[a-z][.!?:][A-Za-z]\w*['’\s,]|[a-z]{3}[.!?][A-Z]\w+$|[a-z]{4}['’”]?[A-Z][a-z]+\s|\w\(.*\)\s*[:={;]",
        _URL.sub("", prompt),
    ):
        return True  # an input that somebody joined to its instruction without a space
    for match in re.finditer(r":|\n", prompt):
        if prompt[match.start() : match.start() + 3] == "://":
            continue
        after = prompt[match.end() :].strip()
        if len(after.split()) >= 3 and not _only_instructions(after):
            return True
        if match.group() == ":" and after and not _INSTRUCTION.match(after):
            return True
        if match.group() == "\n" and after and len(after) >= 8 and not _INSTRUCTION.match(after):
            return True
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", prompt.strip()) if part.strip()]
    return (
        sum(
            not _INSTRUCTION.match(part) and not _READS.match(part.strip()) and not _CREATES.match(part)
            for part in sentences
        )
        >= 3
        or len(prompt.split()) > INSTRUCTION_WORDS
    )


def _only_instructions(text: str) -> bool:
    parts = [part for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]
    return all(_INSTRUCTION.match(part) and len(part.split()) <= 12 for part in parts)
