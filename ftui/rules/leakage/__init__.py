"""LEK: what stands in two splits, in time, groups and benchmarks."""
