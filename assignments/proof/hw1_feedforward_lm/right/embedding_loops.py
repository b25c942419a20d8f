# variant: two loops
# %% embedding_backward
def embedding_backward(d_x, contexts, V):
    B, C = contexts.shape
    D = d_x.shape[1] // C
    d_E = np.zeros((V, D))
    for b in range(B):
        for c in range(C):
            d_E[contexts[b, c]] += d_x[b, c * D : (c + 1) * D]
    return d_E
