"""Data sets that the course cannot download: someone puts them into `COURSE_DATA_DIR`."""

from course_lib.corpora.dataset import DataSet

_UNCLEAR = "no licence stated; research use"

SHARED = (
    DataSet(
        "glove_first10000",
        licence="PDDL 1.0",
        citation="Pennington, Socher and Manning (2014), GloVe",
        origin="the first 10,000 lines of glove.6B.50d.txt in Stanford's glove.6B.zip",
        files={
            "glove/glove.6B.50d.first10000.txt": (
                "c2795f7ac281074aa20a6fb197fbb839c8019e4547d383fe9902728768af809d"
            )
        },
        note="the data set glove has these and more",
    ),
    DataSet(
        "wikitext2",
        licence="CC BY-SA 3.0",
        citation="Merity et al. (2017), Pointer Sentinel Mixture Models",
        origin="https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip",
        files={
            "wikitext2/wiki.valid.tokens": (
                "f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8"
            ),
            "wikitext2/wiki.test.tokens": (
                "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0"
            ),
        },
        note="trained on the official validation split: the training split is not needed",
    ),
    DataSet(
        "bible_en_es",
        licence="public domain (King James: Crown patent in the United Kingdom)",
        citation="King James Bible (1769); Reina-Valera (1909)",
        origin="https://ebible.org (engKJV2006eb, spaRV1909eb)",
        files={
            "bible_en_es/kjv_rv1909.tsv": (
                "63fdf645b377760072e0d655d592d4a55f01f1bbb63ef30716bc67e2078ba460"
            )
        },
        note="31,084 pairs of verses",
    ),
    DataSet(
        "linux_kernel",
        licence="GPL-2.0",
        citation="the Linux kernel developers, Linux 6.1",
        origin="https://cdn.kernel.org/pub/linux/kernel/v6.x/",
        files={
            "linux_kernel/linux_kernel_6.1_sample.c.txt": (
                "714943de4ced65ed44a3bc2c494e5374c4086abe50e595ee509808bd4c56adf9"
            ),
        },
        note="a sample of 211 source files",
    ),
    DataSet(
        "sst",
        licence=_UNCLEAR,
        citation="Socher et al. (2013), Recursive Deep Models for Semantic Compositionality",
        origin="https://nlp.stanford.edu/sentiment/trainDevTestTrees_PTB.zip",
        files={
            "sst/stsa.binary.train": (
                "71c04bcc41291fa47454dd670df701b14ee9249156babeaac404cfe2c8d74338"
            ),
            "sst/stsa.binary.dev": (
                "02fedc82855dbdcabe82c65ed1af6c6570788eaac51073cdb35ee8c7784426d1"
            ),
            "sst/stsa.binary.test": (
                "6a80dc9b9a0db2d3b37f2f809304febad31c90ab67a5b4157b7d9f881c53ef5b"
            ),
            "sst/stsa.fine.train": (
                "9b52b5f686ed438d4d0274c385369251b3d579b578fddd340ba8a9bae2ca4bee"
            ),
            "sst/stsa.fine.dev": (
                "b2f76c62b960f9fda5c6d751edb125abab4f878eb94a8754239b7f4af647f4c3"
            ),
            "sst/stsa.fine.test": (
                "0e2ebb450c231f7b3d67fc932066e7bb26ae7bad8c88488f45ed44ef02eb3c73"
            ),
        },
        note="a label and a sentence on each line",
    ),
    DataSet(
        "snli",
        licence="CC BY-SA 4.0",
        citation="Bowman et al. (2015), A large annotated corpus for natural language inference",
        origin="https://nlp.stanford.edu/projects/snli/snli_1.0.zip",
        files={
            "snli/snli_1.0_dev.jsonl": (
                "4a2fca9e73774dbc17ea53374502a47adb4e61ce263209eff5955a9b6ba1a069"
            ),
            "snli/snli_1.0_test.jsonl": (
                "a6ef6e12c509235fff29865e5ee7cbc6615aed02789b84df6b5a4bb9278920f4"
            ),
        },
        note="the official dev and test pairs as JSON lines",
    ),
    DataSet(
        "counterfactual_nli",
        licence="Apache-2.0; sentences of SNLI CC BY-SA 4.0",
        citation="Kaushik, Hovy and Lipton (2020), Learning the Difference that Makes a Difference",
        origin="https://github.com/acmi-lab/counterfactually-augmented-data",
        files={
            "counterfactual_nli/nli_original/train.tsv": (
                "016b1657b1c0eb89e163aa194e5e2da6ca890fd6e97ee42c33de914e7e0a7ce6"
            ),
            "counterfactual_nli/nli_original/dev.tsv": (
                "27ef042f87b7181c79609b56734caed8fb9c09ba2627d0fe876f7248141fdff7"
            ),
            "counterfactual_nli/nli_original/test.tsv": (
                "07154b31ea7cf1bb0ac33e37bec143b928edbf2c964a73988973e5c0fe039b07"
            ),
            "counterfactual_nli/nli_revised_combined/train.tsv": (
                "054a8cf808bcd4a5b3a849eba4e6c1fb49f2f789e3a0f88d21e05f3f38fa5428"
            ),
            "counterfactual_nli/nli_revised_combined/dev.tsv": (
                "ff7d6d40a26c5bca5b9d9030db14000a42fbf5bc8a0e6d0d86cc9b378198eb88"
            ),
            "counterfactual_nli/nli_revised_combined/test.tsv": (
                "e5a3e55f7df0319decbb34dfa8ab4a4820be1b5ae4af9ee54aeaba539b9636f5"
            ),
        },
    ),
    DataSet(
        "stsb",
        licence="scores CC BY-SA 4.0; sentences of mixed ownership",
        citation="Cer et al. (2017), SemEval-2017 Task 1",
        origin="http://ixa2.si.ehu.eus/stswiki/images/4/48/Stsbenchmark.tar.gz",
        files={
            "stsb/stsb-en-train.csv": (
                "e1e84fec60bbb598735552f54a35f4949904a484750fd2cb11e2720e49f63da6"
            ),
            "stsb/stsb-en-dev.csv": (
                "d29586e96558c4eb52cf5ea5d14e9c24d3bf0e44f111b017caba43a5adc33226"
            ),
            "stsb/stsb-en-test.csv": (
                "11523b625219e94e9ca05d2816b5f02cac1614c5894fe657376fa0806378d053"
            ),
        },
    ),
    DataSet(
        "ud_english_ewt",
        licence="CC BY-SA 4.0",
        citation="Silveira et al. (2014), A Gold Standard Dependency Corpus for English",
        origin="https://github.com/UniversalDependencies/UD_English-EWT",
        files={
            "ud_english_ewt/en_ewt-ud-train.conllu": (
                "3fb78e2b55482c8ee00caa653af436c88c9e5bc9a73ce26e4ae3ddc79d2b7e7b"
            ),
            "ud_english_ewt/en_ewt-ud-dev.conllu": (
                "531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6"
            ),
            "ud_english_ewt/en_ewt-ud-test.conllu": (
                "e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd"
            ),
        },
    ),
)
