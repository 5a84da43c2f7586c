"""Trained weights + tokenizer -> the GGUF file the runtime ships."""
from typing import Dict

import torch

import gguf
from bpe import Tokenizer
from model import Model, Shape, exported, matrix_shapes, norm_shapes
from schema import CHAT_TEMPLATE, END

VERSION = 'v4'   # of the seedling that this trainer makes
NORMAL, CONTROL = 1, 3   # tokenizer.ggml.token_type


def metadata(s: Shape, tok: Tokenizer, version: str) -> dict:
    q = 'qwen3.'
    return {
        'general.architecture': 'qwen3',
        'general.name': 'seedling',
        'general.version': version,
        'general.author': 'The tokonoma authors',
        'general.description': 'Embedded 1-bit command model of tokonoma: home and robot commands in English to plans.',
        'general.license': 'Apache-2.0',
        q + 'block_count': s.layers,
        q + 'embedding_length': s.dim,
        q + 'feed_forward_length': s.ffn,
        q + 'attention.head_count': s.heads,
        q + 'attention.head_count_kv': s.kv_heads,
        q + 'attention.key_length': s.head_dim,
        q + 'attention.value_length': s.head_dim,
        q + 'attention.layer_norm_rms_epsilon': s.eps,
        q + 'rope.freq_base': s.rope_base,
        q + 'context_length': s.context,
        q + 'vocab_size': s.vocab,
        'tokenizer.ggml.model': 'gpt2',
        'tokenizer.ggml.pre': 'qwen2',
        'tokenizer.ggml.tokens': tok.tokens,
        'tokenizer.ggml.token_type': [NORMAL] * tok.first_control + [CONTROL] * (len(tok.tokens) - tok.first_control),
        'tokenizer.ggml.merges': [f'{a} {b}' for a, b in tok.merges],
        'tokenizer.ggml.eos_token_id': tok.id[END],
        'tokenizer.ggml.add_bos_token': False,
        'tokenizer.chat_template': CHAT_TEMPLATE,
        'tokonoma.plan_format': 'tags',
        'tokonoma.text_passes': 1,
    }


def export(path: str, model: Model, master: Dict[str, torch.Tensor], tok: Tokenizer, version: str = VERSION) -> int:
    """Writes the file; returns its size in bytes."""
    w = exported(master)
    names = list(matrix_shapes(model.shape)) + list(norm_shapes(model.shape))
    return gguf.write(path, metadata(model.shape, tok, version), {n: w[n].cpu().numpy() for n in names})
