# misconception: a repeated word keeps only its last part (`=` or `+=` with an index array)
# loses: embedding_backward_hidden
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    parts = d_x.reshape(contexts.size, -1)
    d_E = np.zeros((V, parts.shape[1]), dtype=d_x.dtype)
    d_E[contexts.reshape(-1)] += parts
    return d_E
