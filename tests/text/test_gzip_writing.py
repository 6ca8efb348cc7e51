"""What several threads compress is one ordinary gzip file."""

import gzip
import io
import shutil
import subprocess
import zlib

import numpy as np
import pytest

from wordvec_toolkit.text.gzip_writing import GzipWriter


def packed(pieces: list[bytes], threads: int) -> bytes:
    out = io.BytesIO()
    with GzipWriter(out, threads) as stream:
        for piece in pieces:
            stream.write(memoryview(piece))
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (5 << 20) + 17])
def test_it_is_one_member_and_the_same_for_any_pieces_and_threads(size):
    data = np.random.default_rng(0).integers(97, 105, size, np.uint8).tobytes()
    found = packed([data], 1)
    assert gzip.decompress(found) == data
    member = zlib.decompressobj(wbits=31)
    assert member.decompress(found) == data
    assert member.eof
    assert not member.unused_data
    assert len(found) < size / 2 + 64
    pieces = [data[i : i + 70_001] for i in range(0, size, 70_001)]
    assert packed(pieces, 3) == found


@pytest.mark.skipif(shutil.which("gzip") is None, reason="there is no gzip here")
def test_gzip_itself_reads_it(tmp_path):
    data = b"sea fog\n" * 300_000
    (tmp_path / "x.gz").write_bytes(packed([data], 2))
    done = subprocess.run(["gzip", "-dc", tmp_path / "x.gz"], capture_output=True, check=True)
    assert done.stdout == data


def test_an_error_ends_no_file():
    out = io.BytesIO()
    with pytest.raises(RuntimeError), GzipWriter(out, 2) as stream:
        stream.write(b"sea" * (1 << 20))
        raise RuntimeError
    with pytest.raises(EOFError):
        gzip.decompress(out.getvalue())
