"""What the data desk knows of rows, findings and changes; its screens and widgets stand with the others."""
