"""What the sampling screen knows, and the process that samples; its screens and widgets stand with the others."""
