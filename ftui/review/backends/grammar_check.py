"""Whether llama.cpp can follow a grammar: it exhausts its stack on left recursion, and aborts where no token fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from ftui.project.errors import FtuiError
from ftui.review.backends.gbnf import (
    Alternatives,
    Group,
    Item,
    Literal,
    OneOf,
    Reference,
    Repeat,
    fault,
    parse_gbnf,
)

ROOT = "root"
MOST_ELEMENTS = 50_000
"""After repetitions are written out, as llama.cpp does."""
MOST_RULES = 1000
DEEPEST_RULES = 100
"""Rules that begin with one another; ours calls itself for each, too."""
DEEPEST = 120
"""Rules and optional items that are looked through before a character must come: its calls within each other.

With 190 optional items in a row one token took llama.cpp 25 s.
"""
MOST_WAYS = 1_000_000
"""Ways down to a first character: it walks every one of them, without remembering where it was."""


def check_gbnf(text: str) -> None:
    """Raises FtuiError for a grammar that is malformed, or that llama.cpp cannot follow."""
    rules = parse_gbnf(text)
    if ROOT not in rules:
        raise FtuiError("the grammar has no rule named root", "root ::= … is where every output begins")
    for reference in _references(rules):
        if reference.name not in rules:
            fault(text, reference.at, f"there is no rule {reference.name!r}", f"{reference.name} ::= …")
    if len(rules) > MOST_RULES or sum(_elements(each) for each in rules.values()) > MOST_ELEMENTS:
        raise FtuiError(
            f"the grammar has more than {MOST_RULES:,} rules or {MOST_ELEMENTS:,} parts", "fewer repetitions"
        )
    empty = _holding(rules, _item_empty)
    for repeat in _repeats(rules):
        if repeat.most != 1 and _item_empty(repeat.item, empty):
            fault(text, repeat.at, "repeats something that can be empty", "make the inner part non-empty")
    _Descent(rules, empty).check()
    if ROOT not in _holding(rules, _item_ends):
        raise FtuiError(
            "the grammar never ends: every way through root leads round in a circle",
            "add an alternative that ends",
        )


def _holding(rules: dict[str, Alternatives], holds: Callable[[Item, Set[str]], bool]) -> Set[str]:
    """Names of rules with an alternative of which every item holds, given those names; grows until nothing is new."""
    found: set[str] = set()
    before = -1
    while len(found) > before:
        before = len(found)
        for name, alternatives in rules.items():
            if any(all(holds(item, found) for item in sequence) for sequence in alternatives):
                found.add(name)
    return found


def _items(alternatives: Alternatives) -> Iterator[Item]:
    """Every item, those within brackets and repetitions too."""
    waiting = [item for sequence in alternatives for item in sequence]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, Repeat):
            waiting.append(item.item)
        elif isinstance(item, Group):
            waiting += [each for sequence in item.alternatives for each in sequence]


def _references(rules: dict[str, Alternatives]) -> Iterator[Reference]:
    for alternatives in rules.values():
        yield from (item for item in _items(alternatives) if isinstance(item, Reference))


def _repeats(rules: dict[str, Alternatives]) -> Iterator[Repeat]:
    for alternatives in rules.values():
        yield from (item for item in _items(alternatives) if isinstance(item, Repeat))


def _elements(alternatives: Alternatives) -> int:
    """Elements of llama.cpp's rule: a group is one of its own, a repeated text is copied."""
    return sum(_size(item) for sequence in alternatives for item in sequence) + len(alternatives)


def _size(item: Item) -> int:
    if isinstance(item, Literal):
        return item.length
    if isinstance(item, Group):
        return 1 + _elements(item.alternatives)
    if isinstance(item, Repeat):
        inner, copied = item.item, 1
        if isinstance(inner, Group):
            copied, inside = 1, _elements(inner.alternatives)
        else:
            copied, inside = _size(inner), 0
        return inside + (copied + 3) * max(item.least, item.most or 1)
    return 2


def _item_empty(item: Item, empty: Set[str]) -> bool:
    """Whether the empty text fulfils it."""
    match item:
        case Literal(length):
            return length == 0
        case OneOf():
            return False
        case Reference(name):
            return name in empty
        case Group(alternatives):
            return any(all(_item_empty(each, empty) for each in sequence) for sequence in alternatives)
        case Repeat(inner, least):
            return least == 0 or _item_empty(inner, empty)


def _item_ends(item: Item, ending: Set[str]) -> bool:
    """Whether some finite text fulfils it."""
    match item:
        case Reference(name):
            return name in ending
        case Group(alternatives):
            return any(all(_item_ends(each, ending) for each in sequence) for sequence in alternatives)
        case Repeat(inner, least):
            return least == 0 or _item_ends(inner, ending)
        case _:
            return True


class _Descent:
    """The ways from a rule to its first character."""

    def __init__(self, rules: dict[str, Alternatives], empty: Set[str]) -> None:
        self.rules, self.empty = rules, empty
        self.known: dict[str, tuple[int, int]] = {}
        """Rule to its deepest way and the number of its ways."""

    def check(self) -> None:
        """Raises FtuiError for left recursion, and for ways too deep or too many."""
        for name in self.rules:
            deepest, ways = self._rule(name, (), 0)
            if deepest > DEEPEST or ways > MOST_WAYS:
                raise FtuiError(
                    f"the grammar branches too much before a character comes in {name!r}",
                    "put what the alternatives share in front of them",
                )

    def _rule(self, name: str, above: tuple[str, ...], depth: int) -> tuple[int, int]:
        if name in above:
            way = " → ".join((*above[above.index(name) :], name))
            raise FtuiError(
                f"the grammar calls itself before any character comes: {way}",
                "write item (item)* instead of list ::= list item",
            )
        if depth > DEEPEST_RULES:
            raise FtuiError(
                f"more than {DEEPEST_RULES} rules begin with one another in the grammar",
                "make fewer rules of it",
            )
        if name not in self.known:
            self.known[name] = self._alternatives(self.rules[name], (*above, name), depth + 1)
        return self.known[name]

    def _alternatives(
        self, alternatives: Alternatives, above: tuple[str, ...], depth: int
    ) -> tuple[int, int]:
        deepest = ways = 0
        for sequence in alternatives:
            below = 1
            for item in sequence:
                deep, many = self._item(item, above, depth)
                below += deep
                ways += many
                if not _item_empty(item, self.empty):
                    break
            deepest = max(deepest, below)
            ways += 1
        return deepest, ways

    def _item(self, item: Item, above: tuple[str, ...], depth: int) -> tuple[int, int]:
        match item:
            case Reference(name):
                return self._rule(name, above, depth)
            case Group(alternatives):
                return self._alternatives(alternatives, above, depth + 1)
            case Repeat(inner):
                deep, many = self._item(inner, above, depth + 1)
                return deep + 1, many + 1
            case _:
                return 0, 0
