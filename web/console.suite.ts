// The pages of the console in a real Chromium, against an API that answers from fixtures typed by the server's own schemas.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { withoutPrograms } from '../src/testing/shared.ts'
import { assertAccessible, assertFits, assertQuiet, openPage } from './testing/browser.ts'
import { imageAddress, startConsole, type StartedConsole } from './testing/console.ts'
import { emptyMachine, firstLook, silentSource } from './testing/estates.ts'

const skip = withoutPrograms('chromium')

describe('the console', { skip }, () => {
  let started: StartedConsole
  let { browser, server, docker, workloadAddress, open } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ browser, server, docker, workloadAddress, open } = started)
  })
  after(() => started?.close())
  beforeEach(() => started.reset())

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      test(`every page, ${scheme}, ${width} px: accessible, in the window, nothing from outside`, async () => {
        const watched = await openPage(browser, { width, height: 900, scheme })
        const { page } = watched
        const visit = async (path: string, ready: string) => {
          const where = `${path}, ${scheme}, ${width} px`
          await page.goto(server.url + path)
          await page.getByText(ready).first().waitFor()
          await assertAccessible(page, where)
          await assertFits(page, where)
        }
        await visit('/coverage', 'Proven coverage')
        await visit('/coverage?show=all&state=unknown&words=1', 'Proven coverage')
        await visit('/coverage/self.docker/application/hardening', 'Tools that could cover it')
        await visit('/coverage/self.docker/application/vulnerabilities', 'Next: look again')
        await visit('/inventory', 'ledger-worker')
        await visit('/inventory?search=nothing-has-this-name', 'Nothing matches these filters.')
        await visit(workloadAddress, 'As it was read')
        await visit('/findings', 'Start the container without --privileged')
        await visit('/findings/exceptions', 'the protocol is switched off')
        await visit('/images', 'shop/api:4.18.2')
        await visit(imageAddress, 'Layers')
        await visit('/affected', 'Nothing is asked yet.')
        await visit('/affected?search=CVE-2021-44228', 'Remote code injection in Log4j')
        await visit('/affected?search=CVE-2014-0160', 'Nothing that was judged has it.')
        await visit('/sources', 'What else could be asked')
        await visit('/nowhere', 'There is no page at this address.')
        server.estate = await silentSource()
        await visit('/coverage', 'did not answer')
        await visit('/sources', 'silent')
        server.estate = await firstLook()
        await visit('/coverage', 'Reading images')
        server.estate = await emptyMachine()
        await visit('/coverage', 'No container service has been found so far.')
        server.broken.add('/api/sources')
        await visit('/sources', 'could not be read')
        server.signedIn = false
        await visit('/sign-in?refused=used', 'That link was used already')
        assertQuiet(watched, server.url)
        await page.close()
      })
    }
  }

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-cell') ?? '')

  test('the matrix is one tab stop; arrows, Home, End and w move in it', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    assert.equal(await page.locator('[role=grid] [tabindex="0"]').count(), 1)
    await page.locator('[data-cell="self.docker/0"]').focus()
    const press = async (key: string, cell: string) => {
      await page.keyboard.press(key)
      assert.equal(await focused(page), cell, key)
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
    assert.equal(await page.locator('[role=grid] [tabindex="0"]').count(), 1)
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
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'packages')
    assert.ok((await page.getByText('hidden by a later layer, still shipped').count()) > 0)
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
    assert.equal(await drawer.count(), 0)
    assert.equal(await focused(page), 'self.docker/1')
    await page.goto(`${server.url}/coverage/self.podman/infrastructure/hardening`)
    await drawer.getByRole('heading', { name: 'Podman, containerd, LXC: infrastructure hardening' }).waitFor()
    await page.close()
  })

  test('filters stand in the address and survive a reload; the state changes no number', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    const rows = page.locator('[role=rowheader] b')
    await page.getByRole('button', { name: /^stale/ }).click()
    await page.waitForURL('**/coverage?state=stale')
    assert.deepEqual(await rows.allTextContents(), ['Docker Engine'])
    assert.ok(await page.getByText('7 of 17', { exact: true }).first().isVisible())
    await page.reload()
    await page.getByText('Proven coverage').waitFor()
    assert.deepEqual(await rows.allTextContents(), ['Docker Engine'])
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.waitForURL('**/coverage')
    assert.equal(await rows.count(), 2)
    await page.getByLabel('Services').selectOption('all')
    await page.waitForURL('**/coverage?show=all')
    await page.getByText('EKS on EC2', { exact: true }).waitFor()
    assert.equal(await rows.count(), 85)
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
    assert.ok((await workloads.getByRole('row').count()) > 2)
    assert.ok(await page.getByText('not all of them could be judged: they may have it too').isVisible())
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
    assert.equal(await theme(), 'dark')
    await page.keyboard.press('t')
    assert.equal(await theme(), 'light')
    await page.goto(`${server.url}/sources`, { waitUntil: 'commit' })
    await page.waitForFunction(() => document.documentElement.dataset['mantineColorScheme'] !== undefined)
    assert.equal(await theme(), 'light')
    await page.close()
  })

  test('what could not be read is said, the last good data stays, and one button reads again', async () => {
    server.broken.add('/api/coverage')
    const { page } = await open('/coverage', 'The coverage matrix could not be read:')
    assert.ok(await page.getByText('what it holds is unknown').isVisible())
    server.broken.clear()
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByText('Proven coverage').waitFor()
    server.broken.add('/api/coverage')
    const step = { cycle: 'second', step: 'coverage', done: 1, of: 1, note: '' } as const
    server.tell({ ...step, finished: false })
    await page.getByText('Looking: coverage').waitFor()
    server.tell({ ...step, finished: true })
    await page.getByText('Shown is what was read last').waitFor()
    assert.ok(await page.getByRole('grid', { name: 'Coverage matrix' }).isVisible())
    server.broken.clear()
    server.broken.add('/api/images/detail')
    await page.goto(server.url + imageAddress)
    await page.getByText('This image could not be read:').waitFor()
    server.broken.clear()
    await page.goto(`${server.url}/images/image?id=none`)
    await page.getByText('there is no such thing').waitFor()
    await page.close()
  })

  test('when the session ends the sign-in page says how to get a link; signing out leads there', async () => {
    const { page } = await open('/inventory', 'ledger-worker')
    server.signedIn = false
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.getByText('prints a one-time link').waitFor()
    server.signedIn = true
    await page.goto(`${server.url}/sign-in`)
    await page.waitForURL('**/coverage')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('prints a one-time link').waitFor()
    assert.ok(server.asked.includes('POST /api/session/sign-out'))
    await page.close()
  })

  test('Look now asks for a look; people who may only read do not see it', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    await page.getByRole('button', { name: 'Look now' }).click()
    await assertEventually(() => server.asked.includes('POST /api/looks'))
    const { session } = docker
    server.estate = { ...docker, session: { ...session, person: { ...session.person, role: 'viewer' } } }
    await page.reload()
    await page.getByText('Proven coverage').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Look now' }).count(), 0)
    await page.close()
  })

  test('a look shows its steps, and when it ends the pages are read again', async () => {
    server.estate = await firstLook()
    const { page } = await open('/coverage', 'Reading images')
    assert.ok(await page.getByText('9 of 14 images').isVisible())
    assert.ok(await page.getByText('Looking: images 9 of 14').isVisible(), 'every page tells of it in its head')
    const [step] = server.estate.progress
    server.estate = docker
    server.tell({ ...step!, step: 'coverage', done: 1, of: 1, finished: true })
    await page.getByText('Proven coverage').waitFor()
    assert.equal(await page.getByText('Reading images').count(), 0)
    await page.close()
  })
})

async function assertEventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 50 && !holds(); tries++) await new Promise((resolve) => setTimeout(resolve, 40))
  assert.ok(holds())
}
