"""Scores of a seedling file on command files, and its predictions for other scorers.

  python3 scripts/train/measure.py GGUF [--checkpoint FILE] [--out DIR] FILE.jsonl ...     (needs torch)

Prints one JSON object: file name -> valid, action, strict. With --out it writes FILE.predicted.jsonl there; --wrong shows
what was missed; --checkpoint takes the weights from a trainer's checkpoint instead of the file (to look at a run).
"""
import argparse
import json
import os
import sys

from machine import prepare_blas


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('gguf')
    p.add_argument('files', nargs='+')
    p.add_argument('--checkpoint')
    p.add_argument('--out')
    p.add_argument('--wrong', type=int, default=0, help='show so many wrong lines of each file')
    a = p.parse_args()
    prepare_blas(1)
    import torch
    torch.set_num_threads(1)
    import gguf
    from codec import Codec
    from evaluate import decode, original
    from model import Model, Shape, effective
    from reference import tokenizer
    from score import same, score
    from text_passes import text_pass

    metadata, tensors = gguf.read(a.gguf)
    m = {k[len('qwen3.'):]: v for k, v in metadata.items() if k.startswith('qwen3.')}
    model = Model(Shape(m['vocab_size'], m['embedding_length'], m['block_count'], m['feed_forward_length'], m['attention.head_count'],
                        m['attention.head_count_kv'], m['attention.key_length'], m['rope.freq_base'], m['attention.layer_norm_rms_epsilon'], m['context_length']))
    if a.checkpoint:
        w = effective(torch.load(a.checkpoint, map_location='cpu')['master'], True)
    else:
        w = {n: torch.from_numpy(t) for n, t in tensors.items()}
        w['output_norm.weight'] = w['output_norm.weight'] * 40   # the model divides it again
    codec = Codec(tokenizer(metadata))
    out = {}
    for path in a.files:
        with open(path, encoding='utf-8') as f:
            rows = [json.loads(line) for line in f if line.strip()]
        plans = [original(r['text'], p) for r, p in zip(rows, decode(model, w, codec, [text_pass(r['text']) for r in rows]))]
        out[os.path.basename(path)] = score([r['expected'] for r in rows], plans)
        wrong = [(r, p) for r, p in zip(rows, plans) if not p or len(p) != len(r['expected']) or not all(same(x, y) for x, y in zip(r['expected'], p))]
        for r, p in wrong[:a.wrong]:
            print(f'{r["text"]}\n    want {json.dumps(r["expected"])}\n    got  {json.dumps(p)}', file=sys.stderr)
        if a.out:
            os.makedirs(a.out, exist_ok=True)
            with open(os.path.join(a.out, os.path.basename(path).replace('.jsonl', '.predicted.jsonl')), 'w') as f:
                f.writelines(json.dumps(p) + '\n' for p in plans)
    print(json.dumps(out, indent=1))


if __name__ == '__main__':
    main()
