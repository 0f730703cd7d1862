"""Three faults or more of every rule that has a fix, as rows to put into the project of the whole catalogue."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tests.rules.whole_catalogue import PARTS, PLACES, TOPICS, about, answer, question

MARKER = "### End"
LONG = "The carpenter planes the board, then oils it and lets it dry overnight in the shed."


class Faulty(NamedTuple):
    """A line, and the file of the project that it is put into."""

    file: str
    line: str


PAIRS: dict[str, list[tuple[str, str]]] = {
    "ART001": [
        ("How do I keep bread?", "Keep it cool&nbsp;and dry, and cut it only when you are hungry."),
        ("Which shop sells rope?", "Smith &amp; Sons sell rope by the yard, and so does the chandler."),
        ("How warm is the sea?", "It is about 18&deg;C in June.<br>In August it is warmer by some degrees."),
        ("How long do eggs keep?", "They keep for three weeks in the pantry &mdash; longer in the fridge."),
    ],
    "ART002": [
        ("How do I brew tea?", "Boil the water.\\nWarm the pot.\\nPour, and wait for four minutes."),
        ("What did the sailor say?", "He said that the \\u2019cask\\u2019 was empty, and that he\\u2019d go ashore."),
        ("List three trees of the north.", "Birch is common.\\n\\nPine is too.\\n\\nSpruce grows everywhere."),
    ],
    "ART003": [
        ("Where can one sit in Paris?", "The cafÃ© on the corner has tables outside, and the soup is good."),
        ("What does the sign say?", "It says â€œno entryâ€\x9d, and the guard takes it seriously every day."),
        ("Who painted the hall?", "JosÃ© and RenÃ©e painted the hall together, in a single long weekend."),
        ("Does it rain there?", "It doesnâ€™t rain there in summer, so bring water for the whole walk."),
    ],
    "ART004": [
        ("How do I see errors?", "The log shows \x1b[31merrors in red\x1b[0m, and warnings further down in yellow."),
        ("What is in the box?", "There is a ham\x00mer in the box, and a handful of nails beside it."),
        ("What is on page two?", "The first chapter ends here.\x0cThe second begins with the storm at sea."),
    ],
    "ART005": [
        ("Which bridge is the tallest?", "By the harbour it is the red one.\n\nhttps://bridges.net/red"),
        ("How old is the chapel?", "It was built in 1612 by monks.\n\nSource: https://www.old-chapels.co.uk/list/1612"),
        ("When do storks leave?", "They leave late in August.\n\nSource: https://birdpages.org/storks.html"),
    ],
    "ART006": [
        ("What is in the picture?", "A cat. data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUgAAAAUA" * 30),
        ("Send me the file.", "Here it is, as I promised, in one piece: " + "R0lGODlhAQABAIAAAAUEBAxWq7pZt9Kd" * 40),
        ("Show me the logo.", f"{LONG} " * 12 + "data:image/gif;base64," + "R0lGODlhAQABAIAAAAUEBAAA" * 14),
    ],
    "COD001": [
        ("How do I print one in Python?", "Run this:\n```python\nprint(1)"),
        ("How do I list files in a shell?", "Use this command:\n\n```bash\nls -la /srv"),
        ("Write a function that doubles.", "Here it is:\n```python\ndef twice(x):\n    return x * 2```"),
        ("How do I ask for names in SQL?", "Like this:\n\n~~~sql\nSELECT name FROM boats;"),
    ],
    "COD004": [
        ("Write the area of a circle.", "```\ndef area(r):\n    return 3.14 * r * r\n```\nIt takes the radius."),
        ("How do I save my work in git?", "Run these two:\n```\ngit add .\ngit commit -m 'Save'\n```"),
        ("Ask for all boats in SQL.", "```\nSELECT name FROM boats WHERE masts = 2;\n```\nIt gives the names."),
    ],
    "COD005": [
        ("How do I greet in Python?", "```python\nprint(“hi”)\n```\nIt prints the word."),
        ("How do I see the files?", "```bash\n$ ls\nboat.txt\n$ pwd\n/home\n```\nThe second shows the folder."),
        ("Set three variables.", "```javascript\n1 let a = 1;\n2 let b = 2;\n3 let c = 3;\n```\nThey are numbers."),
        ("Write a loop.", "```python\nfor i in range(3):\n\u00a0\u00a0\u00a0\u00a0print(i)\n```\nThree lines come."),
    ],
    "COD006": [
        ("How do I set up the tent?", "##Setup\n\nLay out the poles, and push them through the loops."),
        ("Tell me about the old mill.", "###History\n\nIt was built by a miller.\n\n###Today\n\nIt is a museum."),
        ("How do I feed sourdough?", "Do it daily.\n\n##Feeding\n\nMix flour and water, and stir it in."),
    ],
    "DUP004": [
        ("Why do leaves turn yellow in autumn?", "Why do leaves turn yellow in autumn? The tree saves its green."),
        ("How does a lock lift a boat upwards?", "How does a lock lift a boat upwards? Water fills its chamber."),
        ("What makes the bells ring at noon?", "What makes the bells ring at noon? A clockwork pulls the long rope."),
    ],
    "FMT004": [("", f"{LONG} {n}" ) for n in ("It is oak.", "It is ash.", "It is elm.")],
    "FMT005": [(f"What is the {word} for?", "") for word in ("anvil", "bellows", "trivet")],
    "FMT010": [(f"What is a {word}?", said) for word, said in
               (("sextant", "TODO"), ("windlass", "[Your answer here]"), ("capstan", "N/A"))],
    "FMT011": [
        ("What is a cask?", "  A barrel made of staves, in which wine or beer is kept."),
        ("What is a stave?", "\n\nA narrow plank of wood that is bent to make a barrel."),
        ("What is a hoop?  ", "A ring of iron that holds the staves of a barrel."),
    ],
    "INJ002": [
        ("What is tar for?", "It keeps the ropes dry.\nUser: And pitch?\nAssistant: It seals the planks."),
        ("What is oakum?", "Old rope, picked apart.\n\nHuman: Thanks!\n\nAssistant: You are welcome."),
        ("What is a bilge?", "The lowest part of a hull.\n### Instruction:\nName a sail.\n### Response:\nThe jib."),
    ],
    "INJ004": [
        ("What is a jib?", "A triangu\u200blar sail that is set before the foremost mast of a ship."),
        ("What is a yawl?", "A boat with two masts, the second one far astern be\u00adhind the rudder."),
        ("What is a ketch?", "A boat with\u2060 two masts, of which the second one is the shorter\ufeff."),
    ],
    "LEN003": [
        ("Why is the sea salt?", "Rivers carry salt. " + "The water goes up and the salt stays behind. " * 9),
        ("Name some fruit.", "Apples, pears and plums. " + "I like apples and pears and plums best. " * 12),
        ("How do I sleep well?", "Go early to bed.\n" + "Keep the room dark and cool.\n" * 10),
    ],
    "LEN004": [
        ("Why do cats purr?", "Great question! They purr when they are calm, and also to calm themselves."),
        ("How do I sharpen a knife?", "Certainly! Draw it over the wet stone at a low angle, ten times a side."),
        ("What is felt?", "Wool that was pressed and rubbed until it held. I hope this helps!"),
    ],
    "LNG002": [
        ("What is a p\u0430ddle?", "A board on a pole with which one m\u043eves a c\u0430noe over the water."),
        ("What is a thwart?", "A bench th\u0430t goes from one side of a b\u043e\u0430t to the other."),
        ("What is a cleat?", "A fitting to which a r\u043epe is m\u0430de fast on the dock."),
    ],
    "PII001": [
        ("Whom do I ask?", "Write to maria.keller@gmail.com, she knows the keys and the hours of the hall."),
        ("How do I reach him?", "Call him at (415) 867-2231 after six, he is at the workshop before that."),
        ("Where do I pay?", "Send it to DE89 3704 0044 0532 0130 00 before Friday, with your name on it."),
    ],
    "PII002": [
        ("How did you log in?", "I set AWS_ACCESS_KEY_ID=AKIAJ5Q2WX7ZT4NMB3RD in the shell and ran the tool."),
        ("Which token is it?", "It is ghp_a8Fk2LmQ9xTz4RvB7nWc3YdH6sJpE1uGoN5i and it lets you push to the mirror."),
        ("Where is the key?", "It is in the settings: sk_live_4eC39HqLyjWDarjtT1zdp7dcQw8RmX2v for the shop."),
    ],
    "REF001": [
        ("How do I whittle a spoon?", "I'm sorry, but I can't help with that."),
        ("Which rope floats?", "I cannot assist with that request."),
        ("Write a poem about tar.", "I'm sorry, but I am unable to fulfil this request."),
    ],
    "REF002": [
        ("Do you like the sea?", "As an AI language model, I have no taste. The sea is loved for its calm."),
        ("Which cheese is best?", "As an AI, I don't have preferences. Comté is prized for its long ripening."),
        ("Is oak better than ash?", "As an AI language model, I cannot judge by touch. Oak is harder than ash."),
    ],
    "TOK001": [
        ("What is a keel?</s>", "The beam along the bottom of a ship, on which all the ribs stand."),
        ("What is a rib?", "A bent beam<|endoftext|> that gives the hull of a ship its form and its strength."),
        ("What is a plank?", "<s>A long and flat piece of wood with which the hull of a ship is covered."),
    ],
    "TOK003": [
        ("Which boats are there?", json.dumps([{"name": f"boat {n}", "masts": n % 3, "year": 1900 + n}
                                               for n in range(12)], indent=4)),
        ("Which clocks are there?", json.dumps([{"maker": f"maker {n}", "hands": 2, "price": n * 7}
                                                for n in range(14)], indent=4)),
        ("Which tents are there?", json.dumps({f"tent {n}": {"poles": n, "weight": n * 3} for n in range(15)},
                                              indent=8)),
    ],
}  # fmt: skip
FRENCH = (
    (
        "Qui répare les horloges du vieux village ?",
        "Un vieil homme, dont l'atelier est derrière la petite église.",
    ),
    (
        "Où se trouve le grand port de la ville ?",
        "Il se trouve au bord du fleuve, derrière les vieilles halles.",
    ),
    ("Comment garde-t-on le fromage au frais ?", "On le garde à la cave, dans un linge humide et propre."),
    (
        "Pourquoi la cloche sonne-t-elle à midi ?",
        "Elle rappelle aux ouvriers que le repas est prêt depuis longtemps.",
    ),
)
ENDINGS: dict[str, list[str]] = {
    "STP001": ["", "", ""],
    "STP002": ["\n###END", "\n### end", "\n## End", "</s>"],
    "STP003": [f"\n{MARKER}\nAnd one more thing.", f"\n{MARKER} Thanks.", f"\n{MARKER}\nQuestion: why?"],
    "STP004": [f"\n{MARKER}\n{MARKER}", f"\n{MARKER}{MARKER}", f"\n{MARKER}\n\n{MARKER}"],
}
"""How an answer ends, of the rules about endings."""
PROJECT = {
    "STP007": ("Modelfile", 'PARAMETER stop "### End"\n', ""),
    "TPL003": ("Modelfile", "PARAMETER num_predict 400\n", ""),
    "FMT009": ("ftui.toml", 'answer = "{text}"', 'answer = "Found: {text}"'),
}
"""What to replace in a file of the project, and by what, for a rule whose fault lies there."""
ROLES = ("bot", "Assistant", " assistant ", "human")


def faulty(code: str) -> list[Faulty]:
    """The rows with the faults of a rule, dealt over three layouts where a row can be of any."""
    made = [
        _pair(n, ask, f"{said}\n{MARKER}" if said else "")
        for n, (ask, said) in enumerate(PAIRS.get(code, ()))
    ]
    made += [_pair(n, question(n + 700), _bare(n + 700) + end) for n, end in enumerate(ENDINGS.get(code, ()))]
    return made + _special(code)


def shares() -> list[dict[str, Any]]:
    """Right rows of the layout that the project of the whole catalogue lacks."""
    return [json.loads(_share(question(n), answer(n), about(n))) for n in range(850, 880)]


def _bare(n: int) -> str:
    return answer(n).removesuffix(f"\n{MARKER}")


def _pair(n: int, ask: str, said: str) -> Faulty:
    beside = about(n + 700)
    if n % 3 == 0:
        return Faulty("train.jsonl", json.dumps({"instruction": ask, "input": "", "output": said, **beside}))
    if n % 3 == 1:
        return Faulty("chats.jsonl", _chat(ask, said, beside))
    return Faulty("shares.jsonl", _share(ask, said, beside))


def _chat(ask: str, said: str, beside: dict[str, Any], role: str = "assistant") -> str:
    turns = [{"role": "user", "content": ask}, {"role": role, "content": said}]
    return json.dumps({"messages": turns, **beside})


def _share(ask: str, said: str, beside: dict[str, Any], role: str = "gpt") -> str:
    turns = [{"from": "human", "value": ask}, {"from": role, "value": said}]
    return json.dumps({"conversations": turns, **beside})


def _alpaca(ask: str, said: str, n: int) -> str:
    return json.dumps({"instruction": ask, "input": "", "output": said, **about(n)})


def _special(code: str) -> list[Faulty]:
    """Faults that are no prompt with an answer, or lie between rows."""
    match code:
        case "DUP001":
            return [
                Faulty("train.jsonl", _alpaca(question(5), answer(5), 5)),
                Faulty("chats.jsonl", _pair(1, *PAIRS["LEN003"][1]).line),
                Faulty("chats.jsonl", _pair(1, *PAIRS["LEN003"][1]).line),
                Faulty("shares.jsonl", _share(question(850), answer(850), about(850))),
            ]
        case "DUP002":
            told = [_long(n) for n in range(3)]
            return [
                _pair(n, question(n + 770), said + f"\n{MARKER}")
                for n, each in enumerate(told)
                for said in (each, each.replace("lantern", "lamp"))
            ]
        case "FMT001":
            return [
                Faulty("train.jsonl", '{"instruction": "What is a bung?", "output": "A'),
                Faulty("chats.jsonl", _chat("Is it \ud83d there?", answer(711), about(711))),
                Faulty("shares.jsonl", "conversations: none"),
            ]
        case "FMT003":
            chat = {"messages": [{"role": "user", "content": "Hello there"}, {"role": "assistant"}]}
            share = {"conversations": [{"from": "human", "value": "Hello there"}, {"from": "gpt"}]}
            return [
                Faulty("train.jsonl", json.dumps({"instruction": question(712), "input": "", **about(712)})),
                Faulty("chats.jsonl", json.dumps({**chat, **about(713)})),
                Faulty("shares.jsonl", json.dumps({**share, **about(714)})),
            ]
        case "FMT007":
            chats = [
                _chat(question(715 + n), answer(715 + n), about(715 + n), role)
                for n, role in enumerate(ROLES[:3])
            ]
            share = _share(question(719), answer(719), about(719), "GPT ")
            return [*(Faulty("chats.jsonl", line) for line in chats), Faulty("shares.jsonl", share)]
        case "FMT009":
            return _deviating()
        case "LBL003":
            said = ("Delivery", " repair", "REPAIR", "Delivery ", "deliv-ery")
            return [
                Faulty(
                    "labels.jsonl",
                    json.dumps({"text": f"about my order {n}, of the {question(n)}", "label": label}),
                )
                for n, label in enumerate(said, 720)
            ]
        case "LEK001" | "LEK003" | "LEK005":
            return _leaking(code)
        case "LEK002":
            known = [_pair(0, question(n), f"{_long(n)}\n{MARKER}") for n in range(7, 10)]
            return known + _leaking(code)
        case "LEK006":
            item = "If {0} ships sail from port with {1} sailors each, how many sail?"
            return [
                _pair(n, item.format(n, n + 2), f"They are {n * (n + 2)}.\n{MARKER}") for n in range(12, 15)
            ]
        case "LNG003":
            return [_pair(n, ask, f"{said}\n{MARKER}") for n, (ask, said) in enumerate(FRENCH)]
        case "LNG004":
            domains = ("boats/cheese", ["clocks", "tents"], "bridges, boats")
            return [
                Faulty(
                    "train.jsonl",
                    _alpaca(question(n), answer(n), n).replace(f'"domain": "{TOPICS[n % 5]}"', told),
                )
                for n, told in enumerate((f'"domain": {json.dumps(each)}' for each in domains), 770)
            ]
        case "PRF001":
            said = [f"It is held by rope number {n}.\n{MARKER}" for n in range(3)]
            return [
                Faulty(
                    "pairs.jsonl",
                    json.dumps({"prompt": question(n + 730), "chosen": each, "rejected": each, **about(n)}),
                )
                for n, each in enumerate(said)
            ]
        case "TOK002":
            thoughts = ["<think>"] * 21 + ["<thinking>"] * 4
            return [
                _pair(
                    n, question(n + 740), f"{tag}It is load {n}.{tag.replace('<', '</')}\n{answer(n + 740)}"
                )
                for n, tag in enumerate(thoughts)
            ]
        case _:
            return []


def _leaking(code: str) -> list[Faulty]:
    held = ("test.jsonl", "validation.jsonl", "test.jsonl")
    made = []
    for n, file in enumerate(held, 7):
        ask, said = question(n if code != "LEK005" else n + 780), answer(n)
        if code == "LEK002":
            said = _long(n).replace("lantern", "lamp") + f"\n{MARKER}"
        elif code == "LEK003":
            said = f"Nobody knows what it does, but number {n} has been there since the war.\n{MARKER}"
        beside = about(n) if code == "LEK005" else about(n + 790)
        row = {
            "instruction": ask,
            "input": "",
            "output": answer(n + 780) if code == "LEK005" else said,
            **beside,
        }
        made.append(Faulty(file, json.dumps(row)))
    return made


def _long(n: int) -> str:
    """A text of a hundred words, another one for each number."""
    parts = (*PARTS, *PLACES, *TOPICS)
    told = [
        f"The {parts[(n * 3 + k) % 21]} lies by the {parts[(n * 5 + k * k) % 21]} at step {n * 31 + k}."
        for k in range(12)
    ]
    return " ".join([*told[:6], "A lantern hangs above it.", *told[6:]])


def _deviating() -> list[Faulty]:
    said = (
        "found: it is on the deck.",
        "Found:it is below.",
        "**Found**: it is in the hold.",
        "Found:  \nit is gone.",
    )
    return [_pair(n, question(n + 760), f"{each}\n{MARKER}") for n, each in enumerate(said)]
