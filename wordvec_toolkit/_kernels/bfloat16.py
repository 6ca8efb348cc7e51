"""Numbers of 16 bits, and functions that the compiler can spread over a vector register.

A bfloat16 is the upper half of a float32; here it is a uint16.
"""

import numpy as np

from . import part_of_kernels


@part_of_kernels
def widened(bits):
    """Return a bfloat16 as float32: exact."""
    return np.uint32(np.uint32(bits) << np.uint32(16)).view(np.float32)


@part_of_kernels
def rounded(number):
    """Return a float32 as bfloat16, to the nearest, ties to even."""
    bits = np.float32(number).view(np.uint32)
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    return np.uint16((bits + np.uint32(0x7FFF) + odd) >> np.uint32(16))


@part_of_kernels
def exp32(x):
    """Return e^x of a float32, to 4e-7 of it; e^-87 below that, even for -inf, and e^88 above.

    e^x = 2^n e^r with whole n and |r| <= ln(2) / 2, and e^r by its Taylor polynomial, whose next
    term, r^7 / 7!, is at most 1.2e-7.
    """
    x = min(max(np.float32(x), np.float32(-87.0)), np.float32(88.0))
    n = np.floor(x * np.float32(1.4426950408889634) + np.float32(0.5))
    # ln(2) in two parts, the first of so few digits that n times it is exact.
    r = x - n * np.float32(0.693359375) + n * np.float32(2.12194440054691e-4)
    p = np.float32(1 / 720)
    p = p * r + np.float32(1 / 120)
    p = p * r + np.float32(1 / 24)
    p = p * r + np.float32(1 / 6)
    p = p * r + np.float32(0.5)
    p = p * r + np.float32(1.0)
    p = p * r + np.float32(1.0)
    scale = np.uint32((np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32)
    return np.float32(p * scale)


@part_of_kernels
def sigmoid32(x):
    """Return 1 / (1 + e^-x)."""
    return np.float32(1.0) / (np.float32(1.0) + exp32(-x))


@part_of_kernels
def tanh32(x):
    """Return tanh x = 2 sigmoid(2x) - 1, to 4e-7; near 0 that is no share of it."""
    return np.float32(2.0) * sigmoid32(np.float32(2.0) * x) - np.float32(1.0)
