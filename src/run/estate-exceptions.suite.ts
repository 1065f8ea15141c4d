// Decisions not to act, on a stored estate: what is suppressed by whom and until when, what is open again and told, and that
// only what a decision is about is judged again. The files are real ones.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { record } from '../match/testing.ts'
import type { Finding } from '../model/finding.ts'
import { imageId } from '../model/resource.ts'
import type { NotifiedFinding } from '../model/notification.ts'
import { onBothEngines } from '../testing/engines.ts'
import type { Store } from '../store/store.ts'
import { assessment, container, day, debian, digest, everything, image, report, ruleFinding } from '../store/testing.ts'
import { inventoryOf } from './assess.ts'
import { estateExceptions, type EstateExceptions } from './estate-exceptions.ts'
import { estateJudge, type EstateJudge } from './estate-judge.ts'
import { TestIndex } from './testing.ts'

/** What the stores' clock says. */
let now = day(1)
const page = { offset: 0, limit: 50 }
const signal = new AbortController().signal
const openssl = debian('openssl', '3.0.15-1')
const bash = debian('bash', '5.2')
const [one, two, three] = [imageId(digest(1)), imageId(digest(2)), imageId(digest(3))]

/** OpenVEX. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md */
function openvex(products: readonly object[], status = 'not_affected', at = day(1)): string {
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.test/vex/1',
    author: 'Supplier',
    timestamp: at,
    version: 1,
    statements:
      products.length === 0
        ? []
        : [
            {
              vulnerability: { name: 'CVE-2026-1' },
              products,
              status,
              ...(status === 'not_affected' ? { justification: 'vulnerable_code_not_in_execute_path' } : {}),
              ...(status === 'affected' ? { action_statement: 'Wait for the supplier' } : {}),
            },
          ],
  })
}

onBothEngines('exceptions', () => now, behaves)

function behaves(open: () => Promise<Store>): void {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-exceptions-'))
  const ignore = join(folder, '.trivyignore')
  const byPath = join(folder, '.trivyignore.yaml')
  const vex = join(folder, 'supplier.json')
  let store: Store
  let exceptions: EstateExceptions
  let judge: EstateJudge
  let index: TestIndex
  let told: NotifiedFinding[] = []
  let beyond = 0

  before(async () => {
    now = day(1)
    mkdirSync(join(folder, 'vex'))
    for (const file of [ignore, byPath]) writeFileSync(file, '')
    writeFileSync(vex, openvex([]))
    store = await open()
    index = new TestIndex([
      record('DSA-1', ['Debian:12', 'openssl'], [{ introduced: '0' }], { aliases: ['CVE-2026-1'] }),
      record('DSA-2', ['Debian:12', 'bash'], [{ introduced: '0' }], { aliases: ['CVE-2026-2'] }),
    ])
    await begin()
    await store.recordSource(report('docker', now, { resources: 2 }), [container('one', 1), container('two', 2)])
    for (const number of [1, 2]) await read(number)
    await store.recordAssessment(assessment('docker/one', now, [ruleFinding('docker/one', 'no-root')]))
    await judge.refresh(signal)
    await apply()
    told = []
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  const begin = async () => {
    exceptions = await estateExceptions(
      { vex: [vex], ignore: [ignore, byPath], vexFolder: join(folder, 'vex') },
      store.exceptions,
      () => now,
      signal,
    )
    judge = estateJudge({
      verdicts: store.verdicts,
      advisories: async () => index.lookup(),
      clock: () => now,
      isNew: () => true,
      record: (given) => store.recordAssessment(exceptions.assessment(given)),
      exceptions,
      changed: async () => {
        await store.outbox.announce(now, (found, more) => {
          beyond += more
          told.push(...found.flatMap(({ findings }) => findings))
          return []
        })
      },
    })
  }
  const read = async (number: number) => {
    const given = image(number, [openssl, bash])
    await store.recordImage(given)
    await judge.judge(inventoryOf(given), false)
  }
  const apply = () => exceptions.refresh(judge, signal)
  const statesOf = async (id: string) =>
    (await store.findingsOf(everything, id))
      .map(
        ({ rule, state, suppressed }) =>
          `${rule} ${state}${suppressed ? ` by ${suppressed.by.split('/').at(-1)}` : ''}`,
      )
      .toSorted()

  test('what an ignore file excepts is listed as excepted, with reason and end, and counts as open nowhere', async () => {
    writeFileSync(ignore, '# switched off\nCVE-2026-1 exp:2026-11-10\nno-root\n')
    now = day(2)
    index.asked.length = 0
    await apply()
    assert.deepEqual(index.asked, ['Debian:12 openssl'], 'nothing else is judged again')
    for (const id of [one, two]) {
      assert.deepEqual(await statesOf(id), ['DSA-1 excepted by .trivyignore:2', 'DSA-2 open'])
    }
    assert.deepEqual(await statesOf('docker/one'), [
      'DSA-1 excepted by .trivyignore:2',
      'DSA-2 open',
      'no-root excepted by .trivyignore:3',
    ])
    const list = async (state: 'open' | 'excepted') =>
      (await store.findings(everything, { ...page, state })).groups.map(({ rule }) => rule).toSorted()
    assert.deepEqual([await list('open'), await list('excepted')], [['DSA-2'], ['DSA-1', 'no-root']])
    const { groups } = await store.findings(everything, { ...page, state: 'excepted', search: '.trivyignore:2' })
    const { by, ...rest } = groups[0]!.first.suppressed!
    assert.deepEqual(rest, { reason: 'switched off', until: '2026-11-10' })
    assert.equal(by, `${ignore}:2`)
    assert.deepEqual(
      (await store.estate()).open.map(({ resource, counts }) => [resource, counts.unknown]),
      [one, two].map((image) => [image, 1]),
    )
    assert.equal((await store.counts(everything)).findings, 2)
    assert.equal((await store.images(everything, page)).images[0]?.findings?.unknown, 1)
    assert.deepEqual(
      (await store.exceptions.known()).map(({ file, line, until, ended }) => [file, line, until, ended]),
      [
        [ignore, 2, '2026-11-10', false],
        [ignore, 3, undefined, false],
      ],
    )
    await apply()
    assert.deepEqual(told, [])
  })

  test('a new image and a new verdict come excepted, after a start too', async () => {
    await begin()
    await store.recordSource(report('docker', now, { resources: 3 }), [
      container('one', 1),
      container('two', 2),
      container('three', 3),
    ])
    await read(3)
    assert.deepEqual(await statesOf(three), ['DSA-1 excepted by .trivyignore:2', 'DSA-2 open'])
    writeFileSync(ignore, '# switched off\nCVE-2026-1 exp:2026-11-10\nno-root\nCVE-2026-3\n')
    await apply()
    index.add(record('DSA-3', ['Debian:12', 'bash'], [{ introduced: '0' }], { aliases: ['CVE-2026-3'] }))
    now = day(3)
    await judge.refresh(signal)
    assert.deepEqual(await statesOf(one), [
      'DSA-1 excepted by .trivyignore:2',
      'DSA-2 open',
      'DSA-3 excepted by .trivyignore:4',
    ])
    assert.deepEqual(told, [], 'what comes excepted is told to nobody')
  })

  test('when its day has passed the finding is open again, and those who run it are told why', async () => {
    now = day(9)
    await apply()
    assert.deepEqual(told, [])
    now = day(10)
    index.asked.length = 0
    await apply()
    assert.deepEqual(index.asked, ['Debian:12 openssl'])
    assert.deepEqual(await statesOf(two), ['DSA-1 open', 'DSA-2 open', 'DSA-3 excepted by .trivyignore:4'])
    assert.deepEqual(
      told.map(({ rule, reopened, workloadCount }) => [rule, reopened, workloadCount]),
      [['DSA-1', `the exception of ${ignore}:2 ended on 2026-11-10`, 3]],
    )
    const [finding] = await store.findingsOf(everything, one)
    assert.deepEqual(
      [finding?.openSince, finding?.changes.map(({ at, state, cause }) => [at, state, cause])],
      [
        day(10),
        [
          [day(2), 'excepted', 'exception'],
          [day(10), 'open', 'exception ended'],
        ],
      ],
    )
    assert.deepEqual((await store.exceptions.known()).find(({ line }) => line === 2)?.ended, true)
    told = []
    await apply()
    assert.deepEqual(told, [])
  })

  test('a statement of VEX about a package holds in every image; taken back, it is told once', async () => {
    now = day(11)
    writeFileSync(vex, openvex([{ '@id': 'pkg:deb/debian/openssl@3.0.15-1' }]))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 excepted by supplier.json (Supplier)')
    assert.equal((await statesOf(three))[0], 'DSA-1 excepted by supplier.json (Supplier)')
    const { first } = (await store.findings(everything, { ...page, state: 'excepted', search: 'DSA-1' })).groups[0]!
    assert.equal(first.suppressed?.status, 'not affected')
    assert.equal(first.suppressed?.justification, 'vulnerable_code_not_in_execute_path')
    now = day(12)
    writeFileSync(vex, openvex([{ '@id': 'pkg:deb/debian/openssl@3.0.15-1' }], 'affected', day(12)))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    assert.deepEqual(
      told.map(({ rule, reopened }) => [rule, reopened]),
      [['DSA-1', `${vex} (Supplier) does not except it any more`]],
    )
    told = []
  })

  test('a statement that has nothing new but its time, and a rule but its version, are weighed again', async () => {
    now = day(12)
    const about = [{ '@id': 'pkg:deb/debian/openssl@3.0.15-1' }]
    const other = join(folder, 'vex/other.json')
    writeFileSync(vex, openvex(about, 'not_affected', day(5)))
    writeFileSync(other, openvex(about, 'affected', day(4)))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 excepted by supplier.json (Supplier)')
    writeFileSync(other, openvex(about, 'affected', day(6)))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    rmSync(other)
    writeFileSync(vex, openvex([]))
    const yaml = (version: string) =>
      `vulnerabilities:\n  - id: CVE-2026-1\n    purls:\n      - pkg:deb/debian/openssl@${version}\n`
    writeFileSync(byPath, yaml('3.0.15-1'))
    await apply()
    assert.match((await statesOf(one))[0]!, /^DSA-1 excepted by \.trivyignore\.yaml/)
    writeFileSync(byPath, yaml('3.0.15-2'))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    writeFileSync(byPath, '')
    await apply()
    told = []
  })

  test('a statement about one image holds there alone, and what ends there is told of there alone', async () => {
    now = day(13)
    writeFileSync(vex, openvex([{ '@id': `pkg:oci/app@${digest(1)}` }]))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 excepted by supplier.json (Supplier)')
    assert.equal((await statesOf(two))[0], 'DSA-1 open')
    const { groups } = await store.findings(everything, { ...page, search: 'DSA-1' })
    assert.deepEqual(
      groups.map(({ count }) => count),
      [2],
    )
    index.withdraw('DSA-1')
    await judge.refresh(signal)
    index.add(record('DSA-1', ['Debian:12', 'openssl'], [{ introduced: '0' }], { aliases: ['CVE-2026-1'] }))
    await judge.refresh(signal)
    assert.equal((await statesOf(one))[0], 'DSA-1 excepted by supplier.json (Supplier)')
    assert.deepEqual(
      told.map(({ rule, workloadCount }) => [rule, workloadCount]),
      [['DSA-1', 2]],
    )
    told = []
    now = day(14)
    writeFileSync(vex, openvex([]))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    assert.deepEqual(
      told.map(({ rule, workloadCount, reopened }) => [rule, workloadCount, reopened]),
      [['DSA-1', 1, `${vex} (Supplier) does not except it any more`]],
    )
    told = []
    await apply()
    await judge.refresh(signal)
    assert.deepEqual(told, [])
  })

  test('each team is told by which statement its own image was excepted, and of more than are listed how many', async () => {
    now = '2026-11-14T12:00:00Z'
    beyond = 0
    await store.createTeam('data', 'Data')
    await store.giveToTeam('docker/two', 'data')
    for (const number of [1, 2])
      writeFileSync(join(folder, `vex/${number}.json`), openvex([{ '@id': `pkg:oci/app@${digest(number)}` }]))
    await apply()
    const secrets = Array.from({ length: 1001 }, (_, index) => ruleFinding('docker/three', `secret-${index}`))
    const suppressed = { by: 'list', reason: 'of a test' }
    const say = (findings: readonly Finding[]) => store.recordAssessment(assessment('docker/three', now, findings))
    await say(secrets.map((finding) => ({ ...finding, suppressed })))
    for (const number of [1, 2]) rmSync(join(folder, `vex/${number}.json`))
    now = '2026-11-14T13:00:00Z'
    await say(secrets)
    await apply()
    const again = told.filter(({ rule }) => rule === 'DSA-1').map(({ reopened }) => reopened)
    assert.deepEqual(
      again.toSorted(),
      [1, 2].map((number) => `vex/${number}.json (Supplier) does not except it any more`),
    )
    assert.deepEqual([told.length, beyond], [1002, 1])
    await store.giveToTeam('docker/two', 'default')
    await say([])
    told = []
  })

  test('a rule with a path holds where the package lies on it', async () => {
    now = day(15)
    const yaml = (path: string) => `vulnerabilities:\n  - id: CVE-2026-1\n    paths:\n      - ${path}\n`
    writeFileSync(byPath, yaml('srv/**'))
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    writeFileSync(byPath, yaml('var/lib/dpkg/status'))
    await apply()
    assert.match((await statesOf(one))[0]!, /^DSA-1 excepted by \.trivyignore\.yaml/)
    await store.recordImage(image(4, [debian('openssl', '3.0.15-1', 'opt/status')]))
    await judge.judge(inventoryOf(image(4, [debian('openssl', '3.0.15-1', 'opt/status')])), false)
    assert.deepEqual(await statesOf(imageId(digest(4))), ['DSA-1 open'])
    writeFileSync(byPath, '')
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    told = []
  })

  test('who ships a package may say that it is affected where no advisory does', async () => {
    now = day(16)
    const affected = openvex([{ '@id': 'pkg:deb/debian/bash@5.2' }], 'affected')
    writeFileSync(join(folder, 'vex/own.json'), affected)
    await apply()
    assert.ok((await statesOf(one)).includes('CVE-2026-1 open'))
    rmSync(join(folder, 'vex/own.json'))
    await apply()
    assert.ok(!(await statesOf(one)).includes('CVE-2026-1 open'))
    told = []
  })

  test('a statement about an image is for those who may see the image; about a package it is for all', async () => {
    now = day(16)
    const known = async (teams: readonly string[]) =>
      (await exceptions.known({ teams })).flatMap(({ kind, products }) => (kind === 'vex' ? products : [])).toSorted()
    await store.createTeam('data', 'Data')
    await store.giveToTeam('docker/two', 'data')
    const oci = (number: number) => ({ '@id': `pkg:oci/app@${digest(number)}` })
    writeFileSync(join(folder, 'vex/images.json'), openvex([oci(1), oci(2)]))
    writeFileSync(join(folder, 'vex/package.json'), openvex([{ '@id': 'pkg:deb/debian/zlib@1' }]))
    await apply()
    const [ofDefault, ofData] = [1, 2].map((number) => `pkg:oci/app@${digest(number)}`)
    assert.deepEqual(await known(['default', 'data']), ['pkg:deb/debian/zlib@1', ofDefault, ofData])
    assert.deepEqual(await known(['data']), ['pkg:deb/debian/zlib@1', ofData])
    assert.deepEqual(await known([]), ['pkg:deb/debian/zlib@1'])
    assert.equal((await exceptions.known(everything)).filter(({ kind }) => kind === 'vex').length, 2)
    for (const name of ['images', 'package']) rmSync(join(folder, `vex/${name}.json`))
    await store.giveToTeam('docker/two', 'default')
    await apply()
    told = []
  })

  test('a file that is broken keeps what it said, and says so; one that is gone takes it back', async () => {
    now = day(17)
    const document = join(folder, 'vex/other.json')
    writeFileSync(document, openvex([{ '@id': 'pkg:deb/debian/openssl@3.0.15-1' }]))
    await apply()
    writeFileSync(document, '{ "half": ')
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 excepted by other.json (Supplier)')
    assert.match(JSON.stringify(exceptions.problems()), /not JSON: what it said before still holds.*vex\/other\.json/)
    rmSync(document)
    rmSync(ignore)
    await apply()
    assert.equal((await statesOf(one))[0], 'DSA-1 open')
    assert.match(JSON.stringify(exceptions.problems()), /what it said does not hold any more/)
    assert.deepEqual(await statesOf('docker/one'), ['DSA-1 open', 'DSA-2 open', 'DSA-3 open', 'no-root open'])
    const setting = told.find(({ rule }) => rule === 'no-root')
    assert.equal(setting?.reopened, `${ignore}:3 does not except it any more`)
    assert.deepEqual(setting.workloads, [{ id: 'docker/one', name: 'one' }])
    await assert.rejects(begin, /\.trivyignore /)
  })
}
