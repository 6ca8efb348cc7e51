"""Choices of settings of reading text."""

from typing import Literal

#: What a line is: a sentence (a blank line ends a document); a document; a piece of a document
#: that ends at a blank line.
Layout = Literal["sentences", "documents", "paragraphs"]
Normalize = Literal["NFC", "NFKC", "none"]
Errors = Literal["replace", "strict", "ignore"]
