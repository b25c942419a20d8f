# misconception: only the first word of the context gets its part
# loses: embedding_backward_test embedding_backward_hidden
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    parts = d_x.reshape(contexts.size, -1)
    d_E = np.zeros((V, parts.shape[1]), dtype=d_x.dtype)
    np.add.at(d_E, contexts[:, 0], parts[:: contexts.shape[1]])
    return d_E
