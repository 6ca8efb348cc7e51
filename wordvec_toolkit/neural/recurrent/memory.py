"""Turn PyTorch's out-of-memory errors into one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import ExhaustedError

_SAID = (
    "allocate memory",
    "not enough memory",
    "out of memory",
    "size calculation overflowed",
    "could not create a primitive",  # oneDNN, of its buffers
)


@contextmanager
def enough_memory() -> Iterator[None]:
    """Turn PyTorch's errors of memory into one of ours, in a ``with`` block or around a function.

    Raises
    ------
    ExhaustedError
        If there is not enough.
    """
    try:
        yield
    except RuntimeError as error:
        if not any(said in str(error) for said in _SAID):
            raise
        raise ExhaustedError(
            f"there is not enough memory for the network ({str(error).splitlines()[0][:160]}); "
            "choose a smaller hidden_dim, batch_size or bptt, or fewer words (max_size)"
        ) from None
