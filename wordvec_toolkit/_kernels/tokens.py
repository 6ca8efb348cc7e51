"""Tokenise UTF-8 text and number the tokens, in one pass over the bytes.

The words seen so far live in three flat arrays: their bytes one after another (`arena`),
where each one ends (`ends`, so word i is ``arena[ends[i-1]:ends[i]]``), and an open-addressing
hash table of ids (`slots`, 0 = empty, else id + 1).
"""

import numpy as np

from . import kernel

# Classes of code points; `wordvec_toolkit.text.tokenizers` fills a table with them.
SPACE, OTHER, WORD, MARK, JOINER, SINGLE, NEWLINE, DOCUMENT_END = range(8)

# What a line end means.
LINE_IS_SENTENCE, LINE_IS_DOCUMENT, LINE_IS_SPACE = range(3)

# Places in `state`.
N_WORDS, ARENA_USED, LINE_HAS_TEXT, STATE_SIZE = range(4)

HASH_START = np.uint64(0xCBF29CE484222325)  # FNV-1a, 64 bits
HASH_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@kernel
def code_point(text, i):
    """Return the code point that starts at byte `i` of valid UTF-8, and its width in bytes."""
    b = np.int64(text[i])
    if b < 0x80:
        return b, 1
    if b < 0xE0:
        return ((b & 0x1F) << 6) | (np.int64(text[i + 1]) & 0x3F), 2
    if b < 0xF0:
        return (
            ((b & 0x0F) << 12)
            | ((np.int64(text[i + 1]) & 0x3F) << 6)
            | (np.int64(text[i + 2]) & 0x3F)
        ), 3
    return (
        ((b & 0x07) << 18)
        | ((np.int64(text[i + 1]) & 0x3F) << 12)
        | ((np.int64(text[i + 2]) & 0x3F) << 6)
        | (np.int64(text[i + 3]) & 0x3F)
    ), 4


@kernel
def hash_bytes(text, first, last):
    """Return the hash of ``text[first:last]`` (FNV-1a)."""
    h = HASH_START
    for j in range(first, last):
        h = (h ^ np.uint64(text[j])) * HASH_PRIME
    return h


@kernel
def find_slot(h, text, first, last, slots, arena, ends):
    """Return the id of the word ``text[first:last]`` (-1: not there) and its place in `slots`."""
    mask = np.uint64(len(slots) - 1)
    h = h * _MIX
    slot = (h ^ (h >> _HALF)) & mask
    while slots[slot] != 0:
        candidate = slots[slot] - 1
        begin = ends[candidate - 1] if candidate > 0 else 0
        if ends[candidate] - begin == last - first:
            same = True
            for j in range(last - first):
                if arena[begin + j] != text[first + j]:
                    same = False
                    break
            if same:
                return candidate, slot
        slot = (slot + np.uint64(1)) & mask
    return -1, slot


@kernel
def find_word(text, slots, arena, ends):
    """Return the id of the word `text`, -1 if it is not there."""
    word, _ = find_slot(hash_bytes(text, 0, len(text)), text, 0, len(text), slots, arena, ends)
    return word


@kernel
def match_words(text, firsts, lasts, slots, arena, ends, numbers):
    """Write i into ``numbers[word]`` where `word` is ``text[firsts[i]:lasts[i]]``.

    Other places are left as they are.
    """
    for i in range(len(firsts)):
        h = hash_bytes(text, firsts[i], lasts[i])
        word, _ = find_slot(h, text, firsts[i], lasts[i], slots, arena, ends)
        if word >= 0:
            numbers[word] = i


@kernel
def add_word(text, first, last, slot, slots, arena, ends, counts, state):
    """Enter the word ``text[first:last]`` with count 0; return its id, -1 if there is no room."""
    word = state[N_WORDS]
    used = state[ARENA_USED]
    if word >= min(len(slots) // 2, len(ends)) or used + (last - first) > len(arena):
        return -1
    for j in range(first, last):
        arena[used] = text[j]
        used += 1
    ends[word] = used
    counts[word] = 0
    slots[slot] = word + 1
    state[N_WORDS] = word + 1
    state[ARENA_USED] = used
    return word


@kernel
def merge_words(
    from_arena, from_ends, from_counts, start, slots, arena, ends, counts, state, merged
):
    """Add words and counts from `start` on to another table, until it is full.

    `merged` receives the ids there; returns the number of words done.
    """
    begin = from_ends[start - 1] if start > 0 else 0
    for word in range(start, len(from_counts)):
        end = from_ends[word]
        h = hash_bytes(from_arena, begin, end)
        there, slot = find_slot(h, from_arena, begin, end, slots, arena, ends)
        if there < 0:
            there = add_word(from_arena, begin, end, slot, slots, arena, ends, counts, state)
            if there < 0:
                return word
        counts[there] += from_counts[word]
        merged[word] = there
        begin = end
    return len(from_counts)


@kernel
def number_tokens(
    text, start, classes, line_rule, slots, arena, ends, counts, ids, sentences, documents, state
):
    """Number the tokens of ``text[start:]`` until its end or until a table is full.

    Parameters
    ----------
    text : uint8 array
        Valid UTF-8.
    classes : uint8 array
        Class of each code point; the last entry serves for all beyond the table.
    slots, arena, ends, counts : int32, uint8, int64, int64 arrays
        The words so far (see the module); `slots` has a power of two of places.
    ids, sentences, documents : int32, int64, int64 arrays
        Receive the tokens' ids, and the positions among them where sentences and documents end
        (an empty one ends where the one before did).
    state : int64 array
        Numbers of words and of arena bytes in use, and whether anything but white space was
        in the line so far; carries over from one call to the next.

    Returns
    -------
    position, n_ids, n_sentences, n_documents
        Bytes consumed, and how much of the three outputs was filled.
    """
    n = len(text)
    last_class = len(classes) - 1
    line_has_text = state[LINE_HAS_TEXT]
    n_ids = 0
    n_sentences = 0
    n_documents = 0
    i = start
    while i < n:
        point, width = code_point(text, i)
        cls = classes[min(point, last_class)]
        if cls == WORD or cls == SINGLE:
            first = i
            h = hash_bytes(text, i, i + width)
            i += width
            while cls == WORD and i < n:
                byte = text[i]
                if byte < 0x80 and classes[byte] == WORD:  # most of most texts
                    h = (h ^ np.uint64(byte)) * HASH_PRIME
                    i += 1
                    continue
                point, width = code_point(text, i)
                following = classes[min(point, last_class)]
                if following == JOINER and i + width < n:
                    # A joiner belongs to the word only between two word characters.
                    after, _ = code_point(text, i + width)
                    following = classes[min(after, last_class)]
                    if following != WORD:
                        break
                elif following != WORD and following != MARK:
                    break
                for j in range(i, i + width):
                    h = (h ^ np.uint64(text[j])) * HASH_PRIME
                i += width
            word, slot = find_slot(h, text, first, i, slots, arena, ends)
            if word < 0:
                word = add_word(text, first, i, slot, slots, arena, ends, counts, state)
                if word < 0:
                    i = first  # full: the caller enlarges the tables and calls again
                    break
            counts[word] += 1
            ids[n_ids] = word
            n_ids += 1
            line_has_text = 1
            continue
        i += width
        if cls == SPACE:
            continue
        if cls == NEWLINE or cls == DOCUMENT_END:
            ends_document = (
                cls == DOCUMENT_END or line_rule == LINE_IS_DOCUMENT or line_has_text == 0
            )
            if ends_document or line_rule == LINE_IS_SENTENCE:
                sentences[n_sentences] = n_ids
                n_sentences += 1
            if ends_document:
                documents[n_documents] = n_ids
                n_documents += 1
            line_has_text = 0
        else:
            line_has_text = 1
    state[LINE_HAS_TEXT] = line_has_text
    return i, n_ids, n_sentences, n_documents


@kernel
def refill_slots(slots, arena, ends, n_words):
    """Enter the first `n_words` words into the empty table `slots`."""
    begin = 0
    for word in range(n_words):
        h = hash_bytes(arena, begin, ends[word])
        _, slot = find_slot(h, arena, begin, ends[word], slots, arena, ends)
        slots[slot] = word + 1
        begin = ends[word]


@kernel
def replace_ids(ids, new_ids, out):
    """Write ``new_ids[ids]`` (NumPy would first widen `ids` to 64 bits)."""
    for i in range(len(ids)):
        out[i] = new_ids[ids[i]]
