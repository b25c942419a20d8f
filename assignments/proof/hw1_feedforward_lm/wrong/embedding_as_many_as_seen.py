# misconception: as many rows as the largest word of the contexts
# loses: embedding_backward_hidden
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    parts = d_x.reshape(contexts.size, -1)
    d_E = np.zeros((contexts.max() + 1, parts.shape[1]), dtype=d_x.dtype)
    np.add.at(d_E, contexts.reshape(-1), parts)
    return d_E
