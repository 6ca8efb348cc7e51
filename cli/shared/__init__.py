"""Common parts of commands: options, tables, progress."""
