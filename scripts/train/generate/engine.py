"""A tiny template language for commands, and the random source every generator draws from.

  (a|b|c)  one of them        [x]  x or nothing        {name}  a slot: keyword argument of `say`
Templates nest. Everything depends on the seed alone.
"""
import random
import re
from functools import lru_cache
from typing import Any, List, Sequence, Tuple

from .words import MODIFIERS

Line = Tuple[str, List[dict]]   # text, calls


def act(action: str, **args: Any) -> dict:
    """A call; arguments that are None are left out; a trailing _ lets Python's keywords be names (from_).

    Names begin after their article, as in the command sets; what is said or done later is kept whole.
    """
    out = {}
    for k, v in args.items():
        if isinstance(v, str) and k not in ('text', 'command'):
            v = re.sub(r'^(the|a|an|my|your|some|this|these) (?=\w)', '', v)
        if v is not None:
            out[k.rstrip('_')] = v
    return {'action': action, 'args': out}


@lru_cache(maxsize=8192)
def parse(template: str) -> tuple:
    """Template -> sequence of strings and ('pick', alternatives) nodes."""
    tree, end = _sequence(template, 0, '')
    assert end == len(template), template
    return tree


def _sequence(t: str, i: int, stop: str) -> Tuple[tuple, int]:
    out: List[Any] = []
    while i < len(t) and t[i] not in (stop or '\0') and not (stop and t[i] == '|'):
        if t[i] in '([':
            close = ')' if t[i] == '(' else ']'
            options, optional = [], t[i] == '['
            while True:
                node, i = _sequence(t, i + 1, close)
                options.append(node)
                if t[i] == close:
                    break
            if optional:
                options += [('',)] * len(options)
            out.append(('pick', tuple(options)))
            i += 1
        else:
            j = i
            while j < len(t) and t[j] not in '([' and not (stop and t[j] in '|' + stop):
                j += 1
            out.append(t[i:j])
            i = j
    return tuple(out), i


class Random(random.Random):
    def pick(self, options: Sequence[Any]) -> Any:
        return options[int(self.random() * len(options))]

    def maybe(self, p: float) -> bool:
        return self.random() < p

    def word(self, options: str) -> str:
        """One of 'a|b|c'."""
        return self.pick(options.split('|'))

    def say(self, template: str, **slots: Any) -> str:
        s = self._expand(parse('(' + template + ')'))
        for k, v in slots.items():
            s = s.replace('{' + k + '}', str(v))
        return re.sub(r' +', ' ', s).strip()

    def _expand(self, node: tuple) -> str:
        return ''.join(part if isinstance(part, str) else self._expand(self.pick(part[1])) for part in node)

    def name(self, names: Sequence[str], often: float = .16) -> str:
        """One of the names, or with some chance one nobody has heard of: the model shall copy, not remember."""
        s = self.pick(names)
        if not self.maybe(often):
            return s
        n = self.random()
        if n < .55:
            return self.pick(MODIFIERS) + ' ' + s
        if n < .7:
            return f'{s} {self.randint(1, 9)}'
        return self.invented() + (self.word("'s |s | | | ") + s)

    def invented(self) -> str:
        """A word that is none."""
        return ''.join(self.pick('b c d f g h j k l m n p r s t v w z br cl dr fr gr pl st tr sh ch'.split()) + self.pick('a e i o u ee oo ai'.split())
                       for _ in range(self.randint(1, 3))) + self.pick(['', 'n', 'r', 's', 'l', 't', 'x'])
