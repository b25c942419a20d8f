# misconception: each word is read off one step late
# loses: links_test links_hidden
# %% links
def alignment_links(weights, source_lengths, target_lengths):
    found = []
    for grid, wide, high in zip(weights, source_lengths, target_lengths, strict=True):
        winners = grid[1 : high + 1, :wide].argmax(dim=1).tolist()
        found.append({(winner, t) for t, winner in enumerate(winners)})
    return found
