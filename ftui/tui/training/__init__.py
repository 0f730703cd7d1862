"""What the training screen knows, reads and says; its screens and widgets stand with the others."""
