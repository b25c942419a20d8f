"""Attacks on a grader, as data: what each tries, how it is shown to be one, what it must not get.

`course` is the assignment that they attack, `arena` grades one and judges what came of it; the
other modules hold the attacks, by what they go for.
"""

from . import (
    escaping,
    forbidden,
    forging,
    harming,
    patching,
    poisoning,
    reading,
    shadowing,
    showing,
    skipping,
)
from .attack import Attack

KINDS: dict[str, list[Attack]] = {
    "Skipping or emptying tests": skipping.ATTACKS,
    "Patched libraries and lying values": patching.ATTACKS,
    "Files that stand in for others": shadowing.ATTACKS,
    "Reading secrets": reading.ATTACKS,
    "Forging results": forging.ATTACKS,
    "Escaping limits": escaping.ATTACKS,
    "Harming the grader": harming.ATTACKS,
    "Poisoning state": poisoning.ATTACKS,
    "Script in what people open": showing.ATTACKS,
    "What the task forbids": forbidden.ATTACKS,
}
ATTACKS = [attack for kind in KINDS.values() for attack in kind]
