// Images as they are saved: docker archives and OCI layouts, as a tar, a stream and a folder; and the documents of registries.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseDocument, parseImageDocument } from '../../src/inspect/image/config.ts'
import { indexSchema, manifestSchema } from '../../src/inspect/image/oci-schemas.ts'
import { chooseManifest } from '../../src/inspect/image/registry-index.ts'
import { inspectImageStream, inspectTarget, UnreadableTarget } from '../../src/inspect/inspect.ts'
import { defaultLimits } from '../../src/inspect/limits.ts'
import { openEnvelope } from '../../src/inspect/origin/signatures.ts'
import { nobody } from '../../src/inspect/origin/trust.ts'
import { parseStatement } from '../../src/inspect/origin/provenance.ts'
import { dockerArchiveOf, ociLayoutOf, sha256, tarOf, type TestEntry } from '../../src/inspect/testing.ts'
import type { ImageIndex } from '../../src/model/image.ts'
import { changedJson } from '../mutate-json.ts'
import { changeBytes, materialOf } from '../mutate.ts'
import type { Random } from '../random.ts'
import {
  checkedScan,
  hold,
  holdGaps,
  never,
  orRefusal,
  orRefusalLater,
  streamOf,
  withoutPlaces,
  type FuzzTarget,
} from '../target.ts'
import { mendTar, tarSeeds, tarWords } from './archives.ts'

const limits = { ...defaultLimits, extractTime: 1500, layer: 8 * 1024 * 1024, spool: 64 * 1024 * 1024 }

const [first, second] = [tarSeeds[1]!, tarSeeds[2]!]
const layers = [
  { stored: gzipSync(first), diffId: sha256(first) },
  { stored: second, diffId: sha256(second) },
]
const history = [{ created_by: 'COPY a /' }, { created_by: 'RUN x', empty_layer: true }, { created_by: 'RUN y' }]
const layout = ociLayoutOf([{ layers, history }])
const both = ociLayoutOf([{ layers }, { layers: layers.slice(0, 1), platform: { os: 'linux', architecture: 'arm64' } }])
const [archive, layoutTar, bothTar] = await Promise.all([dockerArchiveOf([first, second]), tarOf(layout), tarOf(both)])
const material = materialOf([archive, layoutTar, ...tarSeeds], tarWords)

/** A layout whose documents or layers are changed, and whose digests follow, so that the change is read. */
function changedLayout(entries: readonly TestEntry[], random: Random): TestEntry[] {
  const chosen = random.pick(entries.filter(({ path }) => path !== 'oci-layout'))
  const before = Buffer.from(chosen.contents ?? '')
  const json = before[0] === 0x7b ? changedJson(before, random) : undefined
  let after = json ?? changeBytes(before, random, material)
  if (!json && random.oneIn(2)) after = mendTar(after, random)
  const names = new Map([[sha256(before), sha256(after)]])
  const changed = entries.map((entry) => (entry === chosen ? { ...entry, contents: after } : entry))
  return random.oneIn(3) ? changed : renamed(changed, names)
}

/** Names of blobs, and what names them, until nothing changes any more. */
function renamed(entries: readonly TestEntry[], names: ReadonlyMap<string, string>): TestEntry[] {
  let list = [...entries]
  let waiting = names
  for (let round = 0; round < 6 && waiting.size > 0; round++) {
    const next = new Map<string, string>()
    list = list.map((entry) => {
      let path = entry.path
      let contents = Buffer.from(entry.contents ?? '')
      for (const [from, to] of waiting) {
        path = path.replace(from.slice(7), to.slice(7))
        if (contents[0] !== 0x7b || !contents.includes(from)) continue
        const text = contents.toString('utf8').replaceAll(from, to)
        next.set(sha256(contents), sha256(text))
        contents = Buffer.from(text)
      }
      return { path, contents }
    })
    waiting = next
  }
  return list
}

/** The entries as one text, so that an input is bytes as everywhere. */
function written(entries: readonly TestEntry[]): Buffer {
  return Buffer.from(
    entries.map(({ path, contents = '' }) => `${path} ${Buffer.from(contents).toString('base64')}`).join('\n'),
  )
}

function entriesIn(input: Buffer): TestEntry[] {
  return input
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(
      ([path = '']) => /^[\w/.-]{1,100}$/.test(path) && !path.split('/').some((part) => part === '..' || part === ''),
    )
    .map(([path = '', contents = '']) => ({ path, contents: Buffer.from(contents, 'base64') }))
}

function checkImage({ gaps, layers: read, packages }: ImageIndex): void {
  holdGaps(gaps)
  for (const { place } of packages) {
    hold(
      read.some(({ digest }) => digest === place.layer),
      `a package is of the layer ${place.layer}, which is none`,
    )
  }
}

let count = 0

/** A folder of its own, in which nothing else may appear. */
async function inFolder(fill: (folder: string) => string, only: string): Promise<unknown> {
  const folder = join(tmpdir(), `image-${count++}`)
  mkdirSync(folder)
  try {
    const path = fill(folder)
    const result = await orRefusalLater(async () => {
      const { image } = await inspectTarget(
        { kind: 'image', path },
        { signal: never, limits, workFolder: folder, platform },
      )
      if (image) checkImage(image)
      return image
    }, UnreadableTarget)
    hold(readdirSync(folder).join() === only, `the work folder holds ${readdirSync(folder).join()}`)
    return JSON.parse(JSON.stringify(withoutPlaces(result) ?? null).replaceAll(folder, ''))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const platform = { os: 'linux', architecture: 'amd64' }

function archiveTarget(id: string, seeds: readonly Buffer[]): FuzzTarget {
  return {
    id,
    seeds: () => seeds,
    words: tarWords,
    mend: mendTar,
    run: (input) =>
      inFolder((folder) => {
        writeFileSync(join(folder, 'image.tar'), input)
        return join(folder, 'image.tar')
      }, 'image.tar'),
  }
}

const ociFolder: FuzzTarget = {
  id: 'oci-layout-folder',
  seeds: () => [written(layout), written(both)],
  make: (random) => written(changedLayout(random.oneIn(3) ? both : layout, random)),
  run: (input) =>
    inFolder((folder) => {
      const root = join(folder, 'layout')
      mkdirSync(root)
      for (const { path, contents = '' } of entriesIn(input)) {
        try {
          mkdirSync(dirname(join(root, path)), { recursive: true })
          writeFileSync(join(root, path), contents)
        } catch {} // a file where a folder is
      }
      return root
    }, 'layout'),
}

/** As an engine sends it: compressed or not, in any pieces. */
const imageStream: FuzzTarget = {
  id: 'image-stream',
  seeds: () => [archive, layoutTar, gzipSync(archive, { level: 1 })],
  mend: (input, random) => (input[0] === 0x1f ? input : mendTar(input, random)),
  async run(input, split) {
    const options = { signal: never, limits, workFolder: tmpdir(), platform }
    const result = await orRefusalLater(async () => {
      const image = await inspectImageStream('test:1', streamOf(split(input)), options)
      checkImage(image)
      return image
    }, UnreadableTarget)
    return withoutPlaces(result)
  },
}

const documents = [...layout, ...both]
  .map(({ contents = '' }) => Buffer.from(contents))
  .filter((bytes) => bytes[0] === 0x7b)
const statement = {
  subject: [{ name: 'a', digest: { sha256: '0'.repeat(64) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      externalParameters: {},
      resolvedDependencies: [{ uri: 'git+https://example.org/a', digest: { sha1: '1' } }],
    },
    runDetails: { builder: { id: 'https://example.org' } },
  },
}
const envelope = { payloadType: 'application/vnd.in-toto+json', payload: 'e30=', signatures: [{ sig: 'AA==' }] }

const registryDocuments: FuzzTarget = {
  id: 'registry-documents',
  seeds: () => [...documents, Buffer.from(JSON.stringify(statement)), Buffer.from(JSON.stringify(envelope))],
  words: [
    'sha256:',
    'sha512:',
    '"manifests":',
    '"schemaVersion":1',
    '"mediaType":"application/vnd.oci.image.index.v1+json"',
  ],
  async run(input) {
    const text = input.toString('utf8')
    const { scan, list } = checkedScan()
    // It leads to itself, if it is an index.
    const root = { bytes: input, digest: sha256(input), mediaType: undefined, name: 'test:1' }
    const chosen = orRefusalLater(
      async () => (await chooseManifest(root, { platform, limits, scan, fetch: async () => input })).indexes,
      Error,
    )
    return {
      index: orRefusal(() => parseDocument(indexSchema, text, 'index'), Error),
      manifest: orRefusal(() => parseDocument(manifestSchema, text, 'manifest'), Error),
      config: orRefusal(() => parseImageDocument(text, 'config', scan), Error),
      statement: orRefusal(() => parseStatement(text), Error),
      envelope: await openEnvelope(input, {}, nobody),
      chosen: await chosen,
      gaps: list(),
    }
  },
}

export const imageTargets: readonly FuzzTarget[] = [
  archiveTarget('docker-archive', [archive]),
  archiveTarget('oci-layout-tar', [layoutTar, bothTar]),
  ociFolder,
  imageStream,
  registryDocuments,
]
