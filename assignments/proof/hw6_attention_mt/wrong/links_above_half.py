# misconception: only weights above one half make links
# loses: links_test links_hidden
# %% links
def alignment_links(weights, source_lengths, target_lengths):
    found = []
    for grid, wide, high in zip(weights, source_lengths, target_lengths, strict=True):
        winners = grid[:high, :wide].argmax(dim=1).tolist()
        found.append({(winner, t) for t, winner in enumerate(winners) if grid[t, winner] > 0.5})
    return found
