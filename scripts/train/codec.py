"""Commands and plans as tokens: the prompt, and a plan encoded for training or decoded from the model's answer."""
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from bpe import Tokenizer
from schema import ARGS, END, NUM, PLAN, QUANTITY, STR, USER, action_token, key_token, value_token

Call = Dict[str, Any]   # {"action": ..., "args": {...}}


class Prompt(NamedTuple):
    text: str              # the passed text
    ids: List[int]         # <|user|> text <|plan|>
    starts: List[int]      # token positions where a copied string may begin
    ends: frozenset        # token positions (exclusive) where it may end
    numbers: List[Tuple[int, int, float]]  # [start, end) in tokens and the value of each number that may be copied
    offsets: List[int]     # per token of the prompt, its character position in text (leading blank left out)


def _wordy(c: str) -> bool:
    return c.isalnum()


def _number(text: str, i: int) -> Optional[int]:
    """End of the number literal that begins at character i, else None."""
    if i > 0 and (_digit(text[i - 1]) or (text[i - 1] == '.' and i > 1 and _digit(text[i - 2]))):
        return None
    j = i
    while j < len(text) and _digit(text[j]):
        j += 1
    if j == i:
        return None
    k = j + 1
    while j < len(text) and text[j] == '.' and k < len(text) and _digit(text[k]):
        k += 1
    return k if k > j + 1 else j


def _digit(c: str) -> bool:
    return '0' <= c <= '9'


class Codec:
    def __init__(self, tok: Tokenizer):
        self.tok, self.id = tok, tok.id
        self.end = tok.id[END]

    def prompt(self, passed: str) -> Prompt:
        text = ' ' + passed
        ids, starts, ends, offsets, at = [self.id[USER]], [], set(), [0], 0
        begin = {}   # character -> token position
        for piece in self.tok.pieces(text):
            c = at + (1 if piece[0] == ' ' and len(piece) > 1 else 0)
            first = text[c] if c < len(text) else ' '
            edge = at == 0 or not (_wordy(text[c - 1]) and _wordy(first))
            if edge and not piece.isspace() or (piece == ' ' and at + 1 < len(text) and _digit(text[at + 1])):
                starts.append(len(ids))
            begin.setdefault(at, len(ids))
            toks = self.tok.piece(piece)
            ids += toks
            offsets += [c if piece == ' ' else max(c - 1, 0)] * len(toks)
            at += len(piece)
            if not piece[-1].isspace() and (at == len(text) or not (_wordy(text[at - 1]) and _wordy(text[at]))):
                ends.add(len(ids))
        begin[at] = len(ids)
        numbers = []
        for i in range(1, len(text)):
            j = _number(text, i)
            s = i - 1 if text[i - 1] == ' ' and i - 1 in begin else i
            if j and s in begin and j in begin:
                numbers.append((begin[s], begin[j], float(text[i:j])))
        for s in starts:
            e = next((e for e in range(s + 1, min(s + 9, len(ids) + 1)) if e in ends), s)
            w = self.tok.decode(ids[s:e]).strip()
            if w in QUANTITY:
                numbers.append((s, e, float(QUANTITY[w])))
        ids.append(self.id[PLAN])
        return Prompt(passed, ids, starts, frozenset(ends), numbers, offsets + [len(text)])

    def span(self, p: Prompt, words: str) -> Optional[List[int]]:
        """Tokens of `words` (already passed) where they stand in the prompt as whole words, else None."""
        for s in p.starts:
            if p.text.startswith(words, p.offsets[s]):
                e = s
                want = p.offsets[s] + len(words)
                while e < len(p.ids) - 1 and p.offsets[e] < want:
                    e += 1
                if e in p.ends and self.tok.decode(p.ids[s:e]).strip() == words:
                    return p.ids[s:e]
        return None

    def encode(self, p: Prompt, calls: List[Call]) -> Optional[List[int]]:
        """Token ids of a plan; None when a value is neither a span nor a number of the command."""
        out = []
        for call in calls:
            out.append(self.id[action_token(call['action'])])
            for k, kind in ARGS[call['action']].items():
                if k not in call['args']:
                    continue
                v = call['args'][k]
                if kind == STR:
                    ids = self.span(p, v)
                elif kind == NUM:
                    ids = next((p.ids[s:e] for s, e, n in p.numbers if abs(n - v) < 1e-6), None)
                else:
                    if value_token(k, v) not in self.id:
                        return None
                    out.append(self.id[value_token(k, v)])
                    continue
                if ids is None:
                    return None
                out += [self.id[key_token(k)]] + ids
        return out + [self.end]

    def decode(self, ids: List[int]) -> List[Call]:
        """Plan of an answer (up to <|end|>); raises ValueError when it is none."""
        calls: List[Call] = []
        i = 0
        while i < len(ids) and ids[i] != self.end:
            name = self.tok.tokens[ids[i]][2:-2]
            i += 1
            if name in ARGS:
                calls.append({'action': name, 'args': {}})
                continue
            key, eq, value = name.partition('=')
            if not eq or not calls or key not in ARGS[calls[-1]['action']]:
                raise ValueError(f'token {name} out of place')
            kind = ARGS[calls[-1]['action']][key]
            if kind in (STR, NUM):
                j = i
                while j < len(ids) and ids[j] < self.tok.first_control:
                    j += 1
                value = self.tok.decode(ids[i:j]).strip()
                i = j
                if kind == NUM:
                    value = QUANTITY[value] if value in QUANTITY else float(value)
            elif isinstance(kind[0], bool):
                value = value == 'true'
            calls[-1]['args'][key] = value
        return calls
