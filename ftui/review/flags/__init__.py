"""What is wrong with outputs: one flag a fault, each with what shows it."""
