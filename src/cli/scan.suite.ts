// `plimsoll scan` and the exit codes of the command line, as a user meets them.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { dockerArchiveOf, ociLayoutOf, sha256, tarOf, type TestEntry } from '../inspect/testing.ts'
import type { Result } from '../model/result.ts'
import { shared, withoutShared } from '../testing/shared.ts'
import { advisoryFeed, alpineFiles, alpineImage, sandbox, type Ended } from './testing.ts'

const box = sandbox()
const mega = 1024 * 1024

before(async () => {
  const build = await box.run(['db', 'build', '--from', advisoryFeed(box.folder), '--data', box.data])
  assert.equal(build.code, 0, build.stderr)
})

test('what cannot be understood ends with 2 and says why', async () => {
  const wrong: [string[], RegExp][] = [
    [['scan'], /missing required argument 'target'/],
    [['scan', 'host', '--nope'], /unknown option '--nope'/],
    [
      ['scan', 'host', '--format', 'xml'],
      /Allowed choices are table, json, sarif, junit, cyclonedx, spdx, openvex, html, markdown/,
    ],
    [['scan', 'host', '--fail-on', 'bad'], /Allowed choices are critical, high, medium, low, unknown/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['serve', '--port', '65536'], /whole number from 0 to 65535/],
    [['coverage', '--format', 'sarif'], /Allowed choices are table, json/],
    [['scan', join(box.folder, 'none.tar')], /none\.tar is not there/],
    [['scan', `dir:${join(box.folder, 'none')}`], /none is not there/],
  ]
  for (const [args, why] of wrong) {
    const { code, stdout, stderr } = await plimsoll(...args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, why)
    assert.doesNotMatch(stderr, /^ +at /m, 'no stack')
  }
})

test('--help of every command ends with 0 and shows its options', async (t) => {
  const start = performance.now()
  const { code, stdout } = await plimsoll('--help')
  t.diagnostic(`--help: ${Math.round(performance.now() - start)} ms, its memory measured beside it`)
  assert.equal(code, 0)
  const listed = new Set([...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name))
  for (const command of ['start', 'scan', 'coverage', 'serve', 'db']) assert.ok(listed.has(command), command)
  const options = {
    start: /--every/,
    scan: /--fail-on/,
    coverage: /--all/,
    serve: /--public-url/,
    db: /build/,
    'db build': /--from/,
    'db info': /--data/,
  }
  for (const [command, option] of Object.entries(options)) {
    const help = await plimsoll(...command.split(' '), '--help')
    assert.deepEqual([help.code, help.stderr], [0, ''], command)
    assert.match(help.stdout, option)
  }
})

test('statements of VEX and ignore files suppress, fail no build, and are shown', async () => {
  const { archive, id } = await alpineImage({ musl: '1.1.22-r4', zlib: '1.2.11-r1' })
  const target = fileOf('decided.tar', archive)
  const purl = 'pkg:apk/alpine/musl'
  const vex = (digest: string): string =>
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      author: 'Maker',
      timestamp: '2026-01-01T00:00:00Z',
      statements: [
        {
          vulnerability: { name: 'CVE-2026-0001' },
          products: [{ '@id': `pkg:oci/app@${encodeURIComponent(digest)}`, subcomponents: [{ '@id': purl }] }],
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
        },
      ],
    })
  const own = writeIn('vex', 'own.json', vex(id))
  const other = writeIn('vex', 'other.json', vex(`sha256:${'0'.repeat(64)}`))
  const ignore = writeIn(
    'vex',
    '.trivyignore',
    '# too old\nCVE-2026-0002 exp:2020-01-01\n# not reachable\nCVE-2026-0003\n',
  )
  const scan = (...files: string[]): Promise<Ended> =>
    plimsoll('scan', target, '--format', 'json', '--fail-on', 'critical', '--ignore-file', ignore, '--vex', ...files)

  const open = await scan(other)
  assert.equal(open.code, 1, open.stderr)
  const { code, stdout } = await scan(own)
  const { findings, gaps } = JSON.parse(stdout) as Result
  assert.equal(code, 0)
  assert.deepEqual(
    findings.filter(({ kind }) => kind === 'vulnerability').map(({ rule, suppressed }) => [rule, suppressed?.reason]),
    [
      ['CVE-2026-0001', 'vulnerable code not in execute path'],
      ['CVE-2026-0002', undefined],
      ['CVE-2026-0003', 'not reachable'],
    ],
  )
  assert.ok(gaps.some(({ why }) => why.startsWith('the exception for CVE-2026-0002 ended on 2020-01-01')))

  // Read back, the document that is written says the same.
  const written = join(box.folder, 'written.openvex.json')
  assert.equal((await plimsoll('scan', target, '--format', 'openvex', '--vex', own, '--output', written)).code, 0)
  const again = await plimsoll('scan', target, '--format', 'json', '--vex', written)
  const back = (JSON.parse(again.stdout) as Result).findings.find(({ rule }) => rule === 'CVE-2026-0001')
  assert.equal(back?.suppressed?.status, 'not affected')

  const missing = await plimsoll('scan', target, '--vex', join(box.folder, 'none.json'))
  assert.deepEqual([missing.code, /none\.json is not there/.test(missing.stderr)], [2, true])
})

test('what building on another image would clear', async () => {
  const target = fileOf('old.tar', (await alpineImage({ musl: '1.1.22-r4', zlib: '1.2.11-r1' })).archive)
  const base = fileOf('new.tar', (await alpineImage({ musl: '1.1.22-r6' })).archive)
  const { code, stdout, stderr } = await plimsoll('scan', target, '--format', 'json', '--rebase-on', base)
  assert.equal(code, 0, stderr)
  assert.deepEqual((JSON.parse(stdout) as Result).rebase, [{ onto: base, clears: 2, of: 3 }])
})

test('a bill of materials is judged as what it was made from', async () => {
  const target = rootfs('bill', { musl: '1.1.22-r4', zlib: '1.2.12-r3' })
  const whole = JSON.parse((await plimsoll('scan', target, '--format', 'json')).stdout) as Result
  for (const format of ['cyclonedx', 'spdx']) {
    const bill = join(box.folder, `bill.${format}.json`)
    assert.equal((await plimsoll('scan', target, '--format', format, '--output', bill)).code, 0)
    const { code, stdout, stderr } = await plimsoll('scan', bill, '--format', 'json')
    assert.equal(code, 0, stderr)
    const result = JSON.parse(stdout) as Result
    assert.equal(result.target.kind, 'sbom')
    assert.deepEqual(result.packages, whole.packages)
    assert.deepEqual(result.distribution, whole.distribution)
    assert.deepEqual(result.judged, whole.judged)
    const named = ({ findings }: Result) => findings.map(({ rule, package: found }) => `${rule} ${found?.purl}`)
    assert.ok(named(whole).length > 0)
    assert.deepEqual(named(result), named(whole))
  }
  const other = join(box.folder, 'other.json')
  writeFileSync(other, '{"hello": 1}')
  const refused = await plimsoll('scan', other)
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /neither CycloneDX nor SPDX/)
})

test('each format names the package and its vulnerability, and --output writes the same', async () => {
  const target = rootfs('formats', { musl: '1.1.22-r4' })
  for (const format of ['table', 'json', 'sarif', 'cyclonedx', 'spdx']) {
    const { code, stdout, stderr } = await plimsoll('scan', target, '--format', format)
    assert.equal(code, 0, stderr)
    if (format !== 'table') JSON.parse(stdout)
    // SPDX 2.3 has no place for vulnerabilities.
    const vulnerability = format === 'spdx' ? [] : ['CVE-2026-0001']
    for (const word of ['musl', '1.1.22-r4', ...vulnerability]) assert.ok(stdout.includes(word), `${format}: ${word}`)
    const file = join(box.folder, `result.${format}`)
    const written = await plimsoll('scan', target, '--format', format, '--output', file)
    assert.deepEqual([written.code, written.stdout], [0, ''])
    assert.equal(withoutChance(readFileSync(file, 'utf8')), withoutChance(stdout))
  }
  const nowhere = await plimsoll('scan', target, '--output', join(box.folder, 'none', 'result'))
  assert.equal(nowhere.code, 2)
  assert.match(nowhere.stderr, /none\/result/)
})

test('--fail-on ends with 1 only when a finding is that severe or worse', async () => {
  const critical = rootfs('critical', { musl: '1.1.22-r4' })
  const medium = rootfs('medium', { zlib: '1.2.11-r1' })
  const fixed = rootfs('fixed', { musl: '1.1.22-r6' })
  const unjudged = rootfs('unjudged', { musl: '1.1.22-r4' }, '3.20.3')
  const expected: [string, string, number][] = [
    [critical, 'critical', 1],
    [critical, 'unknown', 1],
    [medium, 'critical', 0],
    [medium, 'medium', 1],
    [medium, 'low', 1],
    [fixed, 'critical', 0],
    [fixed, 'high', 1], // the release itself is out of support
    [unjudged, 'critical', 2],
  ]
  for (const [target, severity, code] of expected) {
    const ended = await plimsoll('scan', target, '--fail-on', severity)
    assert.equal(ended.code, code, `${target} --fail-on ${severity}: ${ended.stderr}`)
  }
})

const skip = withoutShared('osv') || withoutShared('rootfs')

test('real Alpine file systems with the real feeds', { skip }, async () => {
  const data = join(box.folder, 'real')
  const build = await box.run(['db', 'build', '--from', shared('osv')!, '--data', data])
  assert.equal(build.code, 0, build.stderr)
  const scan = (release: string, ...more: string[]): Promise<Ended> =>
    box.run(['scan', `dir:${shared(`rootfs/alpine-${release}`)}`, '--data', data, ...more])

  const old = await scan('3.10.9', '--format', 'json')
  const known = resultOf(old)
  assert.equal(old.code, 0, old.stderr)
  assert.equal(known.distribution?.ecosystem, 'Alpine:v3.10')
  assert.deepEqual(packagesOf(known), apkRecords('3.10.9'))
  assert.deepEqual([known.judged.done, known.gaps], [known.packages.length, []])

  const recent = await scan('3.20.3', '--format', 'json')
  const unknown = resultOf(recent)
  assert.equal(recent.code, 2)
  assert.match(recent.stderr, /no advisories for this release \(Alpine:v3\.20\)/)
  assert.deepEqual(packagesOf(unknown), apkRecords('3.20.3'))
  assert.equal(unknown.judged.done, 0)
  assert.deepEqual(unknown.gaps, [{ why: 'no advisories for this release (Alpine:v3.20)' }])
  const table = await scan('3.20.3')
  assert.match(table.stdout, /no advisories for this release/)
  assert.doesNotMatch(table.stdout, /\b0 (findings|vulnerabilities|critical)|no vulnerabilit/i)
})

/** Exit code, what must be said, and the most memory in MB. */
interface Expected {
  target: () => Promise<string>
  code: 0 | 2
  says: RegExp
  peak?: number
}

const apk = alpineFiles('3.10.9', { musl: '1.1.22-r4' })
const hostile: Record<string, Expected> = {
  'an archive that was cut in the middle': {
    target: async () => {
      const { archive } = await alpineImage({ musl: '1.1.22-r4' })
      return fileOf('cut.tar', archive.subarray(0, archive.length / 2))
    },
    code: 2,
    says: /cut\.tar cannot be read as a tar: the archive is cut/,
  },
  'a compressed archive that was cut in the middle': {
    target: async () => {
      const archive = gzipSync((await alpineImage({ musl: '1.1.22-r4' })).archive)
      return fileOf('cut.tar.gz', archive.subarray(0, archive.length / 2))
    },
    code: 2,
    says: /cut\.tar\.gz cannot be read: the gzip stream is cut/,
  },
  'a manifest whose names would move the cursor': {
    target: async () => {
      const manifest = [{ Config: 'a\u001B[2Jb.json', RepoTags: [], Layers: ['0/layer.tar'] }]
      return fileOf('escape.tar', await dockerArchiveOf([await tarOf(apk)], { manifest }))
    },
    code: 2,
    says: /escape\.tar cannot be judged: a\\u\{1b\}\[2Jb\.json is not there/,
  },
  'a configuration that lies about the digest of its layer': {
    target: async () => fileOf('lie.tar', await dockerArchiveOf([await tarOf(apk)], { diffIds: [sha256('other')] })),
    code: 0,
    says: /the layer is not the one that the configuration names/,
  },
  'a manifest that lies about the digest of its configuration': {
    target: async () => {
      const layer = await tarOf(apk)
      const entries = ociLayoutOf([{ layers: [{ stored: gzipSync(layer), diffId: sha256(layer) }] }])
      const config = entries.find(({ contents }) => String(contents).includes('diff_ids'))!
      config.contents = String(config.contents).replace('amd64', 'arm64')
      return fileOf('config.tar', await tarOf(entries))
    },
    code: 2,
    says: /config\.tar.*digest/,
  },
  'paths that climb out': {
    target: async () => {
      const out = ['../../../../escaped', '/../../escaped', `${box.cwd}/escaped`, 'srv/../../../escaped']
      const files = out.map((path) => ({ path, contents: 'escaped' }))
      const links = [
        { path: 'lib/link', symlink: '../../../../..' },
        { path: 'lib/link/escaped', contents: 'escaped' },
      ]
      return fileOf('climb.tar', await dockerArchiveOf([await tarOf([...apk, ...files, ...links])]))
    },
    code: 0,
    says: /the path climbs out of the root\n +\.\.\/\.\.\/\.\.\/\.\.\/escaped/,
  },
  'links that lead to each other': {
    target: async () => {
      const loop = [
        { path: 'etc/os-release', symlink: 'a' },
        { path: 'etc/a', symlink: 'os-release' },
        { path: 'lib', symlink: 'lib' },
      ]
      return fileOf('loop.tar', await dockerArchiveOf([await tarOf(loop)]))
    },
    code: 2,
    says: /is a symbolic link to a, which was not read\n +etc\/os-release[^]*loop\.tar could not be judged/,
  },
  'a folder with links that lead to each other': {
    target: async () => {
      const target = rootfs('loop', { musl: '1.1.22-r4' })
      symlinkSync('loop', join(box.folder, 'roots/loop/loop'))
      symlinkSync('..', join(box.folder, 'roots/loop/etc/up'))
      return target
    },
    code: 0,
    says: /musl/,
  },
  '100,000 tiny files': {
    target: async () => {
      function* files(): Generator<TestEntry> {
        yield* apk
        for (let index = 0; index < 100_000; index++) yield { path: `srv/${index % 1000}/${index}`, contents: 'x' }
      }
      return fileOf('many.tar', await dockerArchiveOf([await tarOf(files())]))
    },
    code: 0,
    says: /musl/,
    peak: 350,
  },
  'a layer that is a gzip bomb': {
    target: async () => {
      const zeros = gzipSync(Buffer.alloc(64 * mega))
      const stored = Buffer.concat([gzipSync(await tarOf(apk)), ...Array.from({ length: 16 }, () => zeros)])
      const entries = ociLayoutOf([{ layers: [{ stored, diffId: sha256('other') }] }])
      return fileOf('bomb.tar', await tarOf(entries))
    },
    code: 0,
    says: /the layer is not the one that the configuration names|larger than/,
    peak: 350,
  },
  'an archive that is one gzip bomb': {
    target: async () => {
      const zeros = gzipSync(Buffer.alloc(64 * mega))
      return fileOf('bomb.tar.gz', Buffer.concat(Array.from({ length: 16 }, () => zeros)))
    },
    code: 2,
    says: /bomb\.tar\.gz cannot be read as a tar/,
    peak: 350,
  },
}

for (const [name, { target, code, says, peak = 250 }] of Object.entries(hostile)) {
  test(`hostile: ${name}`, async (t) => {
    const path = await target()
    const before = box.contents()
    const ended = await plimsoll('scan', path)
    t.diagnostic(`${Math.round(ended.peak)} MB`)
    const all = ended.stdout + ended.stderr
    assert.equal(ended.code, code, all)
    assert.match(all, says)
    assert.doesNotMatch(all, /^ +at /m, 'no stack')
    assert.doesNotMatch(all, /[^\P{Cc}\n]/u, 'nothing that a terminal would obey')
    assert.ok(ended.peak < peak, `${ended.peak} MB`)
    assert.deepEqual(box.contents(), before, 'nothing is written or left behind')
    for (const folder of ['/', dirname(box.folder), box.folder]) assert.ok(!existsSync(join(folder, 'escaped')))
  })
}

function plimsoll(...args: string[]): Promise<Ended> {
  const [command] = args
  return box.run(command === 'scan' && args.length > 1 ? [...args, '--data', box.data] : args)
}

function resultOf({ stdout }: Ended): Result {
  return JSON.parse(stdout) as Result
}

function packagesOf({ packages }: Result): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`).toSorted()
}

/** What the database of apk holds, by its own field names. */
function apkRecords(release: string): string[] {
  const text = readFileSync(shared(`rootfs/alpine-${release}/lib/apk/db/installed`)!, 'utf8')
  const records = text.split('\n\n').filter((record) => record.trim() !== '')
  const field = (record: string, letter: string) => new RegExp(`^${letter}:(.*)$`, 'm').exec(record)![1]
  return records.map((record) => `${field(record, 'P')} ${field(record, 'V')}`).toSorted()
}

/** A root file system as a target. */
function rootfs(name: string, packages: Record<string, string>, release = '3.10.9'): string {
  for (const { path, contents } of alpineFiles(release, packages)) writeIn(`roots/${name}`, path, contents)
  return `dir:${join(box.folder, 'roots', name)}`
}

function fileOf(name: string, contents: Uint8Array): string {
  return writeIn('archives', name, contents)
}

function writeIn(folder: string, path: string, contents: string | Uint8Array): string {
  const full = join(box.folder, folder, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, contents)
  return full
}

/** Times and serial numbers differ from run to run. */
function withoutChance(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|urn:uuid:[0-9a-f-]+/g, '')
}
