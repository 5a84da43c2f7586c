"""Writes and reads the GGUF file of the seedling (v3, little endian, alignment 32; tensor types F32 and Q1_0)."""
import struct
from typing import Any, BinaryIO, Dict, List, Tuple

import numpy as np

ALIGN = 32
F32, Q1_0 = 0, 41
GROUP, BLOCK = 128, 18   # weights and bytes per Q1_0 block: fp16 scale, 16 bytes of signs
U32, I32, FLOAT, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9


def pack_q1_0(w: np.ndarray) -> bytes:
    """(rows, row length) f32 -> blocks; scale = fp16(mean|w|), bit j = w[j] >= 0 (1: +d, 0: -d)."""
    assert w.shape[-1] % GROUP == 0, f'row length {w.shape[-1]} is no multiple of {GROUP}'
    g = w.astype(np.float32).reshape(-1, GROUP)
    d = np.abs(g).mean(1, dtype=np.float32).astype('<f2').view(np.uint8).reshape(-1, 2)
    return np.concatenate([d, np.packbits(g >= 0, axis=1, bitorder='little')], axis=1).tobytes()


def unpack_q1_0(data: bytes, shape: Tuple[int, int]) -> np.ndarray:
    b = np.frombuffer(data, np.uint8).reshape(-1, BLOCK)
    d = b[:, :2].copy().view('<f2').astype(np.float32)
    bits = np.unpackbits(b[:, 2:], axis=1, bitorder='little')
    return np.where(bits == 1, d, -d).astype(np.float32).reshape(shape)


def _string(s: str) -> bytes:
    b = s.encode()
    return struct.pack('<Q', len(b)) + b


def _value(v: Any, kind: int) -> bytes:
    if kind == STRING:
        return _string(v)
    return struct.pack({U32: '<I', I32: '<i', FLOAT: '<f', BOOL: '<?'}[kind], v)


def _entry(key: str, v: Any) -> bytes:
    """One metadata pair; the type follows from the Python type (int: uint32, list of int: int32)."""
    kind = {bool: BOOL, int: U32, float: FLOAT, str: STRING, list: ARRAY}[type(v)]
    if kind != ARRAY:
        return _string(key) + struct.pack('<I', kind) + _value(v, kind)
    item = STRING if isinstance(v[0], str) else I32
    return _string(key) + struct.pack('<IIQ', ARRAY, item, len(v)) + b''.join(_value(x, item) for x in v)


def write(path: str, metadata: Dict[str, Any], tensors: Dict[str, np.ndarray]) -> int:
    """Matrices become Q1_0, vectors F32. Returns the number of bytes."""
    head = [b'GGUF', struct.pack('<IQQ', 3, len(tensors), len(metadata))]
    head += [_entry(k, v) for k, v in metadata.items()]
    data, at = [], 0
    for name, w in tensors.items():
        raw = pack_q1_0(w) if w.ndim == 2 else w.astype('<f4').tobytes()
        dims = w.shape[::-1]   # GGUF: row length first
        head.append(_string(name) + struct.pack('<I', len(dims)) + struct.pack(f'<{len(dims)}Q', *dims)
                    + struct.pack('<IQ', Q1_0 if w.ndim == 2 else F32, at))
        data.append(raw + b'\0' * (-len(raw) % ALIGN))
        at += len(data[-1])
    first = b''.join(head)
    first += b'\0' * (-len(first) % ALIGN)
    with open(path, 'wb') as f:
        f.write(first + b''.join(data))
    return len(first) + at


class _Reader:
    def __init__(self, f: BinaryIO):
        self.f = f

    def take(self, fmt: str) -> Any:
        return struct.unpack('<' + fmt, self.f.read(struct.calcsize('<' + fmt)))[0]

    def string(self) -> str:
        return self.f.read(self.take('Q')).decode()

    def value(self, kind: int) -> Any:
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            item, n = self.take('I'), self.take('Q')
            return [self.value(item) for _ in range(n)]
        return self.take({U32: 'I', I32: 'i', FLOAT: 'f', BOOL: '?'}[kind])


def read(path: str) -> Tuple[Dict[str, Any], Dict[str, np.ndarray]]:
    """Metadata, and tensors with their values in f32."""
    with open(path, 'rb') as f:
        r = _Reader(f)
        assert f.read(4) == b'GGUF' and r.take('I') == 3, 'not a GGUF v3 file'
        n_tensors, n_meta = r.take('Q'), r.take('Q')
        metadata = {}
        for _ in range(n_meta):
            key = r.string()
            metadata[key] = r.value(r.take('I'))
        infos: List[tuple] = []
        for _ in range(n_tensors):
            name = r.string()
            dims = [r.take('Q') for _ in range(r.take('I'))]
            infos.append((name, dims[::-1], r.take('I'), r.take('Q')))
        base = f.tell() + -f.tell() % ALIGN
        tensors = {}
        for name, shape, kind, at in infos:
            n = int(np.prod(shape))
            f.seek(base + at)
            if kind == Q1_0:
                tensors[name] = unpack_q1_0(f.read(n // GROUP * BLOCK), tuple(shape))
            else:
                tensors[name] = np.frombuffer(f.read(n * 4), '<f4').copy()
    return metadata, tensors
