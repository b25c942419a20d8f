"""Decoding against enumeration, and against slow decoders of one text at a time."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.beam import beam_search
from course_lib.decode import Hypothesis, PerExample, greedy, sample, select
from course_lib.text import EOS

V, H = 6, 3  # words 0 to 5; 3 is </s>


def random_model(seed, scale=1.5):
    """A recurrent network that is never trained: every prefix has a distribution of its own."""
    gen = torch.Generator().manual_seed(seed)
    E, W, Y = (
        torch.randn(*size, generator=gen, dtype=torch.float64) for size in ((V, H), (H, H), (V, H))
    )

    def step(last, state):
        h = torch.tanh(E[last] + (state["h"][0][:, :, None] * W).sum(dim=1))  # row by row, exactly
        logits = scale * (h[:, None] * Y).sum(dim=2) + state["bias"]
        return logits.log_softmax(dim=1), {"h": (h, None), "bias": state["bias"]}

    return step


def beginnings(N, seed):
    gen = torch.Generator().manual_seed(1000 + seed)
    state = {
        "h": (torch.randn(N, H, generator=gen, dtype=torch.float64), None),
        "bias": 0.5 * torch.randn(N, V, generator=gen, dtype=torch.float64),
    }
    return torch.randint(0, V, (N,), generator=gen), state


def one(last, state, row):
    rows = torch.tensor([row])
    return last[rows], select(state, rows)


def slow_greedy(step, last, state, max_tokens):
    ids, log_prob = [], 0.0
    for _ in range(max_tokens):
        log_probs, state = step(last, state)
        word = max(range(V), key=lambda i: (log_probs[0, i].item(), -i))
        log_prob += log_probs[0, word].item()
        if word == EOS:
            return ids, log_prob, True
        ids.append(word)
        last = torch.tensor([word])
    return ids, log_prob, False


def all_texts(step, last, state, max_tokens, ids=(), log_prob=0.0):
    """Every text that ends within the limit, with its log-probability."""
    if not max_tokens:
        return {}
    log_probs, state = step(last, state)
    texts = {}
    for word, gain in enumerate(log_probs[0].tolist()):
        if word == EOS:
            texts[ids] = log_prob + gain
        else:
            rest = (torch.tensor([word]), state, max_tokens - 1, (*ids, word), log_prob + gain)
            texts |= all_texts(step, *rest)
    return texts


def slow_beam(step, last, state, K, max_tokens, alpha):
    """The docstring, for one example, with lists."""
    live, ended = [((), 0.0, last, state)], []
    for _ in range(max_tokens):
        grown = []
        for ids, log_prob, word, before in live:
            log_probs, after = step(word, before)
            for i, gain in enumerate(log_probs[0].tolist()):
                grown.append(((*ids, i), log_prob + gain, torch.tensor([i]), after))
        best = sorted(grown, key=lambda h: -h[1])[:K]
        ended += [(h[0], h[1]) for h in best if h[0][-1] == EOS]
        live = [h for h in best if h[0][-1] != EOS]
        to_beat = max((nats / len(ids) ** alpha for ids, nats in ended), default=-math.inf)
        if (alpha and len(ended) >= K) or not any(h[1] / max_tokens**alpha > to_beat for h in live):
            break
    if ended:
        ended.sort(key=lambda h: -h[1] / len(h[0]) ** alpha)
        return [(list(ids[:-1]), nats, True) for ids, nats in ended[:K]]
    return [(list(h[0]), h[1], False) for h in live]


def plain(texts):
    return [(text.ids, pytest.approx(text.log_prob), text.ended) for text in texts]


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(0, 7))
def test_greedy_is_the_slow_one(seed, N, max_tokens):
    step, (last, state) = random_model(seed), beginnings(N, seed)
    expected = [slow_greedy(step, *one(last, state, i), max_tokens) for i in range(N)]
    assert expected == plain(greedy(step, last, state, max_tokens))


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 6))
def test_a_beam_of_one_is_greedy(seed, N, max_tokens):
    step, (last, state) = random_model(seed), beginnings(N, seed)
    beams = beam_search(step, last, state, K=1, max_tokens=max_tokens)
    assert [beam[0] for beam in beams] == greedy(step, last, state, max_tokens)
    assert {len(beam) for beam in beams} == {1}


@settings(max_examples=40)
@given(
    st.integers(0, 10**6),
    st.integers(1, 4),
    st.integers(1, 8),
    st.integers(1, 6),
    st.sampled_from([0.0, 0.6, 1.0]),
)
def test_beam_is_the_slow_one(seed, N, K, max_tokens, alpha):
    step, (last, state) = random_model(seed), beginnings(N, seed)
    beams = beam_search(step, last, state, K, max_tokens, alpha)
    for i, beam in enumerate(beams):
        assert slow_beam(step, *one(last, state, i), K, max_tokens, alpha) == plain(beam)


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 1.0]))
def test_a_beam_that_drops_nothing_finds_the_best_of_all_texts(seed, alpha):
    step, (last, state) = random_model(seed), beginnings(2, seed)
    beams = beam_search(step, last, state, K=V**4, max_tokens=4, alpha=alpha)
    for i, beam in enumerate(beams):
        texts = all_texts(step, *one(last, state, i), 4)
        assert len(texts) == 1 + 5 + 25 + 125
        best = max(texts, key=lambda ids: texts[ids] / (len(ids) + 1) ** alpha)
        assert tuple(beam[0].ids) == best
        assert beam[0].log_prob == pytest.approx(texts[best])
        for text in beam:
            assert texts[tuple(text.ids)] == pytest.approx(text.log_prob)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.permutations(range(5)), st.integers(1, 5))
def test_no_text_depends_on_its_batch(seed, order, size):
    step, (last, state) = random_model(seed), beginnings(5, seed)
    rows = torch.tensor(order[:size])
    some = (last[rows], select(state, rows))
    texts = greedy(step, last, state, 6)
    assert greedy(step, *some, 6) == [texts[i] for i in rows]
    beams = beam_search(step, last, state, 3, 6)
    assert beam_search(step, *some, 3, 6) == [beams[i] for i in rows]


def test_what_is_sampled_does_not_depend_on_when_others_end():
    step, (last, state) = random_model(5), beginnings(7, 5)
    many = sample(step, last, state, generator=torch.Generator().manual_seed(3), max_tokens=9)
    lengths = [len(text.ids) for text in many]
    assert min(lengths) < max(lengths)
    for n in (1, 4):
        few = (last[:n], select(state, torch.arange(n)))
        gen = torch.Generator().manual_seed(3)
        assert sample(step, *few, generator=gen, max_tokens=9) == many[:n]


def test_samples_have_the_probabilities_of_the_model():
    step, (last, state) = random_model(2), beginnings(1, 2)
    texts, N = all_texts(step, last, state, 3), 30_000
    repeat = torch.zeros(N, dtype=torch.int64)
    drawn = sample(
        step,
        last[repeat],
        select(state, repeat),
        generator=torch.Generator().manual_seed(0),
        max_tokens=3,
    )
    found = Counter(tuple(text.ids) for text in drawn if text.ended)
    assert len(found) > 20
    for ids, log_prob in texts.items():
        expected = N * math.exp(log_prob)
        assert abs(found[ids] - expected) < 5 * math.sqrt(expected) + 3
    cut = N * (1 - sum(map(math.exp, texts.values())))
    assert abs(N - found.total() - cut) < 5 * math.sqrt(cut)
    for text in drawn[:200]:
        assert not text.ended or texts[tuple(text.ids)] == pytest.approx(text.log_prob)


def test_sampling_uses_its_filters():
    step, (last, state) = random_model(4), beginnings(6, 4)

    def write(**filters):
        gen = torch.Generator().manual_seed(1)
        return sample(step, last, state, generator=gen, max_tokens=8, **filters)

    best = greedy(step, last, state, 8)
    for filters in ({"k": 1}, {"p": 0.01}, {"temperature": 1e-4}):
        assert write(**filters) == best, "the log-probability is the model's own"
    assert write() != best
    assert write(temperature=3.0) != write()


def test_the_state_is_carried_and_the_word_is_fed_back():
    words = [4, 0, 5, EOS]

    def step(last, state):
        t = 0 if state is None else int(state[0]) + 1
        assert last[0] == (2 if t == 0 else words[t - 1])
        log_probs = torch.full((len(last), V), -torch.inf)
        log_probs[:, words[t]] = 0.0
        return log_probs, torch.full_like(last, t)

    for text in (
        greedy(step, torch.tensor([2])),
        sample(step, torch.tensor([2]), generator=torch.Generator()),
        beam_search(step, torch.tensor([2]), K=3)[0],
    ):
        assert text == [Hypothesis([4, 0, 5], 0.0, ended=True)]


@pytest.mark.parametrize("K", [1, 3])
def test_ended_texts_leave_the_batch(K):
    """Text i ends after i + 1 words; each hypothesis costs a row only while it can matter."""
    calls = []

    def step(last, state):
        calls.append(len(last))
        left = state - 1
        end = torch.where(left < 0, 0.0, -100.0)[:, None]
        rest = torch.tensor([0.0, -1.0, -2.0, -99.0, -3.0, -4.0]).expand(len(last), -1).clone()
        rest[:, EOS : EOS + 1] = end
        return rest.where((left >= 0)[:, None] | (torch.arange(V) == EOS), -torch.inf), left

    state = torch.arange(1, 5)
    if K == 1:
        texts = greedy(step, torch.zeros(4, dtype=torch.int64), state)
    else:
        texts = [b[0] for b in beam_search(step, torch.zeros(4, dtype=torch.int64), state, K=K)]
    assert [len(text.ids) for text in texts] == [1, 2, 3, 4]
    assert calls == [4, 4 * K, 3 * K, 2 * K, K]


def test_shared_parts_have_a_row_an_example():
    step, (last, state) = random_model(9), beginnings(4, 9)
    bias = state["bias"]

    def sharing(last, state):
        shared = state["bias"].value
        k = len(last) // len(shared)
        full = {"h": state["h"], "bias": shared.repeat_interleave(k, dim=0)}
        log_probs, after = step(last, full)
        return log_probs, {"h": after["h"], "bias": PerExample(shared)}

    shared = {"h": state["h"], "bias": PerExample(bias)}
    assert beam_search(sharing, last, shared, 3, 7) == beam_search(step, last, state, 3, 7)
    assert greedy(sharing, last, shared, 7) == greedy(step, last, state, 7)


def test_select_takes_rows_of_everything():
    a, b = torch.arange(6).view(3, 2), torch.arange(3)
    state = (a, [None, {"b": b}], PerExample((b,)))
    rows, examples = torch.tensor([2, 0, 0, 1]), torch.tensor([True, False, True])
    got = select(state, rows, examples)
    assert torch.equal(got[0], a[rows])
    assert got[1][0] is None
    assert torch.equal(got[1][1]["b"], b[rows])
    assert torch.equal(got[2].value[0], b[examples])
    assert torch.equal(select(state, rows)[2].value[0], b[rows])
    assert select(None, rows) is None


def test_a_text_without_an_end_is_cut_and_says_so():
    def step(last, state):
        return torch.tensor([[-0.5, -1.0, -3.0, -9.0, -4.0, -5.0]]).expand(len(last), -1), None

    last = torch.zeros(2, dtype=torch.int64)
    cut = Hypothesis([0, 0, 0], -1.5, ended=False)
    assert greedy(step, last, max_tokens=3) == [cut, cut]
    assert sample(step, last, generator=torch.Generator(), k=1, max_tokens=3) == [cut, cut]
    beams = beam_search(step, last, K=3, max_tokens=3)
    assert [beam[0] for beam in beams] == [cut, cut]
    assert [text.log_prob for text in beams[0]] == [-1.5, -2.0, -2.0]
    assert greedy(step, last, max_tokens=0) == [Hypothesis([], 0.0, ended=False)] * 2


def test_a_score_divides_by_the_number_of_tokens():
    assert Hypothesis([4, 5], -6.0, ended=True).score(1.0) == -2.0
    assert Hypothesis([4, 5], -6.0, ended=False).score(1.0) == -3.0
    assert Hypothesis([4, 5], -6.0, ended=True).score() == -6.0
    assert Hypothesis([4, 5, 0], -6.0, ended=True).score(0.5) == -3.0
    assert Hypothesis([], 0.0, ended=False).score(1.0) == 0.0


@pytest.mark.parametrize(("K", "alpha"), [(0, 0.0), (2, -0.1)])
def test_impossible_beams(K, alpha):
    step, (last, state) = random_model(0), beginnings(1, 0)
    with pytest.raises(ValueError, match=f"K={K}, alpha={alpha}"):
        beam_search(step, last, state, K, 3, alpha)


def test_decoding_leaves_no_graph_and_no_changes():
    weight = torch.randn(4, V, requires_grad=True)

    def step(last, state):
        log_probs = (state @ weight).log_softmax(dim=1)
        assert not log_probs.requires_grad
        return log_probs, state

    last, state = torch.zeros(2, dtype=torch.int64), torch.randn(2, 4)
    before = state.clone()
    greedy(step, last, state, 4)
    beam_search(step, last, state, 2, 4)
    assert torch.equal(state, before)
    assert last.tolist() == [0, 0]
