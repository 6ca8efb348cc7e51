"""Marks of sentences and of unknown words that an ARPA file lacks or spells otherwise."""

from collections.abc import Iterable, Mapping

from ..language_model import LanguageModel
from ..sentence_model import SentenceModel

#: How other programs spell what the toolkit, SRILM and KenLM call so.
OTHERS = {
    "<unk>": (
        "<UNK>",
        "<Unk>",
        "<unknown>",
        "<UNKNOWN>",
        "!UNK",
        "!!UNK",
        "[UNK]",
        "<oov>",
        "<OOV>",
    ),
    "<s>": ("<S>", "!ENTER", "!SENT_START", "SENT-START", "<sent>", "<BOS>", "<bos>", "[BOS]"),
    "</s>": ("</S>", "!EXIT", "!SENT_END", "SENT-END", "</sent>", "<EOS>", "<eos>", "[EOS]"),
}
_MEANING = {
    "<unk>": "words that it does not know have no probability",
    "<s>": "the first word of a sentence is predicted as any other",
    "</s>": "ends of sentences have no probability, and so no sentence has any",
}


def missing_marks(there: Iterable[str]) -> dict[str, str]:
    """Return the marks that are not among words, each with a word that looks like it, or ""."""
    words = set(there)
    return {
        mark: next((other for other in others if other in words), "")
        for mark, others in OTHERS.items()
        if mark not in words
    }


def marks_note(missing: Mapping[str, str]) -> str:
    """State which marks a model lacks, and what follows; "" if it lacks none."""
    parts = []
    for mark, other in missing.items():
        like = f" ({other}, which looks like it, is a word like others)" if other else ""
        parts.append(f"no {mark}{like}: {_MEANING[mark]}")
    return "; ".join(parts)


def why_impossible(model: LanguageModel | SentenceModel, first: str) -> str:
    """Return why a token has no probability, as far as a model's marks tell; "" if they do not."""
    missing = getattr(model, "facts", {}).get("missing_marks", {})
    mark = first if first in OTHERS else "<unk>"
    if mark not in missing or (mark != first and first in model.vocabulary):
        return ""
    return marks_note({mark: missing[mark]})
