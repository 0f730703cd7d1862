"""LBL: labels that contradict each other, and annotators who do."""
