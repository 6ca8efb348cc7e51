"""Recurrent language models in PyTorch (extra ``neural``).

`settings`, `training` and `model` import without it; what they call to compute stands in modules
that take torch from `door`.
"""
