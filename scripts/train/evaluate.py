"""Greedy decoding under the grammar, for many commands at once, and the scores of it."""
import re
from typing import Dict, List, Optional

import torch

from codec import Call, Codec
from grammar import Grammar
from model import Model
from score import score
from text_passes import run

BATCH = 64
WORDY = r'[^\W_]'   # letters and digits


@torch.no_grad()
def decode(model: Model, w: Dict[str, torch.Tensor], codec: Codec, passed: List[str]) -> List[Optional[List[Call]]]:
    """Plans for passed texts. No KV cache: the commands are short, and many run side by side."""
    w = {n: t.to(model.device) for n, t in w.items()}
    out: List[Optional[List[Call]]] = [None] * len(passed)
    prompts = [codec.prompt(t) for t in passed]
    order = sorted(range(len(passed)), key=lambda i: len(prompts[i].ids))
    for b in range(0, len(order), BATCH):
        live = [(i, list(prompts[i].ids), Grammar(codec, prompts[i])) for i in order[b:b + BATCH]]
        while live:
            longest = max(len(ids) for _, ids, _ in live)
            padded = torch.tensor([ids + [0] * (longest - len(ids)) for _, ids, _ in live])
            shortest = min(len(ids) for _, ids, _ in live)
            logits = model.logits(w, padded.to(model.device), longest - shortest + 1).cpu()
            rest = []
            for row, (i, ids, g) in enumerate(live):
                allowed = g.allowed()
                at = logits[row, len(ids) - shortest]
                token = allowed[int(at[allowed].argmax())]
                ids.append(token)
                if token == codec.end:
                    out[i] = codec.decode(ids[len(prompts[i].ids):])
                elif len(ids) < model.shape.context:
                    g.take(token)
                    rest.append((i, ids, g))
            live = rest
    return out


def original(raw: str, plan: Optional[List[Call]]) -> Optional[List[Call]]:
    """The plan with copied strings as the command had them before the text pass (what the runtime hands on)."""
    if plan is None:
        return None
    passed = run(raw)

    def words(v):
        if not isinstance(v, str) or v not in passed.text:
            return v
        whole = re.search(rf'(?<!{WORDY}){re.escape(v)}(?!{WORDY})', passed.text)
        at = whole.start() if whole else passed.text.find(v)
        return raw[passed.where[at][0]:passed.where[at + len(v) - 1][1]]
    return [{'action': c['action'], 'args': {k: v if k in ENUM else words(v) for k, v in c['args'].items()}} for c in plan]


ENUM = {'power', 'step', 'mode', 'state', 'op', 'mute', 'unit', 'direction', 'kind'}


def evaluate(model: Model, w: Dict[str, torch.Tensor], codec: Codec, rows: List[dict]) -> Dict[str, float]:
    """Scores on lines {text, expected}."""
    plans = decode(model, w, codec, [run(r['text']).text for r in rows])
    return score([r['expected'] for r in rows], [original(r['text'], p) for r, p in zip(rows, plans)])
