"""Formats of text files: each is recognised by its beginning and read as plain text."""
