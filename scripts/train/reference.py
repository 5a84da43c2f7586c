"""The exported file run in numpy as the runtime runs it: Q1_0 weights, activations rounded to int8 per 32 values.

  python3 scripts/train/reference.py [GGUF]                  writes test/golden/seedling-logits.json
  python3 scripts/train/reference.py GGUF "turn on the ..."  prints the plan of a command

Activations: d = max|x| / 127 in f32, q = round(x * (1 / d)) half to even, scale fp16(d). Norms, RoPE, softmax, SiLU and the KV
cache stay in f32; a runtime with an f16 cache or another order of summation differs in the third digit or so.
"""
import json
import os
import sys
from typing import Dict, List

import numpy as np

import gguf
from bpe import Tokenizer
from codec import Codec
from grammar import Grammar
from text_passes import text_pass

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDLING = os.path.join(HERE, '..', '..', 'src', 'seedling', 'seedling.gguf')
GOLDEN = os.path.join(HERE, '..', '..', 'test', 'golden', 'seedling-logits.json')
COMMANDS = ['Turn on the kitchen light', 'go forward two metres then turn left', 'Set the thermostat to 21 degrees.', 'how warm is the kitchen?',
            'go to the kitchen and bring me the red cup']


def tokenizer(metadata: dict) -> Tokenizer:
    tokens, kinds = metadata['tokenizer.ggml.tokens'], metadata['tokenizer.ggml.token_type']
    return Tokenizer([tuple(m.split(' ')) for m in metadata['tokenizer.ggml.merges']], [t for t, k in zip(tokens, kinds) if k == 3])


def int8(x: np.ndarray) -> np.ndarray:
    """x (..., n) as its int8 blocks of 32 stand for it."""
    b = x.astype(np.float32).reshape(-1, 32)
    d = np.abs(b).max(1, keepdims=True) / np.float32(127)
    inverse = np.where(d > 0, np.float32(1) / np.where(d > 0, d, 1), 0).astype(np.float32)
    return (np.rint(b * inverse) * d.astype(np.float16).astype(np.float32)).reshape(x.shape)


class Reference:
    def __init__(self, path: str, rounded: bool = True):
        self.metadata, self.w = gguf.read(path)
        self.m = {k[len('qwen3.'):]: v for k, v in self.metadata.items() if k.startswith('qwen3.')}
        self.tok = tokenizer(self.metadata)
        self.codec = Codec(self.tok)
        self.round = int8 if rounded else lambda x: x

    def norm(self, x: np.ndarray, w: np.ndarray) -> np.ndarray:
        mean = np.mean(x.astype(np.float64) ** 2, -1, keepdims=True)
        return (x / np.sqrt(mean + self.m['attention.layer_norm_rms_epsilon'])).astype(np.float32) * w

    def rope(self, x: np.ndarray) -> np.ndarray:
        """NEOX rotation of (length, heads, head_dim); the angle of a pair is the one before times theta_scale, in f32."""
        n, half = x.shape[0], x.shape[2] // 2
        scale = np.float32(self.m['rope.freq_base']) ** np.float32(-2 / x.shape[2])
        angle = np.empty((n, half), np.float32)
        angle[:, 0] = np.arange(n)
        for i in range(1, half):
            angle[:, i] = angle[:, i - 1] * scale
        c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
        a, b = x[..., :half], x[..., half:]
        return np.concatenate([a * c - b * s, a * s + b * c], -1)

    def logits(self, ids: List[int]) -> np.ndarray:
        """(length, vocab)."""
        m, w, n = self.m, self.w, len(ids)
        heads, kv, dim = m['attention.head_count'], m['attention.head_count_kv'], m['attention.key_length']
        x = w['token_embd.weight'][ids]
        mask = np.triu(np.full((n, n), -np.inf, np.float32), 1)
        for layer in range(m['block_count']):
            def t(name: str) -> np.ndarray:
                return w[f'blk.{layer}.{name}.weight']
            h = self.round(self.norm(x, t('attn_norm')))
            q = self.rope(self.norm((h @ t('attn_q').T).reshape(n, heads, dim), t('attn_q_norm')))
            k = self.rope(self.norm((h @ t('attn_k').T).reshape(n, kv, dim), t('attn_k_norm')))
            v = (h @ t('attn_v').T).reshape(n, kv, dim)
            out = np.empty((n, heads, dim), np.float32)
            for head in range(heads):
                g = head // (heads // kv)
                s = q[:, head] @ k[:, g].T / np.sqrt(np.float32(dim)) + mask
                e = np.exp(s - s.max(1, keepdims=True))
                out[:, head] = e / e.sum(1, keepdims=True) @ v[:, g]
            x = x + self.round(out.reshape(n, -1)) @ t('attn_output').T
            h = self.round(self.norm(x, t('ffn_norm')))
            g = h @ t('ffn_gate').T
            x = x + self.round(g / (1 + np.exp(-g)) * (h @ t('ffn_up').T)) @ t('ffn_down').T
        return self.round(self.norm(x, w['output_norm.weight'])) @ w['token_embd.weight'].T

    def answer(self, command: str) -> List[int]:
        """Greedy answer under the grammar, <|end|> included."""
        prompt = self.codec.prompt(text_pass(command))
        g, ids = Grammar(self.codec, prompt), list(prompt.ids)
        while True:
            allowed = g.allowed()
            ids.append(allowed[int(self.logits(ids)[-1][allowed].argmax())])
            if ids[-1] == self.codec.end:
                return ids[len(prompt.ids):]
            g.take(ids[-1])


def golden(r: Reference, command: str) -> Dict:
    ids = r.codec.prompt(text_pass(command)).ids
    last = r.logits(ids)[-1]
    top = np.argsort(-last, kind='stable')[:5]
    answer = r.answer(command)
    return {'command': command, 'ids': ids, 'top': [[int(i), round(float(last[i]), 4)] for i in top], 'answer': answer, 'plan': r.codec.decode(answer)}


def main(args: List[str]) -> None:
    r = Reference(args[0] if args else SEEDLING)
    if len(args) > 1:
        for command in args[1:]:
            print(json.dumps(r.codec.decode(r.answer(command))))
        return
    with open(GOLDEN, 'w') as f:
        f.write('[\n' + ',\n'.join(json.dumps(golden(r, c)) for c in COMMANDS) + '\n]\n')
    print(f'{len(COMMANDS)} prompts -> {os.path.basename(GOLDEN)}')


if __name__ == '__main__':
    main(sys.argv[1:])
