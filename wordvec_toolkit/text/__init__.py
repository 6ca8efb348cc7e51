"""Text: files, tokenizers, the vocabulary and the encoded corpus."""
