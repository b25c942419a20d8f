"""Splits of parallel text that cannot leak, from made-up tables; folders in every layout."""

import gzip
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_lib import corpora
from course_lib.corpora import bitext
from course_lib.corpora.bitext import Bitext, Splits, as_words, from_folder, held_out, read_tsv

# Sentences in every band, each with one to three translations, some of which several share.
LENGTHS = {3: 400, 6: 300, 9: 200, 13: 100, 18: 40}


def made_up(seed: int = 0) -> list[tuple[str, str]]:
    rng, pairs = random.Random(seed), []
    for length, number in LENGTHS.items():
        for k in range(number):
            source = " ".join([f"S{length}x{k}", *["w"] * (length - 1)])
            for version in range(rng.choice([1, 1, 2, 3])):
                target = f"t {k % 7}" if rng.random() < 0.05 else f"T{length}x{k} {version}"
                pairs.append((f"{source}{rng.choice(['.', '!'])}", f"{target}."))
    rng.shuffle(pairs)
    return pairs


def plain(sentence: str) -> str:
    return sentence.lower().rstrip(".!")


def test_read_tsv() -> None:
    text = "Go.\tVe.\tCC-BY\n\nHi.\tHola.\nNo.\t\nA\u2028b.\tA\u2028b\r\n"
    assert read_tsv(text) == [("Go.", "Ve."), ("Hi.", "Hola."), ("A\u2028b.", "A\u2028b")]
    assert read_tsv("a\tb\tc", (2, 0)) == [("c", "a")]
    with pytest.raises(
        ValueError, match=r"line 2 has 1 column\(s\) between tabs, not 2: 'Hi. Hola'"
    ):
        read_tsv("Go.\tVe.\nHi. Hola\n")


@pytest.mark.parametrize(
    "same",
    ["Run!", "run", "  RUN ...", "“Run.”", "¡Run!", "Run\u00a0", "\u200bRun", "Ｒun"],
)  # fmt: skip
def test_spellings_of_one_sentence(same: str) -> None:
    assert bitext.normal(same) == "run"


@pytest.mark.parametrize("other", ["Runs", "I run", "Rún", "run it", "r un", "ru.n"])
def test_other_sentences(other: str) -> None:
    assert bitext.normal(other) != "run"


def test_words_of_a_pair_are_not_aligned() -> None:
    wanted = Bitext(["Don't", "go", "!"], ["¡", "No", "vayas", "!"], frozenset())
    assert as_words(("Don't go!", "¡No vayas!")) == wanted


def test_every_pair_of_a_sentence_is_in_one_split_or_in_none() -> None:
    pairs = made_up()
    splits = held_out(pairs, test=30, valid=10)
    sources = [{plain(source) for source, _ in part} for part in splits]
    assert sum(map(len, sources)) == len(set.union(*sources))
    targets = [{plain(target) for _, target in part} for part in splits]
    assert not (targets[0] | targets[1]) & targets[2]
    assert not targets[0] & targets[1]
    assert all(set(part) <= set(pairs) for part in splits)
    # Nothing is lost but for the reasons given.
    held = sources[1] | sources[2]
    lost = Counter(pairs) - Counter(splits.train)
    for source, target in lost:
        assert plain(source) in held or plain(target) in targets[1] | targets[2]


def test_test_and_valid_have_as_many_of_each_length_as_there_are() -> None:
    splits = held_out(made_up(), test=30, valid=10)
    count = [Counter(len(source.split()) for source, _ in part) for part in splits]
    # Of 1,040 sentences 40 are long: half of them are for the test, a tenth for valid. (A valid
    # sentence whose translation is a test's is dropped, so there may be fewer.)
    assert count[2] == {3: 30, 6: 30, 9: 30, 13: 30, 18: 20}
    assert all(
        count[1][length] <= most for length, most in {**dict.fromkeys(LENGTHS, 10), 18: 4}.items()
    )
    assert sum(count[1].values()) > 35
    assert all(n == 1 for n in Counter(plain(s) for s, _ in splits.test + splits.valid).values())


def test_of_few_sentences_most_are_for_training() -> None:
    splits = held_out(made_up())
    assert len(splits.test) <= 5 * 52
    assert len(splits.valid) <= 5 * 20


def test_the_first_translation_is_the_reference() -> None:
    pairs = made_up()
    first = {}
    for source, target in pairs:
        first.setdefault(plain(source), target)
    splits = held_out(pairs)
    assert all(first[plain(source)] == target for source, target in splits.test + splits.valid)


def test_order_does_not_choose_the_test() -> None:
    pairs = [pair for pair in made_up() if not pair[1].startswith("t ")]
    one, other = held_out(pairs), held_out(pairs[::-1])
    assert {plain(s) for s, _ in one.test} == {plain(s) for s, _ in other.test}
    assert {plain(s) for s, _ in one.valid} == {plain(s) for s, _ in other.valid}


words = st.lists(st.sampled_from(["a", "B", "b.", "c", "¡d!"]), max_size=20).map(" ".join)


@given(st.lists(st.tuples(words, words), max_size=200))
@example([])
@example([("...", "a")] * 3)
def test_no_split_shares_a_sentence_with_another(pairs) -> None:
    splits = held_out(pairs, test=3, valid=2)
    for side in (0, 1):
        held = {bitext.normal(pair[side]) for pair in splits.valid + splits.test}
        assert not held & {bitext.normal(pair[side]) for pair in splits.train}
        tested = {bitext.normal(pair[side]) for pair in splits.test}
        assert not tested & {bitext.normal(pair[side]) for pair in splits.valid}


# --- folders ---------------------------------------------------------------------------------

PARTS = {
    "train": (["A dog.", "Two dogs .", "Three\u2028cats"], ["Ein Hund.", "Zwei Hunde .", "Drei"]),
    "valid": (["Four."], ["Vier."]),
    "test": (["Five.", "Six."], ["Fünf.", "Sechs."]),
}


def write(folder: Path, name: str, text: str) -> None:
    content = text.encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


def fill(folder: Path, ending: str = "", **stems: str) -> None:
    for part, sides in PARTS.items():
        for language, lines in zip(("en", "de"), sides, strict=True):
            write(folder, f"{stems.get(part, part)}.{language}{ending}", "\n".join(lines) + "\n")


def pairs_of(part: str, back: bool = False) -> list[tuple[str, str]]:
    en, de = PARTS[part]
    return list(zip(de, en, strict=True)) if back else list(zip(en, de, strict=True))


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("valid", ["valid", "val", "dev"])
def test_a_file_for_each_language_and_part(tmp_path, ending: str, valid: str) -> None:
    fill(tmp_path, ending, valid=valid)
    (tmp_path / "README.txt").write_text("no\ttable")
    assert from_folder(tmp_path, "en", "de") == Splits(*map(pairs_of, PARTS))
    assert from_folder(str(tmp_path), "de", "en") == Splits(*(pairs_of(p, True) for p in PARTS))


def test_multi30k_has_tests_of_several_years(tmp_path) -> None:
    fill(tmp_path, ".gz", valid="val", test="test_2016_flickr")
    write(tmp_path, "test_2017_flickr.en.gz", "Nine.\n")
    write(tmp_path, "test_2017_flickr.de.gz", "Neun.\n")
    write(tmp_path, "test_2015_images.en.gz", "There is no German of this.\n")
    assert from_folder(tmp_path, "en", "de").test == pairs_of("test")
    fill(tmp_path, test="test")
    write(tmp_path, "test.en", "Ten.\n")
    write(tmp_path, "test.de", "Zehn.\n")
    assert from_folder(tmp_path, "en", "de").test == [("Ten.", "Zehn.")]


def test_pairs_with_an_empty_side_are_left_out_and_crlf_is_read(tmp_path) -> None:
    fill(tmp_path)
    write(tmp_path, "train.en", "\ufeffA dog.\r\n\r\nA cat.")
    write(tmp_path, "train.de", "Ein Hund.\r\nNichts.\r\nEine Katze.\r\n")
    wanted = [("A dog.", "Ein Hund."), ("A cat.", "Eine Katze.")]
    assert from_folder(tmp_path, "en", "de").train == wanted


@pytest.mark.parametrize("name", ["deu.txt", "pairs.tsv", "deu.txt.gz", "pairs.tsv.gz"])
def test_one_table(tmp_path, name: str) -> None:
    pairs = made_up()
    write(tmp_path, name, "".join(f"{s}\t{t}\tCC-BY\n" for s, t in pairs))
    write(tmp_path, "_about.txt", "** Info **\n")
    assert from_folder(tmp_path, "1", "2") == held_out(pairs)
    assert from_folder(tmp_path, "2", "1") == held_out([(t, s) for s, t in pairs])


def complaint(folder: Path, source: str = "en", target: str = "de") -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        from_folder(folder, source, target)
    return str(caught.value)


def test_what_is_no_folder(tmp_path) -> None:
    assert f"{tmp_path / 'no'} is not a folder" in complaint(tmp_path / "no")


def test_a_folder_without_pairs(tmp_path) -> None:
    assert complaint(tmp_path) == (
        f"{tmp_path} has no train.en and train.de, and 0 files of .tsv or .txt with tabs, where "
        "one is needed; it has: nothing"
    )
    write(tmp_path, "a.tsv", "a\tb\n")
    write(tmp_path, "b.tsv", "a\tb\n")
    assert "2 files of .tsv or .txt" in complaint(tmp_path)
    assert "it has: a.tsv, b.tsv" in complaint(tmp_path)


def test_a_missing_part_or_language_is_named(tmp_path) -> None:
    fill(tmp_path)
    message = complaint(tmp_path, "en", "fr")
    assert f"{tmp_path} has no train.en with its .fr" in message
    assert "it has: test.de, test.en, train.de" in message
    (tmp_path / "valid.de").unlink()
    assert "has no valid.en or val.en or dev.en with its .de" in complaint(tmp_path)


def test_unequal_line_counts(tmp_path) -> None:
    fill(tmp_path)
    write(tmp_path, "test.de", "Fünf.\n")
    message = complaint(tmp_path)
    assert f"{tmp_path / 'test.en'} has 2 lines, {tmp_path / 'test.de'} has 1" in message


def test_other_encodings_and_damaged_archives(tmp_path) -> None:
    fill(tmp_path)
    (tmp_path / "test.de").write_bytes("Fünf.\nSechs.\n".encode("latin1"))
    message = complaint(tmp_path)
    assert f"{tmp_path / 'test.de'} is not UTF-8: byte 1 is 0xfc" in message
    assert "iconv" in message
    (tmp_path / "test.de").unlink()
    for content in (b"Five.", gzip.compress(b"Five.\nSix.\n" * 99)[:-20]):
        (tmp_path / "test.de.gz").write_bytes(content)
        assert f"{tmp_path / 'test.de.gz'} is damaged" in complaint(tmp_path)


@pytest.mark.parametrize("columns", [("en", "es"), ("0", "1"), ("1", "-2")])
def test_columns_are_numbers_from_1(tmp_path, columns) -> None:
    write(tmp_path, "spa.txt", "Go.\tVe.\n")
    assert "name its columns" in complaint(tmp_path, *columns)


def test_a_line_without_a_tab_is_named_with_its_file(tmp_path) -> None:
    write(tmp_path, "spa.txt", "Go.\tVe.\nHi.\n")
    message = complaint(tmp_path, "1", "2")
    assert message.startswith(f"{tmp_path / 'spa.txt'}: line 2 has 1 column")
    assert "not 3" in complaint(tmp_path, "1", "3")


# --- the real thing --------------------------------------------------------------------------


@pytest.mark.slow
def test_tatoeba() -> None:
    if corpora.where("tatoeba_eng_spa") is None:
        pytest.skip("tatoeba_eng_spa is not here: set COURSE_DATA_DIR, or course data get it")
    splits = from_folder(corpora.get("tatoeba_eng_spa"), "1", "2")
    corpus = corpora.load("tatoeba_eng_spa")
    assert corpus.test == [as_words(pair) for pair in splits.test]
    assert len(splits.test) == 1_500
    assert len(splits.train) > 100_000
    sources = [{bitext.normal(source) for source, _ in part} for part in splits]
    assert sum(map(len, sources)) == len(set.union(*sources))
    lengths = [len(bitext.normal(source).split()) for source, _ in splits.test]
    assert [sum(low <= n <= high for n in lengths) for low, high in bitext.BANDS] == [300] * 5
