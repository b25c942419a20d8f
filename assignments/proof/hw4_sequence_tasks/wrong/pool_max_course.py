# misconception: the course's own pooling does the work, under another name
# loses: pool_max_test pool_max_hidden pool_arguments_hidden
# %% pool_max
def pool_max(hs, lengths):
    import course_lib.classify as room

    return vars(room)["max_states"](hs, torch.arange(hs.shape[1]) < lengths[:, None])
