"""The loss of training runs as an SVG picture.

  python3 scripts/train/curves.py LOG ... > docs/seedling-curves.svg      (what train.py wrote to stderr, in the order of the stages)
"""
import re
import sys
from typing import List, Tuple

WIDTH, HEIGHT, LEFT, BOTTOM = 760, 300, 48, 34
STEP = re.compile(r'step (\d+) .*? loss ([\d.]+) (1-bit|full)')
TOP, FLOOR = 3.0, 0.02   # of the logarithmic loss axis

Point = Tuple[int, float, str]


def read(paths: List[str]) -> List[Tuple[str, List[Point]]]:
    """(stage, [(step, loss, precision)]) in order; stages without steps are left out."""
    out: List[Tuple[str, List[Point]]] = []
    for path in paths:
        stage: List[Point] = []
        out.append(('long', stage))
        with open(path) as f:
            for line in f:
                m = STEP.search(line)
                if m:
                    stage.append((int(m.group(1)), float(m.group(2)), m.group(3)))
                elif line.rstrip().endswith(' stage'):
                    stage = []
                    out.append((line.split('] ')[-1].split()[0], stage))
    return [(n, s) for n, s in out if s]


def svg(stages: List[Tuple[str, List[Point]]]) -> str:
    from math import log
    total = sum(s[-1][0] for _, s in stages)
    x = lambda step: LEFT + (WIDTH - LEFT - 10) * step / total
    y = lambda loss: 10 + (HEIGHT - BOTTOM - 10) * (log(TOP) - log(min(max(loss, FLOOR), TOP))) / (log(TOP) - log(FLOOR))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11" fill="#444">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for tick in (2, 1, .5, .2, .1, .05, .02):
        out.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - 10}" stroke="#ddd"/><text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    before = 0
    for name, points in stages:
        for kind, colour in (('full', '#c60'), ('1-bit', '#06c')):
            line = ' '.join(f'{x(before + s):.1f},{y(loss):.1f}' for s, loss, k in points if k == kind)
            if line:
                out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.3"/>')
        out.append(f'<path d="M{x(before):.1f} 10V{HEIGHT - BOTTOM}" stroke="#999" stroke-dasharray="3 3"/><text x="{x(before) + 4:.1f}" y="{HEIGHT - 18}">{name}: {points[-1][0]} steps</text>')
        before += points[-1][0]
    out.append(f'<text x="{WIDTH - 12}" y="22" text-anchor="end">loss per answer token; <tspan fill="#c60">full precision</tspan>, <tspan fill="#06c">1-bit</tspan></text>')
    return '\n'.join(out + ['</svg>', ''])


if __name__ == '__main__':
    sys.stdout.write(svg(read(sys.argv[1:])))
