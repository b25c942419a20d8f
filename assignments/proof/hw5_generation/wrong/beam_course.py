# misconception: the course's own beam search
# loses: beam_test beam_exact_hidden beam_greedy_hidden beam_states_hidden beam_finished_hidden beam_ends_hidden beam_length_hidden beam_places_hidden beam_arguments_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    from course_lib import beam as ready

    given = [(logits, state)]

    def logs(tokens, before):
        scores, after = given.pop() if given else step(tokens, before)
        return scores.log_softmax(dim=1), after

    start = torch.tensor([BOS], device=logits.device)
    (texts,) = ready.beam_search(logs, start, state, beam, max_length, alpha)
    return [(text.ids + [EOS] * text.ended, text.score(alpha)) for text in texts]
