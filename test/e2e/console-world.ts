/** What the flows share: one server with a fixed seed, one browser, pages that keep what they complained about, and questions to the server itself. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { z } from 'zod'
import { CONSOLE_PAGES } from '#api/contract-console.ts'
import { ensureWebBuilt } from '#cli/build-web.mjs'
import { ROOT } from '../source-tree.ts'
import { openBrowser, startBallast, type Market, type Running } from './ballast-process.ts'
import * as inPage from './in-page.ts'

export const PICTURES = join(ROOT, 'out/e2e')
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** Generous: a busy machine is no failure. */
export const PATIENCE = { timeout: 60_000 }

export interface Screen {
  readonly width: number
  readonly height: number
  readonly scheme?: 'light' | 'dark'
}

export class World {
  readonly complaints: string[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'ballast-console-'))
  #ballast: Running | undefined
  #browser: Browser | undefined

  async start(market?: Market): Promise<void> {
    mkdirSync(PICTURES, { recursive: true })
    assert.ok(await ensureWebBuilt({ log: (line) => process.stderr.write(`${line}\n`) }), 'the page builds')
    this.#ballast = await startBallast(this.#folder, 0, market)
    this.#browser = await openBrowser()
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
    this.#ballast?.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get url(): string {
    return this.#running.url
  }

  get #running(): Running {
    assert(this.#ballast !== undefined, 'the server was started')
    return this.#ballast
  }

  /** Stops as Ctrl-C does and starts again on the same port, from the same journal. */
  async restart(whileGone: () => Promise<void>): Promise<void> {
    const { port } = this.#running
    assert.equal((await this.#running.interrupt()).code, 0)
    await whileGone()
    this.#ballast = await startBallast(this.#folder, port)
  }

  /** A page at a path; closed by whoever opened it. */
  async open(path: string, { width, height, scheme = 'light' }: Screen = { width: 1440, height: 900 }): Promise<Page> {
    const page = await this.blank({ width, height, scheme })
    await page.goto(this.url + path)
    return page
  }

  async blank({ width, height, scheme = 'light' }: Screen = { width: 1440, height: 900 }): Promise<Page> {
    assert(this.#browser !== undefined, 'the browser was started')
    const page = await this.#browser.newPage({ viewport: { width, height }, colorScheme: scheme })
    page.on('pageerror', (error) => void this.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource')) this.complaints.push(message.text())
    })
    return page
  }

  /** The server's own answer, checked by its contract. */
  async ask<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(this.url + path)
    assert.equal(response.status, 200, path)
    return schema.parse(await response.json())
  }
}

/** Every page there is; a page that is added is tested without a word here. */
export const PAGES = CONSOLE_PAGES

/** Nothing is on its way any more: every panel shows an answer, says it has none, or failed. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(inPage.isSettled, undefined, PATIENCE)
}

export async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'))
  return page.evaluate(inPage.violations)
}

export function untilShown(page: Page, name: string, pattern: string): Promise<unknown> {
  return page.waitForFunction(inPage.isShown, [name, pattern] as const, PATIENCE)
}
