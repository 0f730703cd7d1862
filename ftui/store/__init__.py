"""Everything under .ftui/: the edit journal, acceptances, locks and backups."""
