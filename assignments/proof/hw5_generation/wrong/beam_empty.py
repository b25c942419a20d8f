# misconception: the finished sentences are thrown away
# loses: beam_test beam_arguments_hidden beam_ends_hidden beam_exact_hidden beam_finished_hidden beam_greedy_hidden beam_length_hidden beam_places_hidden beam_states_hidden
# %% beam
def beam_search(step, logits, state, beam, max_length, alpha=0.0):
    return []
