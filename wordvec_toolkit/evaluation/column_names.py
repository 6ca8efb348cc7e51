"""Names that columns of test sets have in the headers of public collections, in their languages."""

import re
from typing import Literal

#: What a column holds, as its name tells.
Kind = Literal["mean", "score", "rater", "other", "id", "label", ""]


def _set(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


_WORDS = _set(
    "word words w term target item noun verb adjective lemma concept token phrase lexeme wort",
    "begriff ausdruck mot terme palabra término termino слово термин 단어 낱말 어휘 単語 語",
    "词 词语 词汇 單詞 詞 parola termine palavra woord ord sana sõna slovo słowo kelime szó",
    "từ kata λέξη",
)
_FIRSTS = {"1": 0, "2": 1, "3": 2, "4": 3, "a": 0, "b": 1, "c": 2, "d": 3}
_POSITIONS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "answer": 3, "target": 3} | {
    letter: place for letter, place in _FIRSTS.items() if letter.isalpha()
}
_MEANS = _set(
    "mean average avg mittel mittelwert durchschnitt moyenne media promedio среднее средняя",
    "средний 평균 평균값 平均 平均値 平均值 均值 média gemiddelde medel medelvärde średnia",
    "ortalama keskiarvo",
)
_SCORES = _set(
    "score scores similarity sim relatedness rating ratings judgement judgment judgments gold",
    "human value simlex999 simlex simverb ws353 wordsim353 bewertung ähnlichkeit aehnlichkeit",
    "wert urteil similarité similarite jugement valeur similitud puntuación puntuacion valor",
    "valoración оценка сходство близость балл 점수 유사도 평점 평가 類似度 スコア 評価 評価値",
    "得点 相似度 分数 评分 得分 相关度 punteggio similarità similaridade pontuação gelijkenis",
    "likhet podobieństwo benzerlik",
)
_RATERS = _set(
    "r rater raters annotator annotators ann anno ano subject subj sub s judge participant",
    "person p user worker rating score sim similarity bewerter annotateur juge anotador",
    "аннотатор эксперт 평가자 評価者 标注者",
)
#: Numbers that are no scores, and scores whose small values mean much similarity.
_OTHERS = _set(
    "sd std stdev stddev stdv deviation dev var variance se stderr error standardabweichung",
    "표준편차 標準偏差 标准差 écart desviación отклонение n count freq frequency conc concq",
    "assoc confidence agreement median min max rank rang ranking distance dissimilarity sigma",
    "length 순위 順位 排名 ранг rango distanz abstand",
)
_IDS = _set(
    "id ids no nr num number index idx row # pairid pair 번호 番号 编号 序号 номер lp stt key"
)
_LABELS = _set(
    "pos tag type relation rel category class section group domain source context sentence",
    "comment outlier outliers odd intruder note definition gloss language lang wordclass",
    "wortart relationship task 품사 品詞 词性",
)
_LABEL_VALUES = re.compile(
    r"(?i:[nvars]|nn[sp]{0,2}|vb[dgnpz]?|jj[rs]?|rb[rs]?|noun|verb|adj|adv|adjective|adverb|name|propn"
    r"|(co)?-?hyp(er|o)?(nyms?)?|r-hyp-\d|hyp-\d|hyper/hyponyms|cohyponyms|syn(onyms?)?|ant(onyms?)?"
    r"|mero(nyms?)?|none|no-rel|名詞|動詞|形容詞|副詞|명사|동사|형용사|부사)"
    r"|[A-Z]{1,4}_[A-Z]{1,4}"
)
_PARTS = re.compile(r"[^\W\d_]+|\d+|#")


def parts_of(name: str) -> list[str]:
    """Return the words and numbers that a name consists of, in lower case."""
    return _PARTS.findall(name.casefold())


def word_place(name: str) -> int | None:
    """Return which word of an item a column is said to hold (0 for ``word1``), None if none."""
    parts = parts_of(name)
    if len(parts) == 1:
        return _POSITIONS.get(parts[0])
    if len(parts) == 2:
        for one, other in (parts, parts[::-1]):
            place = {**_FIRSTS, **_POSITIONS}.get(other)
            if one in _WORDS and place is not None:
                return place
    return None


def kind_of(name: str) -> Kind:
    """Return what a column of numbers or labels is said to hold, "" if the name is not known."""
    parts = parts_of(name)
    text = [part for part in parts if not part.isdigit()]
    joined = "".join(parts)
    if name.strip().casefold() in ("", "unnamed: 0"):
        return "id"
    if _has(text, _OTHERS):
        return "other"
    numbered = parts and parts[-1].isdigit() and len(parts) <= 2 and joined not in _SCORES
    if numbered and (not text or text[0] in _RATERS):
        return "rater"
    if _has(text, _MEANS):
        return "mean"
    if joined in _SCORES or _has(text, _SCORES):
        return "score"
    if _has(text, _IDS) or joined in _IDS:
        return "id"
    return "label" if _has(text, _LABELS) else ""


def is_name(name: str) -> bool:
    """Return whether a cell is one that headers have."""
    text = name.strip().casefold()
    return (
        len(text) > 1
        and not text.isdigit()
        and (word_place(name) is not None or text in _WORDS or kind_of(name) != "")
    )


def is_label(value: str) -> bool:
    """Return whether a value is a part of speech or a lexical relation."""
    return bool(_LABEL_VALUES.fullmatch(value))


def _has(parts: list[str], names: frozenset[str]) -> bool:
    return any(
        part in names or (ord(part[0]) > 0x2E80 and any(name in part for name in names))
        for part in parts
    )
