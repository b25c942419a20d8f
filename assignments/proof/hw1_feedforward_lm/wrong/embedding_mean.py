# misconception: a repeated word gets the mean of its parts
# loses: embedding_backward_hidden
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    parts = d_x.reshape(contexts.size, -1)
    d_E = np.zeros((V, parts.shape[1]), dtype=d_x.dtype)
    np.add.at(d_E, contexts.reshape(-1), parts)
    counts = np.bincount(contexts.reshape(-1), minlength=V)
    return d_E / np.maximum(counts, 1)[:, None]
