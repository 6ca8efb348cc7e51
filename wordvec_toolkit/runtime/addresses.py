"""Addresses, such as https://host/corpus.txt or s3://bucket/folder: their names and failures."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ..errors import WordvecError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")


def is_address(item: str) -> bool:
    """Return whether a name of a corpus is an address, and no path."""
    return _ADDRESS.match(item) is not None


def name_of(address: str) -> str:
    """Return the last part of an address, without query and credentials; a path as it is."""
    if not is_address(address):
        return address
    parts = urlsplit(address.rpartition("::")[2] if "::" in address else address)
    return PurePosixPath(unquote(parts.path)).name or parts.hostname or "address"


def shown(address: str) -> str:
    """Return an address as messages show it: without credentials and query."""
    return re.sub(r"//[^/@]*@", "//", address).partition("?")[0][:200]


@contextmanager
def explained(address: str) -> Iterator[None]:
    """Say in one sentence why an address cannot be read, whatever its library raises."""
    try:
        yield
    except WordvecError:
        raise
    except ImportError as error:
        raise WordvecError(
            f"{shown(address)} cannot be read yet: {str(error).strip().rstrip('.')} (with pip)"
        ) from None
    except Exception as raised:
        # fsspec reports a host that does not answer as a file that is not there, too.
        cause = raised.__cause__ or raised
        if isinstance(cause, FileNotFoundError) or getattr(cause, "status", 0) == 404:
            raise WordvecError(f"there is nothing at {shown(address)}; check the address") from None
        reason = " ".join(str(cause).split()) or type(cause).__name__
        reason = re.sub(r"(?<=//)[^/@\s]*@|\?[^\s'\")]*", "", reason)  # credentials
        raise WordvecError(f"cannot read {shown(address)}: {reason[:200]}") from None
