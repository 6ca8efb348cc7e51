"""Test sets as other people's tools write them: the right columns, or a refusal."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import FormatError, SettingError
from wordvec_toolkit.evaluation.analogy import evaluate_analogies
from wordvec_toolkit.evaluation.categories import evaluate_categories
from wordvec_toolkit.evaluation.category_sets import read_category_set, read_odd_one_out_set
from wordvec_toolkit.evaluation.datasets import read_analogy_set, read_similarity_set
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.text.encoding import encode_corpus
from wordvec_toolkit.text.vocabulary import Vocabulary

PAIRS = (("old", "new", 8.5), ("car", "house", 3.0), ("sly", "smart", 7.25), ("sea", "tea", 1.0))


def filled(header: str, row: str) -> str:
    """Return a table: `header`, and `row` once for each pair.

    i counts, s is the score (c: with a decimal comma), r and q are two raters of that mean.
    """
    rows = [header] if header else []
    for i, (a, b, s) in enumerate(PAIRS):
        comma = f"{s:.2f}".replace(".", ",")
        rows.append(row.format(i=i, a=a, b=b, s=s, c=comma, r=s - 1, q=s + 1))
    return "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        (",word1,word2,similarity", "{i},{a},{b},{s}", "words: columns 2 and 3 (word1, word2)"),
        ("w1, w2,1,2,Average", "{a}, {b},{r},{q}, {s}", "the mean of 2 raters (columns 3 and 4)"),
        ("Wort1;Wort2;Mittel;R1", "{a};{b};{c};{i}", "column 3 (Mittel), decimal commas"),
        ("", '{a},{b},"{c}"', "decimal commas"),
        ("", "{a}\t{b}\t{c}", "decimal commas"),
        ("", "{a} {b} {c}", "decimal commas"),
        ("평균\t단어1\t단어2", "{s}\t{a}\t{b}", "words: columns 2 and 3"),
        ("слово1;слово2;сходство", "{a};{b};{s}", "column 3 (сходство)"),
        ("単語1,単語2,類似度,標準偏差", "{a},{b},{s},{i}", "column 3 (類似度)"),
        ("mot1,mot2,moyenne,écart", "{a},{b},{s},{i}", "column 3 (moyenne)"),
        ("", "{a},{b},{s}, ", "score: column 3"),
        ("", "{a}\t\t{b}\t{s}", "score: column 4"),
        ("", "{a}|{b}|{s}", "score: column 3"),
        ("", "{a}:{b}:{s}", "score: column 3"),
        ("word 1 word 2 score", "{a}  {b}   {s}", "(word 1, word 2)"),
        ('"word1" "word2" "score"', '"{i}" "{a}" "{b}" {s}', None),
        ("a\tb\tsim\tsd", "{a}\t{b}\t{s}\t{i}", "column 3 (sim)"),
        ("word1,word2,AVG,AVG_0_1", "{a},{b},{s},{s}", "column 3 (AVG)"),
        ("# a comment", "{a} {b} {s}", "1 line after # skipped"),
        ("X,Y,z", "{a},{b},{s}", "columns 1 and 2 (X, Y)"),
        ("", "{a}\t{b}\tN\t{s}\tNONE", "columns 1 and 2; score: column 4"),
        ("", "{i}\t{a}\tn\t{b}\tv\tan <b>{a}</b>\t<b>{b}</b>\t{s}\t{r}\t{q}", "of 2 raters"),
        ("ID,POS,word1,word2,gold", "{i},N,{a},{b},{s}", "columns 3 and 4 (word1, word2)"),
        ("Word 1,Word 2,Human (mean),1,2", "{a},{b},{s},{r},{q}", "of 2 raters"),
    ],
)
def test_layouts_of_similarity_sets(write, header, row, told):
    text = filled(header, row)
    if told is None:
        with pytest.raises(FormatError, match="field"):
            read_similarity_set(write("pairs.txt", text))
        return
    test = read_similarity_set(write("pairs.txt", text))
    assert test.pairs == PAIRS
    assert told in test.reading


def test_row_names_without_a_title(write):
    rows = "".join(f'"{i}" "{a}" "{b}" {s}\n' for i, (a, b, s) in enumerate(PAIRS, 1))
    test = read_similarity_set(write("r.txt", '"word1" "word2" "score"\n' + rows))
    assert test.pairs == PAIRS


@pytest.mark.parametrize(
    "text",
    [
        filled("", "{a}\t{b}\t{s}").replace("\n", "\r"),
        filled("", "{a},{b},{s}").replace("sly,smart,7.25", "sly,smart,7.25\t") + ",,\n\n",
        filled("id,word1,word2,gold", "{i},{a},{b},{s}") + "5,,,\n",
        "\ufeff" + filled("word1;word2;score", "{a};{b};{s}"),
        filled("", "{a}\t{b}\t{s}").encode("utf-16"),
        filled("", "{a}\t{b}\t{s}").encode("utf-32"),
        filled("word1\tword2\tscore", "\ufeff{a}\t{b}\t{s}").replace("\ufeff", " "),
    ],
)
def test_line_ends_byte_order_marks_and_stray_ends(write, text):
    assert read_similarity_set(write("pairs", text)).pairs == PAIRS


def test_encodings_are_named(write):
    path = write("pairs", "größe\tmaß\t8\nöl\tfett\t3\n".encode("latin-1"))
    with pytest.raises(FormatError, match="--encoding"):
        read_similarity_set(path)
    assert read_similarity_set(path, encoding="latin-1").pairs[0] == ("größe", "maß", 8.0)
    with pytest.raises(SettingError, match="encoding"):
        read_similarity_set(path, encoding="latin-eins")
    with pytest.raises(SettingError, match="encoding is 3"):
        read_similarity_set(path, encoding=3)


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [("cp1252", "cp1252"), ("cp949", "cp949"), ("utf-16-le", "utf-16-le"), ("euc_jp", "euc_jp")],
)
def test_the_encoding_of_a_table_is_guessed_as_that_of_a_corpus(write, encoding, guess):
    rows = {
        "cp1252": "größe\tmaß\t8\nöl\tfett\t3\n",
        "cp949": "사람\t인간\t8\n나라가\t정부의\t3\n",
        "utf-16-le": "old\tnew\t8\nöl\tfett\t3\n",
        "euc_jp": "ひと\tにんげん\t8\nくに\tせいふ\t3\n",
    }[encoding]
    path = write("pairs.txt", rows.encode(encoding))
    with pytest.raises(FormatError) as of_table:
        read_similarity_set(path)
    with pytest.raises(FormatError) as of_corpus:
        encode_corpus(path, min_count=1, errors="strict", text_format="plain")
    advice = f'read it with --encoding {guess} (encoding="{guess}")'
    assert advice in str(of_table.value) and advice in str(of_corpus.value)
    told = str(of_table.value).replace(path, Path(path).name)
    assert str(of_corpus.value).startswith(told)
    vectors = WordVectors(
        Vocabulary(words := sorted(set(rows.split()) - {"8", "3"}), np.ones(len(words), np.int64)),
        np.eye(len(words), dtype=np.float32),
    )
    assert evaluate_similarity(vectors, path, encoding=guess).n == 2
    with pytest.raises(FormatError, match=f"--encoding {guess}"):
        evaluate_similarity(vectors, path)


def test_analogies_and_categories_take_an_encoding(write):
    words = ("größe", "maß", "öl", "fett")
    vectors = WordVectors(Vocabulary(words, np.ones(4, np.int64)), np.eye(4, dtype=np.float32))
    analogies = write("a.txt", " ".join(words).encode("cp1252"))
    assert evaluate_analogies(vectors, analogies, encoding="cp1252").total.n == 1
    with pytest.raises(FormatError, match="--encoding cp1252"):
        evaluate_analogies(vectors, analogies)
    categories = write("c.txt", "größe\tx\nmaß\tx\nöl\ty\nfett\ty\n".encode("cp1252"))
    result = evaluate_categories(vectors, categories, encoding="latin-1", permutations=1)
    assert result.n == 4


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (filled("Wort1,Wort2,Mittel", "{a},{b},{c}"), "commas are decimal marks"),
        (filled("", "{a},{b},{c}"), "columns 3 and 4"),
        ("ice cream dessert 8.5\nold new 3\n", "4 fields .ice"),
        ("ice cream dessert 8.5\nhot dog food 3\n", "3 columns of words"),
        (filled("", "{a}\t{b}\t{r}\t{q}"), "columns 3 and 4 of numbers.*--columns"),
        (filled("Word 1,Word 2,1,2", "{a},{b},{r},{q}"), "3: 1 .7.5.; 4: 2 .9.5."),
        (filled("w1,w2,similarity,relatedness", "{a},{b},{s},{i}"), "columns 3 and 4"),
        (filled("word1,word2,rank", "{a},{b},{i}"), "rank"),
        (filled("word1,word2,distance", "{a},{b},{s}"), "distance"),
        (filled("", "{i}\t{a}\t{b}"), "no column of scores"),
        (filled("", "{a}\t{b}\t5"), "same score"),
        (filled("", "{s}\t{i}\t{s}"), "of numbers"),
        (filled("", "{a},{b},{s}") * 500 + "old;new;3\n", "line 2001: .*1 field"),
        (filled("", "{a},{b},{s}") * 500 + "old,new,x\n", "line 2001: .*'x' as score"),
        (filled("", "{a},{b},{s}") * 500 + "old,,3\n", "line 2001: .*no word in column 2"),
        ("old, new, 3\nsea\ttea\t1\n", "field"),
        ("old,new,8,5\nsea,tea,3\n", "field"),
        ("old\tnew\t8.O\ncar\told\t3\nsea\ttea\t1\n", "line 1: found '8.O'"),
        ("old\tnew\t8,5\nsea\ttea\t1.5\n", "one decimal mark"),
        ("old\tnew\t8,500\nsea\ttea\t900\n", "thousands"),
        ("old\tnew\t\nsea\ttea\t1.5\ncar\tcat\t2\n", "'' as score"),
        (filled("", "{a}\tn\t{b}\tsome text\t{s}"), "3 columns of words"),
    ],
)
def test_what_has_several_readings_is_refused(write, text, match):
    with pytest.raises(FormatError, match=match):
        read_similarity_set(write("pairs.txt", text))


def test_columns_that_the_user_names(write):
    path = write("pairs", filled("w1,w2,similarity,relatedness", "{a},{b},{s},{i}"))
    for columns in ("w1,w2,similarity", "1,2,3", ("W1", 2, "similarity"), [1, 2, np.int64(3)]):
        assert read_similarity_set(path, columns).pairs == PAIRS
    assert [pair[2] for pair in read_similarity_set(path, "1,2,4").pairs] == [0, 1, 2, 3]
    for wrong in ("1,2", "1,2,9", "w1,w1,similarity", "w1,w2,score", (1, 2, 3.5), 7, b"1,2,3"):
        with pytest.raises(SettingError, match="columns"):
            read_similarity_set(path, wrong)


def test_numbers_can_be_words_where_names_say_so(write):
    path = write("pairs", "word1,word2,score\n1984,1985,9\n7,8,3\n")
    assert read_similarity_set(path).pairs == (("1984", "1985", 9.0), ("7", "8", 3.0))


@pytest.mark.parametrize(
    "text",
    [
        ": one\na1 b1 c1 d1\na2 b2 c2 d2\n",
        ": one\na1\tb1\tc1\td1\na2\tb2\tc2\td2\n",
        ",type,word1,word2,word3,target\n0,one,a1,b1,c1,d1\n1,one,a2,b2,c2,d2\n",
        "A;B;C;D;category\na1;b1;c1;d1;one\na2;b2;c2;d2;one\n".replace("A;B;C;D", "w1;w2;w3;w4"),
    ],
)
def test_layouts_of_analogies(write, text):
    found = read_analogy_set(write("questions", text)).sections
    assert found == (("one", (("a1", "b1", "c1", "d1"), ("a2", "b2", "c2", "d2"))),)


@pytest.mark.parametrize(
    "text",
    [
        "good better rough JJ_JJR\nbad worse rough JJ_JJR\n",
        "one,a,b,c,d\none,e,f,g,h\n",
        "a b c d\ne f g\n",
    ],
)
def test_odd_analogies_are_refused(write, text):
    with pytest.raises(FormatError):
        read_analogy_set(write("questions", text))
    if "," in text:
        sections = read_analogy_set(write("q", text), "2,3,4,5").sections
        assert sections[0][1][0] == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    "text",
    [
        ",category,word\n0,animal,dog\n1,animal,cat\n2,colour,red\n3,colour,\n",
        "animal;dog\nanimal;cat\ncolour;red\n",
        "class\tconcept\tfrequency\nanimal\tdog\t3\nanimal\tcat\t4\ncolour\tred\t5\n",
        "dog,animal\ncat,animal\nred,colour\nlight,colour\nlight,weight\n",
    ],
)
def test_layouts_of_categories(write, text):
    found = read_category_set(write("kinds", text))
    assert found.categories == (("animal", ("dog", "cat")), ("colour", ("red",)))
    assert found.reading


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\nd\te\tf\n",
        "a b c\nd,e,f\n",
        ",category,outliers,words\n0,x,\"['a', 'b']\",\"['c']\"\n",
    ],
)
def test_odd_groups_are_refused(write, text):
    with pytest.raises(FormatError):
        read_odd_one_out_set(write("groups", text))


def test_groups_may_differ_in_size(write):
    test = read_odd_one_out_set(write("groups", "a,b,c\nd,e f,g,h\n"))
    assert test.groups == (("a", "b", "c"), ("d", "e f", "g", "h"))
    assert "commas" in test.reading


@st.composite
def layouts(draw):
    """Return a random table as text, and its pairs."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = draw(st.integers(2, 12))
    words = [f"{random.choice(['ab', 'néo', '사과', 'x-y', '7up'])}{i}" for i in range(2 * n)]
    if draw(st.booleans()):
        words = [word.replace("b", "b ") for word in words]  # two words
    if draw(st.booleans()):
        words[: draw(st.integers(0, n // 4))] = ["1984"]
        words = list(dict.fromkeys(words))[: 2 * n]
        words += [f"more{i}" for i in range(2 * n - len(words))]
    kind = draw(st.sampled_from(["unit", "ten", "signed", "ranks", "whole"]))
    scores = {
        "unit": random.integers(0, 1000, n) / 1000,
        "ten": random.integers(0, 1000, n) / 100,
        "signed": random.integers(-99, 100, n) / 10,
        "ranks": random.permutation(n) + 1,
        "whole": random.integers(0, 11, n),
    }[kind].tolist()
    comma = draw(st.booleans())

    def number(value):
        text = f"{value}"
        return text.replace(".", ",") if comma else text

    ratings = random.integers(0, 11, (n, 3)).tolist()
    raters = draw(st.booleans())
    if raters:
        scores = [round(sum(row) / 3, 2) for row in ratings]
    columns = {
        "word1": words[:n],
        "word2": words[n:],
        draw(st.sampled_from(["score", "Mean", "similarity", "평균", "note"])): list(
            map(number, scores)
        ),
    }
    if raters:
        columns |= {f"R{k + 1}": [str(row[k]) for row in ratings] for k in range(3)}
    if draw(st.booleans()):
        columns["POS"] = random.choice(["N", "V", "A"], n).tolist()
    if draw(st.booleans()):
        columns["std"] = [number(value) for value in (random.integers(0, 300, n) / 100).tolist()]
    if draw(st.booleans()):
        columns["context"] = [f"the <b>{word}</b>, and; more" for word in words[:n]]
    order = list(random.permutation(list(columns)))
    if order.index("word1") > order.index("word2"):
        i, j = order.index("word1"), order.index("word2")
        order[i], order[j] = order[j], order[i]
    counts = draw(st.booleans())
    table = [[str(i) if name == "" else columns[name][i] for name in order] for i in range(n)]
    header = order
    if counts:
        table = [[str(i), *row] for i, row in enumerate(table)]
        header = ["", *order]
    if draw(st.booleans()):
        table = [header, *table]
    separator = draw(st.sampled_from(["\t", ",", ";", "|", " "]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONE]))
    out = io.StringIO()
    if separator == " " or quoting == csv.QUOTE_NONE:
        out.write("".join(separator.join(row) + "\n" for row in table))
    else:
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(table)
    text = out.getvalue()
    if draw(st.booleans()):
        rows = text.splitlines()
        rows.insert(draw(st.integers(0, len(rows))), draw(st.sampled_from(["", "# x", ",,,"])))
        text = "\n".join(rows)
    pairs = [(a, b, float(s)) for a, b, s in zip(words[:n], words[n:], scores)]
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))), tuple(pairs)


@given(layouts())
def test_random_layouts_give_the_right_columns_or_a_refusal(tmp_path_factory, layout):
    text, pairs = layout
    path = tmp_path_factory.getbasetemp() / "layout.txt"
    path.write_bytes(text.encode())
    try:
        found = read_similarity_set(path).pairs
    except FormatError:
        return
    assert found == pairs
