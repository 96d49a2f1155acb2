/**
 * Pictures as pixels, with nothing but zlib: reads what Chromium writes (8 bits, RGB, RGBA or palette, not interlaced; PNG, ISO/IEC 15948), writes a palette
 * of at most 256 colours, which a console of few colours fits into at a fraction of the bytes.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { assert } from '#base/assert.ts'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel, row by row. */
  readonly rgb: Uint8Array
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 }
const COLOURS_MAX = 256

export function readPng(bytes: Uint8Array): Picture {
  const chunks = chunksOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  const head = chunks.find(({ type }) => type === 'IHDR')?.data
  assert(head !== undefined && head[8] === 8 && head[12] === 0, 'a PNG of 8 bits, not interlaced')
  const [width, height, colour] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] ?? 0]
  const channels = CHANNELS[colour]
  assert(channels !== undefined, `colour type ${colour} is read`)
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  const raw = unfiltered(inflateSync(packed), { stride: width * channels, height, channels })
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [source, from] = palette === undefined ? [raw, pixel * channels] : [palette, (raw[pixel] as number) * 3]
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = source[from + channel] as number
  }
  return { width, height, rgb }
}

/** The 256 commonest colours as they are; the few pixels of any other take the nearest of them. */
export function writePng({ width, height, rgb }: Picture): Buffer {
  const counts = new Map<number, number>()
  const colours = Uint32Array.from({ length: width * height }, (_, pixel) => colourAt(rgb, pixel * 3))
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  const palette = [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, COLOURS_MAX)
    .map(([colour]) => colour)
  const places = new Map(palette.map((colour, place) => [colour, place]))
  const rows = new Uint8Array(height * (width + 1))
  for (const [pixel, colour] of colours.entries()) {
    rows[pixel + Math.floor(pixel / width) + 1] = places.getOrInsertComputed(colour, () => nearest(palette, colour))
  }
  return encoded({ width, height }, palette, rows)
}

function colourAt(rgb: Uint8Array, at: number): number {
  return ((rgb[at] as number) << 16) | ((rgb[at + 1] as number) << 8) | (rgb[at + 2] as number)
}

function nearest(palette: readonly number[], colour: number): number {
  const off = (other: number, shift: number): number => Math.abs(((other >> shift) & 255) - ((colour >> shift) & 255))
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  for (const [place, other] of palette.entries()) {
    const distanceTo = off(other, 16) + off(other, 8) + off(other, 0)
    if (distanceTo < least) [best, least] = [place, distanceTo]
  }
  return best
}

interface Chunk {
  readonly type: string
  readonly data: Buffer
}

function chunksOf(bytes: Buffer): Chunk[] {
  assert(bytes.subarray(0, 8).equals(SIGNATURE), 'a PNG begins with its signature')
  const chunks: Chunk[] = []
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

interface Layout {
  readonly stride: number
  readonly height: number
  readonly channels: number
}

/** Undoes the five filters, each from the bytes to the left, above, and above to the left. */
function unfiltered(packed: Buffer, { stride, height, channels }: Layout): Uint8Array {
  const raw = new Uint8Array(stride * height)
  for (let row = 0; row < height; row++) {
    const filter = packed[row * (stride + 1)] as number
    for (let i = 0; i < stride; i++) {
      const at = row * stride + i
      const left = i < channels ? 0 : (raw[at - channels] as number)
      const up = row === 0 ? 0 : (raw[at - stride] as number)
      const corner = row === 0 || i < channels ? 0 : (raw[at - stride - channels] as number)
      raw[at] = (packed[row * (stride + 1) + 1 + i] as number) + predicted(filter, left, up, corner)
    }
  }
  return raw
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const guess = left + up - corner
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

function encoded(size: Pick<Picture, 'width' | 'height'>, palette: readonly number[], rows: Uint8Array): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size.width, 0)
  head.writeUInt32BE(size.height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  const chunks = [
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([SIGNATURE, ...chunks])
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length)
  whole.writeUInt32BE(data.length, 0)
  whole.write(type, 4, 'latin1')
  data.copy(whole, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length)
  return whole
}
