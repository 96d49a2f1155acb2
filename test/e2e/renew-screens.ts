/**
 * `node test/e2e/renew-screens.ts`: starts a server with a fixed seed, lets its market run until a cover was bought and renewed, keeps its answers, and takes
 * the pictures that `screens.test.ts` compares with. With `--pictures` the answers stay as they are and only the pictures are taken anew.
 */
import { mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { decisionsAnswer } from '#api/contract-decisions.ts'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { World } from './console-world.ts'
import { readFrozen, recordMarket, SCREENS, type Frozen } from './frozen-market.ts'
import { commitOutlines, type Outlines } from './outline.ts'
import { openPictureBrowser } from './picture-browser.ts'
import { commit, SCHEMES, shoot, SIZES } from './screens.ts'

const SPEED = 1_200
const WAIT_MAX_MS = 300_000

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function recorded(): Promise<Frozen> {
  const world = new World()
  try {
    await world.start({ scenario: 'crash', speed: SPEED })
    const end = Date.now() + WAIT_MAX_MS
    while ((await world.ask('/api/decisions?kind=renewal_completed', decisionsAnswer)).decisions.length === 0) {
      if (Date.now() > end) throw new Error(`no cover was renewed within ${WAIT_MAX_MS / 1_000} s; nothing was recorded`)
      await pause(2_000)
    }
    await fetch(`${world.url}/api/audit/verify`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    await pause(5_000)
    return await recordMarket(world)
  } finally {
    await world.stop()
  }
}

mkdirSync(SCREENS, { recursive: true })
await ensureWebBuilt({ log: say })
const frozen = process.argv.includes('--pictures') ? readFrozen() : await recorded()
say(`${Object.keys(frozen.answers).length} answers, recorded ${frozen.at}`)
const browser = await openPictureBrowser()
try {
  let bytes = 0
  const outlines: Record<string, Outlines[string]> = {}
  for (const size of SIZES) {
    for (const scheme of SCHEMES) {
      const { shots, complaints } = await shoot(browser, frozen, size, scheme)
      for (const complaint of complaints) say(complaint)
      for (const shot of shots) {
        bytes += commit(shot)
        outlines[shot.name] = shot.outline
      }
      say(`${size.width} ${scheme}: ${shots.length} pictures`)
    }
  }
  bytes += commitOutlines(outlines)
  say(`${Math.round(bytes / 1_024)} KB in all`)
} finally {
  await browser.close()
}
