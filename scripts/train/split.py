"""The held-out tenth: chosen by a hash of the words of a line, so that it never depends on order or on chance.

  python3 scripts/train/split.py --commands DIR --out DIR     writes <set>.heldout.jsonl for each set, and all.heldout.jsonl

Plain Python, nothing to install. The trainer leaves out every line whose key is held out in any set.
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


def held_out(text: str) -> bool:
    return int(hashlib.sha256(key(text).encode()).hexdigest()[:8], 16) % 10 == 0


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
    p.add_argument('--out', required=True, help='folder to write the held-out files to')
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    every = []
    for name, rows in read_sets(a.commands).items():
        rows = [r for r in rows if held_out(r['text'])]
        every += rows
        write(os.path.join(a.out, name + '.heldout.jsonl'), rows)
    write(os.path.join(a.out, 'all.heldout.jsonl'), every)


def write(path: str, rows: List[dict]) -> None:
    with open(path, 'w', encoding='utf-8') as f:
        f.writelines(json.dumps(r, ensure_ascii=False) + '\n' for r in rows)
    print(f'{os.path.basename(path)}: {len(rows)} lines')


if __name__ == '__main__':
    main()
