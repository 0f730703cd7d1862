"""Family COD: what is broken, what only looks broken, and fixes that change what they name."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ftui.rules.code.family import FAMILY
from tests.rules.checked_files import check, rows_of
from tests.rules.one_row import codes, judged, mended


def fenced(language: str, code: str) -> str:
    return f"Here is how:\n\n```{language}\n{code}\n```\n\nThat is all."


@pytest.mark.parametrize(
    "answer",
    [
        "Run this:\n```python\nprint(1)",
        "Run this:\n```python\nprint(1)\n### End",
        "Run this:\n~~~python\nprint(1)",
        "1. Do:\n   ```bash\n   git pull\n2. Then go on with the next step of the plan.",
        "First:\n```js\nlet a = 1;\n\nThen:\n```js\nlet b = 2;\n```\nDone.",
        "Use:\n````text\nls\n```",
        "It ends:\n```python\ndef f(x):\n    return x```",
        "Nothing here but words, and then three signs that open nothing at all.\n```",
    ],
)
def test_unclosed_fences(answer: str) -> None:
    assert "COD001" in codes(FAMILY, answer)


@pytest.mark.parametrize(
    "answer",
    [
        fenced("python", "print(1)"),
        "- item\n\n  ```bash\n  ls\n  ```\n- next",
        "> ```python\n> print(1)\n> ```",
        "````markdown\n```bash\nls\n```\n````",
        "```markdown\n# Title\n```bash\nls\n```\nmore\n```",
        "Use ``` to begin, as in ```x```, and go on.",
        "A line\n~~~~~~~~~~\nof tildes between two parts of a story that goes on.",
        "~~~text\nls\n~~~",
    ],
)
def test_fences_that_are_right(answer: str) -> None:
    assert "COD001" not in codes(FAMILY, answer)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Run:\n```python\nprint(1)", "Run:\n```python\nprint(1)\n```"),
        ("Run:\n```python\nprint(1)\n### End", "Run:\n```python\nprint(1)\n```\n### End"),
        ("Run:\n  ```python\n  print(1)\n", "Run:\n  ```python\n  print(1)\n  ```\n"),
        ("Run:\n```python\nx = 1```", "Run:\n```python\nx = 1\n```"),
        ("Run:\n~~~~js\nlet a = 1;", "Run:\n~~~~js\nlet a = 1;\n~~~~"),
    ],
)
def test_a_whole_block_is_closed_safely(answer: str, expected: str) -> None:
    assert mended(answer, judged(FAMILY, answer)) == expected
    assert codes(FAMILY, expected) == []


def test_a_block_that_breaks_off_or_goes_on_in_prose_is_not_closed() -> None:
    for answer in (
        "Run:\n```python\nprint(1, (2",
        "Run:\n```python\nprint(1)\n\nThis prints the number one on the screen of your computer.",
    ):
        (finding,) = [f for f in judged(FAMILY, answer) if f.code == "COD001"]
        assert finding.fix is None


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "for i in range(3)\n    print(i)"),
        ("python", "def f(x):\nreturn x"),
        ("python", "print('a)\nx = 1"),
        ("py", "x = [1, 2\ny = 3"),
        ("python", "if x = 3:\n    pass"),
        ("json", '{"a": 1, "b": [1, 2}'),
        ("json", "{'a': 1}"),
        ("json", '{"a": 1,}'),
        ("toml", "[tool\nname = 1"),
        ("javascript", "function f( {\n  return 1;\n}}"),
        ("js", "const a = [1, 2;\nconsole.log(a);"),
        ("typescript", "interface A { name: string;\nfunction f(: number) {}"),
        ("java", "public class A { public static void main(String[] args) { int x = ; } }"),
        ("go", 'func main() {\n\tfmt.Println("a"\n}'),
        ("rust", 'fn main() {\n    let x = ;\n    println!("{}", x)\n'),
        ("css", ".a { color: red;\n.b { margin: 0 }"),
        ("yaml", "a: [1, 2\nb: 3"),
        ("bash", "if [ -f a ]; then\n  echo yes"),
        ("bash", "echo 'abc\nls"),
        ("html", "<ul><li><b>one</li></ul>"),
        ("html", "<div><p>hi</p>"),
    ],
)
def test_broken_code(language: str, code: str) -> None:
    (finding,) = [f for f in judged(FAMILY, fenced(language, code)) if f.code == "COD002"]
    assert finding.severity == "warning"
    assert finding.evidence["line"] >= 1


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "    x = 1\n    y = 2"),
        ("python", "def f(x): ...\n\nclass A:\n    ..."),
        ("python", "x = foo(a, …)"),
        ("python", "def f(x: int) -> str:"),
        ("python", "elif x:\n    y = 1"),
        ("python", "%matplotlib inline\n!pip install pandas\nimport pandas as pd"),
        ("python", "return await f()"),
        ("python", "pip install requests"),
        ("python", "@app.get('/')"),
        ("python", "def f(x):\n    # to be written"),
        ("python", "client = Client(key=<your-key>)"),
        ("json", '{"a": 1, // one\n "b": ...}'),
        ("json", '{"a": 1}\n{"a": 2}'),
        ("json", '"name": "x",\n"version": "1"'),
        ("javascript", "const el = <div className='a'>{x}</div>;"),
        ("javascript", "{ name: 'a', run() { return 1; } }"),
        ("js", "await fetch('/x').then(r => r.json());\nreturn 1;"),
        ("js", "render() {\n  return null;\n}"),
        ("js", ".then(x => x)"),
        ("typescript", "type A<T> = { [K in keyof T]?: T[K] };\nlet x: A<B> = {};"),
        ("java", "int x = 3;\nSystem.out.println(x);"),
        ("java", "@Override\npublic String toString() { return name; }"),
        ("go", "x := 3\nfmt.Println(x)"),
        ("go", "if err != nil {\n\treturn err\n}"),
        ("rust", "let mut v: Vec<i32> = vec![1, 2];\nv.push(3);"),
        ("css", "color: red;\nmargin: 0 auto;"),
        ("css", "@media (max-width: 600px) { .a { display: none; } }"),
        ("yaml", "- name: x\n  run: |\n    echo hi\n- name: y"),
        ("yaml", "image: {{ .Values.image }}"),
        ("bash", "docker run -it --rm <image> bash"),
        ("bash", 'for f in *.txt; do\n  mv "$f" "${f%.txt}.md"\ndone'),
        ("html", "<p>one<p>two<br><img src=a>"),
        ("html", '<div class="a">'),
        ("html", "{% if a %}<div>{% else %}<div class=b>{% endif %}</div>"),
        ("python", "- x = 1\n+ x = 2\n+ y = 3"),
        ("ruby", "def f(x"),
        ("text", "(((("),
    ],
)
def test_snippets_are_not_broken(language: str, code: str) -> None:
    assert "COD002" not in codes(FAMILY, fenced(language, code))


def test_dialects_are_remarks() -> None:
    for language, code in (
        ("python", 'print "hi"'),
        ("cpp", "FOO(x)\nint f( {"),
        ("sql", "SELEC * FRM a WHER"),
    ):
        (finding,) = [f for f in judged(FAMILY, fenced(language, code)) if f.code == "COD002"]
        assert finding.severity == "info"


def test_code_that_is_said_to_be_wrong_is_right() -> None:
    broken = "for i in range(3)\n    print(i)"
    assert "COD002" not in codes(FAMILY, fenced("python", broken), "Why does this raise a syntax error?")
    assert "COD002" not in codes(FAMILY, f"Wrong:\n```python\n{broken}\n```\nIt lacks a colon.")
    assert "COD002" not in codes(FAMILY, fenced("python", f"# SyntaxError: a colon is missing\n{broken}"))
    assert "COD002" in codes(FAMILY, fenced("python", broken), "Write a loop with error handling.")


@pytest.mark.parametrize(
    "answer",
    [
        "The key (see chapter 3 is stored in the vault. It never leaves the device.",
        "The key see chapter 3) is stored in the vault. It never leaves the device.",
        "He called it “a plain mistake and left the room. Nobody spoke after that.",
        'He called it "a plain mistake and left the room. Nobody spoke after that.',
        'He called it a plain mistake" and left the room. Nobody spoke after that.',
        "The list [one, two, three is complete. Nothing is missing from it now.",
        "It was «un grand jour for all of them. They went home late that night.",
        "1) Take the pan (the large one from the shelf.\n2) Fill it with water.",
        "Nice day :) but the rest (of the week will be cold. Take a coat with you.",
    ],
)
def test_lone_delimiters(answer: str) -> None:
    found = [f for f in judged(FAMILY, answer) if f.code == "COD003"]
    assert len(found) == 1, found


@pytest.mark.parametrize(
    "answer",
    [
        "That is great :) and sad :( too ;) (really).",
        "a) first\nb) second\n1) third\niv) fourth",
        "The interval [0, 1) is half open, and (0, 1] too.",
        'He is 5\'10" tall and the screen is 24" wide; the other is 27".',
        "“The first paragraph opens.\n\n“The second opens again and closes.”",
        "Er sagte „guten Tag“ und ging.",
        '"The first paragraph opens.\n\n"The second closes."',
        "It’s the dogs’ bowl, rock ’n’ roll.",
        'A mixed “pair" is let pass.',
        'Use `f(x` or the sign "(" alone.',
        "```python\nprint('(')\n```\nDone.",
        "See [the page](https://en.wikipedia.org/wiki/Foo_(bar)) for more.",
        "Let $f(x = 1$ be given, \\(a\\) and f'(x) = (x+1).",
        "Call foo.bar( and then close it with ).",
        'He said "5, 8, 12, 28" and then "no".',
    ],
)
def test_delimiters_that_are_right(answer: str) -> None:
    assert "COD003" not in codes(FAMILY, answer)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def area(r):\n    return 3.14 * r * r"),
        ("json", '{\n  "a": 1\n}'),
        ("javascript", "const a = 1;\nconsole.log(a);"),
        ("java", "public class A {\n  public static void main(String[] a) { }\n}"),
        ("c", "#include <stdio.h>\nint main(void) { return 0; }"),
        ("cpp", "#include <iostream>\nint main() { std::cout << 1; }"),
        ("go", "package main\n\nfunc main() {\n}"),
        ("rust", 'fn main() {\n    println!("a");\n}'),
        ("sql", "SELECT a FROM b WHERE c = 1;"),
        ("html", "<!DOCTYPE html>\n<html><body><p>x</p></body></html>"),
        ("css", ".a {\n  color: red;\n}"),
        ("bash", "cd project\npip install -r requirements.txt\ngit pull"),
    ],
)
def test_a_bare_fence_gets_its_language(language: str, code: str) -> None:
    answer = fenced("", code)
    (finding,) = judged(FAMILY, answer)
    assert (finding.code, finding.evidence["language"]) == ("COD004", language)
    after = mended(answer, [finding])
    assert after == fenced(language, code)
    assert judged(FAMILY, after) == []


@pytest.mark.parametrize(
    "code",
    [
        "total 12\ndrwxr-xr-x 2 a a 4096 Jan 1 src",
        "$ ls\na  b",
        "src/\n├── a.py\n└── b.py",
        "Roses are red,\nviolets are blue.",
        "if it rains\n  stay home\nelse\n  go out",
        "2024-01-01 12:00 ERROR failed",
        "a,b,c\n1,2,3",
        "E = mc^2",
        "[1, 2, 3]",
        ">>> 1 + 1\n2",
    ],
)
def test_a_bare_fence_around_output_is_right(code: str) -> None:
    assert codes(FAMILY, fenced("", code)) == []


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python", "print(“hi”)", fenced("python", 'print("hi")')),
        ("js", "let a = ‘b’;", fenced("js", "let a = 'b';")),
        ("python", "def f():\n\u00a0\u00a0\u00a0\u00a0return 1", fenced("python", "def f():\n    return 1")),
        ("python", "x = 1\u200b", fenced("python", "x = 1")),
        ("python", ">>> 1 + 1\n2", fenced("pycon", ">>> 1 + 1\n2")),
        ("bash", "$ ls -la\ntotal 0", fenced("console", "$ ls -la\ntotal 0")),
    ],
)
def test_copies_are_mended_safely(language: str, code: str, expected: str) -> None:
    answer = fenced(language, code)
    found = judged(FAMILY, answer)
    assert {f.code for f in found} == {"COD005"}
    assert mended(answer, found) == expected
    assert judged(FAMILY, expected) == []


def test_line_numbers_are_cut_off_on_demand() -> None:
    answer = fenced("js", "1  let a = 1;\n2  if (a) {\n3    b();\n4  }")
    found = judged(FAMILY, answer)
    assert [f.code for f in found] == ["COD005"]
    assert mended(answer, found) == answer
    assert mended(answer, found, "unsafe") == fenced("js", " let a = 1;\n if (a) {\n   b();\n }")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("console", "$ ls\na"),
        ("pycon", ">>> 1\n1"),
        ("python", 'def f():\n    """Double.\n\n    >>> f()\n    2\n    """\n    return 2'),
        ("python", 'print("He said “hi”")  # it’s fine'),
        ("bash", 'echo "$HOME costs $5"'),
        ("text", "1 one\n2 two\n3 three"),
        ("html", "<p>“quoted” and\u00a0so on</p>"),
        ("python", "x = 1\n2"),
        ("", "$ make\nok"),
    ],
)
def test_copies_that_are_right(language: str, code: str) -> None:
    assert "COD005" not in codes(FAMILY, fenced(language, code))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("##Setup\nDo this first.", "heading"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "table"),
        ("| a | b | c |\n|---|---|\n| 1 | 2 |\n", "table"),
        ("| a | b |\n|---|---|\n| 1 |\n", "table"),
        ("Read [the manual](https://example.com/m\nand go on.", "link"),
        ("Read [the manual] (https://example.com/m) first.", "link"),
        ("Read (the manual)[https://example.com/m] first.", "link"),
        ("**Note: save your work first.\n\nThen go on.", "bold"),
        ("Note:** save your work first.", "bold"),
        ("Then call `save and go on with it.", "code"),
        ("- **One: first\n- **Two:** second", "bold"),
    ],
)
def test_broken_markdown(answer: str, kind: str) -> None:
    found = [f for f in judged(FAMILY, answer) if f.code == "COD006"]
    assert [f.evidence["kind"] for f in found] == [kind]


@pytest.mark.parametrize(
    "answer",
    [
        "## Setup\n\n#hashtag and C# and issue #12",
        "| a | b |\n|---|:-:|\n| 1 | `x | y` |\n| 1 | x \\| y |\n\nText | after",
        '[a](https://b.c) and [d](https://e.f "title") and ![g](h.png)',
        "2**3 is 8, f(**kwargs), src/**/*.py, f**k",
        "Total** is 5.\n\n** without tax",
        "***\n\n* * *\n\n**bold** and **more** and ***both***",
        "He wrote `such' and ``two'' in TeX.",
        "Use `a` and ``b`c`` here.",
        "An array[i] (see below) and f[x](y).",
        "**Bold over\ntwo lines** is fine.",
        "#333333 is grey; ##\n",
    ],
)
def test_markdown_that_is_right(answer: str) -> None:
    assert "COD006" not in codes(FAMILY, answer)


def test_a_heading_gets_its_space() -> None:
    answer = "##Setup\nDo this."
    after = mended(answer, judged(FAMILY, answer))
    assert after == "## Setup\nDo this."
    assert judged(FAMILY, after) == []


def test_prompts_are_not_judged() -> None:
    assert judged(FAMILY, "Fine.", "##Why\n```python\nprint(1 (") == []


@pytest.mark.parametrize(
    "sign",
    ["(", "a<b(", "`${", "[[", "<", "{", '"""', "/*", "**", "`", "|--|\n", "[a](", "<<a\n", "www.", "$$"],
)
def test_hostile_texts_end(sign: str) -> None:
    text = sign * (30_000 // len(sign))
    for language in ("python", "json", "bash", "cpp", "html", "toml", ""):
        judged(FAMILY, f"```{language}\n{text}\n```", timed=True)
    judged(FAMILY, text)


def test_human_eval_is_clean(shared_data: Path) -> None:
    with gzip.open(shared_data / "benchmarks/HumanEval.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            code = row["prompt"] + row["canonical_solution"]
            for answer in (
                row["canonical_solution"],
                fenced("python", code),
                fenced("py", row["canonical_solution"]),
            ):
                assert codes(FAMILY, answer, row["prompt"]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t (a) VALUES (1)\nON CONFLICT (a) DO UPDATE SET a = EXCLUDED.a\nRETURNING *;",
        "SELECT TOP 10 * FROM t WITH (NOLOCK);",
        "DELETE FROM t WHERE at < NOW() - INTERVAL 1 YEAR;",
        "CREATE TABLE t (id INT IDENTITY(1,1) PRIMARY KEY);",
        "CREATE FUNCTION f() RETURNS trigger AS $$\nBEGIN\n  RETURN NEW;\nEND;\n$$ LANGUAGE plpgsql;",
    ],
)
def test_dialects_of_sql_are_right(statement: str) -> None:
    assert codes(FAMILY, f"```sql\n{statement}\n```") == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT a, b, FROM t;",
        "UPDATE t SET a = WHERE b = 1;",
        "INSERT INTO t (a VALUES (1)\nON CONFLICT (a) DO NOTHING;",
        "SELECT a FROM WHERE b = 1;",
    ],
)
def test_what_no_dialect_of_sql_takes_is_a_fault(statement: str) -> None:
    assert codes(FAMILY, f"```sql\n{statement}\n```") == ["COD002"]


@pytest.mark.parametrize(
    "answer",
    [
        '"Good day," said Ann. "What will it be?"\n\n"Two rolls, please, said the man.\n\n"That makes two euros."',
        "Das Sprichwort „Der frühe Vogel fängt den Wurm lobt alle, die zeitig anfangen.",
        "Er sagte „Ich komme“ und Ich gehe“. Dann ging er.",
        "“We left, he began. “The wind was kind.",
    ],
)
def test_speech_whose_mark_is_lost(answer: str) -> None:
    assert codes(FAMILY, answer) == ["COD003"]


@pytest.mark.parametrize(
    "answer",
    [
        "„Guten Tag“, sagte er. „Wie geht es dir?“",
        "„Dzień dobry”, powiedział. „Tak”.",
        "„Erster Absatz der Rede.\n\n„Zweiter Absatz der Rede.“",
        'She said „Hello" and left.',
        "Therefore the correct answer is B) rod.",
    ],
)
def test_speech_and_choices_that_are_right(answer: str) -> None:
    assert codes(FAMILY, answer) == []


@pytest.mark.parametrize(
    "answer",
    [
        "**Weather** is what happens today. **Climate is the average over thirty years.",
        "**Note: see **this page** first.",
        'Take [a course](https://example.org/s "free", which lasts ten weeks.',
        "See [the manual](https://example.com/m for details (chapter 2).",
        "Note**: save first.",
    ],
)
def test_open_markdown_further_on(answer: str) -> None:
    assert "COD006" in codes(FAMILY, answer)


def test_macros_on_lines_of_their_own_need_no_semicolon() -> None:
    block = '```cpp\nUFUNCTION(Server, Reliable, Category = "A (b)")\nvirtual void Start();\n```'
    assert "COD002" not in codes(FAMILY, block)
    assert "COD002" in codes(FAMILY, "```cpp\nint start()\nint x = ;\n```")


def test_unwanted_answers_of_kto_rows_may_have_faults(tmp_path: Path) -> None:
    def row(n: int, label: bool) -> dict[str, Any]:
        return {"prompt": f"Print {n}.", "completion": f"Run this:\n```python\nprint({n})", "label": label}

    done = check(tmp_path, {"train": [row(0, True), row(1, False), row(2, True)]}, "COD")
    assert rows_of(done, "COD001") == [0, 2]
