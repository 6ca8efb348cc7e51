"""Common services: progress, threads, memory, optional packages, JSON."""
