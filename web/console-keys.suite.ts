// How the console is used without a mouse, and what it tells who does not see it, in a real Chromium.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { withoutPrograms } from '../src/testing/shared.ts'
import { becomes } from './testing/browser.ts'
import { imageAddress, startConsole, type StartedConsole } from './testing/console.ts'

const skip = withoutPrograms('chromium')

describe('the console by keyboard and in words', { skip }, () => {
  let started: StartedConsole
  let { server, open } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ server, open } = started)
  })
  after(() => started?.close())
  beforeEach(() => started.reset())

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-cell') ?? '')

  test('the matrix is one tab stop; arrows, Home, End and w move in it', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    await becomes(() => page.locator('[role=grid] [tabindex="0"]').count(), 1)
    await page.locator('[data-cell="self.docker/0"]').focus()
    const press = async (key: string, cell: string) => {
      await page.keyboard.press(key)
      await becomes(() => focused(page), cell)
    }
    await press('ArrowRight', 'self.docker/1')
    await press('ArrowDown', 'self.podman/1')
    await press('ArrowDown', 'self.podman/1')
    await press('End', 'self.podman/8')
    await press('Home', 'self.podman/0')
    await press('ArrowLeft', 'self.podman/0')
    await press('Control+Home', 'self.docker/0')
    await press('Control+End', 'self.podman/8')
    await press('w', 'self.docker/1')
    await press('w', 'self.docker/2')
    await becomes(() => page.locator('[role=grid] [tabindex="0"]').count(), 1)
    await page.close()
  })

  test('an image’s layers are told in words too, and the keyboard leads from a layer to its packages', async () => {
    const { page } = await open(imageAddress, 'Layers')
    const picture = await page.getByRole('img', { name: /^Layers to scale/ }).getAttribute('aria-label')
    assert.equal(
      picture,
      'Layers to scale: 75 MB, 15 MB of which 310 kB hidden, 120 MB of which 82 MB hidden, 0 B, 81 MB, 310 kB; ' +
        'the base image ends after layer 2',
    )
    const rows = await page.getByRole('table', { name: 'Layers' }).getByRole('row').allInnerTexts()
    assert.match(rows[2]!, /base image/)
    assert.match(rows[3]!, /own.*12 packages, 82 MB$/s)
    await page.getByRole('button', { name: '12 packages of layer 3: show them' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('12 of 359 packages').waitFor()
    await becomes(() => page.evaluate(() => document.activeElement?.id), 'packages')
    await becomes(
      () => page.getByText('hidden by a later layer, still shipped').count(),
      (count) => count > 0,
    )
    await page.close()
  })

  test('a cell’s name says service, layer, task, state and findings', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    const name = (cell: string) => page.locator(`[data-cell="${cell}"] .hidden-text`).first().textContent()
    assert.equal(
      await name('self.docker/0'),
      'Docker Engine, application, hardening: proven. 1 critical, 2 high, 4 medium open',
    )
    assert.equal(await name('self.docker/1'), 'Docker Engine, application, vulnerabilities: unknown. Findings unknown')
    assert.equal(
      await name('self.docker/7'),
      'Docker Engine, infrastructure, vulnerabilities: stale. At least 4 high, 20 medium open',
    )
    assert.equal(await name('self.podman/4'), 'Podman, containerd, LXC, platform, vulnerabilities: does not apply.')
    await page.close()
  })

  test('no word of the matrix’s head runs into the next', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    const cut = () => words.evaluateAll((all) => all.filter((word) => word.scrollWidth > word.clientWidth).length)
    const words = page.getByRole('columnheader').locator('> span[title]:first-child')
    await becomes(() => words.count(), 9)
    await becomes(cut, 0)
    await page.goto(`${server.url}/coverage/self.docker/application/hardening`)
    await page.getByText('Tools that could cover it').waitFor()
    await becomes(cut, 0)
    await page.setViewportSize({ width: 1280, height: 900 })
    await becomes(() => page.locator('[data-compact="true"]').count(), 1)
    await becomes(cut, 0)
    await page.close()
  })

  test('the drawer has an address, follows the arrows, and gives the focus back', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    const drawer = page.locator('aside')
    const path = () => new URL(page.url()).pathname
    await page.locator('[data-cell="self.docker/0"]').focus()
    await page.keyboard.press('Enter')
    await drawer.getByText('Whose job').waitFor()
    assert.equal(path(), '/coverage/self.docker/application/hardening')
    await page.keyboard.press('ArrowRight')
    await page.waitForURL('**/coverage/self.docker/application/vulnerabilities')
    await drawer.getByRole('heading', { name: 'Docker Engine: application vulnerabilities' }).waitFor()
    await page.keyboard.press(']')
    await page.waitForURL('**/coverage/self.docker/application/threats')
    await page.keyboard.press('[')
    await page.waitForURL('**/coverage/self.docker/application/vulnerabilities')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/coverage')
    await becomes(() => drawer.count(), 0)
    await becomes(() => focused(page), 'self.docker/1')
    await page.goto(`${server.url}/coverage/self.podman/infrastructure/hardening`)
    await drawer.getByRole('heading', { name: 'Podman, containerd, LXC: infrastructure hardening' }).waitFor()
    await page.close()
  })

  test('keys lead to pages and to the search; letters do nothing while typing', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.waitForURL('**/inventory')
    await page.getByText('ledger-worker').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('gift')
    await page.waitForURL('**/inventory?search=gift')
    await page.getByText('Nothing matches these filters.').waitFor()
    assert.ok(server.asked.some((request) => request.includes('/api/inventory?search=gift&')))
    await page.getByRole('link', { name: 'Search the findings instead' }).click()
    await page.waitForURL('**/findings?search=gift')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await page.keyboard.press('Escape')
    for (const [key, path] of Object.entries({ f: 'findings', m: 'images', s: 'sources', c: 'coverage' })) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.waitForURL(`**/${path}`)
    }
    await page.keyboard.press('/')
    await page.keyboard.type('redis')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/inventory?search=redis')
    await page.close()
  })

  test('a vulnerability or a package in the search leads to what it affects, by keyboard alone', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    await page.keyboard.press('/')
    await page.keyboard.type('CVE-2021-44228')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/affected?search=CVE-2021-44228')
    const workloads = page.getByRole('table', { name: 'Affected workloads' })
    await workloads.waitFor()
    await becomes(
      () => workloads.getByRole('row').count(),
      (count) => count > 2,
    )
    await page.getByText('not all of their packages could be: they may have it too').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1')
    await page.keyboard.press('Enter')
    await page.getByText('pkg:maven/org.apache.logging.log4j/log4j-core, versions <2.17.1').waitFor()
    await page.getByRole('link', { name: 'shop/api:4.18.2' }).first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/images/image?id=*')
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.getByText('Nothing is asked yet.').waitFor()
    await page.close()
  })

  test('the theme follows the system, flips with t, and is kept', async () => {
    const { page } = await open('/coverage', 'Proven coverage', { scheme: 'dark' })
    const theme = () => page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])
    await becomes(theme, 'dark')
    await page.keyboard.press('t')
    await becomes(theme, 'light')
    await page.goto(`${server.url}/sources`, { waitUntil: 'commit' })
    await page.waitForFunction(() => document.documentElement.dataset['mantineColorScheme'] !== undefined)
    await becomes(theme, 'light')
    await page.close()
  })
})
