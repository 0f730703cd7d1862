"""All rows of a run side by side: equal, near, and by their words; shared by several families."""
