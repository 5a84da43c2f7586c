/**
 * The published Bonsai files: where each is, and the hash that says it is the right one. Sizes and hashes are those of
 * the files on huggingface.co/prism-ml (2026-11); a file that is not listed is pulled as `hf:owner/repo/file.gguf`.
 */

/** What a model of a size needs, whatever its packing. */
interface Shape {
  /** Weights of all matrices. */
  readonly parameters: number;
  /** Norm weights, f32. */
  readonly normBytes: number;
  /** Keys and values of one position, f16. */
  readonly kvBytesPerToken: number;
}

export interface CatalogFile {
  /** What users call it: `bonsai-1.7b`. */
  readonly name: string;
  readonly title: string;
  /** `owner/name` on the hub. */
  readonly repo: string;
  /** Commit that is known to hold the file; without one it is looked for on `main`. */
  readonly revision?: string;
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes of the weights in memory. */
  readonly weightBytes: number;
  readonly kvBytesPerToken: number;
  /** Other uploads that are the same model: recognized, never pulled. */
  readonly others: readonly OtherUpload[];
}

export interface OtherUpload {
  readonly file: string;
  readonly bytes?: number;
  readonly sha256: string;
}

/** Models of the same makers that this runtime cannot run. */
export interface UnsupportedFile {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Why not, and what to take instead. */
  readonly reason: string;
}

const SHAPES = {
  '1.7B': { parameters: 1_719_904_256, normBytes: 495_616, kvBytesPerToken: 114_688 },
  '4B': { parameters: 4_021_588_480, normBytes: 784_384, kvBytesPerToken: 147_456 },
  '8B': { parameters: 8_188_239_872, normBytes: 1_232_896, kvBytesPerToken: 147_456 },
} as const satisfies Record<string, Shape>;

/** Bytes per 128 weights. */
const Q1_0 = 18;
const PQ2_0 = 34;

type Published = Omit<CatalogFile, 'name' | 'title' | 'repo' | 'weightBytes' | 'kvBytesPerToken' | 'others'> & {
  readonly others?: readonly OtherUpload[];
};

function bonsai(size: keyof typeof SHAPES, published: Published): CatalogFile {
  return entry(`bonsai-${size.toLowerCase()}`, `Bonsai ${size}`, `prism-ml/Bonsai-${size}-gguf`, size, Q1_0, published);
}

function ternary(size: keyof typeof SHAPES, published: Published): CatalogFile {
  const repo = `prism-ml/Ternary-Bonsai-${size}-gguf`;
  return entry(`ternary-${size.toLowerCase()}`, `Ternary Bonsai ${size}`, repo, size, PQ2_0, published);
}

function entry(
  name: string,
  title: string,
  repo: string,
  size: keyof typeof SHAPES,
  groupBytes: number,
  published: Published,
): CatalogFile {
  const { parameters, normBytes, kvBytesPerToken } = SHAPES[size];
  const weightBytes = (parameters / 128) * groupBytes + normBytes;
  return { name, title, repo, weightBytes, kvBytesPerToken, others: [], ...published };
}

/** What `tokonoma pull NAME` knows, smallest first. */
export const CATALOG: readonly CatalogFile[] = [
  bonsai('1.7B', {
    revision: '210a9e99f79cb184909d49595906526eb2b3dd9a',
    file: 'Bonsai-1.7B-Q1_0.gguf',
    bytes: 248_302_272,
    sha256: '3d7c6c90dd98717a203adb22d5eacd2581850e40aa5327e144b97766cae5f7e3',
    others: [
      {
        file: 'Bonsai-1.7B.gguf',
        bytes: 248_302_272,
        sha256: '0ae245fc08236af7cb64caff164937e53a8d54af611b0f398cc992c0a5ba70c4',
      },
    ],
  }),
  ternary('1.7B', {
    file: 'Ternary-Bonsai-1.7B-PQ2_0.gguf',
    bytes: 463_290_464,
    sha256: 'de68ba48a8dacb21979915991e7741b917869d71410a370df951c0c3a237ae50',
  }),
  bonsai('4B', {
    revision: '78f2c2bacd0904ffaba24b4873ed975e5818354a',
    file: 'Bonsai-4B-Q1_0.gguf',
    bytes: 572_270_624,
    sha256: '4524b3f997f0f06444e568d1f26e2efd69effa3218c7ad3047432fb171e42168',
  }),
  ternary('4B', {
    file: 'Ternary-Bonsai-4B-PQ2_0.gguf',
    bytes: 1_074_969_344,
    sha256: '829abec7eb92f5bf464762be7c9e8a45d777c714543a1474fc90cee20e698beb',
    others: [
      {
        file: 'Ternary-Bonsai-4B-Q2_0.gguf', // type 42 with groups of 128
        bytes: 1_074_969_344,
        sha256: '4e0bf8b737b0431552f8c2c97695ab7c0cb214c94bcdeb4f5f267e67ddf28b8b',
      },
    ],
  }),
  bonsai('8B', {
    revision: '48516770dd04643643e9f9019a2a349cf26c5dbd',
    file: 'Bonsai-8B-Q1_0.gguf',
    bytes: 1_158_654_496,
    sha256: '284a335aa3fb2ced3b1b01fcb40b08aa783e3b70832767f0dd2e3fdfa134bd54',
  }),
  // The hash of its PQ2_0 is not known. The early Q2_0 has the same blocks, and 6 % fewer bytes than the Q2_0_g64.
  ternary('8B', {
    file: 'Ternary-Bonsai-8B-Q2_0.gguf',
    bytes: 2_182_184_672,
    sha256: '3c8d70470a5d97e5a2b9410ddd899cb740116591462626c60cb2fead6448f60b',
    others: [
      {
        file: 'Ternary-Bonsai-8B-Q2_0_g64.gguf',
        sha256: 'e17b298d84ee78797916ae5c2ecc8211469cc65cccfe3080cd9a9bb503fbc55e',
      },
    ],
  }),
];

const QWEN35 = 'it is of the architecture qwen35 (hybrid attention, vision, thinking), which does not run here';

export const UNSUPPORTED: readonly UnsupportedFile[] = [
  {
    name: 'bonsai-27b',
    file: 'Bonsai-27B-Q1_0.gguf',
    bytes: 3_803_452_480,
    sha256: '17ef842e47450caeb8eaa3ebfbbab5d2f2278b62b79be107985fb69a2f819aa0',
    reason: `${QWEN35}; take bonsai-8b`,
  },
  {
    name: 'ternary-27b',
    file: 'Ternary-Bonsai-27B-Q2_0.gguf',
    bytes: 7_165_121_600,
    sha256: '868c11714cf8fe47f5ec9eeb2be0ab1a337112886f92ee0ede6b855c4fa31757',
    reason: `${QWEN35}; take ternary-8b`,
  },
];

export interface Recognized {
  /** Entry of the catalog, or a model that does not run. */
  readonly model: CatalogFile | UnsupportedFile;
  readonly file: string;
  readonly sha256: string;
  /** The file that `pull` fetches. */
  readonly current: boolean;
}

/** Names may be written in any case. */
export function findByName(name: string, catalog: readonly CatalogFile[] = CATALOG): CatalogFile | undefined {
  return catalog.find((known) => known.name === name.toLowerCase());
}

/** Which published file has this hash. */
export function recognize(sha256: string, catalog: readonly CatalogFile[] = CATALOG): Recognized | undefined {
  for (const model of catalog) {
    for (const upload of [model, ...model.others]) {
      if (upload.sha256 === sha256) return { model, file: upload.file, sha256, current: upload === model };
    }
  }
  const model = UNSUPPORTED.find((known) => known.sha256 === sha256);
  return model && { model, file: model.file, sha256, current: false };
}

/** The hash that a file of this name and size ought to have; undefined where nothing is known of it. */
export function expectedHash(
  file: string,
  bytes: number,
  catalog: readonly CatalogFile[] = CATALOG,
): string | undefined {
  const uploads = [...catalog.flatMap((model) => [model, ...model.others]), ...UNSUPPORTED];
  return uploads.find((upload) => upload.file === file && upload.bytes === bytes)?.sha256;
}
