"""ARPA files, the text format of n-gram models."""
