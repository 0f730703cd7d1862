"""The catalogue pages of the COD rules."""

from __future__ import annotations

from ftui.rules.rule import Rule

_JUDGED = (
    "Only what a model learns to write is judged: answers (of a preference pair the chosen one, of KTO "
    "rows the wanted "
    "ones) and system prompts; what users write is theirs, and a rejected answer may be bad. "
)

RULES: tuple[Rule, ...] = (
    Rule(
        code="COD001",
        name="unclosed-fence",
        severity="warning",
        scope="row",
        summary="A fenced code block (``` or ~~~) that is opened and never closed.",
        why=(
            "Everything after the opening fence is shown as code, the end marker and the next message "
            "included. A model that learns it leaves its users with half a page in a grey box, and tools "
            "that cut code out of answers find none."
        ),
        example=(
            "bad:  `Run this:\\n```python\\nprint(1)\\n### End`\n"
            "good: `Run this:\\n```python\\nprint(1)\\n```\\n### End`"
        ),
        remedy=(
            "Where the code is whole and reaches the end of the text, the fix is safe: it adds only the "
            "closing fence on a line of its own before the end marker (Markdown shows the text the same "
            "with it). A closing fence that hangs at the end of a code line (`return x```) gets its line "
            "break: safe too. Where prose follows the code, or the code breaks off, there is no fix: put "
            "the fence where it belongs (e), or write the rest. `ftui fix --select COD001`."
        ),
        certainty=(
            _JUDGED
            + "A fence is closed by a line of the same sign, at least as long, with nothing behind it, "
            "indented or not, in lists and quotations too; a longer fence may hold shorter ones. Where a "
            "fence that names a language follows before any closing one, the first block was never closed. "
            "A Markdown "
            "block that holds blocks with fences of the same length is let pass where openings and closings "
            "come out even. Backticks within a line are no fence; a row of tildes is one only where it names "
            "a language or code follows. Texts about backticks or fences are left out. An answer that stops "
            "inside its code block is STP006 as well: COD001 is about the fence, STP006 about what is "
            "missing."
        ),
        fix="safe",
    ),
    Rule(
        code="COD002",
        name="code-syntax-error",
        severity="warning",
        scope="row",
        summary="A closed code block whose code is no valid code of the language that its fence names.",
        why=(
            "Users copy code and run it. A model trained on code that cannot be parsed writes code that "
            "cannot be parsed: half a string, a bracket too many, two lines run together by a faulty export."
        ),
        example=(
            "bad:  `` ```python\\nfor i in range(3)\\n    print(i)\\n``` ``  (the colon is missing)\n"
            "good: `` ```python\\nfor i in range(3):\\n    print(i)\\n``` ``"
        ),
        remedy=(
            "The evidence names line, column and what was expected: mend the code (e), or delete the row "
            "(d). Where many rows break alike, look at the export: lost newlines and lost indentation come "
            "from there."
        ),
        certainty=(
            "Answers only (of a preference pair the chosen one, of KTO rows the wanted ones), closed blocks "
            "of at most 100,000 bytes, "
            "only these languages: Python, JSON, TOML (their own "
            "parsers), JavaScript, TypeScript, Java, Go, Rust, CSS, YAML, Bash, HTML (tags that do not "
            "match), C, C++ and SQL. A C, C++ or SQL error is a remark (info): macros and dialects "
            "cannot be told from errors, and in SQL with words of a dialect (ON CONFLICT, TOP, DECLARE, $$ …) "
            "only open brackets and strings, empty clauses and commas before a clause count; so is Python "
            "2 (print without brackets). Snippets are right: "
            "indented pieces, `...` and `…`, `<placeholder>`, `{{name}}`, a header without body, an object "
            "or method without what is around it, statements without a class or function, top-level return, "
            "await and yield, notebook magics (%, !), comments in JSON, one JSON value a line. Not judged: "
            "diffs (+ and - lines), sessions with prompts "
            "(>>>, $; COD005), blocks that the text before them or a comment in them calls wrong, bad, "
            "incorrect or an error, and answers whose prompt asks about a bug, an error or "
            "code that fails. Curly quotes, odd spaces and line numbers are COD005's: the code is judged as "
            "if they were mended. Code without a fence or without a language is not judged, nor HTML of more "
            "than 30,000 characters, nor templates. Names, types and what the code does are not looked at."
        ),
    ),
    Rule(
        code="COD003",
        name="unbalanced-delimiters",
        severity="warning",
        scope="row",
        summary=(
            "A bracket or a double quotation mark in prose that is opened and never closed, or the other way."
        ),
        why=(
            "It is the trace of a cut or of a careless join: the second half of a remark is gone, or two "
            "texts were merged. A model learns to leave brackets open, and programs that read its output "
            "(citations, quoted passages) stumble."
        ),
        example=(
            "bad:  `The key (see chapter 3 is stored in the vault. It never leaves the device.`\n"
            "good: `The key (see chapter 3) is stored in the vault. It never leaves the device.`"
        ),
        remedy=(
            "Enter opens the row at the lone sign; put its partner where it belongs, or remove it. Nothing "
            "is fixed by itself: only a reader knows where a remark ends."
        ),
        certainty=(
            _JUDGED
            + "Judged are ( ) [ ] { } “ ” « » and the straight double quote. A sign counts only if it has no "
            "partner in the whole text. Right, and let pass: smileys, list marks such as a) and 1), "
            "the mark of a named choice (“the answer is B) rod”), half-open intervals [0, 1), inches and "
            "seconds after a digit (5'10\"), a quotation of several "
            "paragraphs that opens each and closes the last (not where “he said” stands in the open one), "
            '„German“ and »reversed« marks, “mixed" pairs, '
            'apostrophes and single quotes (never judged), a sign named alone ("("), formulas, LaTeX, and '
            "code, whether fenced, inline or plain lines that look like code. ** and ` are COD006."
        ),
    ),
    Rule(
        code="COD004",
        name="fence-without-language",
        severity="info",
        scope="row",
        summary="A fenced block whose code is surely of one language, and whose fence does not name it.",
        why=(
            "Interfaces colour code by the word after the fence, and tools that run or test answers choose "
            "the interpreter by it. A model trained on half named, half bare fences names the language by "
            "chance."
        ),
        example="bad:  `` ```\\ndef area(r):\\n    return 3.14 * r * r\\n``` ``\n"
        "good: `` ```python\\ndef area(r):\\n    return 3.14 * r * r\\n``` ``",
        remedy=(
            "The fix writes the language after the fence. It is safe: it changes only the fence's info "
            "string, no character of text or code. `ftui fix --select COD004`."
        ),
        certainty=(
            "A remark, since a bare fence breaks nothing. Answers and system prompts only, closed blocks "
            "only, and only where the "
            "code both parses and holds words that no other language has: Python, JSON, JavaScript, Java, "
            "C, C++, Go, Rust, SQL, HTML, CSS, and shell commands (every line a well-known command such as "
            "git, pip, npm, cd, curl, docker). Plain output, logs, console sessions with a prompt, "
            "directory trees, ASCII art, tables, poems, formulas and pseudocode have no language and are "
            "right without one."
        ),
        fix="safe",
    ),
    Rule(
        code="COD005",
        name="code-artefacts",
        severity="warning",
        scope="row",
        summary=(
            "Code with what a copy left in it: prompts of a shell, curly quotes, line numbers, odd spaces."
        ),
        why=(
            "Such code does not run, though it looks right: word processors bend quotes, web pages put "
            "non-breaking spaces into indentation, terminals and listings add prompts and numbers. A model "
            "copies all of it."
        ),
        example=(
            "bad:  `` ```python\\nprint(“hi”)\\n``` ``, `` ```bash\\n$ ls\\n``` ``, `` ```js\\n1 let a\\n2 "
            "let b\\n3 let c\\n``` ``\n"
            'good: `` ```python\\nprint("hi")\\n``` ``, `` ```console\\n$ ls\\n``` ``'
        ),
        remedy=(
            "Safe: curly quotes that delimit a string become straight (changes only the form of quotation "
            "marks), odd spaces become plain and invisible characters go (changes only white space), and a "
            "session in a block named python or bash is named pycon or console (changes only the fence's "
            "info string). Unsafe: line numbers are cut off. `ftui fix --select COD005`."
        ),
        certainty=(
            "Answers and system prompts only, closed blocks whose fence names a programming language, a "
            "shell or a markup "
            "language. (1) prompts at the start of a line: >>> or In [1]: in Python, $ and a space in bash, "
            "sh or zsh, mysql>, sqlite> or name=# in SQL. Sessions in fences named console, terminal, "
            "shell, shell-session, pycon, ipython, text or nothing are right, and so are doctests inside a "
            "string. (2) “ ” ‘ ’ outside of strings and comments. (3) every line numbered without a gap, "
            "three lines or more. (4) non-breaking and other odd spaces, zero-width characters and "
            "byte-order marks outside of strings and comments. A prompt that asks about sessions, doctests, "
            "curly quotes or such spaces is teaching, and its answer right."
        ),
        fix="safe",
    ),
    Rule(
        code="COD006",
        name="broken-markdown",
        severity="warning",
        scope="row",
        summary=(
            "Markdown that does not show as meant: a table with uneven rows, a half link, an open ** "
            "or `, ##Title."
        ),
        why=(
            "The reader sees raw signs instead of bold text, a heading or a table, or loses the cells that "
            "are too many. The model learns the slip with the text."
        ),
        example=(
            "bad:  `##Setup`, `**Note: save first.`, `[the manual](https://example.com/m`, "
            "`| a | b |\\n|---|---|\\n| 1 | 2 | 3 |`\n"
            "good: `## Setup`, `**Note:** save first.`, `[the manual](https://example.com/m)`"
        ),
        remedy=(
            "A heading gets its space: safe, it adds only a space. Everything else is mended by hand (e): "
            "where bold ends, which cell is missing, is for a reader to say. `ftui fix --select COD006`."
        ),
        certainty=(
            _JUDGED
            + "Outside of code: (1) a pipe table (a line of | and --- under a header line): a header or "
            "row with "
            "more or fewer cells than the --- line; \\| and a | in inline code do not split. (2) a link "
            '`[text](address` or `[text](address "title"` that is not closed on its line, `[text] (http…)` '
            "with a space, "
            "`(text)[http…]` turned round. (3) ** that opens in a paragraph and is not closed there, or "
            "closes without an opening at the start of a line (`Note:** text`, `Note**: text`); 2**3, "
            "**kwargs, **/*.py, "
            "f**k, footnote stars and rows of stars are no bold. (4) a single ` that opens and is not "
            "closed in its paragraph; `such' quotation and ``two'' are let pass. (5) two to six # followed "
            "by a letter without a space at the start of a line; #hashtag is not one. Answers that explain "
            "Markdown itself (the prompt asks how Markdown writes something) are right."
        ),
        fix="safe",
    ),
)
