"""How far apart colours look, also to people who see fewer of them; `python tools/colours.py`.

Colour blindness is simulated by the matrices of Machado, Oliveira and Fernandes (2009), A
physiologically-based model for simulation of color vision deficiency, severity 1.0; distance is
CIEDE2000 (Sharma, Wu and Dalal, 2005); contrast is that of WCAG 2.2.
"""

from collections.abc import Iterable
from itertools import combinations

import numpy as np

VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    """The light of `#RRGGBB` or `#RGB`: three numbers from 0 to 1, proportional to power."""
    digits = colour.removeprefix("#")
    pairs = [2 * d for d in digits] if len(digits) == 3 else [digits[i : i + 2] for i in (0, 2, 4)]
    value = np.array([int(pair, 16) / 255 for pair in pairs])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIELAB: lightness from 0 to 100, and two opponent colours."""
    ratio = XYZ @ light / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """The distance of two colours in CIELAB; 1 is just noticeable side by side."""
    (L1, a1, b1), (L2, a2, b2) = one, other
    grey = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    G = (1 - np.sqrt(grey**7 / (grey**7 + 25.0**7))) / 2
    a1, a2 = (1 + G) * a1, (1 + G) * a2
    C1, C2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if C1 * C2 else 0.0
    dL, dC, dH = L2 - L1, C2 - C1, 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn / 2))
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    h = (h1 + turn / 2) if C1 * C2 else h1 + h2
    T = (
        1 - 0.17 * np.cos(np.radians(h - 30)) + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6)) - 0.20 * np.cos(np.radians(4 * h - 63))
    )  # fmt: skip
    SL = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    SC, SH = 1 + 0.045 * C, 1 + 0.015 * C * T
    around = 30 * np.exp(-((((h - 275 + 180) % 360 - 180) / 25) ** 2))
    RT = -2 * np.sqrt(C**7 / (C**7 + 25.0**7)) * np.sin(np.radians(2 * around))
    light, chroma, hue = dL / SL, dC / SC, dH / SH
    return float(np.sqrt(light**2 + chroma**2 + hue**2 + RT * chroma * hue))


def distance(one: str, other: str, vision: str = "normal") -> float:
    """How different two colours look to people with this vision (a key of VISION)."""
    seen = (np.clip(VISION[vision] @ linear(colour), 0, 1) for colour in (one, other))
    return ciede2000(*map(lab, seen))


def closest(colours: Iterable[str], vision: str) -> tuple[float, str, str]:
    """The two colours that are hardest to tell apart, and their distance."""
    return min((distance(a, b, vision), a, b) for a, b in combinations(colours, 2))


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of luminances, from 1 to 21."""
    dark, bright = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def main() -> None:
    """The course's palette, as each kind of eye sees it."""
    from course_lib.plots import OKABE_ITO

    names = {colour: name for name, colour in OKABE_ITO.items()}
    for vision in VISION:
        how_far, one, other = closest(names, vision)
        print(f"{vision:7} closest {how_far:5.1f}  {names[one]}, {names[other]}")
    for colour, name in names.items():
        print(f"{name:11} contrast with white {contrast(colour, '#fff'):5.2f}")


if __name__ == "__main__":
    main()
