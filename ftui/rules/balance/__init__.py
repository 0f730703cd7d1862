"""BAL: shares of classes, topics and answer types, and drift from production."""
