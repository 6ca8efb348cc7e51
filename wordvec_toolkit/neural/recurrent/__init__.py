"""Neural language models in PyTorch (extra ``neural``); docs/architecture.md says how to read them."""
