"""Qwen3 in PyTorch with 1-bit weights exactly as Q1_0 holds them (quantization-aware, straight-through).

Master weights are full precision. Before each step the 2-D ones are quantized into separate leaf tensors; gradients
of those leaves are handed to the masters unchanged, so the straight-through estimator costs no autograd graph.
Only the answer is trained: the last layer and the head run on the last `answer` positions of a batch, whose
sequences all have one length.
"""
import math
from typing import Dict, NamedTuple, Optional

import torch
import torch.nn.functional as F


class Shape(NamedTuple):
    vocab: int = 2048
    dim: int = 256
    layers: int = 4
    ffn: int = 512
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    rope_base: float = 1e5
    eps: float = 1e-6
    context: int = 512


EMBED = 40.0
"""Embedding multiplier: rows of the embedding are this much larger than the head wants them (undone by output_norm)."""
GROUP = 128   # weights per Q1_0 block


def matrix_shapes(s: Shape) -> Dict[str, tuple]:
    """GGUF tensor name -> (rows, row length) of every 1-bit matrix."""
    q, kv = s.heads * s.head_dim, s.kv_heads * s.head_dim
    out = {'token_embd.weight': (s.vocab, s.dim)}
    for n in range(s.layers):
        out.update({f'blk.{n}.attn_q.weight': (q, s.dim), f'blk.{n}.attn_k.weight': (kv, s.dim),
                    f'blk.{n}.attn_v.weight': (kv, s.dim), f'blk.{n}.attn_output.weight': (s.dim, q),
                    f'blk.{n}.ffn_gate.weight': (s.ffn, s.dim), f'blk.{n}.ffn_up.weight': (s.ffn, s.dim),
                    f'blk.{n}.ffn_down.weight': (s.dim, s.ffn)})
    return out


def norm_shapes(s: Shape) -> Dict[str, int]:
    """GGUF tensor name -> length of every f32 norm."""
    out = {'output_norm.weight': s.dim}
    for n in range(s.layers):
        out.update({f'blk.{n}.attn_norm.weight': s.dim, f'blk.{n}.ffn_norm.weight': s.dim,
                    f'blk.{n}.attn_q_norm.weight': s.head_dim, f'blk.{n}.attn_k_norm.weight': s.head_dim})
    return out


def initial(s: Shape, seed: int) -> Dict[str, torch.Tensor]:
    g = torch.Generator().manual_seed(seed)
    w = {}
    for name, (rows, cols) in matrix_shapes(s).items():
        std = 1 / EMBED if name == 'token_embd.weight' else 1 / math.sqrt(cols)
        if name.endswith(('attn_output.weight', 'ffn_down.weight')):
            std /= math.sqrt(2 * s.layers)
        w[name] = torch.randn(rows, cols, generator=g) * std
    for name, n in norm_shapes(s).items():
        w[name] = torch.ones(n)
    return w


def deepened(w: Dict[str, torch.Tensor], s: Shape) -> Dict[str, torch.Tensor]:
    """Master weights of a model of as many layers as `s` or fewer, with the layers that are missing put between: each like the one before it, but adding next to nothing."""
    layers = 1 + max(int(n.split('.')[1]) for n in w if n.startswith('blk.'))
    places = [round(n * (s.layers - 1) / max(layers - 1, 1)) for n in range(layers)]   # of the old layers among the new
    out = {name: v for name, v in w.items() if not name.startswith('blk.')}
    for n in range(s.layers):
        old = max(i for i, place in enumerate(places) if place <= n)
        for name, v in w.items():
            if name.startswith(f'blk.{old}.'):
                adds = name.endswith(('attn_output.weight', 'ffn_down.weight')) and n not in places
                out[name.replace(f'blk.{old}.', f'blk.{n}.')] = v * .01 if adds else v.clone()
    return out


def q1_0(w: torch.Tensor) -> torch.Tensor:
    """The values a Q1_0 tensor made of w holds: +-fp16(mean|w|) per 128, bit = w >= 0."""
    g = w.view(-1, GROUP)
    d = g.abs().mean(1, keepdim=True).half().float()
    return torch.where(g >= 0, d, -d).view_as(w)


def effective(master: Dict[str, torch.Tensor], one_bit: bool) -> Dict[str, torch.Tensor]:
    """Weights as the exported file holds them (embedding times EMBED); leaves that collect gradients."""
    out = {}
    with torch.no_grad():
        for name, w in master.items():
            e = w * EMBED if name == 'token_embd.weight' else w.clone()
            out[name] = (q1_0(e) if one_bit and e.dim() == 2 else e).requires_grad_()
    return out


def rms_norm(x: torch.Tensor, w: torch.Tensor, eps: float) -> torch.Tensor:
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * w


class Model:
    def __init__(self, shape: Shape, device: str = 'cpu'):
        """`device`: where the weights and tokens are that it is given."""
        self.shape, self.device = shape, device
        self.brief = False
        """Factors of matrix products in bfloat16, sums in f32: half again as fast in training where the processor has AVX512-BF16."""
        i = torch.arange(shape.head_dim // 2, dtype=torch.float32)
        angle = torch.arange(shape.context, dtype=torch.float32)[:, None] * shape.rope_base ** (-2 * i / shape.head_dim)
        self.cos, self.sin = angle.cos().to(device), angle.sin().to(device)   # (context, head_dim / 2)
        self.mask = torch.full((shape.context, shape.context), float('-inf')).triu(1).to(device)

    def linear(self, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return F.linear(x.bfloat16(), w.bfloat16()).float() if self.brief else F.linear(x, w)

    def rope(self, x: torch.Tensor, first: int) -> torch.Tensor:
        """NEOX rotation of x (batch, heads, length, head_dim) at positions first, first + 1, ..."""
        n, h = x.shape[2], self.shape.head_dim // 2
        c, s = self.cos[first:first + n], self.sin[first:first + n]
        a, b = x[..., :h], x[..., h:]
        return torch.cat([a * c - b * s, a * s + b * c], -1)

    def logits(self, w: Dict[str, torch.Tensor], ids: torch.Tensor, answer: Optional[int] = None) -> torch.Tensor:
        """ids (batch, length) -> logits (batch, answer, vocab) of the last `answer` positions (all by default)."""
        s = self.shape
        batch, length = ids.shape
        answer = length if answer is None else answer
        x = F.embedding(ids, w['token_embd.weight'])   # (batch, length, dim)
        for n in range(s.layers):
            p = f'blk.{n}.'
            first = length - answer if n == s.layers - 1 else 0
            h = rms_norm(x, w[p + 'attn_norm.weight'], s.eps)
            q = self.linear(h[:, first:], w[p + 'attn_q.weight']).view(batch, length - first, s.heads, s.head_dim)
            k = self.linear(h, w[p + 'attn_k.weight']).view(batch, length, s.kv_heads, s.head_dim)
            v = self.linear(h, w[p + 'attn_v.weight']).view(batch, length, s.kv_heads, s.head_dim).transpose(1, 2)
            q = self.rope(rms_norm(q, w[p + 'attn_q_norm.weight'], s.eps).transpose(1, 2), first)
            k = self.rope(rms_norm(k, w[p + 'attn_k_norm.weight'], s.eps).transpose(1, 2), 0)
            group = s.heads // s.kv_heads   # query head h reads kv head h // group
            k = k.repeat_interleave(group, 1)
            v = v.repeat_interleave(group, 1)
            a = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(s.head_dim) + self.mask[first:length, :length]
            a = torch.matmul(torch.softmax(a, -1), v).transpose(1, 2).reshape(batch, length - first, -1)
            x = x[:, first:] + self.linear(a, w[p + 'attn_output.weight'])
            h = rms_norm(x, w[p + 'ffn_norm.weight'], s.eps)
            u = F.silu(self.linear(h, w[p + 'ffn_gate.weight'])) * self.linear(h, w[p + 'ffn_up.weight'])
            x = x + self.linear(u, w[p + 'ffn_down.weight'])
        h = rms_norm(x, w['output_norm.weight'] / EMBED, s.eps)
        return self.linear(h, w['token_embd.weight'])


def exported(master: Dict[str, torch.Tensor]) -> Dict[str, torch.Tensor]:
    """The tensors of the GGUF file in f32: matrices to be packed as Q1_0, norms as they are."""
    with torch.no_grad():
        out = {n: (w * EMBED if n == 'token_embd.weight' else w.clone()) for n, w in master.items()}
        out['output_norm.weight'] = out['output_norm.weight'] / EMBED
    return out
