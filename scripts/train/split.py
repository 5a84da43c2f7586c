"""The held-out tenth and the validation twentieth: chosen by a hash of the words of a line, so that they never depend on
order or on chance.

  python3 scripts/train/split.py --commands DIR --out DIR                 writes <set>.heldout.jsonl for each set, and all.heldout.jsonl
  python3 scripts/train/split.py --commands DIR --out DIR --part train    what may be looked at and tuned on; or validation

Plain Python, nothing to install. The trainer leaves out every line whose key is held out or validation in any set: on the
held-out tenth the model is judged, on the validation twentieth its confidence is calibrated (scripts/eval/calibrate.mjs).

A held-out or validation line that says the same as a line to train on, of whichever set, in other small words ("turn on the light
please", "turn on lights") would measure memory: it is neither measured on nor trained on. Such twins have the same words in the same
order once those are dropped that scoring ignores as well (labels.ARTICLES: articles, possessives, "this", "some", "all", "of",
"please"), and every plural s. In the command sets of this project they are 127 of 1,717 held-out and 58 of 859 validation lines.
"""
import argparse
import glob
import hashlib
import json
import os
import re
from typing import Dict, List, Set

from labels import words_of
from text_passes import text_pass


HERE = os.path.dirname(os.path.abspath(__file__))
WRITTEN = os.path.join(HERE, 'tests'), os.path.join(HERE, '..', 'eval', 'devices')
"""Folders of lines written to test on, whatever they are expected to come to."""


def key(text: str) -> str:
    """Lower-case alphanumerics and single blanks of the passed text."""
    return re.sub(r' +', ' ', re.sub(r'[^a-z0-9 ]', '', text_pass(text))).strip()


def twin_key(text: str) -> str:
    """What twins have in common."""
    return ' '.join(words_of(key(text)))


def bucket(text: str) -> int:
    return int(hashlib.sha256(key(text).encode()).hexdigest()[:8], 16)


def held_out(text: str) -> bool:
    return bucket(text) % 10 == 0


def validation(text: str) -> bool:
    return bucket(text) % 20 == 1


PARTS = {'heldout': held_out, 'validation': validation, 'train': lambda text: not held_out(text) and not validation(text)}


def read_sets(commands: str) -> Dict[str, List[dict]]:
    """set name -> its lines, for every jsonl file of the folder, sorted by name."""
    out = {}
    for path in sorted(glob.glob(os.path.join(commands, '*.jsonl'))):
        with open(path, encoding='utf-8') as f:
            out[os.path.basename(path)[:-len('.jsonl')]] = [json.loads(line) for line in f if line.strip()]
    return out


def part_of(sets: Dict[str, List[dict]], part: str) -> Dict[str, List[dict]]:
    """set name -> its lines of a part; of held-out and validation lines those that have no twin among the lines to train on."""
    lines = {n: [r for r in rows if PARTS[part](r['text'])] for n, rows in sets.items()}
    if part == 'train':
        return lines
    trained = {twin_key(r['text']) for rows in part_of(sets, 'train').values() for r in rows}
    return {n: [r for r in rows if twin_key(r['text']) not in trained] for n, rows in lines.items()}


def written() -> Set[str]:
    """Keys of the lines written to test on."""
    return {key(r['text']) for folder in WRITTEN for rows in read_sets(folder).values() for r in rows}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--commands', required=True, help='folder of the command sets (*.jsonl)')
    p.add_argument('--out', required=True, help='folder to write the files to')
    p.add_argument('--part', choices=sorted(PARTS), default='heldout')
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    sets = read_sets(a.commands)
    every, twins = [], 0
    for name, rows in part_of(sets, a.part).items():
        left_out = sum(PARTS[a.part](r['text']) for r in sets[name]) - len(rows)
        every, twins = every + rows, twins + left_out
        write(os.path.join(a.out, f'{name}.{a.part}.jsonl'), rows, left_out)
    write(os.path.join(a.out, f'all.{a.part}.jsonl'), every, twins)


def write(path: str, rows: List[dict], left_out: int) -> None:
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines(json.dumps(r, ensure_ascii=False) + '\n' for r in rows)
    print(f'{os.path.basename(path)}: {len(rows)} lines' + (f'; {left_out} left out, which have a twin among those to train on' if left_out else ''))


if __name__ == '__main__':
    main()
