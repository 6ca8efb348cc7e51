"""Files of other programs that hold language models and are no ARPA files."""

#: How they begin, what they are, and what to do.
BINARIES = (
    (b"mmap lm http://kheafield.com/code", "a binary file of KenLM", "give the ARPA file itself"),
    (b"Trie Language Model", "a binary file of CMU Sphinx", "give the ARPA file itself"),
    (b"blmt", "a binary file of IRSTLM", "make it text with compile-lm --text yes"),
    (b"iARPA", "an iARPA file of IRSTLM", "make it an ARPA file with compile-lm --text yes"),
)
