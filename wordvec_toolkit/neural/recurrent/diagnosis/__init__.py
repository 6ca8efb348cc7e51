"""Why recurrent networks forget, in the order to read it.

- `diagnose`: the question, and the function that answers it
- `results`: what it returns; both import without PyTorch
- `fresh`: networks before training, to set beside
- `gradients`: the gradient of a loss, followed back step by step
- `measuring`: both over many positions of a text, added up

Drawn by `report.diagnosis_figure`; models and texts are found by `diagnosis_subjects`.
"""
