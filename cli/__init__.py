"""The command line: load, one library call, save, print, return."""
