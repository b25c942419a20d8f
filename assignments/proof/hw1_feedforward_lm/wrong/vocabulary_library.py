# misconception: the course's own `Vocab` does the task
# loses: vocabulary_counts_hidden
# %% vocabulary
def build_vocabulary(sentences, min_count=1):
    from course_lib.text import Vocab

    words = [word for sentence in sentences for word in sentence]
    return dict(Vocab.from_tokens(words, min_count=min_count).ids)
