"""Intervals and tests for scores."""
