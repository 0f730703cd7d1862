"""The catalogue pages of the ART rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES: tuple[Rule, ...] = (
    Rule(
        code="ART001",
        name="html",
        severity="warning",
        scope="row",
        summary="HTML tags or entities left in prose: <br>, <p>, <a href=…>, &amp;, &nbsp;.",
        why=(
            "The text was taken from a web page and not cleaned. The model learns to strew tags into its "
            "prose, where a chat window or a terminal shows them raw, and pays tokens for each."
        ),
        example=(
            "bad:  `Keep it cool&nbsp;and dry.<br>Use within a week.`\ngood: `Keep it cool and dry.\\nUse "
            "within a week.`"
        ),
        remedy=(
            "Entities become their characters: safe, the text is the same once HTML is decoded and no-break "
            "spaces are plain ones (unless that would make a tag: then unsafe). Tags are unsafe: <br> and "
            "</p> become line breaks, other tags go and leave their text. "
            "`ftui fix --select ART001 --unsafe`."
        ),
        certainty=(
            "Prompts, system prompts and answers. Counted: common tags of text (br, p, div, span, strong, "
            "em, a, ul, ol, li, table, tr, td, th, h1-h6, img, hr, font, center, blockquote, pre; b and i "
            "as a pair), and named or numeric entities with their semicolon. Right, and let pass: anything "
            "in fenced or inline code or in quotes; rows that speak of HTML, XML, tags, markup, CSS, "
            "JavaScript, web pages, sites, e-mail templates, entities, scraping or a web framework, in "
            "prompt or answer; an answer that is itself a page or piece of one (form, script, class=…); a "
            "prompt that gives marked-up text to work on (translate, convert, extract, clean) and its "
            "answer; <br> in a table row; <sub>, <sup>, <kbd>, <u>, <details>, comments, for which Markdown "
            "has nothing else; made-up tags (<think>, <answer>, <name>) and types (List<String>); <s> and "
            "</s> (TOK001)."
        ),
        fix="safe",
    ),
    Rule(
        code="ART002",
        name="escape-artefact",
        severity="warning",
        scope="row",
        summary='Escapes written out in prose: \\n, \\t, \\", \\u00e9 as characters that a reader sees.',
        why=(
            "The text was encoded twice on its way here. The model learns to write a backslash and an n "
            "where it should begin a line, and its lists and paragraphs collapse into one."
        ),
        example=(
            "bad:  a text in which a reader sees `First do this.\\nThen do that.` on one line, `caf\\u00e9`, "
            '`He said \\"no\\".`\n'
            'good: the line break itself, `café`, `He said "no".`'
        ),
        remedy=(
            "The fix decodes the escapes. It is unsafe, since only a reader knows that none was meant: look "
            "at the preview, then `ftui fix --select ART002 --unsafe`. If most rows have it, decode once in "
            "the export."
        ),
        certainty=(
            "Prompts, system prompts and answers. Counted: \\n, \\r\\n and \\t between words or sentences, "
            "\\\" and \\' around or within words, \\uXXXX, \\xXX, https:\\/\\/. Right, and let pass: fenced "
            "and inline "
            'code, lines that look like code, an escape alone in quotes ("\\n"), whole texts that are JSON, '
            "LaTeX "
            "(\\nabla, \\textbf, \\theta), Windows paths (C:\\new\\table) and names with a domain (CORP\\nina: "
            "\\n or \\t between letters, a small one behind it, counts only beside a clearer escape), "
            "Markdown escapes (\\*, \\_), and "
            "rows whose prompt or answer speaks of escapes, newlines, backslashes, regular expressions, "
            "string literals, JSON, Unicode code points, printf, delimiters, separators or LaTeX, or whose "
            "prompt asks for code."
        ),
        fix="unsafe",
    ),
    Rule(
        code="ART003",
        name="mojibake",
        severity="warning",
        scope="row",
        summary="Text that was decoded with the wrong encoding: Ã© for é, â€™ for ’.",
        why=(
            "The letters are rare, cost many tokens, and split every word that they stand in. The model "
            "learns two spellings of café and writes either."
        ),
        example="bad:  `The cafÃ© doesnâ€™t open on Mondays.`\ngood: `The café doesn’t open on Mondays.`",
        remedy=(
            "The fix is the mended text. It is safe: the same bytes read as UTF-8 (encoded again as UTF-8 "
            "and read as Windows-1252 or Latin-1 it is the text as it was); unsafe where some bytes were "
            "lost. `ftui fix --select ART003`."
        ),
        certainty=(
            "Every text of a row but labels. By ftfy, which changes a text only where "
            "the decoded form is valid UTF-8 and less odd. Accents, Ã in Portuguese (NÃO), other alphabets "
            "and typographic signs are right. Rows whose prompt or answer speaks of mojibake, encodings, "
            "charsets or garbled characters, and code in fences or backticks, are let pass. Letters that "
            "became ? or U+FFFD cannot be mended (ART004)."
        ),
        fix="safe",
    ),
    Rule(
        code="ART004",
        name="control-character",
        severity="warning",
        scope="row",
        summary="A control character, a terminal's escape sequence, or U+FFFD, the mark of a lost character.",
        why=(
            "Nobody sees them, tokenizers make odd tokens of them, terminals obey them, and XML and many "
            "databases refuse them. U+FFFD says that a letter of the original is lost for good."
        ),
        example=(
            "bad:  `\\u001b[32mPASSED\\u001b[0m all tests` with real escape characters, `page "
            "one\\u000cpage two`, "
            "`caf\\ufffd`\ngood: `PASSED all tests`"
        ),
        remedy=(
            "The fix removes control characters and whole escape sequences: safe, it drops only what is not "
            "printed (a vertical tab or form feed becomes a line break: only white space). A C1 character "
            "that Windows-1252 knows (U+0092 for ’) becomes that sign: unsafe. U+FFFD has no fix: find the "
            "letter in the source. `ftui fix --select ART004`."
        ),
        certainty=(
            "Exact: U+0000-U+001F but tab, line feed and carriage return, U+007F-U+009F, U+FFFD, U+FFFE and "
            "U+FFFF, in every text of a row, code included. An escape written out (\\x1b[31m as text) is "
            "no control character. U+FFFD in a row that speaks of Unicode, encodings or the replacement "
            "character is right. Controls within mojibake are ART003's; zero-width and bidi characters "
            "INJ004's."
        ),
        fix="safe",
    ),
    Rule(
        code="ART005",
        name="bare-url",
        severity="info",
        scope="row",
        summary="An answer that is only a link, or that ends with a source line or a list of bare links.",
        why=(
            "A model cannot look anything up: it learns to make up addresses that look right. A link that "
            "is all of an answer teaches nothing else, and source lines are what a copied article leaves."
        ),
        example=(
            "bad:  `https://en.wikipedia.org/wiki/Photosynthesis` as the answer to “Explain "
            "photosynthesis”; `… by light.\\n\\nSource: https://example.org/a`\n"
            "good: `Plants turn light, water and carbon dioxide into sugar and oxygen.`"
        ),
        remedy=(
            "Write the answer, or delete the row (d). A source line at the end is cut off by the unsafe "
            "fix: `ftui fix --select ART005 --unsafe`."
        ),
        certainty=(
            "A remark, since whether links are wanted is for you to say. Counted, with http or www.: an "
            "answer of links only, or of “check this out” and a link; "
            "a last line or lines "
            "`Source: URL`, `Read more: URL`, `Via: URL`, `Retrieved from URL`, `[1] URL`, or of links only "
            "after the text; `Read more: URL` and the like behind the last sentence. "
            "Right: links that are asked for (the prompt "
            "says link, URL, site, page, source, reference, cite, resource, article, documentation, "
            "download, video, repository, where … find), links within sentences, Markdown links "
            "with a text, local addresses and links in code. Prompts are not judged, nor rejected answers."
        ),
        fix="unsafe",
    ),
    Rule(
        code="ART006",
        name="binary-blob",
        severity="warning",
        scope="row",
        summary=(
            "Binary data in a text: a long run of base64 or hex, a data: URI, the bytes of a PDF or an image."
        ),
        why=(
            "A picture pasted as text can cost more tokens than all words of the row, and nothing can be "
            "learnt from it but to babble letters."
        ),
        example=(
            "bad:  `See ![](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA… 4,000 more letters)`\n"
            "good: `See the diagram in chapter 2.`"
        ),
        remedy=(
            "Cut the blob out (e), or delete the row (d). The unsafe fix removes the row where the blob is "
            "at least half of the text, else it cuts out the blob. `ftui fix --select ART006 --unsafe`."
        ),
        certainty=(
            "Prompts, system prompts and answers, code included. Counted: base64 (letters of both cases and "
            "digits, line breaks "
            "allowed) of 120 characters or more, hexadecimal digits of 160 or more, a data: URI with 64 or "
            "more characters of data, %PDF-1 with what follows, the beginnings of PNG, JPEG, GIF and ZIP "
            "files, 24 or more \\xXX in a row. Right: hashes (SHA-512 has 128 digits), UUIDs, keys and JSON "
            "web tokens (eyJ…; secrets are PII002), PEM certificates, DNA and other runs of few letters, "
            "digits of pi, "
            "long addresses and paths, and rows whose prompt speaks of base64, hex, encoding, decoding, "
            "hashes, signatures, certificates, keys, tokens, data URIs, bytes, binaries, DNA or encryption "
            "(a blob in the prompt itself says nothing)."
        ),
        fix="unsafe",
        options=(Option("base64", 40, 100_000), Option("hex", 40, 100_000)),
    ),
)
