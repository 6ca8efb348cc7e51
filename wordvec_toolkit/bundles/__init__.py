"""Bundles: folders of arrays and readable text with a manifest; no kind is known here."""
