// Archives that are made to use up memory: each is read in a process of its own, whose peak is measured.

import { execFileSync, spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Gap } from '../model/scan.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

const mega = 1024 * 1024

interface Reading {
  packages: number
  gaps: Gap[]
  entries: number
  /** Peak of the resident memory, in MB. */
  peak: number
}

const program = `
  const { inspectTarget, parseTarget } = await import(process.argv[1])
  const options = { signal: new AbortController().signal, content: process.argv[3] === 'true' }
  const { image, packages, gaps: own } = await inspectTarget(parseTarget(process.argv[2]), options)
  const gaps = [...own, ...(image?.contents?.gaps ?? [])]
  const entries = image?.layers.reduce((sum, layer) => sum + layer.entries, 0) ?? 0
  const status = (await import('node:fs')).readFileSync('/proc/self/status', 'utf8')
  const peak = Number(/VmHWM:\\s+(\\d+)/.exec(status)[1]) / 1024
  console.log(JSON.stringify({ packages: packages.length, gaps, entries, peak }))
`

function read(target: string, content = false): Reading {
  const { href } = new URL('inspect.ts', import.meta.url)
  const options = ['--max-old-space-size=256', '--input-type=module', '-e', program, href, target, String(content)]
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' })
  equal(status, 0, stderr)
  return JSON.parse(stdout) as Reading
}

async function imageAt(t: TestContext, stored: Uint8Array, diffId: string): Promise<string> {
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await tarOf(ociLayoutOf([{ layers: [{ stored, diffId }] }])))
  return path
}

/** Members of gzip may follow one another: 4 GB of zeros in 4 MB. */
const bomb = Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(64 * mega))))

/** As 42.zip: sixteen copies in each, `depth` deep, of a file of zeros that packs to a thousandth. By Info-ZIP. */
function nestedZip(t: TestContext, depth: number): Buffer {
  const folder = workFolder(t)
  let name = 'zeros'
  writeFileSync(join(folder, name), Buffer.alloc(64 * mega))
  for (let level = 0; level < depth; level++) {
    const copies = Array.from({ length: 16 }, (_, index) => `${level}-${index}${level === 0 ? '' : '.zip'}`)
    for (const copy of copies) linkSync(join(folder, name), join(folder, copy))
    name = `level-${level}.zip`
    execFileSync('zip', ['-q', '-9', name, ...copies], { cwd: folder })
    for (const copy of copies) rmSync(join(folder, copy))
  }
  return readFileSync(join(folder, name))
}

const withoutZip = withoutPrograms('zip')

test(
  'zips in zips, gigabytes in each of thousands, stay below 300 MB',
  { timeout: 300_000, skip: withoutZip },
  async (t) => {
    const bomb = nestedZip(t, 4)
    ok(bomb.length < 4 * mega)
    const path = 'srv/42.zip'
    const layer = await tarOf([
      { path, contents: bomb },
      { path: 'srv/node_modules/a/package.json', contents: '{"name":"a","version":"1.0.0"}' },
    ])
    const { packages, gaps, peak } = read(await imageAt(t, layer, sha256(layer)), true)
    equal(packages, 1)
    ok(gaps.length > 0)
    for (const { place } of gaps) ok(place?.path?.startsWith(path))
    ok(peak < 300, `${peak} MB`)
  },
)

/** The header of a file of 3 GB, which the zeros then fill. */
async function headerOf(path: string): Promise<Buffer> {
  const header = (await tarOf([{ path, contents: 'x' }])).subarray(0, 512)
  header.write(`${(3 * 1024 * mega).toString(8)}\0`.padStart(12, '0'), 124, 'latin1')
  header.fill(0x20, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

for (const path of ['var/lib/dpkg/status', 'usr/share/zeros']) {
  test(`a gzip bomb in ${path} stays below 200 MB`, { timeout: 300_000 }, async (t) => {
    const stored = Buffer.concat([gzipSync(await headerOf(path)), bomb])
    const { gaps, peak } = read(await imageAt(t, stored, sha256('unknown')))
    const why = gaps.map((gap) => gap.why)
    if (path.endsWith('status')) ok(why.includes(`is larger than ${64 * mega} bytes`), why.join('; '))
    ok(why.some((reason) => reason.includes('the layer is not the one that the configuration names')))
    ok(peak < 200, `${peak} MB`)
  })
}

const many = 100_000
const marks = 20_000

test('100,000 tiny files in a layer stay below 250 MB', async (t) => {
  const content = '{"name":"a","version":"1.0.0"}'
  function* files() {
    for (let index = 0; index < many; index++) yield { path: `srv/files/${index % 1000}/${index}`, contents: 'x' }
    yield { path: 'srv/node_modules/a/package.json', contents: content }
  }
  const layer = await tarOf(files())
  const { packages, entries, gaps, peak } = read(await imageAt(t, gzipSync(layer, { level: 1 }), sha256(layer)))
  deepEqual([packages, entries, gaps], [1, many + 1, []])
  ok(peak < 250, `${peak} MB`)
})

test('20,000 whiteouts and 20,000 links stay below 250 MB', async (t) => {
  function* files() {
    for (let index = 0; index < marks; index++) {
      yield { path: `srv/${index}/.wh.gone` }
      yield { path: `srv/${index}/link`, symlink: '../../elsewhere' }
    }
  }
  const layer = await tarOf(files())
  const { entries, peak } = read(await imageAt(t, gzipSync(layer, { level: 1 }), sha256(layer)))
  equal(entries, 2 * marks)
  ok(peak < 250, `${peak} MB`)
})

test('100,000 tiny files in a root file system stay below 200 MB', async (t) => {
  const root = workFolder(t)
  for (let folder = 0; folder < 100; folder++) {
    mkdirSync(join(root, `${folder}`))
    for (let file = 0; file < many / 100; file++) writeFileSync(join(root, `${folder}`, `${file}`), '')
  }
  const { gaps, peak } = read(`dir:${root}`)
  deepEqual(gaps, [{ why: 'no package was found in a form that is read' }])
  ok(peak < 200, `${peak} MB`)
})

test('a package database of one endless line is a gap, below 300 MB', async (t) => {
  const root = workFolder(t)
  mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true })
  writeFileSync(join(root, 'var/lib/dpkg/status'), `Package: a\nVersion: ${'1'.repeat(60 * mega)}`)
  const { gaps, peak } = read(`dir:${root}`)
  match(gaps[0]?.why ?? '', /a line is longer than/)
  ok(peak < 300, `${peak} MB`)
})
