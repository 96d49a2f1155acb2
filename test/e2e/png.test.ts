/** The pictures' own format: what is written is read again, and every filter is undone. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { crc32, deflateSync } from 'node:zlib'
import { readPng, writePng, type Picture } from './png.ts'

function picture(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Picture {
  const pixels = Array.from({ length: width * height }, (_, i) => colour(i % width, Math.floor(i / width)))
  return { width, height, rgb: Uint8Array.from(pixels.flat()) }
}
const STRIPES = picture(7, 5, (x, y) => [x * 32, y * 48, (x + y) * 16])

test('a picture of few colours is read as it was written', () => {
  assert.deepEqual(readPng(writePng(STRIPES)), STRIPES)
})

test('of more colours than a palette holds the commonest stay exact, the others take the nearest', () => {
  const many = picture(64, 64, (x, y) => (y < 32 ? [250, 250, 248] : [x * 4, y * 4, 128]))
  const { rgb } = readPng(writePng(many))
  assert.deepEqual(rgb.subarray(0, 32 * 64 * 3), many.rgb.subarray(0, 32 * 64 * 3))
  assert.ok(many.rgb.every((value, i) => Math.abs(value - (rgb[i] ?? 0)) <= 128))
  assert.equal(new Set(Array.from({ length: 64 * 64 }, (_, i) => rgb.subarray(i * 3, i * 3 + 3).join(' '))).size, 256)
})

test('all five filters are undone', () => {
  const rows = [
    [0, 10, 20, 30, 40, 50, 60],
    [1, 1, 2, 3, 4, 5, 6],
    [2, 1, 1, 1, 1, 1, 1],
    [3, 9, 9, 9, 9, 9, 9],
    [4, 7, 7, 7, 7, 7, 7],
  ]
  const { rgb } = readPng(png(2, 5, rows))
  const text = [...rgb].join(' ')
  const expected = [
    [10, 20, 30, 40, 50, 60],
    [1, 2, 3, 5, 7, 9],
    [2, 3, 4, 6, 8, 10],
    [10, 10, 11, 17, 18, 19], // 9 + floor((left + up) / 2)
    [17, 17, 18, 24, 25, 26], // 7 + Paeth of left, up and corner
  ]
  assert.equal(text, expected.flat().join(' '))
})

/** RGB of 8 bits from filtered rows. */
function png(width: number, height: number, rows: readonly (readonly number[])[]): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const chunks = [
    ['IHDR', head],
    ['IDAT', deflateSync(Buffer.from(rows.flat()))],
    ['IEND', Buffer.alloc(0)],
  ] as const
  const parts = chunks.map(([type, data]) => {
    const named = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(named))
    return Buffer.concat([length, named, sum])
  })
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts])
}
