"""What the machine has: a GPU or not, what the processor can do, and whether its matrix products are as fast as they should be."""
import os
import time
from typing import Set


def cpu_flags() -> Set[str]:
    try:
        with open('/proc/cpuinfo') as f:
            return set(next((line for line in f if line.startswith('flags')), '').split())
    except OSError:
        return set()


def prepare_blas(threads: int) -> None:
    """Before torch is loaded: OpenBLAS of Debian takes new Xeons for a Prescott (5 times slower), so name the kernel for it."""
    os.environ.setdefault('OMP_NUM_THREADS', str(threads))
    flags = cpu_flags()
    if 'avx512vl' in flags:
        os.environ.setdefault('OPENBLAS_CORETYPE', 'SkylakeX')
    elif 'avx2' in flags:
        os.environ.setdefault('OPENBLAS_CORETYPE', 'Haswell')


def device(torch) -> str:
    """Where to train: on the GPU, where there is one that this torch can use."""
    return 'cuda' if torch.cuda.is_available() else 'cpu'


SLOW = 10   # GFLOP/s; Debian's reference BLAS makes about 1 of a core, OpenBLAS 50 to 150


def gigaflops(torch) -> float:
    """Of a matrix product as the model has them, the best of three."""
    a, b, least = torch.ones(256, 256), torch.ones(256, 256), float('inf')
    for _ in range(3):
        start = time.perf_counter()
        torch.mm(a, b)
        least = min(least, time.perf_counter() - start)
    return 2 * 256 ** 3 / least / 1e9
