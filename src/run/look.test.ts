import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Source } from '../discover/source.ts'
import { Unreachable } from '../discover/source.ts'
import type { AdvisoryLookup } from '../model/advisory.ts'
import type { ImageIndex } from '../model/image.ts'
import { imageId, type Resource } from '../model/resource.ts'
import { localAsk } from './local-ask.ts'
import { judgeEach } from './local-look.ts'
import { look, type Look } from './look.ts'
import type { EstateRecorder } from '../model/estate.ts'
import type { Finding } from '../model/finding.ts'
import { memoryEstate } from './memory-estate.ts'
import type { Progress } from './progress.ts'
import { loadRules } from './rules.ts'
import { throttle } from './throttle.ts'

const digest = `sha256:${'a'.repeat(64)}`
const machine: Resource = {
  id: 'host/web-1',
  kind: 'host.Machine',
  name: 'web-1',
  service: 'self.podman',
  source: 'host',
  labels: {},
  properties: {},
}
const container: Resource = {
  id: 'host/web-1/containers/1',
  kind: 'docker.Container',
  name: 'shop',
  service: 'self.docker',
  source: 'docker',
  runsOn: 'host/web-1',
  runs: { images: [{ reference: 'shop:1', image: imageId(digest) }], exposure: 'local', state: 'running' },
  labels: {},
  properties: { privileged: true },
}
const process: Resource = { ...container, kind: 'host.Container', source: 'host', name: '1', properties: {} }
const engine: Resource = {
  id: 'host/web-1/docker',
  kind: 'docker.Engine',
  name: 'Docker Engine on web-1',
  service: 'self.docker',
  source: 'docker',
  runsOn: 'host/web-1',
  labels: {},
  properties: {},
}
const image: ImageIndex = {
  digest,
  configDigest: digest,
  aliases: ['shop:1'],
  size: 1,
  layers: [],
  config: { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] },
  packages: [
    { ecosystem: 'npm', name: 'left-pad', version: '1.0.0', purl: 'pkg:npm/left-pad@1.0.0', place: { path: 'app' } },
  ],
  gaps: [],
}
/** Every release of left-pad below 1.1.0 is affected. */
const advisories: AdvisoryLookup = {
  judges: () => ({ advisories: 1, starter: false }),
  find: () => [
    {
      id: 'TEST-1',
      modified: '2026-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'left-pad' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.1.0' }] }],
        },
      ],
    },
  ],
  exploited: () => false,
  epss: () => undefined,
}

function fakeSource(id: string, reported: () => readonly Resource[] | undefined): Source {
  return {
    id,
    name: id,
    asks: [],
    speaksFor: [],
    offer: `start ${id}`,
    locate: async () => (reported() ? id : undefined),
    async *discover() {
      yield* reported() ?? []
    },
  }
}

async function parts(changes: Partial<Look>): Promise<Look & { found: Finding[] }> {
  const estate = memoryEstate()
  const found: Finding[] = []
  const recorder: EstateRecorder = {
    ...estate,
    recordAssessment: async (assessment) => {
      found.push(...assessment.findings)
      await estate.recordAssessment(assessment)
    },
  }
  const clock = () => '2026-11-21T12:00:00Z'
  return {
    sources: [],
    ask: localAsk(),
    recorder,
    found,
    judge: judgeEach(recorder, advisories, clock),
    advisories: async () => advisories,
    rules: await loadRules(),
    clock,
    readMachine: async (resource) => ({ resource, subLayer: 'node_os', packages: [], gaps: [] }),
    readImage: async () => image,
    isNew: () => true,
    ...changes,
  }
}

const quiet = { report: () => {}, signal: new AbortController().signal }

test('from a source to findings: the image of a container is read once and judged, the container by rules', async () => {
  let reads = 0
  const given = await parts({
    sources: [fakeSource('host', () => [machine, process]), fakeSource('docker', () => [engine, container])],
    readImage: async () => {
      reads++
      return image
    },
  })
  const steps: Progress[] = []
  await look(given, (progress) => steps.push(progress), quiet.signal)
  await look(given, quiet.report, quiet.signal)

  const findings = given.found
  const { resources } = await given.recorder.estate()
  assert.equal(reads, 1)
  assert.ok(findings.some(({ rule, resource }) => rule === 'TEST-1' && resource === imageId(digest)))
  assert.ok(findings.some(({ rule, resource }) => rule.includes('privileged') && resource === container.id))
  assert.equal(resources.find(({ id }) => id === container.id)?.kind, 'docker.Container', 'the engine knows it better')
  assert.equal(resources.find(({ id }) => id === machine.id)?.service, 'self.docker', 'an engine runs on it')
  assert.equal(steps.at(-1)?.finished, true)
  assert.equal(steps.filter(({ finished }) => finished).length, 1)
})

test('a source that falls silent keeps what it reported, and is unreachable; one never seen is absent', async () => {
  let isThere = true
  const given = await parts({
    sources: [
      fakeSource('host', () => [machine, process]),
      fakeSource('docker', () => (isThere ? [engine, container] : undefined)),
      fakeSource('podman', () => undefined),
    ],
  })
  await look(given, quiet.report, quiet.signal)
  isThere = false
  await look(given, quiet.report, quiet.signal)

  const { sources, resources } = await given.recorder.estate()
  assert.deepEqual(
    sources.map(({ id, state }) => [id, state]),
    [
      ['docker', 'unreachable'],
      ['host', 'answered'],
    ],
  )
  assert.equal(resources.find(({ id }) => id === container.id)?.source, 'docker')
  assert.equal(resources.find(({ id }) => id === machine.id)?.service, 'self.docker')
})

test('a source that breaks off or has a bug is a silent one, not the end of the cycle', async () => {
  const broken = (id: string, error: Error): Source => ({
    ...fakeSource(id, () => []),
    // oxlint-disable-next-line require-yield
    async *discover() {
      throw error
    },
  })
  const given = await parts({
    sources: [
      fakeSource('host', () => [machine]),
      broken('docker', new Unreachable('nothing listens at /run/docker.sock: start the engine')),
      broken('podman', new TypeError('x is undefined')),
    ],
  })
  await look(given, quiet.report, quiet.signal)
  const { sources } = await given.recorder.estate()
  assert.deepEqual(Object.fromEntries(sources.map(({ id, state, reason }) => [id, `${state}: ${reason ?? ''}`])), {
    host: 'answered: ',
    docker: 'unreachable: nothing listens at /run/docker.sock: start the engine',
    podman: 'unreachable: failed: x is undefined',
  })
})

test('an image that cannot be read is a gap of its own, and the others are judged', async () => {
  const other = `sha256:${'b'.repeat(64)}`
  const second = {
    ...container,
    id: 'host/web-1/containers/2',
    runs: { ...container.runs!, images: [{ reference: 'broken', image: imageId(other) }] },
  }
  const given = await parts({
    sources: [fakeSource('docker', () => [engine, second, container])],
    readImage: async (_source, wanted) => (wanted === other ? { why: 'the archive is cut' } : image),
  })
  await look(given, quiet.report, quiet.signal)
  const { evidence } = await given.recorder.estate()
  const findings = given.found
  const unread = evidence.find(({ resource }) => resource === imageId(other))
  assert.deepEqual(unread?.depth, { done: 0, of: 0, unit: 'packages judged' })
  assert.deepEqual(unread?.gaps, [{ why: 'the archive is cut' }])
  assert.ok(findings.some(({ rule }) => rule === 'TEST-1'))
})

test('the same outcome is not recorded again until an hour has gone by', () => {
  const isNew = throttle()
  const assessment = (at: string, done: number) => ({
    resource: 'r',
    subLayer: 'image' as const,
    task: 'hardening' as const,
    engine: 'plimsoll',
    at,
    depth: { done, of: 2, unit: 'rules evaluated' as const },
    findings: [],
    gaps: [],
  })
  assert.equal(isNew(assessment('2026-01-01T00:00:00Z', 1)), true)
  assert.equal(isNew(assessment('2026-01-01T00:30:00Z', 1)), false)
  assert.equal(isNew(assessment('2026-01-01T00:30:00Z', 2)), true)
  assert.equal(isNew(assessment('2026-01-01T01:29:59Z', 2)), false)
  assert.equal(isNew(assessment('2026-01-01T01:30:00Z', 2)), true)
})
