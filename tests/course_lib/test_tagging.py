"""The tagger: what it sees, which context it uses, padding, training, and the baseline."""

import math
from collections import Counter

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import tagging
from course_lib.inspection import find_stray
from course_lib.metrics import accuracy
from course_lib.tagging import MostFrequentTag, Tagger
from course_lib.text import PAD, UNK
from course_lib.train import one_cycle, train
from course_lib.word_parts import Coder, parts, shape

SIZES, C = (11, 7, 5), 4
LENGTHS = [3, 6, 1, 5]
TRAIN = [
    (["The", "dog", "barks"], ["DT", "NN", "VBZ"]),
    (["the", "bark", "barks"], ["DT", "NN", "VBZ"]),
    (["dogs", "bark"], ["NNS", "VBP"]),
]


def make(context: str = "both", **options) -> Tagger:
    torch.manual_seed(3)
    model = Tagger(SIZES, C, 5, context=context, word_size=6, part_size=3, **options)
    return model.double()


def ragged(seed: int = 0) -> list[tagging.Example]:
    draw = torch.Generator().manual_seed(seed)
    return [
        (
            torch.stack([torch.randint(1, V, (n,), generator=draw) for V in SIZES], dim=1),
            torch.randint(C, (n,), generator=draw),
        )
        for n in LENGTHS
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("McDonald's", "XxXx'x"), ("1,024th", "9,9x"), ("USA", "X"), ("", ""), ("aB-c", "xX-x")],
)
def test_shape_of_a_word(word: str, expected: str) -> None:
    assert shape(word) == expected


def test_parts_of_words_long_and_short() -> None:
    assert parts("Walking") == ("walking", "ing", "ng", "king", "g", "Xx", "wal", "wa", "w")
    assert parts("I") == ("i", "i", "i", "i", "i", "X", "i", "i", "i")


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=9))
def test_parts_are_of_the_word(word: str) -> None:
    whole, *ends_and_starts = parts(word)
    ends, starts = ends_and_starts[:4], ends_and_starts[5:]
    assert all(whole.endswith(end) for end in ends)
    assert all(whole.startswith(start) for start in starts)
    assert len(parts(word)) == 9


def test_a_coder_knows_training_words_only() -> None:
    coder = Coder.from_sentences(TRAIN, min_count=2)
    assert coder.tags == ("DT", "NN", "NNS", "VBP", "VBZ")
    assert set(coder.vocabs[0].words[4:]) == {"the", "bark", "barks"}, "the rest is rare"
    features = coder.features(["The", "barks", "zebra", "sharks", "<pad>"])
    assert features.shape == (5, 9)
    assert coder.vocabs[0].decode(features[:, 0].tolist()) == [
        "the",
        "barks",
        "<unk>",
        "<unk>",
        "<unk>",
    ]
    assert coder.vocabs[1].words[features[3, 1]] == "rks", "an ending is known where a word is not"
    assert coder.features([]).shape == (0, 9)
    assert (features > PAD).all(), "0 would be padding"


def test_targets_there_and_back() -> None:
    coder = Coder.from_sentences(TRAIN)
    for (words, tags), (features, targets) in zip(TRAIN, coder.encode(TRAIN), strict=True):
        assert coder.decode(targets) == tags
        assert torch.equal(features, coder.features(words))
    with pytest.raises(ValueError, match="not in tuple"):
        coder.encode([(["oh"], ["UH"])])


@pytest.mark.parametrize("context", ["word", "left", "right", "both"])
def test_which_words_a_prediction_feels(context: str) -> None:
    """Change one word: the logits that change are those allowed to see it."""
    model = make(context)
    (features, _) = ragged()[1]
    before = model(features[None])
    other = features.clone()
    other[2, 1] = features[2, 1] % (SIZES[1] - 1) + 1
    changed = (model(other[None]) != before).any(dim=-1)[0].tolist()
    sees = {
        "word": lambda t: t == 2,
        "left": lambda t: t >= 2,
        "right": lambda t: t <= 2,
        "both": lambda t: True,
    }[context]
    assert changed == [sees(t) for t in range(6)]


@pytest.mark.parametrize("context", ["word", "left", "right", "both"])
def test_padding_and_neighbours_change_nothing(context: str) -> None:
    model = make(context, num_layers=2)
    examples = ragged()
    features, targets = tagging.padded(examples)
    assert features.shape == (4, 6, 3)
    assert features[0, 3:].eq(PAD).all()
    assert targets[0].tolist() == [*examples[0][1].tolist(), -100, -100, -100]
    logits = model(features)
    loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)
    alone = []
    for row, (some, gold) in enumerate(examples):
        one = model(some[None])[0]
        torch.testing.assert_close(logits[row, : len(some)], one)
        alone.append(F.cross_entropy(one, gold, reduction="sum"))
    torch.testing.assert_close(loss, torch.stack(alone).sum() / sum(LENGTHS))


def test_each_part_of_a_word_counts() -> None:
    model = make("word")
    features = torch.tensor([[[3, 2, 1]]])
    for k, size in enumerate(SIZES):
        other = features.clone()
        other[0, 0, k] = (features[0, 0, k] + 1) % size
        if k == 0:
            assert other[0, 0, 0] != PAD
        assert not torch.allclose(model(other), model(features))


def test_hidden_words_are_words_in_training_only() -> None:
    model = make("word", unknown=0.5)
    features, _ = tagging.padded(ragged())
    hidden = features.clone()
    hidden[..., 0] = torch.where(features[..., 0] == PAD, PAD, UNK)
    torch.manual_seed(0)
    seen = torch.stack([model(features) for _ in range(400)])
    model.eval()
    whole, bare, real = model(features), model(hidden), features[..., 0] > UNK
    as_hidden = (seen == bare).all(dim=-1)
    assert ((seen == whole).all(dim=-1) | as_hidden).all()
    share = as_hidden[:, real].double().mean()
    assert abs(share - 0.5) < 5 * 0.5 / math.sqrt(as_hidden[:, real].numel())
    assert torch.equal(model(features), whole)


def test_dropout_is_off_in_prediction_and_the_mode_is_kept() -> None:
    model = make(dropout=0.5)
    features = [some for some, _ in ragged()]
    assert not torch.equal(model(features[0][None]), model(features[0][None]))
    first, again = tagging.predict(model, features, 2), tagging.predict(model, features, 3)
    assert model.training
    assert [len(some) for some in first] == LENGTHS
    assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
    model.eval()
    for some, tags in zip(features, first, strict=True):
        assert torch.equal(model(some[None])[0].argmax(dim=1), tags)


def test_batches_show_every_sentence_once_a_pass() -> None:
    examples = ragged() + ragged(1) + ragged(2)
    stream = tagging.batches(examples, 5, torch.Generator().manual_seed(0))
    for _ in range(2):
        seen: Counter = Counter()
        while sum(seen.values()) < len(examples):
            features, targets = next(stream)
            for row, gold in zip(features, targets, strict=True):
                seen[tuple(row[gold != -100].flatten().tolist())] += 1
        assert seen == Counter(tuple(f.flatten().tolist()) for f, _ in examples)


def test_training_learns_a_rule_of_the_right_context() -> None:
    """The tag is the parity of the next word; a tagger that cannot look there stays at chance."""
    draw = torch.Generator().manual_seed(0)
    words = torch.randint(2, 10, (150, 7), generator=draw)
    following = words.roll(-1, dims=1)
    examples = [(some[:, None], (after % 2)) for some, after in zip(words, following, strict=True)]
    for _, gold in examples:
        gold[-1] = -100  # nothing follows
    found = {}
    for context in ("right", "left"):
        torch.manual_seed(0)
        model = Tagger((10,), 2, 8, context=context, word_size=8)
        batches = tagging.batches(examples, 25, draw)
        losses = train(model, batches, 60, lr=0.05, clip=5.0, schedule=one_cycle, progress=False)
        assert len(losses) == 60
        best = tagging.predict(model, [some for some, _ in examples])
        found[context] = accuracy(torch.stack(best), torch.stack([gold for _, gold in examples]))
    assert found["right"] > 0.99
    assert found["left"] < 0.65


def test_most_frequent_tag() -> None:
    baseline = MostFrequentTag(
        [*TRAIN, (["bark", "Bark", "bark"], ["VBP", "NN", "VBP"]), (["a", "a"], ["NN", "NN"])]
    )
    assert baseline.tag(["BARK", "the", "dogs"]) == ["VBP", "DT", "NNS"]


def test_unknown_words_are_tagged_as_rare_words_that_look_like_them() -> None:
    baseline = MostFrequentTag(
        [
            (["Rome", "Paris", "1999", "sings", "sleeps", "dog"], ["P", "P", "N", "V", "V", "C"]),
            (["The", "The", "the", "and"] * 9, ["D", "D", "D", "J"] * 9),
        ]
    )
    assert baseline.tag(["Berlin", "2024", "zebra"]) == ["P", "N", "V"], "not D, though frequent"
    assert baseline.tag(["USA"]) == ["D"], "of a new shape: the most frequent of all"


@pytest.mark.parametrize("context", ["word", "left", "right", "both"])
def test_new_tensors_are_made_where_the_inputs_live(context: str) -> None:
    features, _ = tagging.padded(ragged())
    assert find_stray(make(context, unknown=0.3), features) is None
