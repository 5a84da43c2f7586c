"""The loss of a training run as an SVG picture.

  python3 scripts/train/curves.py LOG > docs/seedling-curves.svg      (what train.py wrote to stderr)
"""
import re
import sys
from math import log
from typing import List, Tuple

WIDTH, HEIGHT, LEFT, BOTTOM = 760, 300, 48, 34
STEP = re.compile(r'step (\d+) .*? loss ([\d.]+) (1-bit|full) .* ([\d.]+) min')
TOP, FLOOR = 3.0, 0.02   # of the logarithmic loss axis

Point = Tuple[int, float, str, float]   # step, loss, precision, minutes


def read(path: str) -> List[Point]:
    with open(path) as f:
        found = [STEP.search(line) for line in f]
    return [(int(m.group(1)), float(m.group(2)), m.group(3), float(m.group(4))) for m in found if m]


def svg(points: List[Point]) -> str:
    last = points[-1][0]
    x = lambda step: LEFT + (WIDTH - LEFT - 10) * step / last
    y = lambda loss: 10 + (HEIGHT - BOTTOM - 10) * (log(TOP) - log(min(max(loss, FLOOR), TOP))) / (log(TOP) - log(FLOOR))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11" fill="#444">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for tick in (2, 1, .5, .2, .1, .05, .02):
        out.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - 10}" stroke="#ddd"/><text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for minutes in range(10, int(points[-1][3]) + 1, 10):
        step = next(s for s, _, _, m in points if m >= minutes)
        out.append(f'<path d="M{x(step):.1f} 10V{HEIGHT - BOTTOM}" stroke="#999" stroke-dasharray="3 3"/><text x="{x(step) + 4:.1f}" y="{HEIGHT - 18}">{minutes} min</text>')
    for kind, colour in (('full', '#c60'), ('1-bit', '#06c')):
        line = ' '.join(f'{x(s):.1f},{y(loss):.1f}' for s, loss, k, _ in points if k == kind)
        if line:
            out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.3"/>')
    out.append(f'<text x="{WIDTH - 12}" y="22" text-anchor="end">loss per answer token, {last} steps; <tspan fill="#c60">full precision</tspan>, <tspan fill="#06c">1-bit</tspan></text>')
    return '\n'.join(out + ['</svg>', ''])


if __name__ == '__main__':
    sys.stdout.write(svg(read(sys.argv[1])))
