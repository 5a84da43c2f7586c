"""Training examples and how they are put into batches."""
import random
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import torch

from codec import Call, Codec
from text_passes import text_pass

IGNORE = -100
CHUNK = 16384   # examples drawn at a time; batches are formed inside a chunk


class Example(NamedTuple):
    ids: List[int]      # prompt and answer
    answer: int         # tokens of the answer
    trained: int        # of these, how many from the front are trained (the rest is unlabelled)


class Batch(NamedTuple):
    ids: torch.Tensor      # (batch, length) input
    labels: torch.Tensor   # (batch, answer) what the last `answer` positions predict; IGNORE where nothing is known


def example(codec: Codec, text: str, calls: List[Call], partial: bool = False) -> Optional[Example]:
    """A line as tokens, or None when its plan cannot be said with words of the text.

    partial: only the action is labelled.
    """
    prompt = codec.prompt(text_pass(text))
    answer = codec.encode(prompt, calls)
    if answer is None or len(prompt.ids) + len(answer) > 200:
        return None
    return Example(prompt.ids + answer, len(answer), 1 if partial else len(answer))


def draw(pools: Dict[str, List[Example]], weights: Dict[str, float], seed: int, chunk: int) -> List[Example]:
    """One chunk: pools in the given proportions, examples inside a pool in a shuffled endless row."""
    total = sum(weights[n] for n in pools)
    out = []
    for name, pool in pools.items():
        n = int(round(CHUNK * weights[name] / total))
        at = n * chunk
        while n > 0:
            lap, first = divmod(at, len(pool))
            order = list(range(len(pool)))
            random.Random(f'{seed}/{name}/{lap}').shuffle(order)
            take = order[first:first + n]
            out += [pool[i] for i in take]
            at, n = at + len(take), n - len(take)
    return out


def batches(pools: Dict[str, List[Example]], weights: Dict[str, float], seed: int, tokens: int,
            start: Tuple[int, int] = (0, 0)) -> Iterator[Tuple[Tuple[int, int], Batch]]:
    """Endless batches of about `tokens` tokens, each of one length; yields (place to resume after it, batch)."""
    chunk, skip = start
    while True:
        rng = random.Random(f'{seed}/chunk/{chunk}')
        rows = draw(pools, weights, seed, chunk)
        rng.shuffle(rows)
        rows.sort(key=lambda e: (len(e.ids), e.answer // 4))   # stable: random inside a bucket
        groups, i = [], 0
        while i < len(rows):
            length = len(rows[i].ids)
            j = i + 1
            while j < len(rows) and len(rows[j].ids) == length and (j - i) * length < tokens:
                j += 1
            groups.append(rows[i:j])
            i = j
        rng.shuffle(groups)
        for n in range(skip, len(groups)):
            yield (chunk, n + 1), collate(groups[n])
        chunk, skip = chunk + 1, 0


def collate(rows: List[Example]) -> Batch:
    answer = max(e.answer for e in rows)
    labels = []
    for e in rows:
        unknown = e.answer - e.trained
        row = [IGNORE] * (answer - e.answer) + e.ids[len(e.ids) - e.answer:len(e.ids) - unknown] + [IGNORE] * unknown
        labels.append(row)
    return Batch(torch.tensor([e.ids[:-1] for e in rows]), torch.tensor(labels))
