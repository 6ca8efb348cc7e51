"""Base forms of English words, as morphy of WordNet finds them (morphy(7WN))."""

from collections.abc import Container, Mapping

#: Part of speech -> endings and what takes their place.
_ENDINGS = {
    "n": (
        ("s", ""),
        ("ses", "s"),
        ("ves", "f"),
        ("xes", "x"),
        ("zes", "z"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("men", "man"),
        ("ies", "y"),
    ),
    "v": (
        ("s", ""),
        ("ies", "y"),
        ("es", "e"),
        ("es", ""),
        ("ed", "e"),
        ("ed", ""),
        ("ing", "e"),
        ("ing", ""),
    ),
    "a": (("er", ""), ("est", ""), ("er", "e"), ("est", "e")),
    "r": (),
}


def base_forms(
    word: str,
    part: str,
    exceptions: Mapping[tuple[str, str], tuple[str, ...]],
    known: Container[tuple[str, str]],
) -> list[str]:
    """Return the forms of a word under which it is to be looked up, itself first.

    Those of the exception list; if it has none, those that a rule gives.

    Parameters
    ----------
    known : container of tuples
        Parts of speech and forms that have senses.
    """
    bases = exceptions.get((part, word)) or [
        word.removesuffix(ending) + instead
        for ending, instead in _ENDINGS[part]
        if word.endswith(ending) and len(word) > len(ending)
    ]
    return [form for form in dict.fromkeys((word, *bases)) if (part, form) in known]
