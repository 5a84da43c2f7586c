/** PNG in, an animated PNG out: of each frame only the rectangle that has changed since the one before. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, RGB, (height, width, 3). */
  readonly pixels: Uint8Array;
}

export interface Frame extends Bitmap {
  /** How long it is shown, milliseconds. */
  readonly ms: number;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Eight bits a channel, not interlaced, RGB or RGBA (whose alpha is dropped): what browsers write. */
export function decodePng(png: Buffer): Bitmap {
  let [width, height, channels] = [0, 0, 0];
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === 'IDAT') data.push(body);
    if (type !== 'IHDR') continue;
    [width, height, channels] = [body.readUInt32BE(0), body.readUInt32BE(4), body[9] === 6 ? 4 : 3];
    if (body[8] !== 8 || (body[9] !== 2 && body[9] !== 6) || body[12] !== 0) throw new Error('not such a PNG');
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const rows = new Uint8Array(height * stride);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const left = i < channels ? 0 : rows[y * stride + i - channels]!;
      const up = y === 0 ? 0 : rows[(y - 1) * stride + i]!;
      const corner = i < channels || y === 0 ? 0 : rows[(y - 1) * stride + i - channels]!;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      rows[y * stride + i] = raw[y * (stride + 1) + 1 + i]! + predicted;
    }
    for (let x = 0; x < width; x++) {
      pixels.set(rows.subarray(y * stride + x * channels, y * stride + x * channels + 3), (y * width + x) * 3);
    }
  }
  return { width, height, pixels };
}

/** Shown again and again. Frames are of one size. */
export function encodeApng(frames: readonly Frame[]): Buffer {
  const { width, height } = frames[0]!;
  const chunks = [
    chunk('IHDR', uint32(width, height), Buffer.from([8, 2, 0, 0, 0])),
    chunk('acTL', uint32(frames.length, 0)),
  ];
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    const part = i === 0 ? { x: 0, y: 0, width, height } : changed(frames[i - 1]!, frame);
    // Shown for ms/1000 s; what it covers is replaced, and stays.
    const timing = Buffer.from([...uint16(Math.min(frame.ms, 0xffff)), ...uint16(1000), 0, 0]);
    chunks.push(chunk('fcTL', uint32(sequence++, part.width, part.height, part.x, part.y), timing));
    const packed = deflateSync(filtered(frame, part), { level: 9 });
    chunks.push(i === 0 ? chunk('IDAT', packed) : chunk('fdAT', uint32(sequence++), packed));
  }
  return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND')]);
}

/** The smallest rectangle outside which the two are the same; one pixel where they are the same altogether. */
function changed(before: Bitmap, { width, height, pixels }: Bitmap): Rectangle {
  let [west, north, east, south] = [width, height, -1, -1];
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] === before.pixels[i]) continue;
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    [west, east] = [Math.min(west, x), Math.max(east, x)];
    [north, south] = [Math.min(north, y), Math.max(south, y)];
  }
  if (east < 0) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: west, y: north, width: east - west + 1, height: south - north + 1 };
}

/** Each row with the filter, none, sub or up, that leaves the smallest numbers (PNG, 12.7). */
function filtered({ width, pixels }: Bitmap, part: Rectangle): Buffer {
  const stride = part.width * 3;
  const row = (y: number): Uint8Array => {
    const start = ((part.y + y) * width + part.x) * 3;
    return pixels.subarray(start, start + stride);
  };
  const rows = Array.from({ length: part.height }, (_, y) => {
    const [own, above] = [row(y), y === 0 ? new Uint8Array(stride) : row(y - 1)];
    const options = [own, own.map((value, i) => value - (own[i - 3] ?? 0)), own.map((value, i) => value - above[i]!)];
    const sums = options.map((option) => option.reduce((sum, value) => sum + Math.min(value, 256 - value), 0));
    const best = sums.indexOf(Math.min(...sums));
    return Buffer.from([best, ...options[best]!]);
  });
  return Buffer.concat(rows);
}

function chunk(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...parts]);
  return Buffer.concat([uint32(body.length - 4), body, uint32(crc32(body))]);
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(left + up - corner - one)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

const uint16 = (value: number): readonly number[] => [value >> 8, value & 0xff];

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}
