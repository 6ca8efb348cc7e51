"""A step of an LSTM and its gradient (`wordvec_toolkit.neural.recurrent.fast_lstm`).

Of B texts side by side and a layer of width H.  Gates are in the order i, f, g, o, each H wide;
uint16 arrays hold bfloat16.
"""

import numpy as np

from . import reordering_kernel
from .bfloat16 import rounded, sigmoid32, tanh32, widened


@reordering_kernel
def step_forward(gates, recurrent, bias, cell_before, cell, out):
    """Make gates of their inputs, and of these the next state.

    i, f, o = sigmoid, g = tanh of gates + recurrent + bias; c = f c' + i g; h = o tanh(c).

    Parameters
    ----------
    gates : uint16 array (B, 4 H)
        What the inputs say; replaced by what the gates are.
    recurrent : uint16 array (B, 4 H)
        What the state before says.
    bias : float32 array (4 H,)
    cell_before, cell : float32 array (B, H)
        c' and, filled in, c.
    out : uint16 array (B, H)
        h, filled in.
    """
    width = cell.shape[1]
    now = np.empty(4 * width, np.float32)
    # Short loops over few arrays are what the compiler can spread over registers.
    for row in range(len(cell)):
        of, more, c_before, c, h = gates[row], recurrent[row], cell_before[row], cell[row], out[row]
        for k in range(4 * width):
            now[k] = widened(of[k]) + widened(more[k]) + bias[k]
        for k in range(2 * width):
            now[k] = sigmoid32(now[k])
        for k in range(2 * width, 3 * width):
            now[k] = tanh32(now[k])
        for k in range(3 * width, 4 * width):
            now[k] = sigmoid32(now[k])
        for k in range(4 * width):
            of[k] = rounded(now[k])
        for k in range(width):
            c[k] = now[k + width] * c_before[k] + now[k] * now[k + 2 * width]
        for k in range(width):
            now[k] = c[k]
        for k in range(width):
            now[k] = tanh32(now[k])
        for k in range(width):
            h[k] = rounded(now[k + 3 * width] * now[k])


@reordering_kernel
def step_backward(gates, cell_before, cell, from_above, from_after, cell_slope, bias_slope):
    """Make of the gradient by the state that by the inputs of the gates.

    Parameters
    ----------
    gates : uint16 array (B, 4 H)
        As `step_forward` left them; replaced by the gradient.
    cell_before, cell : float32 array (B, H)
    from_above, from_after : uint16 array (B, H)
        Gradient by h: by way of the layers above, and of the steps after.
    cell_slope : float32 array (B, H)
        Gradient by c by way of the steps after; replaced by that by c'.
    bias_slope : float32 array (4 H,)
        Added to.
    """
    one = np.float32(1.0)
    width = cell.shape[1]
    now = np.empty(4 * width, np.float32)
    slope, squashed = np.empty(width, np.float32), np.empty(width, np.float32)
    for row in range(len(cell)):
        of, above, after = gates[row], from_above[row], from_after[row]
        c_before, c, c_slope = cell_before[row], cell[row], cell_slope[row]
        for k in range(4 * width):
            now[k] = widened(of[k])
        for k in range(width):
            slope[k] = widened(above[k]) + widened(after[k])
        for k in range(width):
            squashed[k] = c[k]
        for k in range(width):
            squashed[k] = tanh32(squashed[k])
        for k in range(width):
            c_slope[k] += slope[k] * now[k + 3 * width] * (one - squashed[k] * squashed[k])
        for k in range(width):
            o = now[k + 3 * width]
            now[k + 3 * width] = slope[k] * squashed[k] * o * (one - o)
        for k in range(width):
            i, f, g = now[k], now[k + width], now[k + 2 * width]
            now[k] = c_slope[k] * g * i * (one - i)
            now[k + width] = c_slope[k] * c_before[k] * f * (one - f)
            now[k + 2 * width] = c_slope[k] * i * (one - g * g)
            c_slope[k] *= f
        for k in range(4 * width):
            of[k] = rounded(now[k])
            bias_slope[k] += now[k]
