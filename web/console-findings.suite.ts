// What the console tells of a finding, in a real Chromium: where it lies, its history, who decided not to act on it, and whose
// signature counts.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { withoutPrograms } from '../src/testing/shared.ts'
import { assertAccessible, becomes } from './testing/browser.ts'
import { imageAddress, startConsole, type StartedConsole } from './testing/console.ts'
import { emptyMachine } from './testing/estates.ts'

const skip = withoutPrograms('chromium')

describe('findings', { skip }, () => {
  let started: StartedConsole
  let { server, docker, workloadAddress, open } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ server, docker, workloadAddress, open } = started)
  })
  after(() => started?.close())
  beforeEach(() => started.reset())

  test('a workload’s history says what fixed a finding, and leads to the image that did, by keyboard alone', async () => {
    const { page } = await open(workloadAddress, 'As it was read')
    const history = page.getByRole('list', { name: 'History' })
    await becomes(() => history.innerText(), /fixed by digest sha256:aaaaaaaa…aaaa \(shop\/api:4\.18\.2\)/)
    await becomes(() => history.innerText(), /DSA-9 was withdrawn on 2026-11-10/)
    const runs = page.getByRole('list', { name: 'Images that it ran' })
    await becomes(() => runs.innerText(), /4\.18\.2@.*runs now.*4\.18\.1@.*until/s)
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
    await becomes(() => page.getByText('Upgrade curl to 7.88.2').count(), 0)
    await page.getByLabel('State').selectOption('excepted')
    await page.waitForURL('**/findings?state=excepted')
    await page.getByRole('button', { name: 'Upgrade curl to 7.88.2' }).click()
    await page.getByText('ci/.trivyignore:12 says: the protocol is switched off, until 2099-12-31').first().waitFor()
    await page.getByLabel('State').selectOption('fixed')
    await page.getByText('fixed by digest sha256:aaaaaaaa…aaaa (shop/api:4.18.2)').waitFor()
    await becomes(() => page.getByText('Upgrade curl to 7.88.2').count(), 0)
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
    await page.getByText('not JSON: what it said before still holds').waitFor()
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
    await page.getByText(`not verified: ${why}`).waitFor()
    await becomes(() => page.getByText('verified by').count(), 0)
    await page.close()
  })

  test('a finding’s references are links only where they are web addresses', async () => {
    const { page } = await open('/findings', 'Upgrade log4j-core to 2.17.1')
    await page.getByRole('button', { name: 'Upgrade log4j-core to 2.17.1' }).click()
    await page.getByText('javascript:alert(1)').waitFor()
    await becomes(() => page.locator('a[href^="javascript"]').count(), 0)
    await becomes(() => page.getByRole('link', { name: 'https://example.com/advisory' }).count(), 1)
    await page.close()
  })
  test('where else a package lies is said in words, and nothing is said twice', async () => {
    const { page } = await open('/findings', 'Upgrade log4j-core to 2.17.1')
    const cause = page.getByRole('listitem').filter({ hasText: 'Upgrade log4j-core to 2.17.1' })
    assert.match(
      await cause.innerText(),
      /\nopenssl 3\.0\.11-1 is affected by CVE-2026-0001 · known exploited · CVSS 10\n/,
    )
    await page.getByRole('button', { name: 'Upgrade log4j-core to 2.17.1' }).click()
    await page.getByText('srv/shop.ear!/shop.war!/log4j-core.jar in layer sha256:eeeeeeee…eeee').waitFor()
    const words = await cause.innerText()
    assert.match(words, /Advisory of\s+62 days ago/)
    assert.doesNotMatch(words, /[{}[\]]|places|advisoryModified/)
    assert.equal(words.match(/var\/lib\/dpkg\/status:118/g)?.length, 1)
    await page.close()
  })

  test('an image’s findings say in which file and layer they lie, and whose it is; a hidden secret is with what is hidden', async () => {
    const { page } = await open(imageAddress, 'Hidden, still shipped')
    const card = (title: string) => page.locator('section').filter({ has: page.getByRole('heading', { name: title }) })
    const hidden = card('Hidden, still shipped')
    await becomes(() => hidden.innerText(), /1 secret and 12 packages that a later layer replaced or removed/)
    const rows = hidden.getByRole('listitem')
    await becomes(() => rows.first().innerText(), /private-key\s+root\/\.ssh\/id_rsa:1\s+layer 3, hidden by layer 4/)
    await becomes(() => rows.count(), 8)
    await hidden.getByRole('button', { name: 'Show all 13' }).click()
    await becomes(() => rows.count(), 13)
    const findings = await card('Findings').innerText()
    assert.match(findings, /private-key · A private key · root\/\.ssh\/id_rsa:1 · layer 3, own/)
    assert.match(findings, /CVE-2026-0002 · CVSS 8\.1 · layer 1, base image/)
    // 7 of 359 packages could not be judged, and nothing tells which.
    await becomes(() => page.getByRole('table', { name: 'Layers' }).innerText(), /none reported/)
    await becomes(() => page.getByText('none open').count(), 0)
    await assertAccessible(page, 'an image with a hidden secret')
    await page.close()
  })

  test('many gaps are folded, and each of them can be read', async () => {
    const gaps = Array.from({ length: 30 }, (_, index) => ({ why: `archive ${index + 1} is encrypted` }))
    server.estate = { ...docker, image: { ...docker.image, gaps } }
    const { page } = await open(imageAddress, 'archive 8 is encrypted')
    await becomes(() => page.getByText('archive 9 is encrypted').count(), 0)
    await page.getByRole('button', { name: 'Show all 30 gaps' }).click()
    await page.getByText('archive 30 is encrypted').waitFor()
    await page.close()
  })

  test('the name of a package is no vulnerability that nothing has', async () => {
    const { page } = await open('/affected?search=lodash', 'Nothing that was judged has it.')
    await page.getByText('was taken as the name of a vulnerability').waitFor()
    await page.getByText('pkg:npm/lodash', { exact: true }).waitFor()
    await page.goto(`${server.url}/affected?search=CVE-2014-0160`)
    await page.getByText('Nothing that was judged has it.').waitFor()
    await becomes(() => page.getByText('was taken as the name').count(), 0)
    await page.goto(`${server.url}/affected?search=lodash`)
    await page.getByRole('link', { name: 'Search the findings instead' }).click()
    await page.waitForURL('**/findings?search=lodash')
    await page.close()
  })
})
