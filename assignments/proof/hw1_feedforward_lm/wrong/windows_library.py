# misconception: the course's own `windows` does the task
# loses: windows_targets_hidden
# %% windows
def make_windows(sentences, M):
    from course_lib.batching import windows

    return windows(sentences, M)
