"""The data desk: everything that a person does to a dataset, one module a kind of work."""

from __future__ import annotations

from ftui.tui.screens.desk_comparing import DeskComparing
from ftui.tui.screens.desk_distributions import DeskDistributions
from ftui.tui.screens.desk_editing import DeskEditing
from ftui.tui.screens.desk_files import DeskFiles
from ftui.tui.screens.desk_filtering import DeskFiltering
from ftui.tui.screens.desk_findings import DeskFindings
from ftui.tui.screens.desk_fixing import DeskFixing
from ftui.tui.screens.desk_help import DeskHelp
from ftui.tui.screens.desk_rows import DeskRows
from ftui.tui.screens.desk_steps import DeskSteps


class DeskScreen(
    DeskDistributions,
    DeskFindings,
    DeskComparing,
    DeskEditing,
    DeskRows,
    DeskFixing,
    DeskFiltering,
    DeskFiles,
    DeskSteps,
    DeskHelp,
):
    """The panes with all their commands."""
