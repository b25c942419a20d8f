# misconception: words may be linked to </s> and padding
# loses: links_test links_hidden
# %% links
def alignment_links(weights, source_lengths, target_lengths):
    found = []
    for grid, wide, high in zip(weights, source_lengths, target_lengths, strict=True):
        winners = grid[:high].argmax(dim=1).tolist()
        found.append({(winner, t) for t, winner in enumerate(winners)})
    return found
