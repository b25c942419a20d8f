"""Similar submissions. Oracles: the paper's promises, and copies that the tests plant."""

import ast
import random
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from fake_engine import hand_in
from hypothesis import given
from hypothesis import strategies as st
from similar_class import a_class, disguised, tasks_of

from autograder import cli, similar
from autograder.course import Course, CourseError
from autograder.similar_pairs import LEAST, Class, Pair
from autograder.similar_prints import GUARANTEE, NOISE, WINDOW, Token, hashes, tokens, winnow

WRITTEN = """def mean_of(values):
    total, count = 0.0, 0
    for value in values:
        if value != value or abs(value) == float("inf"):
            raise ValueError(f"{value} is no number that has a mean")
        total = total + float(value)
        count += 1
    while count > 1 and total > 1e300:
        total, count = total / 2, count // 2
    scores = {key: len(str(key)) ** 2 for key in sorted({total, count}, key=repr)}
    if not scores or count == 0:
        return max(0.0, min(sum(scores.values()) * 0.0, 0.0))
    return [total / count, None][int(bool(not count))]"""
OWN = ast.unparse(ast.parse(WRITTEN))
RARE = f"""{OWN}
    pairs = [(a, b) for a, b in zip(values, values[1:]) if a is not b]
    while pairs and pairs[-1][0] >= pairs[-1][1]:
        pairs.pop()
    return {{a: b for a, b in reversed(pairs)}}.get(values[0], -1)"""
TASK = ("hw", "mean")
words = st.lists(st.sampled_from("abcdef"), max_size=40)


def made(kinds: list[str]) -> list[Token]:
    return [Token(kind, i, i + 1) for i, kind in enumerate(kinds)]


@given(words, words, words, words, st.lists(st.sampled_from("abcdef"), min_size=GUARANTEE))
def test_a_shared_passage_of_the_guaranteed_length_is_found(
    a: list[str], b: list[str], c: list[str], d: list[str], passage: list[str]
) -> None:
    first = winnow(hashes(made(a + passage + b)))
    second = winnow(hashes(made(c + passage + d)))
    inside = range(len(a), len(a) + len(passage) - NOISE + 1)
    found = {print for print, places in first.items() if any(p in inside for p in places)}
    assert found & second.keys()


@given(words, words)
def test_nothing_shorter_than_the_noise_is_found(a: list[str], b: list[str]) -> None:
    runs = [{tuple(x[i : i + NOISE]) for i in range(len(x) - NOISE + 1)} for x in (a, b)]
    shared = winnow(hashes(made(a))).keys() & winnow(hashes(made(b))).keys()
    assert bool(shared) <= bool(runs[0] & runs[1])


@given(st.lists(st.integers(0, 9), max_size=60))
def test_every_window_has_its_least_hash(values: list[int]) -> None:
    kept = winnow(values)
    places = sorted(place for found in kept.values() for place in found)
    assert all(values[place] == print for print, found in kept.items() for place in found)
    for start in range(max(len(values) - WINDOW + 1, min(len(values), 1))):
        window = values[start : start + WINDOW]
        last = start + len(window) - 1 - window[::-1].index(min(window))
        assert last in places
    assert len(places) <= len(values)


def test_about_one_hash_in_three_is_kept() -> None:
    draw = random.Random(1)
    kept = winnow([draw.getrandbits(60) for _ in range(20_000)])
    density = sum(map(len, kept.values())) / 20_000  # the paper: 2 / (w + 1)
    assert density == pytest.approx(2 / (WINDOW + 1), rel=0.03)


def kinds(source: str) -> list[str]:
    return [token.kind for token in tokens(source)]


def test_what_can_be_changed_for_looks_counts_as_nothing() -> None:
    plain = 'def f(x, y=2):\n    "Doc."\n    self.total = torch.sum(x ** y) + 1.5  # why\n'
    other = "def g(first,\n      power = 30) : \n  self.z=np.sum(first\\\n **power)+2\n\n\n"
    assert kinds(plain) == kinds(other)
    assert kinds("x.sum()") != kinds("x.mean()")
    assert kinds("a <= b") != kinds("a < b")
    assert kinds("len(x)") != kinds("max(x)")
    assert kinds('x = f"{a}"') == kinds("y = rb'b'") == ["name", "=", "string"]


@given(st.text(alphabet="ab'\"#\\\n .5=()\u00e9\N{CAT}\x00", max_size=80))
def test_whatever_was_written_can_be_read(source: str) -> None:
    found = tokens(source)
    assert all(0 <= t.start < t.end <= len(source) for t in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    winnow(hashes(found))


def test_long_and_broken_sources_take_no_time() -> None:
    for source in ("'" * 10**6, '"""' + "\\" * 10**6, "(" * 10**6, "x" * 10**6, "\n" * 10**6):
        assert len(tokens(source)) <= 60_000


def test_fingerprints_are_the_same_in_every_process() -> None:
    code = f"from autograder.similar_prints import *;print(sorted(winnow(hashes(tokens({OWN!r})))))"
    ask = [sys.executable, "-c", code]
    answers = {
        subprocess.run(
            ask, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert answers == {f"{sorted(winnow(hashes(tokens(OWN))))}\n"}


def pair_of(answers: dict[str, str], released: str = "") -> list[Pair]:
    return Class({name: {TASK: text} for name, text in answers.items()}, {TASK: released}).pairs()


def test_a_disguised_copy_is_found_and_marked() -> None:
    copy = disguised(OWN, {"mean_of"}, random.Random(3))
    assert "total" not in copy
    short = "def mean_of(v):\n    return sum(v) / len(v)"
    (pair,) = pair_of({"ada": OWN, "bob": copy, "cy": short})
    assert (pair.first, pair.second) == ("ada", "bob")
    assert pair.similarity > 0.8
    marked = sum(end - start for start, end in pair.tasks[0].first)
    assert marked > 0.7 * len(OWN)
    for start, end in pair.tasks[0].second:
        assert copy[start:end].strip() == copy[start:end]


def test_what_was_given_does_not_light_up() -> None:
    assert pair_of({"ada": OWN, "bob": OWN}, released=OWN) == []
    given_part = OWN[: OWN.index("    while")]
    (pair,) = pair_of({"ada": OWN, "bob": OWN}, released=given_part)
    (first, *_) = pair.tasks[0].first
    assert first[0] > 0.8 * len(given_part)


def test_what_most_of_the_class_wrote_does_not_light_up() -> None:
    everybody = {f"s{i:02}": OWN for i in range(12)}
    assert pair_of(everybody) == []
    copy = disguised(RARE, {"mean_of"}, random.Random(1))
    some = pair_of({**everybody, "x": RARE, "y": copy})
    assert [(pair.first, pair.second) for pair in some] == [("x", "y")]


def test_the_order_of_students_changes_nothing() -> None:
    answers = {"b": {TASK: OWN}, "a": {TASK: OWN}, "c": {TASK: "pass"}}
    backwards = dict(reversed(answers.items()))
    assert Class(answers, {}).pairs() == Class(backwards, {}).pairs()


def test_copies_in_a_class_are_found_and_strangers_are_not() -> None:
    pool, released = tasks_of("hw1")
    answers, whole, half = a_class(pool, 26, 2, random.Random(5))
    found = {frozenset((p.first, p.second)): p.similarity for p in Class(answers, released).pairs()}
    assert whole <= found.keys()
    assert found.keys() <= whole | half
    assert min(found[pair] for pair in whole) > 0.9 > LEAST


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marks: list[str] = []
        self.inside = False
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside = tag == "mark"
        if self.inside:
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside:
            self.marks[-1] += data


EVIL = "</pre><script>alert(1)</script>"


def test_the_page_shows_both_sides_and_escapes_them() -> None:
    answers = {"ada": {TASK: f"# {EVIL}\n{OWN}"}, "bob<b>": {TASK: OWN + f"\n'{EVIL}'"}}
    shown = Page(similar.page("hw", Class(answers, {})))
    assert "script" not in shown.tags
    assert shown.text.count(EVIL) == 2
    assert "bob<b>" in shown.text
    assert "a reason to look, not a proof" in shown.text.lower()
    assert all(mark in OWN for mark in shown.marks)
    assert len(shown.marks) == 2


def test_the_command(released: Course, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["similar", "hw1", "--course", str(released.root)]
    assert cli.main(command) == 2
    assert "hw1_means has 0 submissions: nothing to compare" in capsys.readouterr().err
    for student, answer in (("ada", OWN), ("bob", OWN.replace("total", "t")), ("cy", "pass")):
        hand_in(released, student, {"mean": answer})
    hand_in(released, "eve", raw=b"{")
    assert cli.main(command) == 0
    assert capsys.readouterr().out.strip().endswith("similar_hw1_means.html: 1 pairs to look at")
    page = (released.root / "reports" / "similar_hw1_means.html").read_text(encoding="utf-8")
    assert "ada and bob: 100%" in page
    assert page.count("<mark>") == 2


def test_one_submission_is_not_compared(released: Course) -> None:
    hand_in(released, "ada", {"mean": OWN})
    with pytest.raises(CourseError, match="has 1 submissions"):
        similar.of(released, "hw1_means")
