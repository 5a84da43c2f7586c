"""Samples of a bank, after every template of it has been tried.

  PYTHONPATH=scripts/train python3 -m generate.sayings BANK [N] [SEED]
"""
import json
import sys

from labels import repair
from text_passes import text_pass

from . import bank, said
from ..engine import Random


def main() -> int:
    name, n, seed = sys.argv[1], int((sys.argv[2:] or ['20'])[0]), int((sys.argv[3:] or ['1'])[0])
    r, wrong = Random(seed), 0
    try:
        sayings = bank(name)
    except ValueError as e:
        print(e, file=sys.stderr)
        return 1
    for plan, template in sayings:
        bad = []
        for _ in range(20):
            text, calls = said(r, plan, template)
            if not repair(text_pass(text), calls):
                bad.append(f'{text}  ->  {json.dumps(calls)}')
        if len(bad) > 5:   # fillings of slots sometimes cannot be said; a template that mostly cannot is wrong
            wrong += 1
            print(f'no words of the phrase can say its plan: {template}\n    {bad[0]}', file=sys.stderr)
    for _ in range(n):
        text, calls = said(r, *r.pick(sayings))
        print(text, ' -> ', '; '.join(c['action'] + ''.join(f' {k}={v}' for k, v in c['args'].items()) for c in calls))
    print(f'{len(sayings)} templates, {wrong} wrong', file=sys.stderr)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
