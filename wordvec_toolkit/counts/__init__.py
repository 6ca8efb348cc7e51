"""Counts of what stands near what."""
