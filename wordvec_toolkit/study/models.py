"""The models that a study can hold."""

from dataclasses import dataclass

from ..report.data import Family, Kind


@dataclass(frozen=True)
class ModelKind:
    """A model by its name in a study.

    Attributes
    ----------
    title : str
        For people.
    bundle : str
        What it is called in a workspace.
    command : tuple of str
        The command that makes it, and the options without which it would make another.
    packages : tuple of str
        What has to be installed, with the extra that brings it.
    """

    title: str
    kind: Kind
    family: Family
    bundle: str
    command: tuple[str, ...]
    packages: tuple[str, ...] = ()
    extra: str = ""


#: Name -> model, in the order in which they are built and shown.
MODELS = {
    "ppmi": ModelKind("PPMI", "vectors", "counted", "ppmi", ("build-ppmi", "--dim", "0")),
    "svd": ModelKind("PPMI-SVD", "vectors", "counted", "svd", ("build-svd",)),
    "two-views": ModelKind(
        "PPMI-SVD of two views",
        "vectors",
        "counted",
        "svd-two-views",
        ("build-svd", "--recipe", "two-views"),
    ),
    "glove": ModelKind("GloVe", "vectors", "counted", "glove", ("build-glove",)),
    "skip-gram": ModelKind("skip-gram", "vectors", "learnt", "sgns", ("build-word2vec",)),
    "cbow": ModelKind("CBOW", "vectors", "learnt", "cbow", ("build-word2vec", "--method", "cbow")),
    "fasttext": ModelKind("fastText", "vectors", "learnt", "fasttext", ("build-fasttext",)),
    "ngram": ModelKind("Kneser-Ney", "language model", "counted", "ngram", ("build-ngram-lm",)),
    "cache": ModelKind(
        "Kneser-Ney with caches",
        "language model",
        "counted",
        "mixture",
        ("build-ngram-lm", "--cache"),
    ),
    "lstm": ModelKind(
        "LSTM",
        "language model",
        "learnt",
        "lstm",
        ("build-lstm-lm",),
        ("torch", "safetensors"),
        "neural",
    ),
    "mix": ModelKind("the mixture of all", "language model", "mixed", "mixture-all", ("mix",)),
}


def of_kind(kind: Kind, names: tuple[str, ...] | list[str]) -> list[str]:
    """Return those of `names` that are models of a kind."""
    return [name for name in names if MODELS[name].kind == kind]
