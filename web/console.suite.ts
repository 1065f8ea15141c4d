// The console in a real Chromium, against an API that answers from fixtures typed by the server's own schemas.

import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { withoutPrograms } from '../src/testing/shared.ts'
import { assertAccessible, assertFits, assertQuiet, launch, openPage } from './testing/browser.ts'
import { ensureBuilt } from './testing/build.ts'
import {
  emptyMachine,
  type Estate,
  firstLook,
  largeEstate,
  machineWithDocker,
  silentSource,
} from './testing/estates.ts'
import { digest } from './testing/parts.ts'
import { type FakeServer, serveConsole } from './testing/server.ts'

const skip = withoutPrograms('chromium')
const imageAddress = `/images/image?id=${encodeURIComponent(`image/${digest('a')}`)}`

describe('the console', { skip }, () => {
  let browser: Browser
  let server: FakeServer
  let docker: Estate
  let workloadAddress: string

  before(async () => {
    await ensureBuilt()
    docker = await machineWithDocker()
    workloadAddress = `/inventory/workload?id=${encodeURIComponent(docker.workload.id)}`
    server = await serveConsole(docker)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })
  beforeEach(() => {
    server.estate = docker
    server.signedIn = true
    server.broken.clear()
    server.asked.length = 0
  })

  /** A page at the address, its first answer painted. */
  async function open(path: string, ready: string, options: Parameters<typeof openPage>[1] = {}) {
    const watched = await openPage(browser, options)
    await watched.page.goto(server.url + path)
    await watched.page.getByText(ready).first().waitFor()
    return watched
  }

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

  test('the first load is less than 250 kB gzip', async (t) => {
    const { page } = await openPage(browser)
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (!response.url().includes('/api/')) sizes.push(response.body().then((body) => gzipSync(body).length))
    })
    await page.goto(server.url)
    await page.getByText('Proven coverage').waitFor()
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    t.diagnostic(`${Math.round(total / 1000)} kB gzip in ${sizes.length} files`)
    assert.ok(total < 250_000)
    await page.close()
  })

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

  test('10,000 resources: only rows near the window are in the document, the last one is reached, sorting is quick', async (t) => {
    server.estate = await largeEstate()
    const { page } = await open('/inventory', '10,000 resources', { scheme: 'light' })
    const rows = page.locator('table[aria-label=Inventory] tbody tr[aria-rowindex]')
    assert.ok((await rows.count()) < 100, 'few rows in the document')
    assert.equal(await page.locator('table').getAttribute('aria-rowcount'), '10001')
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.locator('tr[aria-rowindex="10001"]').waitFor()
    await page.evaluate(() => scrollTo(0, 0))
    const took = await page.evaluate(async () => {
      const head = [...document.querySelectorAll<HTMLElement>('th button')].find(
        ({ textContent }) => textContent === 'Name',
      )
      const begin = performance.now()
      head?.click()
      await new Promise((resolve) => {
        const wait = () =>
          head?.closest('th')?.ariaSort === 'ascending' ? resolve(undefined) : requestAnimationFrame(wait)
        wait()
      })
      return performance.now() - begin
    })
    t.diagnostic(`sorted 10,000 rows in ${Math.round(took)} ms`)
    await page.waitForURL('**/inventory?sort=name')
    assert.match((await rows.first().textContent()) ?? '', /^a-name-that-goes-on/)
    t.diagnostic(`frames while scrolling: ${await framesWhileScrolling(page)}`)
    await page.close()
  })

  test('2,000 causes are a list of few in the document, and each opens', async () => {
    server.estate = await largeEstate()
    const { page } = await open('/findings', '2,000 causes, worst first')
    const causes = page.getByRole('list', { name: 'Causes' }).getByRole('listitem')
    assert.ok((await causes.count()) < 80)
    const first = page.getByRole('button', { name: 'Start the container without --privileged (1)' })
    await first.click()
    assert.equal(await first.getAttribute('aria-expanded'), 'true')
    await page.getByText('HostConfig.Privileged').first().waitFor()
    await page.close()
  })

  test('85 services: how long the matrix takes', async (t) => {
    server.estate = await largeEstate()
    const { page } = await open('/sources', 'What else could be asked')
    const took = await page.evaluate(async () => {
      const begin = performance.now()
      document.querySelector<HTMLElement>('a[href="/coverage"][title]')?.click()
      await new Promise((resolve) => {
        const drawn = () => document.querySelectorAll('[data-cell]').length === 85 * 9
        const wait = () => (drawn() ? resolve(undefined) : requestAnimationFrame(wait))
        wait()
      })
      return performance.now() - begin
    })
    t.diagnostic(`from the click, with code and data loaded on the way: ${Math.round(took)} ms`)
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

  test('a workload’s history says what fixed a finding, and leads to the image that did, by keyboard alone', async () => {
    const { page } = await open(workloadAddress, 'As it was read')
    const history = page.getByRole('list', { name: 'History' })
    assert.match(await history.innerText(), /fixed by digest sha256:aaaaaaaa…aaaa \(shop\/api:4\.18\.2\)/)
    assert.match(await history.innerText(), /DSA-9 was withdrawn on 2026-11-10/)
    const runs = page.getByRole('list', { name: 'Images that it ran' })
    assert.match(await runs.innerText(), /4\.18\.2@.*runs now.*4\.18\.1@.*until/s)
    await history.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    await history.getByText('found first').first().waitFor()
    await assertAccessible(page, 'the history of a workload')
    await history.getByRole('link').first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/images/image?id=*')
    await page.close()
  })

  test('what is excepted is shown apart, with who says so and until when; so is what is fixed', async () => {
    const { page } = await open(workloadAddress, 'As it was read')
    await page.getByText('1 finding excepted: shown, and not counted as open').click()
    await page.getByText('excepted by ci/.trivyignore:12 until 2099-12-31').waitFor()
    await page.goto(`${server.url}/findings`)
    await page.getByText('Upgrade log4j-core to 2.17.1').waitFor()
    assert.equal(await page.getByText('Upgrade curl to 7.88.2').count(), 0)
    await page.getByLabel('State').selectOption('excepted')
    await page.waitForURL('**/findings?state=excepted')
    await page.getByRole('button', { name: 'Upgrade curl to 7.88.2' }).click()
    await page.getByText('ci/.trivyignore:12 says: the protocol is switched off, until 2099-12-31').first().waitFor()
    await page.getByLabel('State').selectOption('fixed')
    await page.getByText('fixed by digest sha256:aaaaaaaa…aaaa (shop/api:4.18.2)').waitFor()
    assert.equal(await page.getByText('Upgrade curl to 7.88.2').count(), 0)
    await page.close()
  })

  test('exceptions: who says so, until when, what has ended, what could not be read, and what each suppresses', async () => {
    const { page } = await open('/findings', 'Upgrade log4j-core to 2.17.1')
    await page.getByRole('link', { name: 'Exceptions: who says so, until when' }).click()
    await page.waitForURL('**/findings/exceptions')
    const rows = page.getByRole('list', { name: 'Exceptions' }).getByRole('listitem')
    await rows.first().waitFor()
    const [first, second, third] = await rows.allInnerTexts()
    assert.match(first!, /CVE-2026-0007.*the protocol is switched off.*ci\/\.trivyignore:12.*until 2099-12-31/s)
    assert.match(second!, /no reason is given.*ended on 2026-11-01: it suppresses nothing any more/s)
    assert.match(
      third!,
      /not affected: vulnerable code not in execute path.*vex\/supplier\.json \(Supplier\).*without an end/s,
    )
    assert.ok(await page.getByText('not JSON: what it said before still holds').isVisible())
    await rows.first().getByRole('link', { name: 'what it suppresses' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Upgrade curl to 7.88.2' }).waitFor()
    assert.match(page.url(), /state=excepted/)
    server.estate = await emptyMachine()
    await page.goto(`${server.url}/findings/exceptions`)
    await page.getByText('None is in force.').waitFor()
    await page.close()
  })

  test('signatures that nobody has judged by the trust of now say so, and none is green', async () => {
    const why = 'whom you trust has changed since it was judged'
    const signature = { kind: 'cosign', verified: false, why } as const
    const origin = { steps: [], signatures: [signature], attestations: [], stale: `${why}: it is read again` }
    server.estate = { ...docker, image: { ...docker.image, origin } }
    const { page } = await open(imageAddress, 'Unknown by the trust of now')
    assert.ok(await page.getByText(`not verified: ${why}`).isVisible())
    assert.equal(await page.getByText('verified by').count(), 0)
    await page.close()
  })

  test('a finding’s references are links only where they are web addresses', async () => {
    const { page } = await open('/findings', 'Upgrade log4j-core to 2.17.1')
    await page.getByRole('button', { name: 'Upgrade log4j-core to 2.17.1' }).click()
    await page.getByText('javascript:alert(1)').waitFor()
    assert.equal(await page.locator('a[href^="javascript"]').count(), 0)
    assert.equal(await page.getByRole('link', { name: 'https://example.com/advisory' }).count(), 1)
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

/** `58 a second, slowest 21 ms`, over a second of scrolling by 400 pixels a frame. */
function framesWhileScrolling(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const times: number[] = []
    const begin = performance.now()
    while (performance.now() - begin < 1000) {
      scrollBy(0, 400)
      times.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)))
    }
    const gaps = times.slice(1).map((time, index) => time - times[index]!)
    return `${gaps.length} a second, slowest ${Math.round(Math.max(...gaps))} ms`
  })
}
