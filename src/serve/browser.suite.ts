// The built console in a real browser, through the real server: sign-in link, cookie, content security policy, progress.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { after, before, test } from 'node:test'
import { chromium, type Browser, type BrowserContext } from 'playwright-core'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import { startServer, type Listening } from './server.ts'
import { createSignInLink } from './sign-in-link.ts'
import { testApp } from './testing.ts'

const consoleFolder = fileURLToPath(new URL('../../web/dist', import.meta.url))
const skip = withoutPrograms('chromium') || withoutConsole()
const served = testApp({ consoleFolder })
let listening: Listening
let browser: Browser

before(async () => {
  if (skip) return
  listening = await startServer({ app: served.app, host: '127.0.0.1', port: 0 })
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
})

after(async () => {
  await browser?.close()
  await listening?.close()
})

test(
  'a link opens the console once; the page breaks no rule of the policy and scripts cannot see the cookie',
  { skip },
  async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const complaints = complaintsOf(context)
    const { url } = await createSignInLink(served.deps.signIn, 'admin', listening.url)
    await page.goto(url)
    assert.equal(new URL(page.url()).search, '', 'the token does not stay in the address')
    await page.getByText('SELF.DOCKER').first().waitFor()
    assert.equal(await page.evaluate('document.cookie'), '')
    assert.equal((await context.cookies()).length, 1)
    assert.deepEqual(complaints, [])

    await page.goto(url)
    assert.match(page.url(), /\/sign-in\?refused=used$/)
    await context.close()
  },
)

test(
  'the page of an image says where it comes from, who signed it, and which line made a layer',
  { skip },
  async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const { url } = await createSignInLink(served.deps.signIn, 'admin', listening.url)
    await page.goto(url)
    await page.goto(`${listening.url}/images/image?id=${encodeURIComponent('image/sha256:a')}`)
    const words = [
      'https://git.example/team/app',
      'as its builder says, signed by somebody trusted',
      'verified by the identity a workflow',
      'not verified: no trusted certificate was given',
      'Dockerfile:3',
    ]
    for (const text of words) await page.getByText(text).first().waitFor()
    await context.close()
  },
)

test('without a session the console asks for a link, and a policy violation would be noticed', { skip }, async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints = complaintsOf(context)
  await page.goto(listening.url)
  await page
    .getByText(/one-time|link/i)
    .first()
    .waitFor()
  const noticed = context.waitForEvent('console')
  await page.evaluate(`document.head.append(Object.assign(document.createElement('style'), { textContent: 'a {}' }))`)
  await noticed
  assert.equal(complaints.length, 1)
  await context.close()
})

test('a form on another site cannot make it look', { skip }, async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const { url } = await createSignInLink(served.deps.signIn, 'admin', listening.url)
  await page.goto(url)
  await page.route('http://attacker.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${listening.url}/api/looks"><button>win</button></form>`,
    }),
  )
  await page.goto('http://attacker.example/')
  const [answer] = await Promise.all([page.waitForResponse(/\/api\/looks$/), page.click('button')])
  assert.equal(answer.status(), 403)
  assert.equal(served.looks, 0)
  await context.close()
})

/** What the browser refuses to load or run, as it says in its console. */
function complaintsOf(context: BrowserContext): string[] {
  const complaints: string[] = []
  context.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  return complaints
}

function withoutConsole(): string | false {
  if (existsSync(`${consoleFolder}/index.html`)) return false
  if (testAll) throw new Error('PLIMSOLL_TEST_ALL is set and the console is not built')
  return 'the console is not built (npm run build)'
}
