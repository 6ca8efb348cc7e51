"""Files of ranked word pairs, of the form of SemEval-2012 task 2."""

HEADER = '"pair1"\t"pair2"\t"pair3"\t"pair4"\t"least_illustrative"\t"most_illustrative"\n'
PAIRS = [("b", "c"), ("d", "e"), ("f", "g"), ("h", "i"), ("c", "b")]
EXAMPLES = [("a", "b"), ("x", "nowhere"), ("i", "a")]
WORDS = tuple("abcdefghi")


def quoted(pair):
    return '"{}:{}"'.format(*pair)


def answers(*rows):
    """Return lines of answers: places of the four pairs, of the least and of the most."""
    lines = ("\t".join(quoted(PAIRS[place]) for place in row) for row in rows)
    return HEADER + "\n".join(lines) + "\n"


#: Questions of pairs 0 to 3, asked three times, and of 1 to 4, once.
ROWS = [(0, 1, 2, 3, 3, 0), (0, 1, 2, 3, 3, 1), (0, 1, 2, 3, 2, 1), (1, 2, 3, 4, 4, 1)]


def write_relations(place):
    """Write three relations and return their folder."""
    for part, key in (("Training", "1a"), ("Testing", "1b"), ("Testing", "10c")):
        answered = place / part / "Phase2Answers"
        answered.mkdir(parents=True, exist_ok=True)
        (answered / f"Phase2Answers-{key}.txt").write_text(answers(*ROWS))
    examples = ", ".join(":".join(pair) for pair in EXAMPLES)
    lines = [f"{n}, {x}, CLASS-INCLUSION, Taxonomic, {examples}" for n, x in ("1a", "1b")]
    lines.append(f"10, c, REFERENCE, Plan, {examples}")
    (place / "subcategories-paradigms.txt").write_text("\n".join(lines) + "\n")
    return place
