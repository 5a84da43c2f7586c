"""Byte-level BPE as in GPT-2, pre-split as in Qwen2: training (once) and encoding."""
import re
from collections import Counter, defaultdict
from typing import Dict, Iterable, List, Tuple

# Qwen2's pattern; [^\W\d_] stands for \p{L} and \d for \p{N} (Python's re knows no classes by property).
SPLIT = re.compile(
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|(?:[^\r\n\w]|_)?[^\W\d_]+|\d"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def byte_alphabet() -> List[str]:
    """GPT-2's printable character for each of the 256 bytes."""
    printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    out, n = [''] * 256, 0
    for b in range(256):
        if b in printable:
            out[b] = chr(b)
        else:
            out[b] = chr(256 + n)
            n += 1
    return out


ALPHABET = byte_alphabet()


def spell(piece: str) -> Tuple[str, ...]:
    return tuple(ALPHABET[b] for b in piece.encode('utf-8', 'replace'))


def train(texts: Iterable[str], merges: int) -> List[Tuple[str, str]]:
    """The `merges` most useful merges. Deterministic: ties go to the pair that sorts first."""
    counts = Counter(p for t in texts for p in SPLIT.findall(t))
    words = [[list(spell(w)), n] for w, n in sorted(counts.items())]
    pairs: Dict[Tuple[str, str], int] = defaultdict(int)
    where: Dict[Tuple[str, str], set] = defaultdict(set)
    for i, (w, n) in enumerate(words):
        for p in zip(w, w[1:]):
            pairs[p] += n
            where[p].add(i)
    out = []
    while len(out) < merges and pairs:
        best = min(pairs, key=lambda p: (-pairs[p], p))
        if pairs[best] < 1:
            break
        out.append(best)
        for i in sorted(where.pop(best)):
            w, n = words[i]
            for p in zip(w, w[1:]):
                pairs[p] -= n
            merged, j = [], 0
            while j < len(w):
                if j + 1 < len(w) and (w[j], w[j + 1]) == best:
                    merged.append(w[j] + w[j + 1])
                    j += 2
                else:
                    merged.append(w[j])
                    j += 1
            words[i][0] = merged
            for p in zip(merged, merged[1:]):
                pairs[p] += n
                where[p].add(i)
        pairs.pop(best, None)
    return out


class Tokenizer:
    """Vocabulary: 256 bytes, merged tokens, control tokens; ids in that order."""

    def __init__(self, merges: List[Tuple[str, str]], control: List[str]):
        self.merges = [tuple(m) for m in merges]
        self.tokens = ALPHABET + [a + b for a, b in self.merges] + control
        self.first_control = len(self.tokens) - len(control)
        self.id = {t: i for i, t in enumerate(self.tokens)}
        self.rank = {m: i for i, m in enumerate(self.merges)}
        self._cache: Dict[str, List[int]] = {}
        self._byte = {c: b for b, c in enumerate(ALPHABET)}

    def pieces(self, text: str) -> List[str]:
        return SPLIT.findall(text)

    def piece(self, piece: str) -> List[int]:
        """Ids of one pre-split piece: always the pair of lowest rank, leftmost first."""
        if piece in self._cache:
            return self._cache[piece]
        w = list(spell(piece))
        while len(w) > 1:
            rank, j = min((self.rank.get(p, 1 << 30), j) for j, p in enumerate(zip(w, w[1:])))
            if rank == 1 << 30:
                break
            w[j:j + 2] = [w[j] + w[j + 1]]
        self._cache[piece] = ids = [self.id[t] for t in w]
        return ids

    def encode(self, text: str) -> List[int]:
        return [i for p in self.pieces(text) for i in self.piece(p)]

    def decode(self, ids: Iterable[int]) -> str:
        """Text of ordinary (not control) tokens."""
        return bytes(self._byte[c] for i in ids for c in self.tokens[i]).decode('utf-8', 'replace')
