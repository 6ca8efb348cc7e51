"""JSON that any reader takes: plain data, null for numbers that are not finite."""

import json
import math
from pathlib import Path


def as_json(data: object) -> str:
    """Return dicts, lists and tuples as JSON; paths become text."""
    return json.dumps(_plain(data), ensure_ascii=False, indent=1, allow_nan=False)


def _plain(data: object) -> object:
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    if isinstance(data, Path):
        return str(data)
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
