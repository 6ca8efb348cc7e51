"""Recurrent models that go by what the text has said so far, in the order to read them.

- `models`: `NeuralCache` and `DynamicModel`, language models on top of a recurrent one; they import
  without PyTorch
- `readers`: what reads a text with a network, and with a cache of its hidden states
- `learning`: what reads a text with a network that learns from it
- `tuning`: settings of both, found on held-out text
"""
