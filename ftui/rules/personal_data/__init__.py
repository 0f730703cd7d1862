"""PII: personal data and secrets."""
