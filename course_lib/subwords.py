"""Subwords: frequent words stay whole, rare ones are spelled from a few frequent pieces.

So a vocabulary of some thousand pieces writes every word of the training text, and nearly every
other one.
"""

import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sentencepiece

from course_lib.text import BOS, EOS, PAD, SPECIALS, UNK

SPACE = "▁"  # how a piece says that a word begins
_SPECIALS: dict[str, Any] = {
    "pad_id": PAD, "unk_id": UNK, "bos_id": BOS, "eos_id": EOS,
    "pad_piece": SPECIALS[PAD], "unk_piece": SPECIALS[UNK], "unk_surface": SPECIALS[UNK],
    "bos_piece": SPECIALS[BOS], "eos_piece": SPECIALS[EOS],
}  # fmt: skip


def normalised(text: str) -> str:
    """What of a text is kept: composed letters, and one space between words.

    U+2581, by which pieces say that a word begins, counts as a space.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join(composed.replace(SPACE, " ").split())


@dataclass(frozen=True)
class Subwords:
    """Byte-pair pieces and their ids; ids 0 to 3 are `<pad>`, `<unk>`, `<s>`, `</s>`.

    Build it with `from_sentences`, on training text only. Beginning with single characters, the
    two pieces that stand together most often become one, until there are enough. A space belongs
    to the word behind it, so that a text is its pieces, joined. A character that training text
    did not have is `<unk>`: in a language pair with one script those are rare, and 256 pieces for
    the bytes of all others would cost more than they could win.

    Args:
        model: what sentencepiece learned, as it writes it to files.

    Source: Sennrich, Haddow and Birch (2016), arXiv:1508.07909; Kudo and Richardson (2018),
    arXiv:1808.06226.
    """

    model: bytes = field(repr=False)
    words: tuple[str, ...] = field(init=False, compare=False)
    _processor: sentencepiece.SentencePieceProcessor = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        processor = sentencepiece.SentencePieceProcessor(model_proto=self.model)
        object.__setattr__(self, "_processor", processor)
        words = tuple(processor.id_to_piece(i) for i in range(len(processor)))
        object.__setattr__(self, "words", words)

    @classmethod
    def from_sentences(cls, sentences: Iterable[str], size: int) -> "Subwords":
        """`size` pieces, special tokens and all characters included, of the **training** text.

        The same text always gives the same pieces.

        Raises:
            ValueError: if there is no text, or `size` is too small for its characters or too
                large for its words; the message says what would do.
        """
        text = [normalised(sentence) for sentence in sentences]
        if not any(text):
            raise ValueError("no text to learn subwords from")
        learned = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(text),
                model_writer=learned,
                vocab_size=size,
                model_type="bpe",
                character_coverage=1.0,
                normalization_rule_name="identity",
                max_sentence_length=4 * max(map(len, text)) + 1,  # longer ones would be left out
                num_threads=1,
                minloglevel=2,  # errors only
                **_SPECIALS,
            )
        except RuntimeError as error:
            raise ValueError(_advice(size, str(error))) from error
        return cls(learned.getvalue())

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, text: str) -> list[int]:
        """The ids of a text's pieces. No `<s>` or `</s>` is added, and none is read: where the text
        has "<s>", those are three characters."""
        return self._processor.encode(normalised(text))

    def pieces(self, text: str) -> list[str]:
        """The pieces of a text as one reads them, unknown characters too."""
        return self._processor.encode(normalised(text), out_type=str)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of pieces: of known characters, `normalised(text)` is found again exactly.

        `<pad>`, `<s>` and `</s>` write nothing.

        Raises:
            IndexError: if an id is not in the vocabulary.
        """
        ids = list(map(int, ids))
        for i in ids:
            if not 0 <= i < len(self):
                raise IndexError(f"id {i} is not in a vocabulary of {len(self)} pieces")
        return self._processor.decode(ids)


def _advice(size: int, error: str) -> str:
    """What to ask for instead; sentencepiece's own words where its error is another one."""
    if most := re.search(r"too high.*<= (\d+)", error):
        return f"size={size}: this text has {most[1]} pieces to learn; ask for at most {most[1]}"
    if least := re.search(r"smaller than required_chars\. \d+ vs (\d+)", error):
        return f"size={size}: characters and special tokens alone are {least[1]}; ask for more"
    return f"size={size}: {error}"
