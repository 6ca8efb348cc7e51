"""Word vectors, and the ways to make them from counts."""
