// How one gets from page to page in the console, at every width, in a real Chromium: each way is one press.

import { after, before, beforeEach, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { withoutPrograms } from '../src/testing/shared.ts'
import { assertAccessible, becomes } from './testing/browser.ts'
import { imageAddress, startConsole, type StartedConsole } from './testing/console.ts'
import { largeEstate, silentSource } from './testing/estates.ts'

const skip = withoutPrograms('chromium')

describe('ways through the console', { skip }, () => {
  let started: StartedConsole
  let { server, workloadAddress, open } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ server, workloadAddress, open } = started)
  })
  after(() => started?.close())
  beforeEach(() => started.reset())

  for (const width of [1440, 1280, 390]) {
    test(`${width} px: signing out, what does not answer, and who is affected are in reach`, async () => {
      server.estate = await silentSource()
      const { page } = await open('/coverage', 'Proven coverage', { width })
      await page.getByRole('img', { name: '1 source does not answer' }).waitFor()
      const account = page.getByRole('button', { name: 'Account' })
      await becomes(() => account.count(), width > 1380 ? 0 : 1)
      if (width <= 1380) {
        await account.focus()
        await page.keyboard.press('Enter')
        await page.getByText('Local administrator, admin').last().waitFor()
        await assertAccessible(page, `the account, ${width} px`)
      }
      await becomes(() => page.getByRole('button', { name: 'Sign out' }).count(), 1)
      await page.keyboard.press('Escape')
      await page.getByRole('navigation').getByRole('link', { name: 'Affected' }).click()
      await page.getByText('Nothing is asked yet.').waitFor()
      await page.close()
    })
  }

  test('1280 px: the matrix ends where its frame does', async () => {
    const { page } = await open('/coverage', 'Proven coverage', { width: 1280 })
    const over = () => page.getByRole('grid').evaluate((grid) => grid.scrollWidth - grid.parentElement!.clientWidth)
    await becomes(over, 0)
    await page.close()
  })

  test('each address has a title of its own, and so has going back', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    const title = () => page.title()
    await becomes(title, 'Coverage · Plimsoll')
    await page.locator('[data-cell="self.docker/0"]').click()
    await becomes(title, 'Docker Engine: application hardening · Plimsoll')
    await page.goBack()
    await becomes(title, 'Coverage · Plimsoll')
    await becomes(() => page.locator('aside').count(), 0)
    for (const [address, wanted] of [
      [workloadAddress, 'shop-api'],
      [imageAddress, 'shop/api:4.18.2'],
      ['/affected?search=CVE-2021-44228', 'Affected by CVE-2021-44228'],
      ['/findings/exceptions', 'Exceptions'],
      ['/nowhere', 'Not found'],
    ]) {
      await page.goto(server.url + address)
      await becomes(title, `${wanted} · Plimsoll`)
    }
    await page.getByRole('navigation').getByRole('link', { name: 'Inventory' }).click()
    await becomes(title, 'Inventory · Plimsoll')
    server.signedIn = false
    await page.reload()
    await becomes(title, 'Sign in · Plimsoll')
    await page.close()
  })

  test('from a workload to each of its cells, from a cell to its findings by name, from evidence to what it is of', async () => {
    const { page } = await open(workloadAddress, 'As it was read')
    await page.getByRole('link', { name: 'vulnerabilities' }).last().click()
    await page.waitForURL('**/coverage/self.docker/infrastructure/vulnerabilities')
    const drawer = page.locator('aside')
    await drawer.getByRole('link', { name: 'zlib 1.2.13 is affected by CVE-2026-0002' }).waitFor()
    await drawer.getByRole('link', { name: 'host/web-1/containers/4f2a' }).first().click()
    await page.waitForURL('**/inventory/workload?id=host*')
    await page.goBack()
    await drawer.getByRole('link', { name: 'zlib 1.2.13 is affected by CVE-2026-0002' }).click()
    await page.waitForURL('**/findings?*search=DEBIAN-CVE-2026-0001*')
    await page.getByRole('button', { name: 'Clear service Docker Engine' }).waitFor()
    await page.close()
  })

  test('a name that turns the direction of writing turns nothing beside it', async () => {
    const { docker } = started
    const [first] = docker.workload.findingList
    const named = {
      ...docker.workload,
      name: 'api\u202e1.8 SSVC',
      findingList: [{ ...first!, title: '\u202e', score: 8.1 }],
    }
    server.estate = {
      ...docker,
      workload: named,
      resources: docker.resources.map((one) => ({ ...one, name: '\u2067x' })),
    }
    const { page } = await open(workloadAddress, 'As it was read')
    await page.getByRole('heading', { name: 'api\\u{202e}1.8 SSVC' }).waitFor()
    await page.getByText('\\u{202e} · CVSS 8.1').waitFor()
    await page.goto(`${server.url}/inventory`)
    await page.getByRole('link', { name: '\\u{2067}x' }).first().click()
    await page.getByText('As it was read').waitFor()
    await becomes(async () => /[\u202a-\u202e\u2066-\u2069]/.test(await page.locator('body').innerText()), false)
    await page.close()
  })

  test('every resource that has a finding can be reached from it', async () => {
    const estate = await largeEstate()
    const resources = estate.resources.slice(0, 40).map(({ id, name }) => ({ id, name }))
    server.estate = { ...estate, groups: [{ ...estate.groups[0]!, resources }] }
    const { page } = await open('/findings', '1 cause')
    await page.getByRole('button', { name: /^Start the container/ }).click()
    const links = page.getByRole('list', { name: 'Causes' }).getByRole('link', { name: /./ })
    await becomes(() => links.count(), 12)
    await page.getByRole('button', { name: 'Show all 40 resources' }).click()
    await becomes(() => links.count(), 40)
    await page.close()
  })

  test('the first press on a head brings the worst to the top, the second turns it round', async () => {
    const { page } = await open('/inventory', 'ledger-worker')
    const sorted = (head: string) => page.getByRole('columnheader', { name: head }).getAttribute('aria-sort')
    await press(page, 'Findings')
    await page.waitForURL('**/inventory?sort=-findings')
    await becomes(() => sorted('Findings'), 'descending')
    await becomes(() => page.locator('tbody tr').first().innerText(), /shop-api|mail-out/)
    await press(page, 'Findings')
    await page.waitForURL('**/inventory?sort=findings')
    await press(page, 'Name')
    await page.waitForURL('**/inventory?sort=name')
    await page.close()
  })
})

function press(page: Page, head: string): Promise<void> {
  return page.getByRole('columnheader', { name: head }).getByRole('button').click()
}
