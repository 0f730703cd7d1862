"""What the review of outputs needs beside its screens and widgets."""
