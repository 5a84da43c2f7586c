"""The training loop: full-precision warm-up, a hard switch to 1-bit, AdamW, cosine, averages of the weights; checkpoints to go on from."""
import os
import time
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F

from batches import IGNORE, Batch, Example, batches
from model import Model, effective, initial

Weights = Dict[str, torch.Tensor]


class Plan(NamedTuple):
    steps: Optional[int]          # either steps ...
    minutes: Optional[float]      # ... or minutes (not reproducible)
    seed: int = 1
    tokens: int = 2048            # per batch
    peak: float = 2e-3            # learning rate
    warmup: float = 0.02          # share of the run in which the rate rises
    full: float = 0.18            # share of the run in full precision
    decay: float = 0.05
    clip: float = 1.0
    checkpoint: str = ''
    every: int = 500              # steps between checkpoints
    brief: float = 0.0            # share of the run in which matrix products have bfloat16 factors
    averages: Tuple[float, ...] = ()   # for each a moving average of the weights, over that share of the steps so far


class Trained(NamedTuple):
    master: Weights
    averages: Dict[str, Weights]   # by name


AVERAGED_EVERY = 10   # steps


def rate(p: Plan, progress: float) -> float:
    if progress < p.warmup:
        return p.peak * (progress / p.warmup + 1e-3)
    x = (progress - p.warmup) / (1 - p.warmup)
    return p.peak * (0.01 + 0.99 * 0.5 * (1 + float(torch.cos(torch.tensor(min(x, 1.0) * 3.14159265)))))


def train(model: Model, pools: Dict[str, List[Example]], weights: Dict[str, float], p: Plan, resume: bool,
          log: Callable[[str], None], start_from: Optional[Weights] = None, teacher: Optional[Weights] = None) -> Trained:
    """Trains on the model's device. Begins with random master weights or with `start_from`. With a teacher, in full precision and of the same shape, half of the loss is the distance from its answers."""
    master = {n: w.to(model.device, copy=True) for n, w in (start_from or initial(model.shape, p.seed)).items()}
    optimizer = torch.optim.AdamW([{'params': [w for w in master.values() if w.dim() == 2], 'weight_decay': p.decay},
                                   {'params': [w for w in master.values() if w.dim() == 1], 'weight_decay': 0.0}],
                                  lr=p.peak, betas=(0.9, 0.98), foreach=True)
    taught = effective({n: w.to(model.device) for n, w in teacher.items()}, False) if teacher else None
    averages: Dict[str, Weights] = {}
    step, place, before = 0, (0, 0), 0.0
    if resume and os.path.exists(p.checkpoint):
        c = torch.load(p.checkpoint, map_location='cpu')
        for n, w in c['master'].items():
            master[n].copy_(w)
        optimizer.load_state_dict(c['optimizer'])
        step, place, before = c['step'], tuple(c['place']), c['seconds']
        averages = {name: {n: w.to(model.device) for n, w in each.items()} for name, each in c['averages'].items()}
        log(f'resumed at step {step}')
    start, seen, loss_sum, since = time.time(), 0, 0.0, 0
    for place, batch in batches(pools, weights, p.seed, p.tokens, place):
        seconds = before + time.time() - start
        progress = step / p.steps if p.steps else seconds / (p.minutes * 60)
        if progress >= 1:
            break
        one_bit = progress >= p.full
        model.brief = progress < p.brief
        batch = Batch(batch.ids.to(model.device), batch.labels.to(model.device))
        w = effective(master, one_bit)
        logits = model.logits(w, batch.ids, batch.labels.shape[1])
        loss = F.cross_entropy(logits.flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORE)
        if taught:
            loss = (loss + distance(logits, model, taught, batch)) / 2
        loss.backward()
        grads = []
        for name, m in master.items():
            m.grad = w[name].grad * 40 if name == 'token_embd.weight' else w[name].grad   # straight through
            grads.append(m.grad)
        norm = float(torch.stack([g.pow(2).sum() for g in grads]).sum().sqrt())
        if norm > p.clip:
            torch._foreach_mul_(grads, p.clip / norm)
        for group in optimizer.param_groups:
            group['lr'] = rate(p, progress)
        optimizer.step()
        step, seen, since, loss_sum = step + 1, seen + batch.ids.numel(), since + 1, loss_sum + float(loss)
        if step % AVERAGED_EVERY == 0:
            for share in p.averages:
                average(averages, f'average of {share:.0%}', master, AVERAGED_EVERY / (share * step))
        if step % 100 == 0:
            log(f'step {step} {100 * progress:.1f}% loss {loss_sum / since:.4f} {"1-bit" if one_bit else "full"} '
                f'{seen / (time.time() - start):.0f} tokens/s {seconds / 60:.1f} min')
            loss_sum, since = 0.0, 0
        if p.checkpoint and step % p.every == 0:
            save(p.checkpoint, master, averages, optimizer, step, place, seconds)
    if p.checkpoint:
        save(p.checkpoint, master, averages, optimizer, step, place, before + time.time() - start)
    model.brief = False
    return Trained(master, averages)


def distance(logits: torch.Tensor, model: Model, teacher: Weights, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy of the logits (batch, answer, vocabulary) to those of a teacher's effective weights, where something is to be learned."""
    with torch.no_grad():
        wanted = model.logits(teacher, batch.ids, batch.labels.shape[1]).softmax(-1)
    each = -(wanted * logits.log_softmax(-1)).sum(-1)
    return each[batch.labels != IGNORE].mean()


def settled(checkpoint: Optional[str]) -> Optional[Weights]:
    """Weights of a checkpoint: their shortest average, which has the least noise in it and is not behind."""
    if not checkpoint:
        return None
    c = torch.load(checkpoint, map_location='cpu')
    return next(iter(c['averages'].values()), c['master'])


def average(averages: Dict[str, Weights], name: str, master: Weights, part: float) -> None:
    """Moves an average by `part` of the way towards the weights as they are."""
    if name not in averages:
        averages[name] = {n: w.clone() for n, w in master.items()}
    for n, w in averages[name].items():
        w.lerp_(master[n], min(part, 1.0))


def save(path: str, master: Weights, averages: Dict[str, Weights], optimizer, step: int, place, seconds: float) -> None:
    torch.save({'master': master, 'averages': averages, 'optimizer': optimizer.state_dict(), 'step': step, 'place': place, 'seconds': seconds}, path + '.new')
    os.replace(path + '.new', path)
