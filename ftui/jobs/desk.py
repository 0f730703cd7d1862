"""The worker's own view of the dataset: opened once, kept up with the app's edits, with the last check on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import Cancelled, never, no_progress
from ftui.dataset.mirror import Mirror, Ticket
from ftui.jobs.distributions import Distributions, Wanted
from ftui.jobs.protocol import dump_changes, load_project, load_ticket
from ftui.jobs.training_view import Stamp, setup, stamp, training_view
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules import engine, fixes, last_leaks, registry
from ftui.rules.check import Check
from ftui.rules.findings import Located
from ftui.rules.token_counts import Setup

AT_ONCE = 0.015
"""Seconds that an answer to an edit may take for other rows."""
TICK = 0.25
"""Seconds between two answers about progress."""


class Tell(Protocol):
    """Sends one answer to the request being worked on."""

    def __call__(self, kind: str, payload: bytes = b"", **fields: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A request, how to answer it, and whether it was cancelled."""

    head: dict[str, Any]
    payload: bytes
    tell: Tell
    cancelled: Cancelled


class Desk:
    """Handles requests one at a time; see `handle` for what each answers."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._paths: list[str] = []
        self._ticket: Ticket | None = None
        self._mirror: Mirror | None = None
        self._check: Check | None = None
        self._jobs = 0
        self._distributions = Distributions()
        self._tokens: tuple[Stamp, Setup] | None = None
        """How rows become tokens, and of which model files that was read."""

    def handle(self, request: Request) -> None:
        """Answer a request. Raises FtuiError and Stopped."""
        handlers: dict[str, Callable[[Request], None]] = {
            "open": self._open,
            "check": self._run_check,
            "inspect": self._inspect,
            "typed": self._typed,
            "group": self._group,
            "explain": self._explain,
            "update": self._update,
            "plan": self._plan,
            "plan-project": self._plan_project,
            "search": self._search,
            "sort": self._sort,
            "rendered": self._rendered,
            "distribution": self._distribution,
        }
        if request.head["kind"] != "open":
            self._follow(load_ticket(request.head["ticket"]))
        handlers[request.head["kind"]](request)

    # The dataset

    def _open(self, request: Request) -> None:
        """`open` {paths, project, jobs}: what all later requests are about. No answer."""
        self._paths = list(request.head["paths"])
        self._project = load_project(request.head["project"])
        self._jobs = int(request.head["jobs"])
        self._forget()

    def _forget(self) -> None:
        self._distributions.close()
        if self._check is not None:
            self._check.close()
        if self._mirror is not None:
            self._mirror.close()
            self._mirror.dataset.close()
        self._check = self._mirror = self._ticket = None

    def _follow(self, ticket: Ticket) -> None:
        """See the rows as the app sees them now; where the files' bytes changed, open them anew."""
        if self._ticket is not None and ticket.versions != self._ticket.versions:
            self._forget()
        if self._mirror is None:
            assert self._project is not None
            dataset = Dataset.open(self._paths, self._project, ticket.bases)
            for document in dataset.documents:
                document.build_index(no_progress, never)
            self._mirror = Mirror(dataset, ticket)
        else:
            self._mirror.follow(ticket)
        self._ticket = ticket

    @property
    def dataset(self) -> Dataset:
        """The rows as the app sees them."""
        assert self._mirror is not None
        return self._mirror.dataset

    @property
    def check(self) -> Check:
        """The last check. Raises FtuiError when there is none."""
        if self._check is None:
            raise FtuiError("the rules have not run yet", "C runs them")
        return self._check

    # The rules

    def _run_check(self, request: Request) -> None:
        """`check` {unsaved}: "progress" {phase, done, total}, then "checked" with hits as int64 rows in the payload.

        What it says of leaks is kept, unless there are edits that no file holds: training reads the files.
        """
        assert self._project is not None
        assert self._mirror is not None
        if self._check is not None:
            self._check.close()
            self._check = None
        last = 0.0
        stamps = last_leaks.stamps(self.dataset, self._ticket.bases if self._ticket else None)

        def progress(phase: str, done: int, total: int) -> None:
            nonlocal last
            if monotonic() - last >= TICK:
                last = monotonic()
                request.tell("progress", phase=phase, done=done, total=total)

        self._check = engine.check(
            self.dataset,
            self._project,
            jobs=self._jobs,
            progress=progress,
            cancelled=request.cancelled,
            accepted=self._mirror.accepted,
            ticket=self._ticket,
        )
        self._tell_checked(request)
        if not request.head.get("unsaved", True):
            last_leaks.keep(self._check, self._project, stamps)
        self._check.warm()

    def _tell_checked(self, request: Request) -> None:
        check = self.check
        open_ = _open_hits(check)
        hits = [[file, code, len(rows)] for file, found in enumerate(open_) for code, rows in found.items()]
        payload = b"".join(rows.tobytes() for found in open_ for rows in found.values())
        request.tell(
            "checked",
            payload,
            hits=hits,
            counts=check.open_counts,
            severities=check.severities,
            rules={code: [rule.name, check.gravest(code)] for code, rule in check.rules.items()},
            whole=_plain(check.whole),
            skipped=check.skipped,
            failed=sorted(check.failed),
            timing=check.timing,
        )

    def _inspect(self, request: Request) -> None:
        """`inspect` {rows: [[file, row]]}: "inspected" {rows: [[file, row, findings]]}."""
        self._tell_rows(request, "inspected", request.head["rows"])

    def _tell_rows(self, request: Request, kind: str, places: Iterable[Sequence[int]]) -> None:
        self.check.accept(self._mirror.accepted if self._mirror else {})
        documents = self.dataset.documents
        rows = [
            [file, row, [] if documents[file].deleted(row) else _plain(self.check.inspect(file, row))]
            for file, row in places
        ]
        request.tell(kind, rows=rows, counts=self.check.open_counts, severities=self.check.severities)

    def _typed(self, request: Request) -> None:
        """`typed` {file, row} and the row's bytes as typed: "typed" {findings}."""
        file, row = request.head["file"], request.head["row"]
        request.tell(
            "typed", file=file, row=row, findings=_plain(self.check.inspect(file, row, request.payload))
        )

    def _update(self, request: Request) -> None:
        """`update` {rows}: hits and counts set right for rows that changed: "updated" {rows, counts}.

        The rows told are these and those that they concern: copies, near ones, other answers to the same prompt. Where
        these are many, a second answer tells the rest.
        """
        changed = [(file, row) for file, row in request.head["rows"]]
        self._tell_rows(request, "updated", [*changed, *self.check.update(changed, AT_ONCE)])
        rest = self.check.catch_up()
        if rest:
            self._tell_rows(request, "updated", rest)

    def _group(self, request: Request) -> None:
        """`group` {file, row, code}: "grouped" {members: [[file, row]], best: position in them, why}.

        The row itself comes first, then those that its finding names; rows that were deleted since are left out.
        """
        from ftui.rules.best_row import best_row

        check, documents = self.check, self.dataset.documents
        members = check.group(request.head["file"], request.head["row"], request.head["code"])
        members = [each for each in members if not documents[each.file].deleted(each.row)]
        best = best_row(check, members) if members else None
        request.tell(
            "grouped",
            code=request.head["code"],
            members=[[each.file, each.row] for each in members],
            best=best.at if best else 0,
            why=best.why if best else "",
        )

    def _explain(self, request: Request) -> None:
        """`explain` {code}: "explained" {code, page}, the parts of the rule's page by their titles."""
        rule = registry.rule(request.head["code"], self._project)
        fix = {"safe": "safe: `f` shows it, then applies it", "unsafe": "unsafe: `f` shows it and asks"}
        page = {
            "name": rule.name,
            "what it finds": rule.summary,
            "why it hurts": rule.why,
            "example": rule.example,
            "how to fix it": rule.remedy,
            "its fix": fix.get(rule.fix or "", ""),
            "how sure it is": rule.certainty,
        }
        request.tell("explained", code=rule.code, page=page)

    def _plan(self, request: Request) -> None:
        """`plan` {code, rows or null, unsafe, marker}: "planned", with changes in the payload."""
        rows = request.head["rows"]
        plan = fixes.plan(
            self.check,
            [request.head["code"]],
            rows=None if rows is None else [(file, row) for file, row in rows],
            unsafe=request.head["unsafe"],
            marker=request.head["marker"],
            cancelled=request.cancelled,
        )
        heads, payload = dump_changes(plan.changes)
        request.tell(
            "planned",
            payload,
            code=request.head["code"],
            changes=heads,
            edited=plan.edited,
            removed=plan.removed,
            wording=plan.wording,
            unsafe=plan.unsafe.total(),
            skipped=plan.skipped_unsafe.total(),
            unfixable=plan.unfixable.total(),
        )

    def _plan_project(self, request: Request) -> None:
        """`plan-project` {key}: "project-planned" {key, code, title, safety, files}, of a finding about the project.

        `files` are [path, text as it was (null: none), text as it should be]; none where only a person can mend it.
        """
        found = next((each for each in self.check.whole if each.key == request.head["key"]), None)
        fix = None if found is None else found.fix
        request.tell(
            "project-planned",
            key=request.head["key"],
            code="" if found is None else found.code,
            title="" if fix is None else fix.title,
            safety="" if fix is None else fix.safety,
            files=[list(each) for each in fix.files] if fix is not None else [],
        )

    # Looking for rows

    def _search(self, request: Request) -> None:
        """`search` {text, mode}: "found" {file, done, total} with rows as int64, as they come; then "searched"."""
        from ftui.dataset.search import search

        text, mode = request.head["text"], request.head["mode"]
        for part in search(self.dataset, text, mode, request.cancelled):
            rows = np.asarray(part.rows, dtype=np.int64)
            request.tell(
                "found", rows.tobytes(), file=part.file, done=part.done, total=part.total, scores=part.scores
            )
        request.tell("cancelled" if request.cancelled() else "searched")

    def _sort(self, request: Request) -> None:
        """`sort` {key, file, section}: "sorted" with all rows of the split in order, as int64."""
        from ftui.dataset.search import sort

        key, runs = request.head["key"], request.head["runs"]
        files, rows = sort(self.dataset, key, [tuple(run) for run in runs], request.cancelled)
        payload = np.asarray(files, dtype=np.int64).tobytes() + np.asarray(rows, dtype=np.int64).tobytes()
        request.tell("sorted", payload, key=key)

    # Looking at a row

    def _token_setup(self) -> Setup:
        """How rows become text and tokens; read anew when a file of the model changed."""
        assert self._project is not None
        now = stamp(self._project)
        if self._tokens is None or self._tokens[0] != now:
            self._tokens = now, setup(self._project)
        return self._tokens[1]

    def _distribution(self, request: Request) -> None:
        """`distribution` {split, rows}: "progress", then "distribution"; see `Distributions.tell`."""
        assert self._project is not None
        assert self._ticket is not None
        wanted = Wanted.read(request.head, request.payload)
        self._distributions.tell(
            wanted,
            self.dataset,
            self._project,
            self._ticket,
            self._token_setup(),
            request.tell,
            request.cancelled,
        )

    def _rendered(self, request: Request) -> None:
        """`rendered` {file, row}: "rendered" {view}, the row as training reads it; null where it cannot be read."""
        file, row = request.head["file"], request.head["row"]
        document = self.dataset.documents[file]
        example = None if document.deleted(row) else document.example(row)
        view = None if example is None else training_view(example, self._token_setup())
        request.tell("rendered", file=file, row=row, view=view)


def _open_hits(check: Check) -> list[dict[str, NDArray[np.int64]]]:
    """The rows by file and rule that have a finding nobody accepted."""
    hits = []
    for found, accepted in zip(check.hits, check.accepted.rows, strict=True):
        open_ = {
            code: np.setdiff1d(rows, accepted[code], assume_unique=True) if code in accepted else rows
            for code, rows in found.items()
        }
        hits.append({code: rows for code, rows in open_.items() if len(rows)})
    return hits


def _plain(found: Iterable[Located]) -> list[dict[str, Any]]:
    return [each.as_json() | {"accepted": each.accepted} for each in found]
