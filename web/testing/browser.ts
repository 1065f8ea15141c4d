// A real Chromium, and what the tests ask of every page in it.

import type axe from 'axe-core'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['PLIMSOLL_CHROMIUM'] ?? '/usr/bin/chromium', args: flags })
}

export interface Watched {
  page: Page
  /** Every address that the page has asked for. */
  requests: string[]
  /** Errors of scripts, and what the content security policy refused. */
  errors: string[]
}

export async function openPage(
  browser: Browser,
  options: { width?: number; height?: number; scheme?: 'light' | 'dark' } = {},
): Promise<Watched> {
  const { width = 1440, height = 900, scheme = 'light' } = options
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' })
  // A machine that has other work to do opens a large report in more than the half minute that is usual.
  page.setDefaultTimeout(90_000)
  const watched: Watched = { page, requests: [], errors: [] }
  page.on('request', (request) => watched.requests.push(request.url()))
  page.on('pageerror', (error) => watched.errors.push(error.message))
  page.on('console', (message) => {
    // Answers such as 401 are the server's to give; everything else on the console is a mistake of ours.
    const answered = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !answered) watched.errors.push(message.text())
  })
  return watched
}

/**
 * Reads until it is as wanted: a value, what a text matches, or what a predicate holds for. An address, an answer and a key are
 * there before the page is painted anew, so whatever is read after one of them is read by this.
 */
export async function becomes<T extends string | number | boolean | null | undefined | string[]>(
  read: () => Promise<T>,
  wanted: T | RegExp | ((value: T) => boolean),
): Promise<void> {
  const end = Date.now() + 15_000
  for (;;) {
    try {
      const value = await read()
      if (wanted instanceof RegExp) assert.match(String(value), wanted)
      else if (typeof wanted === 'function')
        assert.ok(wanted(value), `${wanted} does not hold for ${JSON.stringify(value)}`)
      else assert.deepEqual(value, wanted)
      return
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || Date.now() > end) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

/** Everything came from the console's own server, and no script failed. */
export function assertQuiet({ requests, errors }: Watched, url: string): void {
  const foreign = requests.filter((address) => !address.startsWith(`${url}/`) && !address.startsWith('data:'))
  assert.deepEqual(foreign, [], 'nothing is loaded from another origin')
  assert.deepEqual(errors, [], 'no script failed, and the content security policy refused nothing')
}

const axeScript = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** Axe finds nothing serious or critical once what opens is open: on its way in, a drawer is pale. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axeScript)
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => {}))
  const violations = await page.evaluate(async () => {
    const { axe: loaded } = globalThis as unknown as { axe: typeof axe }
    // Every rule is asked. Of those that hold axe would name every element: that took most of its time.
    return (await loaded.run(document, { resultTypes: ['violations'] })).violations
  })
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const words = grave.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 4)
        .map((node) => node.html.slice(0, 200))
        .join('\n  ')}`,
  )
  assert.deepEqual(words, [], where)
}

/** No sideways scrolling of the page. */
export async function assertFits(page: Page, where: string): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(over, 0, `${where} is wider than the window`)
}
