"""Seeded generator of commands with their plans: one function per kind of command, mixed here.

  PYTHONPATH=scripts/train python3 -m generate [N] [SEED]     prints N examples
"""
from typing import Iterator

from . import everyday, more, wider
from .ask import query, say
from .engine import Line
from .home import climate, cover, light, lock, switched
from .manner import mixed
from .media import alarm, media, timer, volume
from .nothing import nothing
from .robot import drive, goto, obj, stop, task, turn
from .several import errand, shared, steps

PLAIN = [(light, 15), (switched, 8), (climate, 8), (cover, 6), (lock, 4), (media, 7), (volume, 6), (timer, 11), (alarm, 4), (drive, 5), (turn, 5), (goto, 5), (obj, 7),
         (task, 8), (stop, 2), (say, 4), (query, 13), (nothing, 11), (steps, 9), (shared, 3), (errand, 2)]
MIXES = [(PLAIN, 5), (more.MIX, 3), (wider.MIX, 9), (everyday.MIX, 6)]
OPEN_END = {say, media, nothing} | more.OPEN_END | wider.OPEN_END | everyday.OPEN_END   # these end in free text


def lines(seed: int) -> Iterator[Line]:
    """Endless commands; the same seed gives the same ones."""
    return mixed(seed, MIXES, OPEN_END)
