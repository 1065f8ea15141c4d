// Every page of the console in a real Chromium, against an API that answers from fixtures typed by the server's own schemas.

import { after, before, beforeEach, describe, test } from 'node:test'
import { withoutPrograms } from '../src/testing/shared.ts'
import { assertAccessible, assertFits, assertQuiet, openPage } from './testing/browser.ts'
import { imageAddress, startConsole, type StartedConsole } from './testing/console.ts'
import { emptyMachine, firstLook, silentSource } from './testing/estates.ts'

const skip = withoutPrograms('chromium')

describe('the pages of the console', { skip }, () => {
  let started: StartedConsole
  let { browser, server, workloadAddress } = {} as StartedConsole

  before(async () => {
    started = await startConsole()
    ;({ browser, server, workloadAddress } = started)
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
        await visit('/coverage/no/such', 'There is no page at this address.')
        server.estate = await silentSource()
        await visit('/coverage', 'did not answer')
        await visit('/sources', 'silent')
        server.estate = await firstLook()
        await visit('/coverage', 'Reading images')
        server.estate = await emptyMachine()
        await visit('/coverage', 'No container service has been found so far.')
        await visit('/findings', 'Unknown: nothing has been looked at yet.')
        await visit('/affected?search=CVE-2014-0160', 'No image has been read')
        server.broken.add('/api/sources')
        await visit('/sources', 'could not be read')
        server.signedIn = false
        await visit('/sign-in?refused=used', 'That link was used already')
        assertQuiet(watched, server.url)
        await page.close()
      })
    }
  }
})
