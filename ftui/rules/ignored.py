"""Rules that a project does not look for in some files: `[rules.ignore_in]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ftui.project.globs import matches
from ftui.project.settings import Severity
from ftui.rules import registry
from ftui.rules.checked import Checked
from ftui.rules.rule import Combined

if TYPE_CHECKING:
    from ftui.dataset.document import Document
    from ftui.project.settings import Project


def ignored(project: Project, documents: Sequence[Document]) -> list[frozenset[str]]:
    """For each file the codes that are not looked for in it."""
    found: list[set[str]] = [set() for _ in documents]
    for pattern, names in project.rules.ignore_in.items():
        codes = registry.expand(names, project)
        for number, document in enumerate(documents):
            if matches(document.path, pattern, project.root):
                found[number] |= codes
    return [frozenset(codes) for codes in found]


def leave_out(check: Checked, combined: Mapping[str, Combined], codes: Sequence[frozenset[str]]) -> None:
    """Take hits, counts and findings of whole files out of a check, for the codes of each file."""
    for file, unwanted in enumerate(codes):
        for code in sorted(unwanted & set(check.hits[file])):
            family = combined[check.rules[code].family]
            gone = _findings(check, family, file, code)
            del check.hits[file][code]
            _subtract(check, family, code, gone)
    for family in combined.values():
        whole = [each for each in family.whole if each.file is not None and each.code in codes[each.file]]
        for finding in whole:
            if finding.code in check.rules:
                _subtract(
                    check, family, finding.code, Counter([check.severity(finding.code, finding.severity)])
                )
        family.whole = [each for each in family.whole if each not in whole]


def _findings(check: Checked, family: Combined, file: int, code: str) -> Counter[Severity]:
    """How many findings of a rule a file has, by severity; its rows are inspected only where that is not plain."""
    rows: NDArray[np.int64] = check.hits[file][code]
    hit = sum(len(hits.get(code, ())) for hits in check.hits)
    told = sum(each.code == code for each in family.whole)
    if code not in family.severities and check.counts.get(code, 0) == hit + told:
        return Counter({check.rules[code].severity: len(rows)})
    own = next(each for each in check.families if each.name == check.rules[code].family)
    return Counter(
        finding.severity or check.rules[code].severity
        for row, _ in check.blocks(file, rows.tolist())
        for finding in check.findings_of(own, row)
        if finding.code == code
    )


def _subtract(check: Checked, family: Combined, code: str, gone: Counter[Severity]) -> None:
    left = check.counts.get(code, 0) - gone.total()
    if left > 0:
        check.counts[code] = left
    else:
        check.counts.pop(code, None)
    mixed = family.severities.get(code)
    if mixed is not None:
        family.severities[code] = {each: max(n - gone[each], 0) for each, n in mixed.items()}
