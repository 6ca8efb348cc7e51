"""Recognition of the language of a text.

Scripts of one language are told by their letters; the others by py3langid (extra ``language``).
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from ..errors import SettingError
from ..runtime.extras import is_installed, require
from .analysers import ANALYSERS

_SAMPLE = 20_000  # characters that are looked at
_FEWEST = 20  # letters
_MOSTLY = 0.5
_MARGIN = 10.0  # nats between the likeliest language and the next
#: ISO 639-1 code -> name, as the registry has it.
LANGUAGES = {
    "ar": "Arabic",
    "az": "Azerbaijani",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Farsi",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "jv": "Javanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "ms": "Malay",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sq": "Albanian",
    "sv": "Swedish",
    "sw": "Swahili",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yue": "Cantonese",
    "zh": "Chinese",
}
_BY_NAME = {name.casefold(): code for code, name in LANGUAGES.items()}
#: What py3langid calls a language otherwise.
_ALSO = {"nb": "no", "nn": "no"}
#: First word of the names of letters -> language, where a script has one.
_SCRIPTS = {"HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh"}
_SCRIPTS |= {"GREEK": "el", "HEBREW": "he", "THAI": "th"}
_JAPANESE = 0.1  # of kana, from which on Chinese characters are Japanese text


@dataclass(frozen=True)
class Language:
    """A language, and what has recognised it ("" if nothing could).

    Attributes
    ----------
    code : str
        ISO 639-1; "" if it is not known.
    by : str
    """

    code: str
    by: str

    @property
    def name(self) -> str:
        return LANGUAGES.get(self.code, self.code)


def language_code(name: str) -> str | None:
    """Return the code of a language that is given by code or by name; None if it is not known."""
    given = name.casefold()
    return given if given in LANGUAGES else _BY_NAME.get(given)


def check_language(code: str) -> None:
    """Refuse what cannot be the code of a language, nor is "" for one that is not known."""
    if not re.fullmatch("([a-z]{2,3})?", code):
        raise SettingError(f"language is {code!r}; expected a code, such as en or ko")


def recognise_language(text: str) -> Language:
    """Return the language that most of a text is in; without py3langid of some scripts only."""
    sample = text[:_SAMPLE]
    if by_script := _of_script(sample):
        return Language(by_script, "its script")
    if sum(map(str.isalpha, sample)) < _FEWEST or not is_installed("py3langid"):
        return Language("", "")
    ranked = require("py3langid", "recognising a language", "language").rank(sample)
    (code, first), (_, second) = ranked[:2]
    if first - second < _MARGIN:
        return Language("", "")
    return Language(_ALSO.get(code, code), "py3langid")


def _of_script(sample: str) -> str:
    """Return the language that a script is used for alone, "" if most letters are of no such."""
    scripts = Counter(
        unicodedata.name(char, "").partition(" ")[0] for char in sample if char.isalpha()
    )
    found: Counter[str] = Counter()
    for script, n in scripts.items():
        found[_SCRIPTS.get(script.partition("-")[0], "")] += n
    total = sum(found.values())
    if total < _FEWEST:
        return ""
    if found["ja"] >= _JAPANESE * (found["ja"] + found["zh"]) > 0:
        found["ja"] += found.pop("zh", 0)
    code, n = found.most_common(1)[0]
    return code if n > _MOSTLY * total else ""


def analyser_note(text: str, tokenizer: str) -> str | None:
    """Return a hint where `words` or `whitespace` reads text for which there is an analyser."""
    if tokenizer not in ("words", "whitespace"):
        return None
    name = LANGUAGES.get(_of_script(text[:_SAMPLE]))
    kind = next((kind for kind in ANALYSERS.values() if kind.language == name), None)
    if kind is None:
        return None
    units = "spaced words with their particles" if kind.name == "kiwi" else "single characters"
    if tokenizer == "whitespace":
        units = "the text between blanks"
    return (
        f"the text is mostly {name}: the tokenizer {tokenizer} counts {units}; --tokenizer "
        f"{kind.name} counts morphemes (extra {kind.extra})"
    )
