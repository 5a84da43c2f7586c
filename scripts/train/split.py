"""The held-out tenth and the validation twentieth: chosen by a hash of the words of a line, so that they never depend on
order or on chance.

  python3 scripts/train/split.py --commands DIR --out DIR                 writes <set>.heldout.jsonl for each set, and all.heldout.jsonl
  python3 scripts/train/split.py --commands DIR --out DIR --part train    what may be looked at and tuned on; or validation

Plain Python, nothing to install. The trainer leaves out every line whose key is held out or validation in any set: on the
held-out tenth the model is judged, on the validation twentieth its confidence is calibrated (scripts/eval/calibrate.mjs).
"""
import argparse
import glob
import hashlib
import json
import os
import re
from typing import Dict, List

from text_passes import text_pass


def key(text: str) -> str:
    """Lower-case alphanumerics and single blanks of the passed text."""
    return re.sub(r' +', ' ', re.sub(r'[^a-z0-9 ]', '', text_pass(text))).strip()


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


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--commands', required=True, help='folder of the command sets (*.jsonl)')
    p.add_argument('--out', required=True, help='folder to write the files to')
    p.add_argument('--part', choices=sorted(PARTS), default='heldout')
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    every = []
    for name, rows in read_sets(a.commands).items():
        rows = [r for r in rows if PARTS[a.part](r['text'])]
        every += rows
        write(os.path.join(a.out, f'{name}.{a.part}.jsonl'), rows)
    write(os.path.join(a.out, f'all.{a.part}.jsonl'), every)


def write(path: str, rows: List[dict]) -> None:
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines(json.dumps(r, ensure_ascii=False) + '\n' for r in rows)
    print(f'{os.path.basename(path)}: {len(rows)} lines')


if __name__ == '__main__':
    main()
