"""Recurrent language models in PyTorch (extra ``neural``), in the order to read them.

What a user asks for; these import without PyTorch:

- `settings`: a network and its training as checked numbers, each default with its reason
- `presets`: settings that go together, after papers
- `training`: `train_neural_lm`, which checks the text and trains; what a manifest says of that
- `model`, `backward`: the trained network as a language model; one that reads from the end

The network, a window of ids at a time:

- `network`: embedding, layers, softmax; what is dropped
- `transformer`, `adaptive`: the other kind of layer, the other softmax
- `fast_lstm`, `fast_loss`: layer and softmax in bfloat16, by kernels of our own
- `processor`: CPU or GPU, bfloat16 or float32, threads; `memory`: a sentence where it runs out

Its training:

- `batches`, `sentences`: a text as columns of a stream, or as sentences of like length
- `trainer`: a step, an epoch, when to stop
- `averaging`, `tally`: the mean of the weights (ASGD); what comes out of an epoch
- `state`, `tensors`: where training stands, and weights, as files

Its use: `scoring` (probabilities of a text, and the loss); in rooms of their own, which nothing
above imports:

- `adapting`: neural cache and dynamic evaluation
- `diagnosis`: how far back gradients reach, and why

`door` is the only one to import torch; the others take it from there.
"""
