"""Neural language models in PyTorch (extra ``neural``); docs/architecture.md has their order."""
