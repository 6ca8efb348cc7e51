"""A workspace: a folder with one bundle for each step."""
