"""What every room may use: progress, threads, memory, optional packages, JSON."""
