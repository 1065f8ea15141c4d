// Where nobody looked the console says unknown, never none and never 0, in a real Chromium.

import { after, before, beforeEach, describe, test } from 'node:test'
import { withoutPrograms } from '../src/testing/shared.ts'
import { becomes } from './testing/browser.ts'
import { startConsole, type StartedConsole } from './testing/console.ts'
import { emptyMachine } from './testing/estates.ts'
import { counts, matrix } from './testing/parts.ts'

const skip = withoutPrograms('chromium')

describe('what is not known', { skip }, () => {
  let started: StartedConsole
  let { server, docker, open } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ server, docker, open } = started)
  })
  after(() => started?.close())
  beforeEach(() => started.reset())

  test('findings of a matrix in which no cell was looked at are unknown', async () => {
    const line = { id: 'self.docker', name: 'Docker Engine', provider: 'self-managed', hostingModel: 'self-managed' }
    server.estate = { ...docker, found: matrix([{ ...line, states: 'uga uga uga' }]) }
    const { page } = await open('/coverage', 'Proven coverage')
    const found = page.locator('section').filter({ has: page.getByRole('heading', { name: /^Found/ }) })
    await becomes(() => found.innerText(), /unknown\s+9 cells were not looked at/)
    await becomes(() => found.getByText('none open').count(), 0)
    server.estate = { ...docker, found: matrix([{ ...line, states: 'pga uga uga' }]) }
    await page.reload()
    await becomes(() => found.innerText(), /none open\s+in cells where somebody looked\./)
    await page.close()
  })

  test('before anything was looked at no list says that none is open', async () => {
    server.estate = await emptyMachine()
    const { page } = await open('/findings', 'Unknown: nothing has been looked at yet.')
    await becomes(
      () => page.locator('main').innerText(),
      (text) => !/none|0 causes/i.test(text),
    )
    await page.goto(`${server.url}/affected?search=CVE-2014-0160`)
    await page.getByText('No image has been read: whether any has it is unknown.').waitFor()
    await page.close()
  })

  test('a resource or an image of which not all was judged has none reported, not none open', async () => {
    const [, , container] = docker.resources
    const none = { ...container!, findings: counts('') }
    const named = (name: string, cells: typeof none.cells) => ({ ...none, id: name, name, cells })
    const whole = named(
      'judged-wholly',
      none.cells.map((_, column) => (column % 3 === 2 ? 'gap' : 'proven')),
    )
    const part = named(
      'judged-in-part',
      none.cells.map((_, column) => (column === 1 ? 'stale' : 'proven')),
    )
    server.estate = { ...docker, resources: [whole, part] }
    const { page } = await open('/inventory', 'judged-wholly')
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await becomes(() => row('judged-wholly').innerText(), /none open/)
    await becomes(() => row('judged-in-part').innerText(), /none reported/)
    await page.goto(`${server.url}/images`)
    await becomes(() => row('redis:7.2').innerText(), /none reported/)
    await page.close()
  })
})
