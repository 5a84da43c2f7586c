"""Growing one's own seedling: the weights of a GGUF file trained on, with somebody's words and the names of somebody's things.

train.py comes here when --data or --things is given. What is trained on: the user's lines and variants of them, generated commands in
which the names are exchanged for those of the declared things, and generated commands as they are, so that nothing else is forgotten.
"""
import itertools
import json
import os
import random
import re
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Tuple

import numpy as np
import torch

import generate
import gguf
from augment import augment
from batches import Example, example
from codec import Call, Codec
from labels import repair
from model import EMBED, GROUP, Model, Shape, effective
from reference import tokenizer
from schema import ARGS, STR
from score import valid
from split import held_out, key, written
from text_passes import text_pass

Lines = List[Tuple[str, List[Call]]]
SHARES = {'own': .2, 'named': .2, 'general': .6}
STEPS, GENERATED = 600, 30000
KINDS = {'light': ['light.set'], 'plug': ['power.set'], 'fan': ['power.set'], 'cover': ['cover.set'], 'lock': ['lock.set'], 'speaker': ['media.do', 'volume.set']}
"""Kind of a thing -> actions in which its name stands as `device`."""


class BadLine(Exception):
    """A line of --data that cannot be used; says which and why."""


def read_lines(path: str) -> Lines:
    """Lines {"text", "expected"}, passed, with every string a span of the text. Raises BadLine."""
    out: Lines = []
    with open(path, encoding='utf-8') as f:
        for n, line in enumerate(f, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                text, calls = row['text'], row['expected']
            except (ValueError, KeyError, TypeError) as e:
                raise BadLine(f'{path}:{n}: no line of the form {{"text": …, "expected": [{{"action": …, "args": {{…}}}}]}} ({e})')
            if not isinstance(text, str) or not text_pass(text):
                raise BadLine(f'{path}:{n}: "text" must be some words')
            try:
                fits = valid(calls)
            except (KeyError, TypeError, AttributeError):
                fits = False
            if not fits:
                raise BadLine(f'{path}:{n}: "expected" is no plan: actions and arguments as in scripts/train/schema.py')
            passed = text_pass(text)
            spans = repair(passed, calls)
            if not spans:
                raise BadLine(f'{path}:{n}: names must be words of the command: {json.dumps(calls)} has one that "{passed}" does not say')
            out.append((passed, spans))
    return out


def read_names(path: str) -> Dict[Tuple[str, str], List[str]]:
    """(action, argument) -> names, from what `tokonoma devices --json` prints."""
    with open(path, encoding='utf-8') as f:
        listing = json.load(f)
    out: Dict[Tuple[str, str], List[str]] = {}
    for thing in listing['things']:
        names = [text_pass(n) for n in [thing['name'], *thing['synonyms']]]
        for action in KINDS.get(thing['kind'], []):
            out.setdefault((action, 'device'), []).extend(names)
        out.setdefault(('query', 'device'), []).extend(names)
    areas = sorted({text_pass(x['area']) for x in [*listing['things'], *listing['sensors']] if x.get('area')})
    for action, args in ARGS.items():
        if 'area' in args and areas:
            out[action, 'area'] = areas
    if areas:
        out['robot.goto', 'place'] = areas
    return out


def named(lines: Iterator[Tuple[str, List[Call]]], names: Dict[Tuple[str, str], List[str]], seed: int) -> Iterator[Tuple[str, List[Call]]]:
    """Lines in which a name could be exchanged for a declared one; the others are left out."""
    r = random.Random(f'{seed}/named')
    for text, calls in lines:
        out, changed = [], False
        for call in calls:
            args = dict(call['args'])
            for k, v in call['args'].items():
                pool = names.get((call['action'], k))
                if pool and ARGS[call['action']][k] == STR:
                    new = r.choice(pool)
                    text, n = re.subn(r"(?<![\w'])" + re.escape(v) + r"(?![\w'])", lambda _: new, text)
                    if n != 1:
                        break
                    args[k], changed = new, True
            else:
                out.append({'action': call['action'], 'args': args})
                continue
            break
        if changed and len(out) == len(calls):
            yield text, out


def masters(tensors: Dict[str, 'np.ndarray'], seed: int) -> Dict[str, torch.Tensor]:
    """Master weights to go on from: the signs and scales of the file (see model.exported).

    The file says the mean of |w| of 128 weights, not which of them were near to changing sign. If all were as large as the mean,
    none could change for a long while; so their sizes are spread evenly from 0 to twice the mean.
    """
    g, out = torch.Generator().manual_seed(seed), {}
    for n, t in sorted(tensors.items()):
        w = torch.from_numpy(t).clone()
        if w.dim() == 2:
            size = torch.rand(w.numel() // GROUP, GROUP, generator=g) + 1e-3
            w = w * (size / size.mean(1, keepdim=True)).view_as(w)
        out[n] = w
    out['token_embd.weight'] /= EMBED
    out['output_norm.weight'] *= EMBED
    return out


def shape_of(metadata: dict) -> Shape:
    m = {k[len('qwen3.'):]: v for k, v in metadata.items() if k.startswith('qwen3.')}
    return Shape(m['vocab_size'], m['embedding_length'], m['block_count'], m['feed_forward_length'], m['attention.head_count'],
                 m['attention.head_count_kv'], m['attention.key_length'], m['rope.freq_base'], m['attention.layer_norm_rms_epsilon'], m['context_length'])


class Grown:
    """What a file is grown with: tokenizer, shape and weights of the file, pools, lines kept for the test.

    What is made here has no line in it that is kept or written to test on (split.written); lines of one's own are taken as they are.
    """

    def __init__(self, base: str, data: Optional[str], things: Optional[str], seed: int, log: Callable[[str], None], device: str = 'cpu'):
        metadata, tensors = gguf.read(base)
        self.tok = tokenizer(metadata)
        self.codec = Codec(self.tok)
        self.model, self.master = Model(shape_of(metadata), device), masters(tensors, seed)
        own = read_lines(data) if data else []
        self.kept = [(t, c) for t, c in own if held_out(t)] if len(own) >= 50 else []
        """A tenth, of fifty lines and more."""
        kept = {key(t) for t, _ in self.kept}
        own = [(t, c) for t, c in own if key(t) not in kept]
        blocked = kept | written()

        def free(lines: Iterable[Tuple[str, List[Call]]]) -> Iterator[Tuple[str, List[Call]]]:
            return (line for line in lines if key(line[0]) not in blocked)

        names = read_names(things) if things else {}
        made = list(itertools.islice(free((text_pass(t), c) for t, c in generate.lines(seed + 21)), GENERATED))
        variants = augment(own, max(2000, 20 * len(own)), seed, .4) if own else []
        more = itertools.islice(((text_pass(t), c) for t, c in generate.lines(seed + 22)), 2 * GENERATED) if names else iter(())
        lines = {'own': own * 10 + list(free(variants)), 'named': list(itertools.islice(free(named(more, names, seed)), GENERATED)), 'general': made}
        self.pools: Dict[str, List[Example]] = {}
        for n, rows in lines.items():
            pool = [e for e in (example(self.codec, t, s) for t, c in rows for s in [repair(t, c)] if s) if e]
            if pool:
                self.pools[n] = pool
                log(f'{n}: {len(pool)} examples')
        self.weights = {n: SHARES[n] for n in self.pools}

    def scores(self, master: Dict[str, torch.Tensor]) -> dict:
        """Of the kept lines; empty where there are none."""
        from evaluate import evaluate
        if not self.kept:
            return {}
        return evaluate(self.model, effective(master, True), self.codec, [{'text': t, 'expected': c} for t, c in self.kept])


def grow(a, device: str, log: Callable[[str], None]) -> Dict[str, torch.Tensor]:
    """Trains as the arguments of train.py say and writes the file."""
    from export import export
    from trainer import Plan, train
    g = Grown(a.base, a.data, a.things, a.seed, log, device)
    if set(g.pools) == {'general'}:
        raise BadLine('nothing of your own to learn: --data has no lines and the configuration no names')
    if g.kept:
        log(f'before, on {len(g.kept)} of your lines that are kept for this: {g.scores(g.master)}')
    steps = a.steps or (None if a.minutes else STEPS)
    plan = Plan(steps, a.minutes, a.seed, a.tokens, peak=6e-4, warmup=.05, full=0, checkpoint=os.path.join(a.work, 'grown.pt'))
    master = train(g.model, g.pools, g.weights, plan, a.resume, log, g.master).master
    size = export(a.out, g.model, master, g.tok, 'grown')
    log(f'wrote {a.out}: {size} bytes')
    if g.kept:
        log(f'after: {g.scores(master)}')
    return master
