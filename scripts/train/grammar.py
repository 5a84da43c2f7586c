"""Which tokens may come next in an answer: the schema, spans and numbers of the command, nothing else.

A small mirror of the runtime's grammar (src/grammar), for measuring the model as it will be used.
"""
from typing import List, Set, Tuple

from codec import Codec, Prompt
from schema import ARGS, NUM, REQUIRED, SCHEMA, STR, action_token, key_token, value_token

LONGEST = 96   # tokens of an answer; after that only <|end|> once it may come
MOST_CALLS = 10


class Grammar:
    """Follows one answer. `allowed()` gives the ids that may come next, `take(id)` moves on."""

    def __init__(self, codec: Codec, prompt: Prompt):
        self.c, self.p = codec, prompt
        self.calls: List[Tuple[str, Set[str], int]] = []   # action, keys so far, position in the schema's order
        self.paths: List[Tuple[int, int]] = []             # copied value: (position in prompt, forced end or -1)
        self.copying = ''
        self.count = 0

    def allowed(self) -> List[int]:
        if self.copying:
            out = {self.p.ids[i] for i, end in self.paths if i < len(self.p.ids) - 1 and i != end}
            if self._may_stop():
                out.update(self._structure())
            return sorted(out)
        return sorted(self._structure())

    def _may_stop(self) -> bool:
        return any(i == end if end >= 0 else i in self.p.ends for i, end in self.paths) and self.started

    def _structure(self) -> Set[int]:
        """Tokens that may follow a complete value: later keys, the next action, the end."""
        ids = self.c.id
        if not self.calls:
            return {ids[action_token(a)] for a in SCHEMA}
        action, keys, at = self.calls[-1]
        out = set()
        if self.count < LONGEST:
            for n, (k, kind) in enumerate(ARGS[action].items()):
                if n < at:
                    continue
                if kind == STR or kind == NUM:
                    if kind == STR and self.p.starts or kind == NUM and self.p.numbers:
                        out.add(ids[key_token(k)])
                else:
                    out.update(ids[value_token(k, v)] for v in kind)
                if k in REQUIRED[action] and k not in keys:
                    return out   # nothing after a required argument before it was given
        if all(k in keys for k in REQUIRED[action]):
            out.add(self.c.end)
            if action != 'none' and len(self.calls) < MOST_CALLS and self.count < LONGEST:
                out.update(ids[action_token(a)] for a in SCHEMA if a != 'none')
        return out

    def take(self, token: int) -> None:
        self.count += 1
        if token < self.c.tok.first_control:
            self.paths = [(i + 1, end) for i, end in self.paths if i != end and self.p.ids[i] == token]
            self.started = True
            return
        self.copying, self.paths = '', []
        name = self.c.tok.tokens[token][2:-2]
        if name in SCHEMA:
            self.calls.append((name, set(), 0))
        elif '=' in name:
            key, _, value = name.partition('=')
            action, keys, _ = self.calls[-1]
            self.calls[-1] = (action, keys | {key}, list(ARGS[action]).index(key) + 1)
            if not value:
                self.copying, self.started = key, False
                if ARGS[action][key] == NUM:
                    self.paths = [(s, e) for s, e, _ in self.p.numbers]
                else:
                    self.paths = [(s, -1) for s in self.p.starts]
