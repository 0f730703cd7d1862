"""What the samples, judgements and votes of a review add up to."""
