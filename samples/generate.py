"""Write the sample dataset: hand-written rows about a made-up tool, with faults planted on purpose."""

from __future__ import annotations

import argparse
import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Message = dict[str, Any]
Change = tuple[str, str]
Mutation = Callable[["Row", int], Change]
Test = Callable[["Row"], bool]

HERE = Path(__file__).resolve().parent
SEED = 20_417
MARKER = "### End"
SPLITS = ("train", "validation", "test")
# Clean rows of the two small splits; every other row goes to train.
CLEAN = {"validation": 52, "test": 55}
# Long rows that train holds at least, as originals of near duplicates and near leaks.
LONG_ROWS = 9
# Words swapped for near duplicates and near leaks: the meaning stays, the bytes do not.
SWAPS = (
    ("only", "solely"),
    ("because", "since"),
    ("usually", "normally"),
    ("every", "each"),
    ("so that", "in order that"),
    ("still", "nevertheless"),
    ("needs", "requires"),
    ("before", "prior to"),
    ("therefore", "hence"),
    ("while", "whilst"),
    ("whole", "entire"),
    ("shows", "displays"),
    ("keeps", "retains"),
    ("starts", "begins"),
    ("never", "at no time"),
)


@dataclass
class Row:
    """One record of a split; `raw` replaces its line where the fault is in the line itself."""

    ident: str
    topic: str
    slug: str
    messages: list[Message]
    raw: str | None = None

    def line(self) -> str:
        """Give the record's line without its newline."""
        if self.raw is not None:
            return self.raw
        return dump({"id": self.ident, "topic": self.topic, "messages": self.messages})

    def copy(self, ident: str) -> Row:
        """Give an independent row with the same content under another id."""
        return Row(ident, self.topic, self.slug, copy.deepcopy(self.messages))

    def first(self, role: str) -> int:
        """Find the first message of a role."""
        return next(at for at, message in enumerate(self.messages) if message["role"] == role)

    @property
    def question(self) -> str:
        """Give the text of the first user message."""
        return str(self.messages[self.first("user")]["content"])

    @property
    def answer(self) -> str:
        """Give the text of the last message without its end marker."""
        return str(self.messages[-1]["content"]).removesuffix(f"\n{MARKER}")

    def put_answer(self, text: str) -> str:
        """Replace the whole content of the last message and name its field."""
        self.messages[-1]["content"] = text
        return f"messages[{len(self.messages) - 1}].content"


@dataclass
class Plant:
    """One planted fault: the row that carries it and what a checker should say about it."""

    code: str
    split: str
    row: Row
    field: str | None
    note: str
    also: tuple[str, ...] = ()


@dataclass
class Sowing:
    """The growing dataset: splits, the faults planted so far, and the rows no longer free."""

    splits: dict[str, list[Row]]
    rng: random.Random
    plants: list[Plant] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    fresh: int = 0

    def take(self, split: str, fits: Test) -> Row:
        """Pick a free row at random and mark it as used."""
        row = self.rng.choice([r for r in self.splits[split] if id(r) not in self.used and fits(r)])
        self.used.add(id(row))
        return row

    def insert(self, split: str, row: Row, after: Row | None = None) -> None:
        """Put a row at a random place of a split, behind another row where one is named."""
        rows = self.splits[split]
        low = 0 if after is None else next(at for at, r in enumerate(rows) if r is after) + 1
        rows.insert(self.rng.randint(low, len(rows)), row)
        self.used.add(id(row))

    def new_id(self) -> str:
        """Give an id that no clean row has."""
        self.fresh += 1
        return f"hr-{9000 + self.fresh}"

    def add(self, code: str, split: str, row: Row, change: Change, also: tuple[str, ...] = ()) -> None:
        """Note a planted fault."""
        where, note = change
        self.plants.append(Plant(code, split, row, where or None, note, also))


def dump(value: object) -> str:
    """Write a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def close(text: str) -> str:
    """Add the end marker to an answer."""
    return f"{text}\n{MARKER}"


def blocks(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Read a source file as (slug, turns), a turn being (role, text)."""
    roles = {"@u": "user", "@a": "assistant", "@s": "system"}
    for chunk in text.split("@@ ")[1:]:
        slug, _, body = chunk.partition("\n")
        turns: list[tuple[str, list[str]]] = [("user", [])]
        for line in body.split("\n"):
            if line in roles:
                turns.append((roles[line], []))
            else:
                turns[-1][1].append(line)
        said = [(role, "\n".join(lines).strip()) for role, lines in turns]
        yield slug.strip(), sorted(((r, t) for r, t in said if t), key=lambda turn: turn[0] != "system")


def read_corpus(folder: Path) -> list[Row]:
    """Read every hand-written row of the source folder, in a fixed order."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.txt")):
        for slug, turns in blocks(path.read_text(encoding="utf-8")):
            messages: list[Message] = [
                {"role": role, "content": close(text) if role == "assistant" else text}
                for role, text in turns
            ]
            rows.append(Row("", path.stem, f"{path.stem}/{slug}", messages))
    for item in json.loads((folder / "tool_calls.json").read_text(encoding="utf-8")):
        messages = item["messages"]
        messages[-1]["content"] = close(messages[-1]["content"])
        rows.append(Row("", "tool-calls", f"tool-calls/{item['slug']}", messages))
    return rows


def deal(rows: list[Row], rng: random.Random, reserved: set[str]) -> dict[str, list[Row]]:
    """Shuffle the rows into the splits; rows that plants name, tool calls and some long ones stay in train."""
    rng.shuffle(rows)
    for number, row in enumerate(rows, 1):
        row.ident = f"hr-{number:04d}"
    stay = reserved | {row.slug for row in [row for row in rows if long_prose(row)][:LONG_ROWS]}
    free = [row for row in rows if row.slug not in stay and not has_tools(row)]
    bound = CLEAN["validation"], CLEAN["validation"] + CLEAN["test"]
    held = {id(row) for row in free[: bound[1]]}
    return {
        "train": [row for row in rows if id(row) not in held],
        "validation": free[: bound[0]],
        "test": free[bound[0] : bound[1]],
    }


def single(row: Row) -> bool:
    """Say whether a row is one question with one answer of more than a few words."""
    return len(row.messages) == 2 and len(row.answer.split()) >= 15


def plain(row: Row) -> bool:
    """Say whether a row is one question with one answer in prose of some length."""
    return len(row.messages) == 2 and "```" not in row.answer and len(row.answer.split()) >= 25


def long_prose(row: Row) -> bool:
    """Say whether a row is long enough that a few changed words leave it nearly the same."""
    return plain(row) and len(row.answer.split()) >= 80 and len(swap(row.answer)[1]) >= 2


def has_tools(row: Row) -> bool:
    """Say whether a row holds a tool call."""
    return row.topic == "tool-calls"


def swap(text: str) -> tuple[str, list[str]]:
    """Exchange up to three words of a text and name the changes."""
    done: list[str] = []
    for old, new in SWAPS:
        if f" {old} " in text and len(done) < 3:
            text = text.replace(f" {old} ", f" {new} ", 1)
            done.append(f"{old} -> {new}")
    return text, done


def unreadable(row: Row, variant: int) -> Change:
    """Cut the line off in the middle, or put a NaN into it."""
    if variant == 2:
        row.raw = row.line().removesuffix("}") + ', "score": NaN}'
        return "", "the line holds NaN, which is not JSON"
    line = row.line()
    row.raw = line[: len(line) * (3 if variant else 2) // 4]
    return "", "the line is cut off in the middle"


def alpaca(row: Row, variant: int) -> Change:
    """Write the row in another layout."""
    keys = ("instruction", "input", "output") if variant == 0 else ("prompt", "", "completion")
    values = (row.question, "", close(row.answer))
    record = {"id": row.ident, "topic": row.topic} | {k: v for k, v in zip(keys, values, strict=True) if k}
    row.raw = dump(record)
    return "", f"the row has the fields {', '.join(k for k in keys if k)} among rows of messages"


def missing(row: Row, variant: int) -> Change:
    """Drop a field that every row must have."""
    if variant == 0:
        del row.messages[0]["content"]
        return "messages[0].content", "the first message has no content"
    if variant == 1:
        row.raw = dump({"id": row.ident, "topic": row.topic})
        return "messages", "the row has no messages"
    del row.messages[-1]["role"]
    return f"messages[{len(row.messages) - 1}].role", "the last message has no role"


def empty_prompt(row: Row, variant: int) -> Change:
    """Empty the question, once wholly and once down to blanks."""
    at = row.first("user")
    row.messages[at]["content"] = ("", "  \n ")[variant]
    return f"messages[{at}].content", "the prompt is empty"


def empty_answer(row: Row, variant: int) -> Change:
    """Empty the answer, with and without its end marker."""
    return row.put_answer(("", f"\n{MARKER}", MARKER)[variant]), "the answer is empty"


def bad_order(row: Row, variant: int) -> Change:
    """Break the order of the roles."""
    if variant == 0:
        at = row.first("user")
        row.messages.insert(at, {"role": "user", "content": "Quick question about hayrick before I go on."})
        return f"messages[{at + 1}].role", "two user messages in a row"
    if variant == 1:
        row.messages.append({"role": "user", "content": "Thanks, that fixed it."})
        return f"messages[{len(row.messages) - 1}].role", "the conversation ends with the user"
    row.messages.reverse()
    return "messages[0].role", "the answer stands before the question"


def unknown_role(row: Row, variant: int) -> Change:
    """Give the answer a role that no chat template knows."""
    row.messages[-1]["role"] = ("bot", "Assistant ", "hayrick")[variant]
    return f"messages[{len(row.messages) - 1}].role", f"the role is {row.messages[-1]['role']!r}"


def bad_tool(row: Row, variant: int) -> Change:
    """Break a tool call: its arguments or the id that ties the reply to it."""
    at = row.first("assistant")
    call = row.messages[at]["tool_calls"][0]
    if variant == 1:
        reply = row.first("tool")
        row.messages[reply]["tool_call_id"] = "call_0"
        return f"messages[{reply}].tool_call_id", "the tool reply names no call of this row"
    arguments = call["function"]["arguments"]
    call["function"]["arguments"] = arguments[:-1] if variant == 0 else arguments.replace('"', "'")
    return f"messages[{at}].tool_calls[0].function.arguments", "the arguments are not valid JSON"


def placeholder(row: Row, variant: int) -> Change:
    """Leave text in the answer that someone meant to replace."""
    first, _, _ = row.answer.partition(". ")
    texts = (
        "TODO: write answer",
        "{{answer}}",
        f"{first.rstrip('.')}. [INSERT EXAMPLE COMMAND HERE]",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt.",
        f"{row.answer}\n\nSee also: <your link here>.",
    )
    return row.put_answer(close(texts[variant])), "placeholder text was left in the answer"


def stray_space(row: Row, variant: int) -> Change:
    """Put white space around a message's text."""
    at = row.first("user") if variant % 2 == 0 else len(row.messages) - 1
    text = row.messages[at]["content"]
    row.messages[at]["content"] = (f"\n{text}", f"{text}  ", f"{text} ", f"  {text}")[variant]
    return f"messages[{at}].content", "white space stands around the text"


def no_marker(row: Row, variant: int) -> Change:
    """Leave the end marker out, sometimes with a line break in its place."""
    return row.put_answer(row.answer + ("\n" if variant % 6 == 5 else "")), "the end marker is missing"


def odd_marker(row: Row, variant: int) -> Change:
    """Write the end marker another way."""
    forms = (
        "\n### END",
        "\n###End",
        "\n</s>",
        "\n### end",
        "\n## End",
        "\n### End.",
        " ### END",
        "\n#### End",
    )
    return row.put_answer(row.answer + forms[variant]), f"the answer ends with {forms[variant].strip()!r}"


def trailing_text(row: Row, variant: int) -> Change:
    """Go on after the end marker."""
    texts = (
        "\nLet me know if the lock comes back.",
        "\nUser: and how do I undo that?",
        " (checked by the docs team)",
        "\n\nRelated: retention rules, ferrying between ricks.",
    )
    return row.put_answer(close(row.answer) + texts[variant]), "text stands after the end marker"


def doubled_marker(row: Row, variant: int) -> Change:
    """Repeat the end marker."""
    tail = (f"\n{MARKER}", f"\n\n{MARKER}", f" {MARKER}")[variant]
    return row.put_answer(close(row.answer) + tail), "the end marker stands twice at the end"


def inner_marker(row: Row, variant: int) -> Change:
    """Let the marker appear inside the body of an answer that also ends with it."""
    head, _, rest = row.answer.partition(". ")
    joints = (
        f".\n{MARKER}\n",
        f". The notes for this step close with `{MARKER}` in the handbook. ",
        f". {MARKER} ",
        f".\n\n{MARKER} of part one\n\n",
    )
    return row.put_answer(close(head + joints[variant] + rest)), "the end marker stands inside the answer"


LINKING = ("a", "and", "of", "or", "the", "with")


def cut_short(row: Row, variant: int) -> Change:
    """Stop the answer in the middle of a sentence, before its marker."""
    words = row.answer.split(" ")
    keep = len(words) * (60 + 5 * variant) // 100
    in_list = (
        " ".join(words[:keep]).rpartition("\n")[2].startswith("- ")
    )  # an item may end with any other word
    while not words[keep - 1].isalpha() or (in_list and words[keep - 1] not in LINKING):
        keep -= 1
    return row.put_answer(close(" ".join(words[:keep]))), "the answer breaks off in the middle of a sentence"


def echo(row: Row, variant: int) -> Change:
    """Begin the answer with the prompt."""
    joint = ("\n\n", "\n", " ")[variant]
    return row.put_answer(close(row.question + joint + row.answer)), "the answer begins with its prompt"


# Faults within one row: code, mutation, rows that fit, how often in each split, codes that may fire with it.
PLAN: tuple[tuple[str, Mutation, Test, tuple[int, int, int], tuple[str, ...]], ...] = (
    ("FMT001", unreadable, single, (2, 1, 0), ()),
    ("FMT002", alpaca, single, (2, 0, 0), ("FMT003",)),
    ("FMT003", missing, single, (2, 0, 1), ("FMT002", "FMT004", "FMT006", "FMT007")),
    ("FMT004", empty_prompt, single, (1, 1, 0), ("FMT011", "LEK003")),
    ("FMT005", empty_answer, single, (2, 0, 1), ("STP001", "FMT011")),
    ("FMT006", bad_order, single, (2, 1, 0), ("STP001",)),
    ("FMT007", unknown_role, single, (2, 0, 1), ("FMT006",)),
    ("FMT008", bad_tool, has_tools, (3, 0, 0), ()),
    ("FMT010", placeholder, plain, (4, 0, 1), ("ART001", "LEN002")),
    ("FMT011", stray_space, single, (3, 1, 0), ("STP002", "STP003")),
    ("STP001", no_marker, single, (10, 1, 1), ("FMT011",)),
    ("STP002", odd_marker, single, (7, 1, 0), ("STP001", "STP003", "TOK001")),
    ("STP003", trailing_text, plain, (3, 0, 1), ("INJ002", "LEN004", "STP001", "STP005")),
    ("STP004", doubled_marker, single, (3, 0, 0), ("STP003",)),
    ("STP005", inner_marker, plain, (3, 1, 0), ("STP003", "STP004")),
    ("STP006", cut_short, plain, (4, 1, 0), ()),
    ("DUP004", echo, single, (2, 0, 1), ()),
)


def plant_in_place(sowing: Sowing) -> None:
    """Plant every fault that lives in one row."""
    for code, mutate, fits, counts, also in PLAN:
        places = [split for split, count in zip(SPLITS, counts, strict=True) for _ in range(count)]
        for variant, split in enumerate(places):
            row = sowing.take(split, fits)
            sowing.add(code, split, row, mutate(row, variant), also)


def plant_duplicates(sowing: Sowing) -> None:
    """Plant duplicates within a split and leaks between splits."""
    for split, own_id in (("train", False), ("train", True), ("train", True), ("validation", True)):
        origin = sowing.take(split, single)
        twin = origin.copy(sowing.new_id() if own_id else origin.ident)
        sowing.insert(split, twin, after=origin)
        note = f"same as {origin.ident}" + (", but for the id" if own_id else ", id and all")
        sowing.add("DUP001", split, twin, ("", note), ("DUP002", "DUP003"))
    for split in ("train", "train", "train", "train"):
        origin = sowing.take(split, long_prose)
        twin = origin.copy(sowing.new_id())
        twin.messages[0]["content"] = f"Hello! {origin.question}"
        text, done = swap(origin.answer)
        where = twin.put_answer(close(text))
        sowing.insert(split, twin, after=origin)
        note = f"{origin.ident} with a greeting and {'; '.join(done)}"
        sowing.add("DUP002", split, twin, (where, note), ("DUP003", "LBL002"))
    for target in ("validation", "validation", "test", "test"):
        origin = sowing.take("train", single)
        twin = origin.copy(sowing.new_id())
        sowing.insert(target, twin)
        sowing.add("LEK001", target, twin, ("", f"same as {origin.ident} of train"), ("LEK002", "LEK003"))
    for target in ("validation", "validation", "test"):
        origin = sowing.take("train", long_prose)
        twin = origin.copy(sowing.new_id())
        text, done = swap(origin.answer)
        where = twin.put_answer(close(text))
        sowing.insert(target, twin)
        note = f"{origin.ident} of train with {'; '.join(done)}"
        sowing.add("LEK002", target, twin, (where, note), ("LEK003",))


def plant_written(sowing: Sowing, written: dict[str, Any]) -> None:
    """Plant the faults whose text is hand-written: second prompts, second answers and conflicts."""
    by_slug = {row.slug: row for row in sowing.splits["train"]}
    for slug, prompt in written["second_prompts"].items():
        origin = by_slug[slug]
        twin = origin.copy(sowing.new_id())
        twin.messages[twin.first("user")]["content"] = prompt
        sowing.used.add(id(origin))
        sowing.insert("train", twin, after=origin)
        where = f"messages[{len(twin.messages) - 1}].content"
        note = f"the answer of {origin.ident}, word for word"
        sowing.add("DUP003", "train", twin, (where, note), ("DUP002",))
    others = zip(("validation", "test", "test"), written["other_answers"].items(), strict=True)
    for split, (slug, answer) in others:
        origin = by_slug[slug]
        twin = origin.copy(sowing.new_id())
        twin.put_answer(close(answer))
        sowing.used.add(id(origin))
        sowing.insert(split, twin)
        where = f"messages[{twin.first('user')}].content"
        sowing.add("LEK003", split, twin, (where, f"the prompt of {origin.ident} of train"))
    for code, key in (("LBL001", "conflicts"), ("LBL002", "near_conflicts")):
        for item in written[key]:
            plant_conflict(sowing, code, item)


def plant_conflict(sowing: Sowing, code: str, item: dict[str, Any]) -> None:
    """Insert rows that ask the same and answer differently; every one of them is flagged."""
    for prompt, answer in zip(item["prompts"], item["answers"], strict=True):
        messages: list[Message] = [
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": close(answer)},
        ]
        row = Row(sowing.new_id(), item["topic"], f"{code}/{sowing.fresh}", messages)
        sowing.insert(item["split"], row)
        note = f"answers {answer!r}, another row with this prompt does not"
        also = ("DUP002", "LBL001") if code == "LBL002" else ("DUP002",)
        sowing.add(code, item["split"], row, ("messages[1].content", note), also)


def key_of(sowing: Sowing) -> list[dict[str, Any]]:
    """List the planted faults with the places their rows have in the end."""
    place = {id(row): at for rows in sowing.splits.values() for at, row in enumerate(rows)}
    entries = [
        {
            "code": plant.code,
            "split": plant.split,
            "file": f"{plant.split}.jsonl",
            "line": place[id(plant.row)] + 1,
            "row": place[id(plant.row)],
            "field": plant.field,
            "note": plant.note,
            "also": sorted(plant.also),
        }
        for plant in sowing.plants
    ]
    return sorted(entries, key=lambda entry: (entry["code"], SPLITS.index(entry["split"]), entry["row"]))


def build(source: Path) -> Sowing:
    """Read the corpus, deal it into splits and plant the faults."""
    rng = random.Random(SEED)
    written = json.loads((source / "plants.json").read_text(encoding="utf-8"))
    reserved = set(written["second_prompts"]) | set(written["other_answers"])
    sowing = Sowing(deal(read_corpus(source), rng, reserved), rng)
    plant_written(sowing, written)
    plant_duplicates(sowing)
    plant_in_place(sowing)
    return sowing


def main() -> None:
    """Write the splits and the key of the planted faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="folder to write to")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    sowing = build(HERE / "source")
    for split, rows in sowing.splits.items():
        text = "".join(f"{row.line()}\n" for row in rows)
        (out / f"{split}.jsonl").write_text(text, encoding="utf-8", newline="\n")
    entries = ",\n".join(f"  {dump(entry)}" for entry in key_of(sowing))
    (out / "planted.json").write_text(f"[\n{entries}\n]\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
