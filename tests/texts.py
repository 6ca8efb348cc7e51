"""Made-up texts for tests."""

import numpy as np


def random_text(seed: int, n: int = 400) -> str:
    """Text in which some words follow others."""
    rng = np.random.default_rng(seed)
    words, lines = [f"w{number:02}" for number in range(9)], []
    at = 0
    for _ in range(n // 8):
        line = []
        for _ in range(rng.integers(1, 14)):
            at = (at * 2 + 1) % len(words) if rng.random() < 0.5 else int(rng.integers(len(words)))
            line.append(words[at])
        lines.append(" ".join(line))
    return "\n".join(lines)
