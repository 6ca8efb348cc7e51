"""Encoder-decoders: networks that turn one sequence into another."""
