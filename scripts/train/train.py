"""Trains the seedling, measures it and writes it as a GGUF file.

  npm run train -- [--commands DIR] [--out FILE] [--minutes N | --steps N] [--quick] [--seed N] [--threads N] [--resume]
  npm run train -- --config HOME.yaml --data MINE.jsonl [--base FILE] [--out FILE] [--minutes N | --steps N]

The first makes the seedling from nothing; without --commands it learns from the generator alone. The same data, seed, steps and
threads give the same file, on a CPU. It is written to the work folder: what ships (src/seedling/seedling.gguf) is replaced only where
--out names it. The second grows one's own from the shipped file: see docs/grow-your-own.md.
"""
import argparse
import glob
import hashlib
import json
import os
import pickle
import sys
import time
from typing import Callable, Dict, List, Optional

import split
from machine import SLOW, cpu_flags, device, gigaflops, prepare_blas

HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = os.path.join(HERE, '..', '..', 'src', 'seedling', 'seedling.gguf')
STEPS, SYNTHETIC = 16000, 420000
QUICK = 1000, 30000   # steps and generated commands of --quick


def arguments(argv: Optional[List[str]] = None) -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--commands', help='folder of human command sets (*.jsonl); without it the generator alone')
    p.add_argument('--out', help='GGUF file to write (default: in the folder of --work, named as the run; my-seedling.gguf for one grown from another)')
    p.add_argument('--data', help='lines of your own, {"text", "expected"}: grow the file --base with them')
    p.add_argument('--things', help='what `tokonoma devices --json` prints: grow the file --base for these names (npm run train makes it from --config)')
    p.add_argument('--base', default=SHIPPED, help='file to grow from (default: the shipped one)')
    p.add_argument('--start', help='checkpoint to go on from with a further course: 1-bit throughout, half the rate; it may have fewer layers')
    p.add_argument('--teacher', help='checkpoint of a --full-precision run: half of the loss is the distance from what it thinks')
    p.add_argument('--full-precision', action='store_true', help='no 1-bit weights, no file: only scores, to compare with')
    p.add_argument('--minutes', type=float, help='train so long (not reproducible)')
    p.add_argument('--steps', type=int, help=f'train so many steps (default {STEPS})')
    p.add_argument('--quick', action='store_true', help='a small try-out of under ten minutes')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--threads', type=int, default=1)
    p.add_argument('--resume', action='store_true', help='go on from the checkpoint of the same seed')
    p.add_argument('--synthetic', type=int, help=f'generated commands (default {SYNTHETIC})')
    p.add_argument('--layers', type=int, default=4)
    p.add_argument('--ffn', type=int, default=512)
    p.add_argument('--tokens', type=int, default=1536, help='tokens per step')
    p.add_argument('--work', default=os.path.join(HERE, '.work'), help='folder for checkpoints, and for the file without --out')
    a = p.parse_args(argv)
    a.growing = bool(a.data or a.things)
    a.run = os.path.join(a.work, f'seed{a.seed}' + ''.join(f'.{n}' for n, given in (('quick', a.quick), ('full', a.full_precision), ('further', a.start)) if given))
    a.out = a.out or ('my-seedling.gguf' if a.growing else a.run + '.gguf')
    if a.quick and not a.steps and not a.minutes:
        a.steps, a.synthetic = QUICK[0], a.synthetic or QUICK[1]
    if not a.steps and not a.minutes and not a.growing:
        a.steps = STEPS
    a.synthetic = a.synthetic or SYNTHETIC
    if a.commands and not os.path.isdir(a.commands):
        p.error(f'--commands: no folder {a.commands}')
    for name in ('data', 'things', 'base', 'start', 'teacher'):
        path = getattr(a, name)
        if path and not os.path.isfile(path):
            p.error(f'--{name}: no file {path}')
    return a


def course(a: argparse.Namespace, on: str):
    """The one course of training: all data from the beginning."""
    from trainer import Plan
    full = 2 if a.full_precision else 0 if a.start else .18   # 2: never 1-bit
    return Plan(a.steps, a.minutes, a.seed, a.tokens, peak=1e-3 if a.start else 2e-3, full=full, checkpoint=a.run + '.pt', brief=.9 if on == 'cpu' and 'avx512_bf16' in cpu_flags() else 0, averages=(.01, .03, .1))


def prepared(a: argparse.Namespace, vocab: int, log):
    """All data of the run; kept in the work folder, since making it takes minutes, until the words it is made of change."""
    from sets import Data
    h = hashlib.sha256(repr((a.seed, a.synthetic, vocab)).encode())
    made_of = [os.path.join(HERE, n + '.py') for n in 'augment batches bpe codec labels schema sets split text_passes'.split()]
    patterns = [os.path.join(HERE, 'generate', '*.py'), os.path.join(HERE, 'generate', 'sayings', '*.*')] + [os.path.join(folder, '*.jsonl') for folder in split.WRITTEN]
    for pattern in patterns + ([os.path.join(a.commands, '*.[jt]s*')] if a.commands else []):
        made_of += sorted(glob.glob(pattern))
    for path in made_of:
        with open(path, 'rb') as f:
            h.update(f.read())
    path = os.path.join(a.work, f'data-{h.hexdigest()[:12]}.pickle')
    if os.path.exists(path):
        with open(path, 'rb') as f:
            return pickle.load(f)
    data = Data(a.commands, a.synthetic, a.seed, vocab, log)
    with open(path + '.new', 'wb') as f:
        pickle.dump(data, f, protocol=4)
    os.replace(path + '.new', path)
    return data


def best(trained, scores: Callable[[dict], List[Dict[str, float]]], log) -> dict:
    """Of the last weights and their averages those that do best on the validation lines (set by set, strict and action alike); the last where there are none."""
    found = []
    for name, w in {'last': trained.master, **trained.averages}.items():
        sets = scores(w)
        if not sets:
            return w
        strict, action = (sum(s[kind] for s in sets) / len(sets) for kind in ('strict', 'action'))
        log(f'validation: {name}: action {action:.4f} strict {strict:.4f}')
        found.append((strict + action, -len(found), w))
    return max(found, key=lambda x: x[:2])[2]


def main() -> int:
    a = arguments()
    prepare_blas(a.threads)
    try:
        import torch
    except ImportError:
        print('train: this Python has no torch. On Debian: apt-get install python3-torch, then run it with /usr/bin/python3', file=sys.stderr)
        return 1
    torch.set_num_threads(a.threads)
    from evaluate import evaluate
    from export import export
    from model import Model, Shape, deepened, effective
    from trainer import settled, train

    start = time.time()

    def log(s: str) -> None:
        print(f'[{(time.time() - start) / 60:6.1f} min] {s}', file=sys.stderr, flush=True)

    on = device(torch)
    if on != 'cpu':
        log(f'on the GPU: {torch.cuda.get_device_name()}')
    os.makedirs(a.work, exist_ok=True)
    if a.growing:
        import grow
        try:
            grow.grow(a, on, log)
        except grow.BadLine as e:
            print(f'train: {e}', file=sys.stderr)
            return 1
        return 0
    speed = gigaflops(torch)
    if on == 'cpu' and speed < SLOW:
        log(f'matrix products run at {speed:.1f} GFLOP/s, which is very slow: is a good BLAS installed? On Debian: apt-get install libopenblas0-pthread')
    data = prepared(a, Shape().vocab, log)
    model = Model(Shape(layers=a.layers, ffn=a.ffn), on)
    start_from = settled(a.start)
    trained = train(model, data.pools, data.weights, course(a, on), a.resume, log, start_from and deepened(start_from, model.shape), settled(a.teacher))
    master = best(trained, lambda w: [evaluate(model, effective(w, not a.full_precision), data.codec, rows) for rows in data.validation.values()], log)
    if not a.full_precision:
        size = export(a.out, model, master, data.tok)
        log(f'wrote {a.out}: {size} bytes')

    w = effective(master, not a.full_precision)
    tests = {f'tests/{n}': rows for n, rows in split.read_sets(os.path.join(HERE, 'tests')).items()}
    scores = {name: evaluate(model, w, data.codec, rows) for name, rows in {**data.held, **data.test, **tests}.items() if rows}
    scored = os.path.splitext(a.out)[0] + '.scores.json'
    human = [s for n, s in scores.items() if n in data.held]
    if human:
        n = sum(s['n'] for s in human)
        for kind in ('valid', 'action', 'strict'):
            scores.setdefault('micro', {'n': n})[kind] = round(sum(s[kind] * s['n'] for s in human) / n, 4)
            scores.setdefault('macro', {'n': n})[kind] = round(sum(s[kind] for s in human) / len(human), 4)
    for name, s in scores.items():
        log(f'{name}: {s}')
    with open(scored, 'w') as f:
        json.dump({'seed': a.seed, 'steps': a.steps, 'minutes': a.minutes, 'scores': scores}, f, indent=1)
        f.write('\n')
    log(f'scores: {scored}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
