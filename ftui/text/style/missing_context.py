"""Prompts that speak of a text, file, picture or link that is not there (English)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.text.any_case import AnyCase
from ftui.text.column_pattern import ascii_edges, necessary

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
    rf"supplied)(?:[- ]mentioned)? {_THINGS}|the {_THINGS} (?:provided|given)\b(?! (?:to|for|by|with|that|"
    rf"in|as|when)\b)|{_THINGS} (?:below|above)\b|(?:as )?(?:shown|given|listed|"
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
    r"transcript)\b(?! (?:of|for|about|called|titled|that))|"
    r"\b(?:mentioned|contained|used|named|listed|found|quoted|stated) in the (?:letter|e-?mail|essay|report|review|"
    r"poem|speech|story|conversation|contract|log|file|list)(?=[.?!]*$)",
    re.IGNORECASE,
)
_HERE_IS = AnyCase(rf"(?:\A|[.!?\n]\s*)here(?:['’]s| is| are) (?:my|the|an?|our|some) {_THINGS}(?=[.!])")
_OF_A_WORK = re.compile(r" of [^.?!\n]{2,60}? (?:in|from|by) (?:the )?[A-Z]")
"""“The image of the cave in Plato's Republic”: what belongs to a work that is named."""
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
    "http", "www.", "page", "passage", "according to", "the article", "the paragraph", "the text", "the excerpt",
    "the table", "the document", "the snippet", "the transcript", "the letter", "the email", "the e-mail",
    "the essay", "the report", "the review", "the poem", "the speech", "the story", "the conversation",
    "the contract", "the log", "the file", "the list", "here is", "here's", "here are",
    "listed", "meme", "blueprint", "floor plan", "i sent", "i shared",
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
    (_HERE_IS, "a text that stands here"),
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
            _ABOUT_MEDIA.search(prompt)
            or _COMPOUND.match(prompt, match.end())
            or _OF_A_WORK.match(prompt, match.end())
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
        after = _URL.sub("", prompt[match.end() :]).strip()
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
