"""Foreign text at the gate: read as its format has it, or refused with the option that reads it."""

import bz2
import gzip
import json
import textwrap

import pytest

from wordvec_toolkit.errors import FormatError, SettingError
from wordvec_toolkit.text.blocks import Damage, read_blocks, recognise_format
from wordvec_toolkit.text.encoding import encode_corpus
from wordvec_toolkit.text.files import find_sources
from wordvec_toolkit.text.settings import FileSettings

KOREAN = "바다는 넓고 하늘은 높다\n아이들은 강가에서 놀고 어른들은 밭에서 일한다\n"
PROSE = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age "
    "of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the "
    "season "
    "of Light, it was the season of Darkness, it was the spring of hope, it was the winter of "
    "despair, we had everything before us, we had nothing before us."
)


@pytest.fixture
def read(tmp_path):
    """Return the documents of a file, each a list of lines, and the notes."""

    def read(name, data, notes=False, **settings):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        damage = Damage()
        text = "".join(read_blocks(find_sources([str(path)])[0], FileSettings(**settings), damage))
        documents = [part.strip("\n").split("\n") for part in text.split("\x1e") if part.strip()]
        documents = [[line for line in lines if line] for lines in documents]
        return (documents, " ".join(damage.messages())) if notes else documents

    return read


def token(number, form, lemma=None, upos="X"):
    return "\t".join([str(number), form, lemma or form, upos, *"_____", "_"]) + "\n"


# Encodings


@pytest.mark.parametrize(
    ("encoding", "text", "guess"),
    [
        ("cp949", KOREAN, "cp949"),
        ("cp949", "안녕하세요", "cp949"),
        ("latin-1", "Größe und Süße für Käse\n", "cp1252"),
        ("latin-1", "El niño comió piñas\n", "cp1252"),
        ("shift_jis", "海は広い。空は高いです。\n", "shift_jis"),
        ("euc_jp", "海は広い。空は高いです。\n", "euc_jp"),
        ("cp1251", "Море широкое, а небо высокое. Дети поют песни в школе.\n", "cp1251"),
        ("utf-16", KOREAN, "utf-16"),
        ("utf-16-le", KOREAN, "utf-16-le"),
        ("iso2022_kr", KOREAN, "iso2022_kr"),
    ],
)
def test_another_encoding_is_refused_by_name_and_read_by_option(read, encoding, text, guess):
    with pytest.raises(FormatError, match=f"--encoding {guess}"):
        read("a.txt", text.encode(encoding))
    expected = [text.strip("\n").split("\n")]
    assert read("a.txt", text.encode(encoding), encoding=encoding) == expected


def test_few_odd_bytes_are_replaced_and_the_encoding_is_guessed(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain words " * 50 + "café".encode("latin-1"))
    damage = Damage()
    text = "".join(read_blocks(find_sources([str(path)])[0], damage=damage))
    assert damage.n_invalid == 1 and "caf\ufffd" in text
    assert "--encoding cp1252" in damage.advice


def test_what_is_not_in_the_encoding_is_refused_with_its_line_or_counted(read):
    data = "가나다\n".encode("cp949") * 3 + b"\xff\xff\n"
    with pytest.raises(FormatError, match=r"line 4: found bytes that are not cp949"):
        read("a.txt", data, encoding="cp949", errors="strict")
    with pytest.raises(FormatError, match="not cp949"):
        read("a.txt", data, encoding="cp949")
    assert read("a.txt", data, encoding="cp949", errors="ignore") == [["가나다"] * 3]


def test_odd_bytes_far_into_a_file_are_seen(read):
    with pytest.raises(FormatError, match="--encoding cp949"):
        read("a.txt", b"plain words\n" * 10_000 + KOREAN.encode("cp949") * 1000)


def test_an_unknown_encoding_is_a_setting_error():
    with pytest.raises(SettingError, match="encoding is 'klingon'"):
        FileSettings(encoding="klingon")


def test_large_files_in_another_encoding_are_read_whole(read):
    assert read("a.txt", (KOREAN * 60_000).encode("cp949"), encoding="cp949") == [
        (KOREAN * 60_000).strip().split("\n")
    ]


# Annotated text


def test_conllu_gives_syntactic_words_and_documents(read):
    text = (
        "1-2\tdu\t"
        + "\t".join("________")
        + "\n"
        + token(1, "de")
        + token(2, "le")
        + token("2.1", "ghost")
        + token(3, "pains", "pain", "NOUN")
        + "\n# a late remark\n"
        + token(1, "Et")
        + token(2, "#")
        + "\n# newdoc id = b\n"
        + token(1, "Fin")
        + "\n"
    )
    assert read("a.txt", text) == [["de le pains", "Et #"], ["Fin"]]
    assert read("a.txt", text, column="lemma")[0][0] == "de le pain"
    assert read("a.txt", text, column="form/upos")[0][0] == "de/X le/X pains/NOUN"
    with pytest.raises(SettingError, match="form, lemma"):
        read("a.txt", text, column="colour")
    with pytest.raises(SettingError, match="tokenizer words would split"):
        encode_corpus("a.txt", column="form/upos")


def test_conll_2003_is_separated_by_blanks(read):
    text = (
        "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n. . O O\n\n"
        "-DOCSTART- -X- -X- O\n\nPeter NNP B-NP B-PER\nBlackburn NNP I-NP I-PER\n\n"
    )
    assert read("a.txt", text) == [["EU rejects ."], ["Peter Blackburn"]]
    assert read("a.txt", text, column="1/2")[1] == ["Peter/NNP Blackburn/NNP"]


def test_verticals_of_corpus_workbenches(read):
    text = (
        '<text id="a">\n<s>\nThe\tDT\tthe\nboat\tNN\tboat\n</s>\n<s>\nIt\tPP\tit\n<g/>\n'
        '&amp;\tSYM\t&amp;\n</s>\n</text>\n<text id="b">\n<s>\nA\tDT\ta\n</s>\n</text>\n'
    )
    assert read("a.vrt", text) == [["The boat", "It &"], ["A"]]
    assert read("a.vrt", text, column="3")[1] == ["a"]
    assert read("b.vrt", "<s>\nThe\nboat\n</s>\n<s>\nIt\nsank\n</s>\n") == [["The boat", "It sank"]]
    with pytest.raises(FormatError, match="--format vertical"):
        read("c.txt", "The\tDT\nboat\tNN\n.\tSENT\n" * 10)


# Marks of sentences


def test_marks_of_sentences_are_no_words(read):
    lines, notes = read("a.txt", "<s> the cat sat </s>\n<s> a dog ran </s>\n", notes=True)
    assert lines == [["the cat sat", "a dog ran"]]
    assert "<s> and </s> are read as the marks" in notes
    assert read("a.txt", "<s> a b </s> <s> c\nd </s>\n\n<s> e </s>\n") == [["a b", "c d", "e"]]
    assert read("a.txt", "a b </s>\nc </s>\n") == [["a b", "c"]]
    assert read("a.txt", "<s> a </s>\n", text_format="plain") == [["<s> a </s>"]]


def test_a_mark_in_other_text_is_an_unknown_word_and_is_counted(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a normal text with <s> one mark\nand <unk> another line\n")
    corpus = encode_corpus(path, tokenizer="whitespace", min_count=1)
    assert corpus.facts["n_oov_tokens"] == 2
    assert corpus.facts["n_reserved_tokens"] == 1


# Markup


def test_xml_gives_its_paragraphs_and_lines(read):
    text = (
        '\ufeff<?xml version="1.0"?>\n<t:TEI xmlns:t="http://www.tei-c.org/ns/1.0"><t:teiHeader>'
        "<t:title>Not me</t:title></t:teiHeader><t:text><t:body><t:p>Hello <t:hi>wor</t:hi>ld &amp;"
        " all<t:note>a note</t:note>\n more.</t:p><t:l>A line</t:l></t:body></t:text></t:TEI>"
    )
    lines, notes = read("a.xml", text, notes=True)
    assert lines == [["Hello world & all more.", "a note", "A line"]]
    assert "--element" in notes
    assert read("a.xml", text, element="l") == [["A line"]]
    with pytest.raises(FormatError, match="no text in elements zzz"):
        read("a.xml", text, element="zzz")


def test_words_in_xml_are_parted_and_unknown_elements_are_asked_for(read):
    words = "<c><s><w>The</w><w>cat</w><c>.</c></s><s><w>It</w></s></c>"
    assert read("a.txt", words) == [["The cat .", "It"]]
    other = (
        "<corpus><doc><zin>De kat.</zin><zin>Een hond.</zin></doc><doc><zin>x</zin></doc></corpus>"
    )
    with pytest.raises(FormatError, match="--element zin"):
        read("a.txt", other)
    assert read("a.txt", other, element="zin") == [["De kat.", "Een hond."], ["x"]]


@pytest.mark.parametrize("encoding", ["EUC-KR", "UTF-16"])
def test_xml_is_read_in_the_encoding_that_it_declares(read, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<doc><p>바다는 넓다</p></doc>'
    assert read("a.xml", text.encode(encoding)) == [["바다는 넓다"]]
    if encoding == "EUC-KR":  # made UTF-8 since
        assert read("a.xml", text.encode()) == [["바다는 넓다"]]


@pytest.mark.parametrize(
    "doctype",
    [
        '[<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]',
        '[<!ENTITY b SYSTEM "file:///etc/passwd">]',
        '[<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]',
    ],
)
def test_entities_are_never_expanded(read, doctype):
    text = f'<?xml version="1.0"?>\n<!DOCTYPE p {doctype}><p>x &b;</p>'
    with pytest.raises(FormatError, match="a declaration of the entity"):
        read("a.xml", text)


def test_damaged_xml_is_refused_with_its_line(read):
    with pytest.raises(FormatError, match="line 2.*mismatched tag"):
        read("a.xml", '<?xml version="1.0"?><a>\n<p>x</p><p>y</a>')


def test_html_gives_its_text(read):
    text = (
        "<!DOCTYPE html><html><head><title>T</title><script>x < "
        "1</script></head><body><h1>Head</h1>"
        "<p>One &eacute;\n two<p>Three<br>four<ul><li>a<li>b</ul></body></html>"
    )
    assert read("a.txt", text) == [["Head", "One é two", "Three", "four", "a", "b"]]
    assert read("a.txt", text, element="li") == [["a", "b"]]
    korean = '<html><head><meta charset="euc-kr"></head><body><p>바다는 넓다</p></body></html>'
    assert read("a.htm", korean.encode("cp949")) == [["바다는 넓다"]]


def test_documents_of_wikiextractor(read):
    text = (
        '<doc id="1"\n url="x"\n title="A > B">\nA > B\n\nText &lt;b&gt; here.\n\n</doc>\n'
        '<doc id="2" url="y" title=""Heroes"">\nHeroes\n</doc>\n'
    )
    assert read("wiki_00", text) == [["A > B", "Text <b> here."], ["Heroes"]]
    with pytest.raises(FormatError, match="</doc>"):
        read("wiki_00", text + "<doc id=3>\ncut off\n", text_format="wikiextractor")


@pytest.mark.parametrize(
    "text",
    [
        "<3 you all\nand more\n",
        "[1] a footnote\n[2] another\n",
        '["Yes"] she said\n',
        "{curly} text\n",
        "<unk> the <unk> cat\n<unk> dog\n",
        "<s> begins here but\nand goes on\n",
        "Yes, sir.\nNo, sir.\nWell, now.\nGo, go.\nStay, stay.\n",
        "Chapter 1\tThe start\nIt was a day.\nAnother line.\n",
        "1. One\n2. Two\n3. Three\n",
    ],
)
def test_text_that_only_begins_like_a_format_is_text(read, text):
    lines, notes = read("a.txt", text, notes=True)
    assert lines == [text.strip("\n").split("\n")]
    assert notes == ""


# Records and tables


def test_json_lines_whatever_the_name_and_nested_fields(read):
    records = [{"id": n, "body": {"text": f"hello {n}\n\nworld"}, "text": "t"} for n in range(3)]
    text = "\n".join(json.dumps(record) for record in records)
    lines, notes = read("a.txt", text, notes=True)
    assert lines == [["t"]] * 3 and "--field" in notes
    assert read("a.txt", text, jsonl_field="body.text")[2] == ["hello 2", "world"]
    del records[0]["text"]
    with pytest.raises(FormatError, match=r"no text in a field 'text'.*--field"):
        read("a.txt", json.dumps(records[0]) + "\n")


def test_json_arrays(read):
    records = [{"parts": [{"t": "a b"}, {"t": "c"}]}, {"parts": [{"t": "한 글"}]}]
    for indent in (None, 2):
        text = json.dumps(records, indent=indent)
        assert read("a.json", text, jsonl_field="parts.t") == [["a b", "c"], ["한 글"]]
    assert read("a.txt", '["a b", "c\\n\\nd"]') == [["a b"], ["c", "d"]]
    with pytest.raises(FormatError, match="--field review"):
        read("a.json", '[\n {"id": "0",\n "review": "good one"}]')
    with pytest.raises(FormatError, match="not JSON"):
        read("a.json", '[{"text": "a"}, {"text": ')
    with pytest.raises(FormatError, match="jq -c"):
        read("a.json", '{\n "data": [1]\n}\n')


def test_tables_are_read_by_column(read):
    text = '1,"Hello, world\nsecond line",x\n2,"He said ""no""",y\n3,plain,z\n4,more,z\n'
    with pytest.raises(FormatError, match="--column 2"):
        read("a.csv", text)
    expected = [["Hello, world", "second line"], ['He said "no"'], ["plain"], ["more"]]
    assert read("a.csv", text, column="2") == expected
    assert read("a.txt", text, column="2") == expected
    ratings = "id\tdocument\tlabel\n" + "".join(f"{n}\t좋은 영화 {n}\t{n % 2}\n" for n in range(9))
    with pytest.raises(FormatError, match="--column document"):
        read("r.txt", ratings)
    assert read("r.txt", ratings, column="document")[0] == ["좋은 영화 0"]
    assert len(read("r.txt", ratings, column="2")) == 9
    assert read("t.csv", "id,text\n1,a b\n2,c\n") == [["a b"], ["c"]]
    with pytest.raises(FormatError, match="line 90: found a row of 3 cells"):
        read("t.csv", "id,text\n" + "1,a\n" * 88 + "1,a,b\n" + "1,a\n" * 88)


def test_a_quotation_mark_that_is_part_of_the_text_swallows_nothing(read):
    text = 'id\tdocument\tlabel\n1\t"loose mark\t0\n2\tfine\t1\n3\tan "x" y\t1\n'
    assert read("a.tsv", text, column="document") == [['"loose mark'], ["fine"], ['an "x" y']]


def test_a_place_that_the_format_does_not_have_is_refused(read):
    with pytest.raises(SettingError, match="has no column"):
        read("a.txt", "some words\nand others\n", column="text")
    with pytest.raises(FormatError, match="not JSON"):
        read("a.txt", "some words\n", jsonl_field="text")
    with pytest.raises(SettingError, match="text_format is 'word'"):
        FileSettings(text_format="word")


# Subtitles, and files that are no text


def test_subtitles_give_their_cues(read):
    text = "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i> there\nfriend\n\n2\n00:00:03,000 --> 00:00:04,000\n12\n"
    assert read("a.txt", text) == [["Hello there friend", "12"]]
    assert read("a.vtt", "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\nHello <c>there</c>\n") == [
        ["Hello there"]
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.4\n", "a PDF file"),
        (b"{\\rtf1 hello}", "an RTF file"),
        (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "a Word file"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "an EPUB book"),
        (b"\x80\x04\x95", "a Python pickle"),
        (b"\\data\\\nngram 1=1\n", "an ARPA file"),
        (b"2 3\na 0.1 0.2 0.3\nb 1 2 3\n", "word vectors"),
        (b"(S (NP (DT The) (NN cat)) (VP (VBD sat)))\n( (S (NP (NN x))))\n", "bracketed trees"),
        (b"<mediawiki xmlns='x'><page><title>t</title></page></mediawiki>", "MediaWiki"),
        (b"<CHAPTER ID=1>\nOne\n<P>\nTwo\n", "--format html"),
    ],
)
def test_what_is_no_text_is_named(read, data, found):
    with pytest.raises(FormatError, match=found):
        read("a.bin", data)


# Wrapped prose


def wrapped(width, **how):
    return "\n\n".join(textwrap.fill(PROSE, width, **how) for _ in range(4))


@pytest.mark.parametrize("width", [45, 70, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_prose_wrapped_at_a_width_is_read_as_paragraphs(read, width, end):
    lines, notes = read("a.txt", wrapped(width).replace("\n", end), notes=True)
    assert lines == [[PROSE] * 4]
    assert "--format plain" in notes
    plain = read("a.txt", wrapped(width), text_format="plain")
    assert plain == [[line for line in wrapped(width).split("\n") if line]]


def test_an_indented_line_begins_a_paragraph(read):
    text = "\n".join(textwrap.fill(PROSE, 70, initial_indent="   ") for _ in range(4))
    assert read("a.txt", text) == [[PROSE] * 4]


def hyphenated(text, width):
    """Fill lines with parts of words, as a typesetter does."""
    lines, line = [], ""
    for word in text.split():
        room = width - len(line) - 2
        if len(line) + 1 + len(word) <= width:
            line = f"{line} {word}".strip()
        elif len(word) > 5 and room >= 2 and word.isalpha():
            cut = min(room, len(word) - 2)
            lines.append(f"{line} {word[:cut]}-")
            line = word[cut:]
        else:
            lines.append(line)
            line = word
    return "\n".join([*lines, line])


def test_words_that_a_hyphen_parts_are_joined(read):
    prose = PROSE.replace("before us.", "before us in a well-known, much-loved and half-lit town.")
    text = "\n\n".join(hyphenated(prose, width) for width in (60, 61, 59, 60))
    assert "-\n" in text
    assert read("a.txt", text) == [[prose] * 4]


def test_wrapped_prose_has_the_cooccurrences_of_its_paragraphs(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(wrapped(60))
    found = encode_corpus(path, min_count=1)
    other = encode_corpus(path, min_count=1, layout="paragraphs")
    assert found.sentences.tolist() == other.sentences.tolist()
    assert found.ids.tolist() == other.ids.tolist()


def test_lines_of_different_lengths_are_not_wrapped(read):
    text = "\n".join(PROSE[: 20 + 37 * n % 200] for n in range(60))
    assert read("a.txt", text) == [text.split("\n")]
    verse = "\n".join(
        f"The {'very ' * (n % 3)}old boat crossed the bay,\nAnd{' all' * (n % 4)} the lamps were "
        "lit" + ("\n" if n % 2 else "")
        for n in range(20)
    )
    lots = "\n".join(" ".join(f"word{10 + (7 * n + i) % 89}" for i in range(9)) for n in range(60))
    assert read("lots.txt", lots) == [lots.split("\n")]
    lines, notes = read("v.txt", verse, notes=True)
    assert len(lines[0]) == 40 and "looks like verse" in notes


def test_head_and_foot_of_gutenberg_are_skipped(read):
    text = (
        "The Project Gutenberg eBook of X\n\nlicence\n\n*** START OF THE PROJECT GUTENBERG EBOOK X"
        f" ***\n\n{wrapped(70)}\n\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n\nlicence\n"
    )
    lines, notes = read("a.txt", text, notes=True)
    assert lines == [[PROSE] * 4]
    assert "head and foot are skipped" in notes


# Everywhere


def test_files_of_several_kinds_follow_one_another(tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.txt").write_text("one two\n")
    (folder / "b.jsonl").write_text('{"text": "three"}\n')
    (folder / "c.conllu.gz").write_bytes(gzip.compress((token(1, "four") + "\n").encode() * 2))
    (folder / "d.xml.bz2").write_bytes(bz2.compress(b"<?xml version='1.0'?><d><p>five</p></d>"))
    (folder / "e.txt").write_text("<s> six </s>\n<s> seven </s>\n")
    corpus = encode_corpus(folder, min_count=1)
    assert corpus.words() == ["one", "two", "three", "four", "four", "five", "six", "seven"]
    formats = [source.get("format", "text") for source in corpus.facts["sources"]]
    assert formats == ["text", "text", "CoNLL-U", "XML", "marked sentences"]


def test_a_manifest_names_settings_of_files_only_where_they_are_given():
    assert list(FileSettings().as_dict()) == ["errors", "jsonl_field"]
    assert FileSettings(encoding="cp949").as_dict()["encoding"] == "cp949"


def test_recognising_a_format_leaves_a_file_unread(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(wrapped(70))
    source = find_sources([str(path)])[0]
    assert recognise_format(source, FileSettings(), "sentences") == "wrapped prose"
    assert recognise_format(source, FileSettings(), "documents") == "text"
    assert (source.n_bytes, source.sha256) == (0, "")


@pytest.mark.parametrize("element", [None, "p"])
@pytest.mark.parametrize("holder", ["pre", "section"])
def test_gutenbergs_licence_is_skipped_in_html(read, holder, element):
    page = (
        "<!DOCTYPE html><html><body><{0}><p>This eBook is free.</p>\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK X ***</{0}><p>Chapter one.</p><p>The end.</p>"
        "<{0}>*** END OF THE PROJECT GUTENBERG EBOOK X ***\n<p>Donations</p></{0}></body></html>"
    )
    documents, notes = read("a.html", page.format(holder), notes=True, element=element)
    assert documents == [["Chapter one.", "The end."]]
    assert "Gutenberg's head and foot are skipped" in notes


@pytest.mark.parametrize("begin, end", [("<S>", "</S>"), ("<bos>", "<eos>")])
def test_other_marks_of_sentences_are_read_as_such(read, begin, end):
    text = f"{begin} the cat {end}\n{begin} a dog {end}\n"
    documents, notes = read("a.txt", text, notes=True)
    assert documents == [["the cat", "a dog"]]
    assert f"{begin} and {end} are read as the marks" in notes
    assert read("a.txt", text, text_format="plain") == [text.strip().split("\n")]
    assert read("a.txt", f"the cat {end}\na dog {end}\n") == [["the cat", "a dog"]]


# Names of documents


TEI = "<TEI><teiHeader><titleStmt><title>{0}</title></titleStmt></teiHeader><p>{0} text</p></TEI>"


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        (
            "a.conllu",
            "# newdoc id = first\n" + token(1, "a") + token(2, "b") + "\n# newdoc\n"
            "" + token(1, "c") + token(2, "d") + "\n# newdoc id = third\n"
            "\n# newdoc id = last  one\n" + token(1, "e") + token(2, "f"),
            ["first", "", "last one"],
        ),
        (
            "a.vert",
            '<text id="x">\n<s>\na\nb\n</s>\n</text>\n<text id="y &amp; z">\n<s>\nc\nd\n</s>\n</text>\n',
            ["x", "y & z"],
        ),
        (
            "a.txt",
            '<doc id="1" title="One &quot;a&quot;">\n\nfirst\n\ntext\n</doc>\n'
            '<doc id="2" title="">\n</doc>\n<doc id="3" title="">\nthird\n</doc>\n',
            ['One "a"', "3"],
        ),
        (
            "a.jsonl",
            '{"text": " \\n\\nfirst\\n \\nline", "id": 7}\n{"text": "", "id": 8}\n'
            '{"text": "last", "Title": "A\\nb\\ud800"}\n',
            ["7", "A b?"],
        ),
        ("a.json", '[{"text": "one two"}, {"text": "three", "doc_id": "c"}]', ["", "c"]),
        ("a.csv", "id,text\nx,first text\ny,\nz,last text\n", ["x", "z"]),
        ("a.xml", f"<c>{TEI.format('A  b')}{TEI.format('C')}</c>", ["A b", "C"]),
        ("a.xml", '<TEI xml:id="root"><p>text</p></TEI>', ["root"]),
        (
            "a.html",
            "<!doctype html><html><head><title>Page</title></head><body><p>a</p></body></html>",
            ["Page"],
        ),
    ],
)
@pytest.mark.parametrize("layout", ["sentences", "documents"])
def test_documents_keep_the_names_that_their_format_gives(tmp_path, name, text, names, layout):
    plain = tmp_path / "0.txt"
    plain.write_text("some words\n\nand others\n")
    path = tmp_path / name
    path.write_text(text)
    corpus = encode_corpus([plain, path, plain], threads=2, min_count=1, layout=layout)
    assert list(corpus.names) == ["", "", *names, "", ""]
    assert not encode_corpus(plain, min_count=1).names
