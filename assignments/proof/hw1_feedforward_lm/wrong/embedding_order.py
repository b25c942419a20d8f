# misconception: parts are handed out in the wrong order
# loses: embedding_backward_test embedding_backward_hidden
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    parts = d_x.reshape(contexts.size, -1)
    d_E = np.zeros((V, parts.shape[1]), dtype=d_x.dtype)
    np.add.at(d_E, contexts[:, ::-1].reshape(-1), parts)
    return d_E
