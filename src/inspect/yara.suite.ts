// Rules of YARA, by YARA-X itself: it is no dependency, since its entries in a lock file break `npm ci`. Where it is not beside the
// checkout, NODE_PATH names the folder that it was installed into.

import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { withoutYara } from '../testing/shared.ts'
import { loadGivenContent } from './given-content.ts'
import { inspectTarget } from './inspect.ts'
import { findIn } from './secrets/testing.ts'
import { dockerArchiveOf, never, sha256, tarOf, workFolder } from './testing.ts'

const skip = withoutYara(createRequire(import.meta.url).resolve)

function rulesOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = join(workFolder(t), 'rules')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const load = (...yaraRules: string[]) => loadGivenContent({ yaraRules, malwareHashes: [] })

const marker = `rule Marker : test linux {
  meta:
    description = "A marker"
    author = "somebody"
    severity = "Critical"
  strings:
    $a = "marker-" nocase
    $b = { 4d 41 52 [1-3] 45 52 }
  condition: any of them
}
`

test('a hit tells rule, file, description, severity and places, not what was matched', { skip }, async (t) => {
  const folder = rulesOf(t, { 'sub/marker.yar': marker })
  const { found, gaps } = await findIn('srv/.hidden', 'xx MARKER marker-xx', { wanted: await load(folder), pieces: 4 })
  deepEqual(gaps, [])
  deepEqual(found, [
    {
      kind: 'malware',
      rule: 'yara/Marker',
      title: 'Matches the YARA rule Marker: A marker',
      severity: 'critical',
      evidence: {
        rule: 'Marker',
        file: join(folder, 'sub/marker.yar'),
        tags: ['test', 'linux'],
        meta: { description: 'A marker', author: 'somebody', severity: 'Critical' },
        patterns: ['$a at 10', '$b at 3'],
      },
      place: { path: 'srv/.hidden' },
    },
  ])
  deepEqual((await findIn('srv/a', 'nothing', { wanted: await load(folder) })).found, [])
})

test('rules of one name, global ones, modules, variables and includes of public collections', { skip }, async (t) => {
  const folder = rulesOf(t, {
    'index.yar': 'include "./a.yar"\ninclude "b.yara"\n',
    'a.yar': 'import "elf"\nrule Same { strings: $a = "aaa" condition: $a and not defined elf.type }',
    'b.yara': 'private rule Helper { strings: $a = "bbb" condition: $a }\nrule Same { condition: Helper }',
    'global.yar': 'global rule Never { condition: filesize > 1MB }\nrule Large { condition: true }',
    'name.yar':
      'rule Name { meta: score = 45 condition: filename == "x.bin" and extension == ".bin" and filepath == "/srv/x.bin" }',
    'notes.txt': 'no rule',
  })
  const wanted = await load(folder)
  const rules = async (path: string, text: string) =>
    (await findIn(path, text, { wanted })).found.map(({ rule, severity, evidence }) => [
      rule,
      severity,
      evidence['file'],
    ])
  deepEqual(await rules('srv/a', 'aaa'), [['yara/Same', 'high', join(folder, 'a.yar')]])
  deepEqual(await rules('srv/b', 'bbb'), [['yara/Same', 'high', join(folder, 'b.yara')]])
  deepEqual(await rules('srv/x.bin', 'ccc'), [['yara/Name', 'medium', join(folder, 'name.yar')]])
  deepEqual(await rules('srv/a', 'ddd'), [])
})

test('rules that do not compile are an error with file and line', { skip }, async (t) => {
  const folder = rulesOf(t, {
    'a.yar': marker,
    'b.yar': 'rule B {\n  condition: $x\n}\n',
    'c.yar': '\nimport "nothing"\n',
  })
  await rejects(load(folder), (error: Error) => {
    deepEqual(error.message.split('\n  '), [
      '--yara-rules: not all rules compile',
      `${join(folder, 'b.yar')}:2:14: unknown pattern \`$x\``,
      `${join(folder, 'c.yar')}:2:1: unknown module \`nothing\``,
    ])
    return true
  })
  await rejects(load(rulesOf(t, { 'a.yar': '// none\n' })), /no rule stands in the files/)
})

test('in a layer, in what lies in its archives, and below a later layer', { skip }, async (t) => {
  const content = await load(rulesOf(t, { 'a.yar': marker }))
  const inner = gzipSync(await tarOf([{ path: 'deep/evil', contents: 'MARKER' }]))
  const layers = [
    await tarOf([
      { path: 'srv/a.bin', contents: Buffer.concat([randomBytes(3e6), Buffer.from('MARKER'), randomBytes(1e6)]) },
      { path: 'srv/b.tgz', contents: inner },
    ]),
    await tarOf([{ path: 'srv/a.bin', contents: 'clean' }]),
  ]
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await dockerArchiveOf(layers))
  const { image } = await inspectTarget({ kind: 'image', path }, { signal: never, content })
  deepEqual(image?.contents?.gaps, [])
  const [first, second] = layers.map(sha256)
  deepEqual(
    image?.contents?.found.map(({ place, hiddenBy, evidence }) => [
      place.path,
      place.layer,
      hiddenBy,
      evidence['patterns'],
    ]),
    [
      // The tar itself, in which the same bytes lie, is not told beside its file.
      ['srv/b.tgz!/deep/evil', first, undefined, ['$b at 0']],
      ['srv/a.bin', first, second, ['$b at 3000000']],
    ],
  )
})

test('large layers are scanned by threads, with the same rules', { skip }, async (t) => {
  const content = await load(rulesOf(t, { 'a.yar': marker }))
  const layers = await Promise.all(
    [0, 1, 2].map((number) =>
      tarOf([
        { path: `big${number}`, contents: randomBytes(9e6) },
        { path: `srv/${number}`, contents: 'MARKER' },
      ]),
    ),
  )
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await dockerArchiveOf(layers))
  const { image } = await inspectTarget({ kind: 'image', path }, { signal: never, content })
  deepEqual(image?.contents?.found.map(({ place }) => [place.path, place.layer]).toSorted(), [
    ['srv/0', sha256(layers[0]!)],
    ['srv/1', sha256(layers[1]!)],
    ['srv/2', sha256(layers[2]!)],
  ])
})

const slow = `rule Slow { condition: uint8(0) == 0x53 and
  for any i in (0..filesize) : (for any j in (0..filesize) : (for any k in (0..filesize) : (uint8(i) + uint8(j) + uint8(k) == 1))) }
rule Fast { strings: $a = "fast" condition: $a }`

test('a file that takes too long is a gap, and the others are scanned', { skip }, async (t) => {
  const wanted = await load(rulesOf(t, { 'slow.yar': slow }))
  const tar = await tarOf([
    { path: 'a', contents: 'fast' },
    { path: 'b', contents: Buffer.alloc(30_000, 'S') },
    { path: 'c', contents: 'fast' },
  ])
  const { found, gaps } = await findIn('srv/x.tar', tar, { wanted, limits: { yaraTime: 500 } })
  deepEqual(
    found
      .map(({ rule, place }) => [rule, place.path])
      .filter(([rule]) => rule === 'yara/Fast')
      .toSorted(),
    [
      ['yara/Fast', 'srv/x.tar!/a'],
      ['yara/Fast', 'srv/x.tar!/c'],
    ],
  )
  deepEqual(gaps, [
    { why: 'was not scanned by the YARA rules: it took longer than 0.5 s', place: { path: 'srv/x.tar!/b' } },
  ])
})

test('files beyond the limit are one gap that counts them', { skip }, async (t) => {
  const wanted = await load(rulesOf(t, { 'a.yar': marker }))
  const tar = await tarOf([1, 2, 3, 4].map((n) => ({ path: `f${n}`, contents: Buffer.alloc(n * 1000) })))
  const { gaps } = await findIn('x.tar', tar, { wanted, limits: { yaraFile: 1500 } })
  deepEqual(
    gaps.map(({ why }) => why),
    ['4 files are larger than 1500 bytes and were not scanned by the YARA rules: x.tar, x.tar!/f2, x.tar!/f3, …'],
  )
})

test('10,000 small files, and 32 MB that match everywhere', { skip }, async (t) => {
  const wanted = await load(rulesOf(t, { 'a.yar': marker }))
  const tar = await tarOf(Array.from({ length: 10_000 }, (_, n) => ({ path: `f${n}`, contents: `file ${n}` })))
  let began = performance.now()
  equal((await findIn('x.tar', tar, { wanted })).gaps.length, 0)
  t.diagnostic(`10,000 files: ${Math.round(performance.now() - began)} ms`)
  began = performance.now()
  equal((await findIn('x', Buffer.alloc(32e6, 'MARKER'), { wanted })).found.length, 1)
  t.diagnostic(`32 MB: ${Math.round(performance.now() - began)} ms`)
})

test('rules without the package are an error that says how to install it, and the process ends', async (t) => {
  const folder = rulesOf(t, { 'a.yar': marker })
  const program = fileURLToPath(new URL('../../bin/plimsoll.js', import.meta.url))
  const words = ['scan', `dir:${folder}`, '--data', folder, '--yara-rules', folder]
  const run = (nodePath: string | undefined) =>
    spawnSync(process.execPath, [program, ...words], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, NODE_PATH: nodePath },
    })
  if (skip)
    match(run(undefined).stderr, /YARA-X, which is not installed: .*npm install --no-save @litko\/yara-x@0\.3\.0/)
  else {
    const { stdout, stderr, signal } = run(process.env['NODE_PATH'])
    equal(signal, null)
    match(stdout + stderr, /Marker/)
  }
})

test('a folder without rules, a missing one, and an index that leads outside', async (t) => {
  await rejects(load(rulesOf(t, { 'a.txt': 'x' })), /no \.yar or \.yara file lies in it/)
  await rejects(load(join(workFolder(t), 'none')), /none: could not be read \(ENOENT\)/)
  const folder = rulesOf(t, { 'a.yar': '\ninclude "../x.yar"\n' })
  await rejects(load(folder), /a\.yar:2: includes \.\.\/x\.yar, which is not among the rules/)
})
