"""Files of ranked word pairs, of the form of SemEval-2012 task 2."""

HEADER = "# pair1\tpair2\tpair3\tpair4\tleast_illustrative\tmost_illustrative\trelation\n"
PAIRS = [("b", "c"), ("d", "e"), ("f", "g"), ("h", "i"), ("c", "b")]
EXAMPLES = [("a", "b"), ("x", "nowhere"), ("i", "a")]
WORDS = tuple("abcdefghi")


def quoted(pair):
    return '"{}:{}"'.format(*pair)


def answers(*rows):
    """Return lines of answers: places of the four pairs, of the least and of the most."""
    lines = (
        "\t".join(quoted(PAIRS[place] if place is not None else ("none", "")) for place in row)
        + '\t"Y is X: so"'
        for row in rows
    )
    return (HEADER + "\n".join(lines) + "\n").replace('"none:"', '""')


#: Questions of pairs 0 to 3, asked three times, and of 1 to 4, once.
ROWS = [(0, 1, 2, 3, 3, 0), (0, 1, 2, 3, 3, 1), (0, 1, 2, 3, 2, 1), (1, 2, 3, 4, 4, 1)]


def write_relations(place):
    """Write three relations and return their folder."""
    for part, key in (("Training", "1a"), ("Testing", "1b"), ("Testing", "10c")):
        answered = place / part / "Phase2Answers"
        answered.mkdir(parents=True, exist_ok=True)
        (answered / f"Phase2Answers-{key}.txt").write_text(answers(*ROWS))
    first, *others = (":".join(pair) for pair in EXAMPLES)
    examples = f"{first}. {','.join(others)}"  # as they come in the file of the task
    lines = [
        f"{n}, {x}, CLASS-INCLUSION, Object:Stuff (noun.verb), {examples}" for n, x in ("1a", "1b")
    ]
    lines.append(f"10, c, REFERENCE, Plan, {examples}")
    (place / "subcategories-paradigms.txt").write_text("\n".join(lines) + "\n")
    return place
