"""From text to word ids and back."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

PAD, UNK, BOS, EOS = range(4)
SPECIALS = ("<pad>", "<unk>", "<s>", "</s>")

_TOKEN = re.compile(
    r"<pad>|<unk>|</?s>"
    r"|\d+(?:[.,:]\d+)*(?!\w)"  # 3.14, 10,000, 12:30
    r"|\w+(?:['’-]\w+)*"  # don't, well-known
    r"|[^\w\s]"
)


def tokenize(text: str) -> list[str]:
    """Words, numbers, special tokens and single punctuation marks, in order, case kept.

    Only white space is lost: the tokens joined are the text without its white space.

    >>> tokenize("It wasn't well-made, at 3.14 <unk>!")
    ['It', "wasn't", 'well-made', ',', 'at', '3.14', '<unk>', '!']
    """
    return _TOKEN.findall(text)


@dataclass(frozen=True)
class Vocab:
    """Words and their ids; ids 0 to 3 are `<pad>`, `<unk>`, `<s>`, `</s>`.

    Build it with `from_tokens`, on training text only: a word seen only in validation or test
    text is unknown to the model, and must be `<unk>` there too.
    """

    words: tuple[str, ...]
    ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.words[: len(SPECIALS)] != SPECIALS:
            raise ValueError(f"the first words must be {SPECIALS}, not {self.words[:4]}")
        ids = {word: i for i, word in enumerate(self.words)}
        if len(ids) != len(self.words):
            raise ValueError("a word occurs twice")
        object.__setattr__(self, "ids", ids)

    @classmethod
    def from_tokens(
        cls, tokens: Iterable[str], max_size: int | None = None, min_count: int = 1
    ) -> "Vocab":
        """The most frequent words of the **training** tokens; ties in alphabetical order.

        Args:
            tokens: words of the training split (characters, for a character model).
            max_size: at most this many words, the four special tokens included.
            min_count: rarer words become `<unk>`.

        Raises:
            TypeError: if `tokens` holds sentences instead of words.
            ValueError: if `max_size` leaves no room for a word.
        """
        if max_size is not None and max_size <= len(SPECIALS):
            raise ValueError(f"max_size={max_size} leaves no room beside the special tokens")
        try:
            counts = Counter(tokens)
        except TypeError as error:
            message = "tokens must be words; flatten sentences with itertools.chain.from_iterable"
            raise TypeError(message) from error
        frequent = sorted(
            (word for word, n in counts.items() if n >= min_count and word not in SPECIALS),
            key=lambda word: (-counts[word], word),
        )
        room = None if max_size is None else max_size - len(SPECIALS)
        return cls((*SPECIALS, *frequent[:room]))

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.ids

    def encode(self, words: Iterable[str]) -> list[int]:
        """One id a word; unknown words become `<unk>`. No `<s>` or `</s>` is added."""
        return [self.ids.get(word, UNK) for word in words]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """One word an id.

        Raises:
            IndexError: if an id is not in the vocabulary.
        """
        words = []
        for i in map(int, ids):
            if not 0 <= i < len(self.words):
                raise IndexError(f"id {i} is not in a vocabulary of {len(self)} words")
            words.append(self.words[i])
        return words
