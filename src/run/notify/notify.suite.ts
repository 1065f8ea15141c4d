// "Done when": a record like Log4Shell's comes to a stored estate whose images nobody has any more, and whoever is to be told
// hears of it with the running workloads. The receivers are a real HTTP server and a real mail server (Debian's aiosmtpd).

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, createServer as createTcp, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { record } from '../../match/testing.ts'
import type { Advisory, FeedItem } from '../../model/advisory.ts'
import type { NotificationContent } from '../../model/notification.ts'
import { buildAdvisoryIndex } from '../../store/advisory-index.ts'
import { openStore, type Store } from '../../store/store.ts'
import { container, debian, image, machine, report } from '../../store/testing.ts'
import { withoutPrograms } from '../../testing/shared.ts'
import { indexFile } from '../advisories.ts'
import { holdAdvisories } from '../current-advisories.ts'
import { estateExceptions } from '../estate-exceptions.ts'
import { estateJudge } from '../estate-judge.ts'
import { keepCurrent } from '../keep-current.ts'
import { readNotifyConfig } from './config.ts'
import { notifier, type Notifier } from './notify.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-notify-'))
const secret = 'a-secret-for-the-tests-only'
const clock = () => new Date().toISOString()
const signal = new AbortController().signal
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true })]
after(async () => {
  for (const end of ends.toReversed()) await end()
})

interface Received {
  path: string
  headers: NodeJS.Dict<string | string[]>
  body: string
}
const received: Received[] = []
let answers: number[] = []
let url: string
let store: Store

before(async () => {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  store = await openStore({ folder })
  ends.push(() => store.close())
})

const log4j = {
  ecosystem: 'Maven',
  name: 'org.apache.logging.log4j:log4j-core',
  version: '2.14.1',
  purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
  place: { path: 'app/lib/log4j-core.jar' },
}
const old = record('GHSA-0000', ['Maven', log4j.name], [{ introduced: '0' }, { fixed: '1.0' }])
const log4shell = record('GHSA-jfh8-c2jp-5v3q', ['Maven', log4j.name], [{ introduced: '2.0' }, { fixed: '2.15.0' }], {
  aliases: ['CVE-2021-44228'],
  summary: 'Remote code injection in Log4j',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
})

async function build(advisories: readonly Advisory[]): Promise<void> {
  async function* items(): AsyncGenerator<FeedItem> {
    for (const advisory of advisories) yield { kind: 'advisory', advisory }
  }
  await buildAdvisoryIndex(items(), indexFile(folder), () => ({ origin: 'test', builtAt: clock() }))
}

function configured(channels: string): Notifier {
  const file = join(folder, 'notify.yaml')
  writeFileSync(file, `console: https://plimsoll.test\nchannels:\n${channels}`)
  const config = readNotifyConfig(file, { WEBHOOK_SECRET: secret })
  const made = notifier({ outbox: store.outbox, config, clock, failed: (facts) => void failures.push(facts) })
  ends.push(() => made.close())
  return made
}
const failures: { channel: string; problem: string; attempts: number }[] = []

function judgeWith(notify: Notifier) {
  const index = holdAdvisories(folder)
  ends.push(() => index.close())
  const judge = estateJudge({
    verdicts: store.verdicts,
    advisories: () => index.current(),
    clock,
    isNew: () => true,
    record: (assessment) => store.recordAssessment(assessment),
    changed: async ({ generation }) => void (await notify.announce(generation)),
  })
  return { index, judge }
}

test('from another index to the notification, with the running workloads and no image at hand', async (t) => {
  await store.createTeam('payments', 'Payments')
  await store.recordImage(image(1, [log4j, debian('bash', '5.2')]))
  await store.recordImage(image(2, [debian('bash', '5.2')]))
  const stopped = container('stopped', 1)
  await store.recordSource(report('docker', clock()), [
    container('shop', 1),
    container('ledger', 1),
    container('unaffected', 2),
    { ...stopped, runs: { ...stopped.runs!, state: 'stopped' } },
    machine('a'),
  ])
  await store.giveToTeam('docker/ledger', 'payments')
  await build([old])
  const notify = configured(
    `  - { id: ops, kind: webhook, url: '${url}/ops', secret: '\${WEBHOOK_SECRET}' }\n` +
      `  - { id: chat, kind: slack, url: '${url}/chat/T0/B0', teams: [payments] }\n`,
  )
  const { index, judge } = judgeWith(notify)
  let polls = 0
  let reported = 0
  const keeping = keepCurrent({
    index,
    judge,
    notifier: notify,
    exceptions: await estateExceptions(
      { vex: [], ignore: [], vexFolder: join(folder, 'vex') },
      store.exceptions,
      clock,
      signal,
    ),
    // The second poll of the feeds brings the record.
    updateFeeds: { every: 1000, run: async () => (++polls === 3 ? build([old, log4shell]) : undefined) },
    failed: (what, error) => assert.fail(`${what}: ${error.stack}`),
    told: ({ kind }) => void (kind === 'changes' && (reported = performance.now())),
  })
  ends.push(() => keeping.stop())
  for (let tries = 0; tries < 400 && received.length < 3; tries++) await wait(50)
  t.diagnostic(`told ${Math.round(performance.now() - reported)} ms after the estate was judged`)
  await keeping.stop()
  assert.deepEqual(received.map(({ path }) => path).toSorted(), ['/chat/T0/B0', '/ops', '/ops'])

  const contents = received
    .filter(({ path }) => path === '/ops')
    .map(({ body }) => JSON.parse(body) as NotificationContent)
  const ofTeam = (team: string) => contents.find((content) => content.team === team)!
  assert.deepEqual(ofTeam('payments').findings[0]?.workloads, [{ id: 'docker/ledger', name: 'ledger' }])
  assert.deepEqual(ofTeam('default').findings[0]?.workloads, [{ id: 'docker/shop', name: 'shop' }])
  const [finding] = ofTeam('default').findings
  assert.deepEqual(
    [finding?.name, finding?.severity, finding?.package?.version, finding?.package?.fixedIn, finding?.workloadCount],
    ['CVE-2021-44228', 'critical', '2.14.1', '2.15.0', 1],
  )
  assert.match(received.find(({ path }) => path.startsWith('/chat'))!.body, /CVE-2021-44228.*ledger/s)
})

test('the signature is the HMAC of time and body, and each delivery has a number of its own', () => {
  const deliveries = received.filter(({ path }) => path === '/ops')
  for (const { headers, body } of deliveries) {
    const { time, mac } = /^t=(?<time>\d+),v1=(?<mac>[0-9a-f]{64})$/.exec(
      String(headers['plimsoll-signature']),
    )!.groups!
    assert.equal(mac, createHmac('sha256', secret).update(`${time}.${body}`).digest('hex'))
    assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 300)
  }
  assert.equal(new Set(deliveries.map(({ headers }) => headers['plimsoll-delivery'])).size, 2)
})

test('a receiver that fails is asked again later, once it has taken it never more; nothing secret is kept', async () => {
  received.length = 0
  answers = [503]
  const notify = configured(
    `  - { id: ops, kind: webhook, url: '${url}/again', secret: '\${WEBHOOK_SECRET}', teams: [payments] }\n`,
  )
  await build([
    old,
    log4shell,
    record('GHSA-1111', ['Maven', log4j.name], [{ introduced: '0' }], { severity: log4shell.severity! }),
  ])
  await judgeWith(notify).judge.refresh(signal)
  await notify.deliver(signal)
  assert.deepEqual(failures.at(-1), { channel: 'ops', problem: 'the receiver answered 503', attempts: 1 })
  await notify.deliver(signal)
  assert.equal(received.length, 1, 'not before its time')
  const later = await store.outbox.takeDue(new Date(Date.now() + 6000).toISOString(), 1)
  assert.equal(later?.attempts, 1)
  await wait(20)
  await store.outbox.tryAgainAt(later!.id, clock(), 'brought forward by the test')
  await notify.deliver(signal)
  await notify.deliver(signal)
  assert.equal(received.length, 2)
  assert.deepEqual(received[0]!.headers['plimsoll-delivery'], received[1]!.headers['plimsoll-delivery'])
  assert.equal(received[0]!.body, received[1]!.body)
  const due = await store.outbox.takeDue(new Date(Date.now() + 1e9).toISOString(), 1)
  assert.equal(due, undefined)
})

test('an address within the link or a metadata service is never told anything', async () => {
  const notify = configured(
    `  - { id: bad, kind: webhook, url: 'http://169.254.169.254/latest', secret: '\${WEBHOOK_SECRET}', insecure: true }\n`,
  )
  await build([
    old,
    log4shell,
    record('GHSA-2222', ['Maven', log4j.name], [{ introduced: '0' }], { severity: log4shell.severity! }),
  ])
  await judgeWith(notify).judge.refresh(signal)
  await notify.deliver(signal)
  assert.match(failures.at(-1)!.problem, /never asked/)
})

test('what is configured wrongly is said with its line, and no secret', () => {
  const wrong = (text: string) => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(file, text)
    return () => readNotifyConfig(file, {})
  }
  assert.throws(
    wrong(`channels:\n  - { id: a, kind: webhook, url: 'https://x.test', secret: hunter2 }`),
    (error: Error) =>
      /:2: channels\[0\]\.secret: .*16 characters/.test(error.message) && !error.message.includes('hunter2'),
  )
  assert.throws(wrong("channels:\n  - { id: a, kind: slack, url: '${NOWHERE}' }"), /no NOWHERE/)
  assert.throws(wrong('channels:\n  - { id: a, kind: pager }'), /wrong\.yaml:2/)
})

test('mail reaches a real mail server', { skip: withoutPrograms('aiosmtpd') }, async () => {
  const port = await freePort()
  const maildir = join(folder, 'mail')
  const server = spawn('aiosmtpd', ['-n', '-l', `127.0.0.1:${port}`, '-c', 'aiosmtpd.handlers.Mailbox', maildir])
  ends.push(() => server.kill())
  await untilListening(port)
  const notify = configured(
    `  - { id: mail, kind: email, server: 'smtp://127.0.0.1:${port}', from: plimsoll@x.test, to: [ops@x.test], teams: [default] }\n`,
  )
  await build([
    old,
    log4shell,
    record('GHSA-3333', ['Maven', log4j.name], [{ introduced: '0' }], { severity: log4shell.severity! }),
  ])
  await judgeWith(notify).judge.refresh(signal)
  await notify.deliver(signal)
  const [mail] = readdirSync(join(maildir, 'new'))
  const text = readFileSync(join(maildir, 'new', mail!), 'utf8')
    .replaceAll('=\r\n', '')
    .replaceAll('=\n', '')
  assert.match(text, /^Subject: 1 new vulnerability for team default, 1 running workload\r?$/m)
  assert.match(text, /GHSA-3333 critical, in org\.apache\.logging\.log4j:log4j-core 2\.14\.1/)
  assert.match(text, /runs in shop/)
  assert.match(text, /^X-RcptTo: ops@x\.test\r?$/m)
})

async function freePort(): Promise<number> {
  const server = createTcp().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(port, '127.0.0.1')
    const answered = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      wait(500, false),
    ])
    socket.destroy()
    if (answered) return
    await wait(100)
  }
  throw new Error('the mail server did not start')
}
