"""AMB: prompts that can be read in several ways."""
