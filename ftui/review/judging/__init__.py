"""What a reviewer is shown, says, and gives back to the data."""
