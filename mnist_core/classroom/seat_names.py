"""What seats are called: names of two kind words, offered and never typed; and mathematicians' names to hide them."""

from __future__ import annotations

import random
from collections.abc import Set

OFFERED = 3
"""Names that somebody who joins may choose from."""

_WORDS = """
Able Amber Bold Brave Bright Calm Careful Cheerful Clever Cosy Curious Daring Eager Fair Friendly Gentle Glad Golden
Happy Helpful Honest Jolly Keen Kind Lively Lucky Merry Mighty Neat Noble Patient Peaceful Polite Proud Quick Quiet
Ready Shiny Silver Smiling Snowy Steady Sunny Swift Thoughtful Trusty Warm Wise Witty Zesty
"""
_ANIMALS = """
Badger Beaver Bee Bison Butterfly Crane Cricket Deer Dolphin Dove Duck Eagle Elk Falcon Finch Firefly Fox Gecko Hare
Hedgehog Heron Horse Kingfisher Kiwi Koala Lark Lion Llama Lynx Marten Meerkat Mole Moose Newt Otter Owl Panda Penguin
Puffin Quail Rabbit Raven Robin Salmon Seal Sparrow Squirrel Starling Stork Swan Tiger Toucan Trout Turtle Walrus Whale
Wren Yak Zebra
"""
NAMES = tuple(f"{word} {animal}" for word in _WORDS.split() for animal in _ANIMALS.split())

_MATHEMATICIANS = """
Abel Agnesi Archimedes Banach Bayes Bernoulli Brahmagupta Cantor Cartwright Cauchy Châtelet Chebyshev Chern Descartes
Dirichlet Erdős Euclid Euler Fermat Fibonacci Fourier Galois Gauss Germain Gödel Grothendieck Hamilton Hardy Hilbert
Hopper Hypatia Jacobi Johnson Khayyam Khwarizmi Kolmogorov Kovalevskaya Lagrange Laplace Leibniz Lovelace Madhava Markov
Mirzakhani Möbius Nash Neumann Newton Noether Pascal Poincaré Pythagoras Ramanujan Riemann Robinson Shannon Somerville
Thales Turing Uhlenbeck Weierstrass Wiles Zu
"""
MATHEMATICIANS = tuple(_MATHEMATICIANS.split())
"""By their family names, of many times and countries."""


def offer(taken: Set[str], choose: random.Random | None = None) -> list[str]:
    """Return names that nobody has, as many as are offered, no two with a word in common.

    Args:
        taken: names in use.
        choose: what chooses; when absent, chance.
    """
    choose = choose or random.Random()
    free = [name for name in NAMES if name not in taken]
    choose.shuffle(free)
    offered: list[str] = []
    for name in free:
        if not any(set(name.split()) & set(other.split()) for other in offered):
            offered.append(name)
        if len(offered) == OFFERED:
            break
    return offered


def hidden(place: int) -> str:
    """Return the mathematician whose name stands for the seat that was the `place`-th to join, counted from 0."""
    again, which = divmod(place, len(MATHEMATICIANS))
    return f"{MATHEMATICIANS[which]} {again + 1}" if again else MATHEMATICIANS[which]
