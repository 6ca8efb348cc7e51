"""Kernels of 16-bit numbers, which need no torch."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import recurrent as slow

from wordvec_toolkit._kernels.bfloat16 import exp32, rounded, sigmoid32, tanh32, widened
from wordvec_toolkit._kernels.lstm import step_backward, step_forward
from wordvec_toolkit._kernels.softmax_loss import loss_and_gradient

pytestmark = pytest.mark.kernel

#: Half of the distance between 1 and the next bfloat16.
HALF = 2.0**-8
NUMBERS = st.floats(-80, 80, width=32)


def narrow(array):
    """Round to bfloat16; return bits, and the numbers that they stand for."""
    bits = np.array([rounded(x) for x in np.float32(array).ravel()], np.uint16)
    return bits.reshape(array.shape), wide(bits).reshape(array.shape)


def wide(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


@given(st.floats(-(2.0**99), 2.0**99, width=32))
def test_numbers_are_rounded_to_the_nearest(x):
    found = float(widened(rounded(np.float32(x))))
    assert abs(found - x) <= HALF * abs(x) + 1e-38
    assert float(widened(rounded(np.float32(found)))) == found


def test_ties_go_to_even():
    ties = [1 + HALF, 1 + 3 * HALF]
    assert [float(widened(rounded(np.float32(x)))) for x in ties] == [1.0, 1 + 4 * HALF]


@given(NUMBERS)
def test_functions_agree_with_those_of_math(x):
    assert float(exp32(np.float32(x))) == pytest.approx(math.exp(x), rel=4e-7)
    assert float(sigmoid32(np.float32(x))) == pytest.approx(slow.sigmoid(x), rel=6e-7, abs=1e-37)
    assert float(tanh32(np.float32(x))) == pytest.approx(math.tanh(x), abs=4e-7)


def test_what_is_impossible_has_no_mass():
    assert float(exp32(np.float32(-np.inf))) < 1e-37


def test_a_step_agrees_with_the_equations():
    draw = np.random.default_rng(0)
    inputs, of_inputs = narrow(draw.normal(size=(3, 20)))
    recurrent, of_recurrent = narrow(draw.normal(size=(3, 20)))
    bias, before = draw.normal(size=20).astype(np.float32), draw.normal(size=(3, 5))
    before = before.astype(np.float32)
    cell, out = np.empty((3, 5), np.float32), np.empty((3, 5), np.uint16)
    step_forward(inputs, recurrent, bias, before, cell, out)
    gates, after, hidden = slow.lstm_step(of_inputs, of_recurrent, bias, before)
    np.testing.assert_allclose(cell, after, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(wide(inputs), gates, rtol=1.01 * HALF)
    np.testing.assert_allclose(wide(out), hidden, rtol=1.01 * HALF, atol=1e-6)


def test_the_way_back_agrees_with_the_equations():
    draw = np.random.default_rng(1)
    gates, of_gates = narrow(draw.uniform(0.05, 0.95, size=(3, 20)))
    before, cell, cell_slope = (draw.normal(size=(3, 5)).astype(np.float32) for _ in range(3))
    above, of_above = narrow(draw.normal(size=(3, 5)))
    after, of_after = narrow(draw.normal(size=(3, 5)))
    bias_slope = np.ones(20, np.float32)
    slopes, by_before = slow.lstm_step_slope(
        of_gates, before, cell, of_above + of_after, cell_slope
    )
    step_backward(gates, before, cell, above, after, cell_slope, bias_slope)
    np.testing.assert_allclose(wide(gates), slopes, rtol=1.01 * HALF, atol=1e-6)
    np.testing.assert_allclose(cell_slope, by_before, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(bias_slope, 1 + slopes.sum(axis=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_agrees_with_the_equations(smoothing):
    draw = np.random.default_rng(2)
    logits, of_logits = narrow(3 * draw.normal(size=(4, 7)))
    bias = draw.normal(size=7).astype(np.float32)
    bias[1] = -np.inf
    targets = np.array([0, 6, -1, 2], np.int32)
    loss, slopes = slow.softmax_loss(of_logits + bias, targets, smoothing)
    scratch, by_bias = np.empty(7, np.float32), np.zeros(7, np.float32)
    found = loss_and_gradient(logits, bias, targets, smoothing, scratch, by_bias)
    assert found == pytest.approx(loss, rel=1e-6)
    np.testing.assert_allclose(wide(logits), slopes, rtol=1.01 * HALF, atol=1e-6)
    np.testing.assert_allclose(by_bias, slopes.sum(axis=0), rtol=1e-5, atol=1e-6)
    assert (wide(logits)[:, 1] == 0).all() or wide(logits)[:, 1].max() < 1e-30
