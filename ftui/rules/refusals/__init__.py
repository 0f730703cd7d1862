"""REF: refusals and disclaimers."""
