/** The folder that forgets: what a power cut may leave of a replacement, step by step. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPrng } from '#base/prng.ts'
import { SimulatedFolder } from './simulated-folder.ts'

function folderWith(text: string, seed: number): SimulatedFolder {
  const folder = new SimulatedFolder(createPrng(seed))
  replace(folder, text, 5)
  return folder
}

/** The steps of a replacement, as many as asked for. */
function replace(folder: SimulatedFolder, text: string, steps: number): void {
  const all = [
    () => folder.create('a.tmp'),
    () => folder.write('a.tmp', Buffer.from(text)),
    () => folder.sync('a.tmp'),
    () => folder.rename('a.tmp', 'a'),
    () => folder.syncFolder(),
  ]
  for (const step of all.slice(0, steps)) step()
}

function textOf(folder: SimulatedFolder): string {
  return Buffer.from(folder.read('a') ?? new Uint8Array()).toString()
}

test('[F-P02] a power cut at any step of a replacement leaves the old content or the new, never half', () => {
  for (let steps = 0; steps <= 5; steps++) {
    const seen = new Set<string>()
    for (let seed = 1; seed <= 30; seed++) {
      const folder = folderWith('old content', seed)
      replace(folder, 'new content', steps)
      folder.crash()
      seen.add(textOf(folder))
    }
    const expected = steps < 4 ? ['old content'] : steps === 4 ? ['new content', 'old content'] : ['new content']
    assert.deepEqual([...seen].toSorted(), expected, `after ${steps} steps`)
  }
})

test('[F-P02] what was written and not synced is torn somewhere', () => {
  const lengths = new Set<number>()
  for (let seed = 1; seed <= 60; seed++) {
    const folder = new SimulatedFolder(createPrng(seed))
    folder.create('a')
    folder.write('a', Buffer.from('0123456789'))
    folder.syncFolder()
    folder.crash()
    lengths.add(textOf(folder).length)
  }
  assert.ok(lengths.size > 5 && Math.max(...lengths) <= 10)
})

test('[F-D05] a flipped bit is there until the folder is put back', () => {
  const folder = folderWith('old content', 1)
  const image = folder.image()
  folder.flipBit('a', 0, 0)
  assert.equal(textOf(folder), 'nld content')
  folder.restore(image)
  assert.equal(textOf(folder), 'old content')
})
