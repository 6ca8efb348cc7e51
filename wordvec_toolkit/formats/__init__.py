"""Vector files in common formats: recognised by content, read and written."""
