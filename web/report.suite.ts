// The report in one file (`plimsoll scan --format html`) in a real Chromium, opened from the disk as people open it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import type { Result } from '../src/model/result.ts'
import { html } from '../src/report/html.ts'
import { big, decided, empty, hostile, layered, narrowed, unknownSystem } from '../src/report/testing.ts'
import { withoutPrograms } from '../src/testing/shared.ts'
import { assertAccessible, assertFits, becomes, launch, openPage } from './testing/browser.ts'

const whole: Result = { ...layered, findings: [...layered.findings, ...decided.findings], rebase: decided.rebase! }
const large: Result = { ...layered, packages: big().packages, findings: big().findings.slice(0, 5000) }
const results = { whole, empty, unknownSystem, narrowed, hostile, large }

describe('the report in one file', { skip: withoutPrograms('chromium') }, () => {
  let browser: Browser
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-report-'))
  before(async () => {
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  async function open(name: string, result: Result, options: Parameters<typeof openPage>[1] = {}) {
    const file = join(folder, `${name}.html`)
    writeFileSync(file, [...html.render(result)].join(''))
    const watched = await openPage(browser, options)
    const url = pathToFileURL(file).href
    await watched.page.goto(url)
    assert.deepEqual(watched.requests, [url], 'nothing else is loaded')
    assert.deepEqual(watched.errors, [], 'the content security policy refused nothing')
    return watched
  }

  for (const [name, result] of Object.entries(results)) {
    for (const [scheme, width] of [
      ['light', 1200],
      ['dark', 390],
    ] as const) {
      test(`${name}, ${scheme}, ${width} px: accessible, in the window`, async () => {
        const { page } = await open(name, result, { scheme, width })
        // All its rules over 5,000 findings take minutes, and they are all alike.
        if (name !== 'large') await assertAccessible(page, name)
        await assertFits(page, name)
        assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).marginTop), '8px', 'its style counts')
        await page.close()
      })
    }
  }

  test('names out of images make no element, no link and no script', async () => {
    const { page } = await open('hostile', hostile)
    const [foreign, links] = await page.evaluate(() => [
      document.querySelectorAll('script, img, iframe, form, object, [onload], [onerror], [style]').length,
      [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')),
    ])
    assert.equal(foreign, 0)
    for (const link of links) assert.match(link!, /^#/)
    assert.match((await page.textContent('h1'))!, /<script>/, 'they are shown as they are')
    await page.close()
  })

  test('a script or a picture that got in would not run or load', async () => {
    const file = join(folder, 'injected.html')
    const injected =
      '<script>document.title = "owned"</script><img src="https://evil.example/x"><p style="color: red">x</p>'
    writeFileSync(file, [...html.render(whole)].join('').replace('</main>', `${injected}</main>`))
    const { page, errors } = await openPage(browser)
    await page.goto(pathToFileURL(file).href)
    assert.equal(await page.title(), 'shop.tar: Plimsoll report')
    assert.equal(errors.filter((error) => error.includes('Content Security Policy')).length, 3, errors.join('\n'))
    await page.close()
  })

  test('by keyboard alone: past the headline, and into a package', async () => {
    const { page } = await open('large', large)
    await page.keyboard.press('Tab')
    await becomes(() => page.evaluate(() => document.activeElement?.textContent), 'Skip to the findings')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#main$/)
    const closed = page.locator('details:not([open]) summary').first()
    const words = await closed.textContent()
    await closed.focus()
    await page.keyboard.press('Enter')
    const opened = page.locator('details[open] summary').filter({ hasText: words!.trim().split(' ')[0]! })
    await opened.first().waitFor()
    await page.close()
  })

  test('on paper every package is open, and the links are gone', async () => {
    const { page } = await open('large', { ...large, findings: large.findings.slice(0, 200) })
    const hidden = page.locator('details:not([open]) .list').last()
    await becomes(() => hidden.isVisible(), false)
    await page.emulateMedia({ media: 'print' })
    await becomes(() => hidden.isVisible(), true)
    await becomes(() => page.locator('nav').isVisible(), false)
    // Paper is white whatever the screen is: pale letters would not be read on it.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await becomes(() => page.evaluate(() => getComputedStyle(document.body).color), 'rgb(19, 32, 43)')
    await page.close()
  })

  test('5,000 findings are all there', async (t) => {
    const begin = performance.now()
    const { page } = await open('large', large)
    t.diagnostic(`open after ${Math.round(performance.now() - begin)} ms`)
    await becomes(() => page.locator('details li').count(), 5000)
    await page.close()
  })
})
