"""What was found, as JSON, SARIF, JUnit or Markdown; pure functions over one report object."""
