# misconception: pairs are (target, source)
# loses: links_test links_hidden
# %% links
def alignment_links(weights, source_lengths, target_lengths):
    found = []
    for grid, wide, high in zip(weights, source_lengths, target_lengths, strict=True):
        winners = grid[:high, :wide].argmax(dim=1).tolist()
        found.append({(t, winner) for t, winner in enumerate(winners)})
    return found
