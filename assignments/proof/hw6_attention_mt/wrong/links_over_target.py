# misconception: for each source word the best target word
# loses: links_test links_hidden
# %% links
def alignment_links(weights, source_lengths, target_lengths):
    found = []
    for grid, wide, high in zip(weights, source_lengths, target_lengths, strict=True):
        winners = grid[:high, :wide].argmax(dim=0).tolist()
        found.append({(s, winner) for s, winner in enumerate(winners)})
    return found
