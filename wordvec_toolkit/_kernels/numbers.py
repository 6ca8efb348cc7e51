"""Read decimal numbers from lines of text to the last bit of float32, and write them.

What "to the last bit" means is what Python and NumPy do: the decimal number is rounded to the
nearest double, and that to the nearest float32.
"""

import math

import numpy as np

from . import kernel

_SPACE, _TAB, _RETURN = 32, 9, 13
_PLUS, _MINUS, _POINT, _ZERO, _UPPER_E, _LOWER_E = 43, 45, 46, 48, 69, 101

#: Powers of ten, each the nearest double; exact up to 10^22.
_POWERS = np.array([float(f"1e{power}") for power in range(301)])
_WHOLE_POWERS = np.array([10**power for power in range(19)], np.int64)
_EXACT_POWER = 22
_EXACT_MANTISSA = np.uint64(1 << 53)
_TEN = np.uint64(10)
_DIGITS = 19  # this many decimal digits always fit into 64 bits
_EXPONENT_LIMIT = 280
_NO_POWER = 999

# What `parse_double` says of a number.
NO_NUMBER, NEAR, NEAREST = range(3)

# A value that is `NEAR` carries four roundings of 2^-53 at most.
_LOWER = 1 - 2.0**-50
_UPPER = 1 + 2.0**-50

#: Room that one written number takes at most: sign, nine digits, point, exponent, separator.
NUMBER_SIZE = 24


@kernel
def _significand(text, i):
    """Return the first 19 significant digits from byte `i` on, and the power of ten they lack.

    For digits with a point among them, more than fit into 64 bits.
    """
    mantissa = np.uint64(0)
    power = 0
    n = 0
    fraction = False
    while True:
        byte = text[i]
        if byte == _POINT:
            fraction = True
        else:
            digit = np.int64(byte) - _ZERO
            if digit < 0 or digit > 9:
                return mantissa, power
            if n < _DIGITS:
                mantissa = mantissa * _TEN + np.uint64(digit)
                if mantissa > np.uint64(0):
                    n += 1
                if fraction:
                    power -= 1
            elif not fraction:
                power += 1
        i += 1


@kernel
def parse_double(text, i):
    """Read the decimal number that begins at byte `i`; something else must follow it in `text`.

    Returns
    -------
    value : float64
    i : int
        Where it ends.
    quality : int
        `NEAREST`: no double is nearer; `NEAR`: four roundings of 2^-53 away from it at most;
        `NO_NUMBER`: it is left to the caller, perhaps no number at all.
    """
    negative = text[i] == _MINUS
    if negative or text[i] == _PLUS:
        i += 1
    first = i
    mantissa = np.uint64(0)
    digit = np.int64(text[i]) - _ZERO
    while 0 <= digit <= 9:
        mantissa = mantissa * _TEN + np.uint64(digit)
        i += 1
        digit = np.int64(text[i]) - _ZERO
    n_digits = i - first
    power = 0
    if text[i] == _POINT:
        i += 1
        after = i
        digit = np.int64(text[i]) - _ZERO
        while 0 <= digit <= 9:
            mantissa = mantissa * _TEN + np.uint64(digit)
            i += 1
            digit = np.int64(text[i]) - _ZERO
        power = after - i
        n_digits -= power
    if n_digits == 0:
        return 0.0, i, NO_NUMBER
    if n_digits > _DIGITS:
        mantissa, power = _significand(text, first)
    if text[i] == _LOWER_E or text[i] == _UPPER_E:
        i += 1
        down = text[i] == _MINUS
        if down or text[i] == _PLUS:
            i += 1
        begin = i
        exponent = 0
        digit = np.int64(text[i]) - _ZERO
        while 0 <= digit <= 9:
            exponent = min(100_000, exponent * 10 + digit)
            i += 1
            digit = np.int64(text[i]) - _ZERO
        if i == begin:
            return 0.0, i, NO_NUMBER
        power += -exponent if down else exponent
    if mantissa == np.uint64(0):
        return (-0.0 if negative else 0.0), i, NEAREST
    if power < -_EXPONENT_LIMIT or power > _EXPONENT_LIMIT:
        return 0.0, i, NO_NUMBER
    value = np.float64(mantissa)
    if power < 0:
        value /= _POWERS[-power]
    else:
        value *= _POWERS[power]
    if negative:
        value = -value
    # Both operands exact, so the one rounding is the right one (Clinger 1990).
    if (
        mantissa <= _EXACT_MANTISSA
        and n_digits <= _DIGITS
        and -_EXACT_POWER <= power <= _EXACT_POWER
    ):
        return value, i, NEAREST
    return value, i, NEAR


@kernel
def parse_number(text, i):
    """Read the decimal number that begins at byte `i`; something else must follow it in `text`.

    Returns
    -------
    value : float32
    i : int
        Where it ends.
    certain : bool
        Whether `value` is right to the last bit; False also where there is no number.
    """
    value, i, quality = parse_double(text, i)
    if quality == NEAREST:
        return np.float32(value), i, True
    # Rounding is monotonic: where both bounds round to one float32, so does what is between.
    nearest = np.float32(value * _LOWER)
    return nearest, i, quality == NEAR and nearest == np.float32(value * _UPPER)


@kernel
def parse_rows(text, starts, ends, values, word_ends, good):
    """Read lines of a word and numbers.

    Parameters
    ----------
    text : uint8 array
        Ends with a newline.
    starts, ends : int64 arrays (n,)
        Where the lines begin and end.
    values : float32 array (n, dim)
        Receives the numbers.
    word_ends : int64 array (n,)
        Receives where the words end.
    good : bool array (n,)
        Receives whether a line is one word without white space and exactly `dim` finite numbers,
        all of them certain.
    """
    dim = values.shape[1]
    for row in range(len(starts)):
        i = starts[row]
        end = ends[row]
        while end > i and (
            text[end - 1] == _SPACE or text[end - 1] == _TAB or text[end - 1] == _RETURN
        ):
            end -= 1
        while i < end and text[i] != _SPACE and text[i] != _TAB:
            i += 1
        word_ends[row] = i
        fine = i > starts[row]
        column = 0
        while fine and column < dim:
            if i >= end:
                fine = False
                break
            while text[i] == _SPACE or text[i] == _TAB:
                i += 1
            number, i, certain = parse_number(text, i)
            values[row, column] = number
            column += 1
            fine = (
                certain
                and abs(number) < np.inf
                and (i == end or text[i] == _SPACE or text[i] == _TAB)
            )
        good[row] = fine and i == end


@kernel
def _exponent_of(value):
    """Return the exponent of the first decimal digit of a positive number, perhaps one less."""
    if value >= 0.01 and value < 100.0:  # what most numbers are
        if value >= 1.0:
            return 1 if value >= 10.0 else 0
        return -1 if value >= 0.1 else -2
    return np.int64(np.floor(np.log10(value)))


@kernel
def _digits_of(value, precision):
    """Return the decimal digits of a positive number as an integer, their number and power of ten.

    With precision 0 the fewest of 6 to 9 that give the same float32 again; power `_NO_POWER` if
    none is certain to.
    """
    double = np.float64(value)
    exponent = _exponent_of(double)
    first, last = (6, 9) if precision == 0 else (precision, precision)
    if precision == 0 and -2 <= exponent <= 1:
        first = 7  # there, what 6 digits say is what 7 say with a 0
    for digits in range(first, last + 1):
        power = exponent - digits + 1
        scaled = double * _POWERS[-power] if power < 0 else double / _POWERS[power]
        mantissa = np.int64(np.rint(scaled))
        if precision != 0:
            return mantissa, digits, power
        back = mantissa / _POWERS[-power] if power < 0 else mantissa * _POWERS[power]
        if np.float32(back) == value and (
            abs(power) <= _EXACT_POWER
            or (np.float32(back * _LOWER) == value and np.float32(back * _UPPER) == value)
        ):
            return mantissa, digits, power
    return 0, 0, _NO_POWER


@kernel
def _put_digits(number, n, out, i):
    """Write `number` with `n` digits at byte `i`; return where they end."""
    for place in range(i + n - 1, i - 1, -1):
        out[place] = _ZERO + number % 10
        number //= 10
    return i + n


@kernel
def write_number(value, precision, out, i):
    """Write a finite number at byte `i`; return where it ends, -1 if it is left to the caller."""
    if math.copysign(1.0, value) < 0:
        out[i] = _MINUS
        i += 1
        value = -value
    if value == 0:
        out[i] = _ZERO
        return i + 1
    mantissa, n, power = _digits_of(value, precision)
    if power == _NO_POWER:
        return -1
    while mantissa >= _WHOLE_POWERS[n]:  # rounded up, or the exponent was one less
        n += 1
    while mantissa % 10 == 0:
        mantissa //= 10
        power += 1
        n -= 1
    exponent = power + n - 1  # of the first digit
    scientific = exponent < -5 or exponent > 8
    if exponent < 0 and not scientific:
        out[i] = _ZERO
        out[i + 1] = _POINT
        i = _put_digits(0, -exponent - 1, out, i + 2)
        return _put_digits(mantissa, n, out, i)
    lead = 1 if scientific else exponent + 1  # digits before the point
    if n <= lead:
        i = _put_digits(mantissa, n, out, i)
        i = _put_digits(0, lead - n, out, i)
    else:
        divisor = _WHOLE_POWERS[n - lead]
        i = _put_digits(mantissa // divisor, lead, out, i)
        out[i] = _POINT
        i = _put_digits(mantissa % divisor, n - lead, out, i + 1)
    if scientific:
        out[i] = _LOWER_E
        out[i + 1] = _MINUS if exponent < 0 else _PLUS
        i = _put_digits(abs(exponent), 2, out, i + 2)
    return i


@kernel
def format_rows(values, separator, precision, out, ends):
    """Write rows of numbers, each number after one `separator`.

    Parameters
    ----------
    values : float32 array (n, dim)
    separator : int
        A byte.
    precision : int
        Significant digits, 1 to 9; 0: the fewest of 6 to 9 that restore every bit.
    out : uint8 array (n * dim * NUMBER_SIZE,)
    ends : int64 array (n,)
        Receives where each row ends in `out`; -1 - end for a row that is left to the caller.
    """
    i = 0
    for row in range(len(values)):
        start = i
        fine = True
        for column in range(values.shape[1]):
            out[i] = separator
            value = values[row, column]
            after = -1 if not abs(value) < np.inf else write_number(value, precision, out, i + 1)
            if after < 0:
                fine = False
                i = start
                break
            i = after
        ends[row] = i if fine else -1 - i
