"""Whether a figure's text alternative says what one sees, to somebody who does not see it."""

import re

FEWEST = 6  # words
# words that name a kind of figure, and those that say nothing by themselves
EMPTY = re.compile(
    r"ax[ei]s|bars?|charts?|curves?|diagram|drawing|figures?|graphs?|heat|heatmap|histogram|"
    r"illustration|images?|lines?|maps?|panels?|pictures?|plots?|scatter|screenshot|table|"
    r"visuali[sz]ation|an?|and|are|as|at|by|data|for|from|how|in|is|its|models?|networks?|of|on|"
    r"our|results?|show(?:s|n|ing)?|some|that|the|this|to|values?|various|with"
)
# a number; a direction, place or order; a comparison; a colour; what arrows and lines do
SEEN = re.compile(
    r"\d|\b(?:(?:ris|fall|grow|shrink|fad|drop|climb|turn|end|start|stay|meet|lead|join|connect|"
    r"feed|return|run|goes|branch|link|cross|reach|point|stand|lie)(?:s|es|e|ed|ing|en|k)?|above|"
    r"below|left|right|between|beside|behind|around|inside|top|bottom|middle|diagonal|first|last|"
    r"next|each|every|all|none|both|zero|half|\w+er than|more|most|fewer|less|least|best|worst|"
    r"high(?:er|est)|low(?:er|est)|large[rs]t?|small(?:er|est)|bright|dark|dashed|dotted|solid|"
    r"straight|steep(?:ly)?|flat|alike|same|black|grey|gr[ae]y|blue|green|orange|yellow|purple|red|"
    r"vermillion|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b",
    re.IGNORECASE,
)
# a screen reader spells out the brackets of a list; nan and None are no words
RAW = re.compile(r"\[\s*-?[\d.]+[\s,\]]|\{['\"]|\b(?:tensor|array|float\d+)\(|\b(?:nan|None)\b")


def weak(alt: str) -> str | None:
    """What is wrong with it and what to do; None for a good one."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", alt.lower())
    if re.fullmatch(r"\S+\.(?:png|svg|jpe?g|gif|webp|pdf)", alt.strip(), re.IGNORECASE):
        return f"alt text {alt!r} is the name of a file: say in a sentence what one sees"
    if len(words) < FEWEST:
        return f"alt text {alt!r} is too short: say what one sees in {FEWEST} words or more"
    if sum(not EMPTY.fullmatch(word) for word in words) < FEWEST // 2:
        return f"alt text {alt!r} only names the kind of figure: say what one sees in it"
    if raw := RAW.search(alt):
        return f"alt text has {raw.group()!r}, which is Python, not words: join the values"
    if not SEEN.search(alt):
        return f"alt text {alt!r} says what the figure is about: say what one sees, where, how much"
    return None
