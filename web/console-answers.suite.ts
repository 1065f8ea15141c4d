// What the console makes of its server's answers, in a real Chromium: of filters, of failures, of a session that ends, of a look.

import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { withoutPrograms } from '../src/testing/shared.ts'
import { becomes } from './testing/browser.ts'
import { imageAddress, startConsole, type StartedConsole } from './testing/console.ts'
import { firstLook } from './testing/estates.ts'

const skip = withoutPrograms('chromium')

describe('the console and its server', { skip }, () => {
  let started: StartedConsole
  let { server, docker, open } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ server, docker, open } = started)
  })
  after(() => started?.close())
  beforeEach(() => started.reset())

  test('filters stand in the address and survive a reload; the state changes no number', async () => {
    const { page } = await open('/coverage', 'Proven coverage')
    const rows = page.locator('[role=rowheader] b')
    await page.getByRole('button', { name: /^stale/ }).click()
    await page.waitForURL('**/coverage?state=stale')
    await becomes(() => rows.allTextContents(), ['Docker Engine'])
    await page.getByText('7 of 17', { exact: true }).first().waitFor()
    await page.reload()
    await page.getByText('Proven coverage').waitFor()
    await becomes(() => rows.allTextContents(), ['Docker Engine'])
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.waitForURL('**/coverage')
    await becomes(() => rows.count(), 2)
    await page.getByLabel('Services').selectOption('all')
    await page.waitForURL('**/coverage?show=all')
    await page.getByText('EKS on EC2', { exact: true }).waitFor()
    await becomes(() => rows.count(), 85)
    await page.close()
  })

  test('what could not be read is said, the last good data stays, and one button reads again', async () => {
    server.broken.add('/api/coverage')
    const { page } = await open('/coverage', 'The coverage matrix could not be read:')
    await page.getByText('what it holds is unknown').waitFor()
    server.broken.clear()
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByText('Proven coverage').waitFor()
    server.broken.add('/api/coverage')
    const step = { cycle: 'second', step: 'coverage', done: 1, of: 1, note: '' } as const
    server.tell({ ...step, finished: false })
    await page.getByText('Looking: coverage').waitFor()
    server.tell({ ...step, finished: true })
    await page.getByText('Shown is what was read last').waitFor()
    await page.getByRole('grid', { name: 'Coverage matrix' }).waitFor()
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
    await becomes(async () => server.asked.includes('POST /api/looks'), true)
    const { session } = docker
    server.estate = { ...docker, session: { ...session, person: { ...session.person, role: 'viewer' } } }
    await page.reload()
    await page.getByText('Proven coverage').waitFor()
    await becomes(() => page.getByRole('button', { name: 'Look now' }).count(), 0)
    await page.close()
  })

  test('a look shows its steps, and when it ends the pages are read again', async () => {
    server.estate = await firstLook()
    const { page } = await open('/coverage', 'Reading images')
    await page.getByText('9 of 14 images').waitFor()
    await page.getByText('Looking: images 9 of 14').waitFor()
    const [step] = server.estate.progress
    server.estate = docker
    server.tell({ ...step!, step: 'coverage', done: 1, of: 1, finished: true })
    await page.getByText('Proven coverage').waitFor()
    await becomes(() => page.getByText('Reading images').count(), 0)
    await page.close()
  })
})
