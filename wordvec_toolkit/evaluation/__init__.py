"""Test sets, and how well vectors do on them."""
