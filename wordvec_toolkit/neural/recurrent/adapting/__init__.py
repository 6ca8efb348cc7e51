"""Recurrent models that adapt to the text so far: neural cache, dynamic evaluation."""
