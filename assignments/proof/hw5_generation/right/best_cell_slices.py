# variant: both halves by chunks, the score from one cell only
# %% best_cell
def best_cell(activations, feature):
    n = feature.shape[0] // 2
    r = correlations(activations[:n], feature[:n]).tolist()
    cell = max(range(len(r)), key=lambda j: abs(r[j]))
    score = correlations(activations[n:, cell : cell + 1], feature[n:]).item()
    return cell, score if r[cell] > 0 else -score
