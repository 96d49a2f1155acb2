/**
 * The whole console in a real browser over the real `ballast start` with a fixed seed: every page by mouse and by keyboard alone, the walks that an operator
 * takes (from an order to its tick, from a number to its entries), what it shows while the server is slow or gone, and how it comes back. One
 * server for all, in this order.
 */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { withoutChromium } from './ballast-process.ts'
import { World } from './console-world.ts'
import { accessibilityFlows } from './flows-accessibility.ts'
import { auditFlows } from './flows-audit.ts'
import { decisionFlows } from './flows-decisions.ts'
import { lineFlows } from './flows-line.ts'
import { navigationFlows } from './flows-navigation.ts'
import { tradingFlows } from './flows-trading.ts'

const skip = withoutChromium
const world = new World()

before(async () => {
  if (skip === false) await world.start()
})
after(() => world.stop())

navigationFlows(world, skip)
decisionFlows(world, skip)
auditFlows(world, skip)
tradingFlows(world, skip)
accessibilityFlows(world, skip)
lineFlows(world, skip)

test('no error was written to the console by any of these pages', { skip }, () => {
  assert.deepEqual(world.complaints, [])
})
