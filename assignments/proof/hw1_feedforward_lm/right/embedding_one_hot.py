# variant: a one-hot matrix, transposed
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    one_hot = np.eye(V)[contexts.ravel()]
    return one_hot.T @ d_x.reshape(len(one_hot), -1)
