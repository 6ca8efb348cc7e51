"""A WordNet database of a few synsets, written as wndb(5WN) says."""

from pathlib import Path

HEADER = "  1 A database of our own, in the form of  \n  2 WordNet 3.0 Copyright nobody.  \n"
#: Name -> part of speech, words, hypernyms, gloss.  A puppy has two ways up, one longer.
SYNSETS = {
    "entity": ("n", "entity", "", "all there is"),
    "thing": ("n", "thing", "entity", "a separate entity"),
    "living": ("n", "organism being", "thing", "a living thing"),
    "animal": ("n", "animal beast", "living", "an organism that moves"),
    "dog": ("n", "dog Canis_familiaris", "animal", 'a barking animal; "the dog ran"'),
    "cat": ("n", "cat", "animal", "a purring animal"),
    "young": ("n", "young", "thing", "what is young"),
    "puppy": ("n", "puppy", "dog young", "a young dog"),
    "cad": ("n", "cad dog", "living", "someone who behaves badly"),
    "machine": ("n", "machine", "thing", "what does work"),
    "car": ("n", "car automobile", "machine", "a machine on wheels"),
    "london": ("n", "London", "thing@i", "a city"),
    "move": ("v", "move go", "", "change place"),
    "run": ("v", "run", "move", "move fast"),
    "walk": ("v", "walk", "move", "move on foot"),
    "think": ("v", "think", "", "use the mind"),
    "good": ("a", "good", "", "as it should be"),
    "bad": ("a", "bad", "", "not as it should be"),
    "decent": ("s", "decent(p) dog", "", "fairly good"),
    "fast": ("r", "fast quickly", "", "at speed"),
}
#: Lexical pointers: symbol, synset, word from 1, synset, word.
POINTERS = [("!", "good", 1, "bad", 1), ("!", "bad", 1, "good", 1), ("+", "run", 1, "puppy", 1)]
POINTERS += [("&", "decent", 0, "good", 0), ("&", "good", 0, "decent", 0)]
TAGGED = {("dog", 1, "dog"): 9, ("dog", 2, "cad"): 1, ("cat", 1, "cat"): 5, ("car", 1, "car"): 7}
EXCEPTIONS = {"noun": "geese goose\nmice mouse\n", "verb": "ran run\n", "adj": "", "adv": ""}
_FILES = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
_NUMBERS = {"n": 1, "v": 2, "a": 3, "r": 4, "s": 5}


def write_wordnet(folder: Path, synsets=SYNSETS) -> Path:
    """Write the files of a database into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    offsets = _offsets(synsets)
    for name in ("noun", "verb", "adj", "adv"):
        own = [key for key, (part, *_) in synsets.items() if _FILES[part] == name]
        data = HEADER + "".join(_line(key, synsets, offsets) for key in own)
        (folder / f"data.{name}").write_text(data, encoding="utf-8")
        (folder / f"index.{name}").write_text(HEADER + _index(own, synsets, offsets), "utf-8")
        (folder / f"{name}.exc").write_text(EXCEPTIONS[name])
    lines = [
        f"{word}%{_NUMBERS[synsets[key][0]]}:03:00:: {number} {count}\n"
        for (word, number, key), count in TAGGED.items()
        if key in synsets
    ]
    (folder / "cntlist.rev").write_text("".join(lines))
    (folder / "lexnames").write_text("".join(f"{n:02}\tnoun.{n}\t1\n" for n in range(4)))  # NLTK's
    return folder


def _pointers(key, synsets):
    found = []
    for above in synsets[key][2].split():
        name, _, instance = above.partition("@")
        found.append(("@" + instance, name, 0, 0))
    for below, (_, _, hypernyms, _) in synsets.items():
        for above in hypernyms.split():
            name, _, instance = above.partition("@")
            if name == key:
                found.append(("~" + instance, below, 0, 0))
    found += [
        (symbol, target, one, two)
        for symbol, source, one, target, two in POINTERS
        if source == key and target in synsets
    ]
    return found


def _line(key, synsets, offsets):
    part, words, _, gloss = synsets[key]
    named = " ".join(f"{word} 0" for word in words.split())
    pointers = _pointers(key, synsets)
    ends = "".join(
        f" {symbol} {offsets[target]:08d} {synsets[target][0]} {one:02x}{two:02x}"
        for symbol, target, one, two in pointers
    )
    frames = " 01 + 02 00" if part == "v" else ""
    n_words = len(words.split())
    return (
        f"{offsets[key]:08d} 03 {part} {n_words:02x} {named} {len(pointers):03d}{ends}{frames}"
        f" | {gloss}  \n"
    )


def _offsets(synsets):
    """Return where each line begins, in bytes; lines are as long whatever the offsets are."""
    offsets = dict.fromkeys(synsets, 0)
    at = dict.fromkeys(_FILES.values(), len(HEADER))
    for key, (part, *_) in synsets.items():
        offsets[key] = at[_FILES[part]]
        at[_FILES[part]] += len(_line(key, synsets, dict.fromkeys(synsets, 0)).encode())
    return offsets


def _index(own, synsets, offsets):
    senses = {}
    for key in own:
        for word in synsets[key][1].split():
            senses.setdefault(word.split("(")[0].lower(), []).append(offsets[key])
    lines = []
    for lemma, places in sorted(senses.items()):
        part = "a" if synsets[own[0]][0] in "as" else synsets[own[0]][0]
        n = len(places)
        named = " ".join(f"{place:08d}" for place in places)
        lines.append(f"{lemma} {part} {n} 1 @ {n} 0 {named}  \n")
    return "".join(lines)
