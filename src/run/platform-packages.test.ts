// Answers of `GET /version` as Docker and Podman give them.

import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import type { AdvisoryLookup } from '../model/advisory.ts'
import { assessPlatform } from './assess.ts'
import { platformPackages } from './platform-packages.ts'

const docker = [
  { name: 'Engine', version: '24.0.5' },
  { name: 'containerd', version: 'v1.7.2' },
  { name: 'runc', version: '1.1.7' },
  { name: 'docker-init', version: '0.19.0' },
]

test('Docker, containerd and runc are modules of Go; what no feed judges is a gap', () => {
  const { packages, gaps } = platformPackages(docker)
  deepEqual(
    packages.map(({ purl }) => purl),
    [
      'pkg:golang/github.com/docker/docker@v24.0.5',
      'pkg:golang/github.com/containerd/containerd@v1.7.2',
      'pkg:golang/github.com/opencontainers/runc@v1.1.7',
    ],
  )
  deepEqual(gaps, [{ why: 'no feed judges docker-init 0.19.0' }])
})

test('Podman is known by its major version', () => {
  const { packages, gaps } = platformPackages([
    { name: 'Podman Engine', version: '4.3.1' },
    { name: 'OCI Runtime (crun)', version: 'crun version 1.8.1' },
  ])
  deepEqual(
    packages.map(({ name }) => name),
    ['github.com/containers/podman/v4'],
  )
  equal(gaps.length, 1)
})

test("a distribution's build is not judged by what its project says", () => {
  const { packages, gaps } = platformPackages([{ name: 'containerd', version: '1.6.20~ds1' }])
  deepEqual(packages, [])
  deepEqual(
    gaps.map(({ why }) => why),
    ['containerd 1.6.20~ds1 is no release of its project: only who built it knows what was mended in it'],
  )
})

const none: AdvisoryLookup = { judges: () => undefined, find: () => [], exploited: () => false, epss: () => undefined }

test('an engine out of support is a finding, and one without advisories a gap that is counted', () => {
  const engine = { id: 'host/a/docker', kind: 'docker.Engine', properties: { components: docker } }
  const assessment = assessPlatform(engine, none, '2026-11-29T00:00:00Z')!
  deepEqual(
    [assessment.subLayer, assessment.task, assessment.depth],
    ['control_plane', 'vulnerabilities', { done: 0, of: 4, unit: 'packages judged' }],
  )
  // Docker 24.0 ended on 2024-06-08 and containerd 1.7 on 2026-09-01, by their projects' pages.
  deepEqual(
    assessment.findings.map(({ title }) => title),
    [
      'Docker Engine v24.0.5 is out of support since 2024-06-08',
      'containerd v1.7.2 is out of support since 2026-09-01',
    ],
  )
  deepEqual(
    assessment.gaps.map(({ why }) => why),
    ['no advisories for Go', 'no feed judges docker-init 0.19.0'],
  )
  equal(assessPlatform({ ...engine, kind: 'host.Machine' }, none, '2026-11-29T00:00:00Z'), undefined)
})

test('Docker Engine 29 is out of what Go’s database counts', () => {
  const components = [{ name: 'Engine', version: '29.0.1' }]
  const { packages } = platformPackages(components)
  deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:golang/github.com/moby/moby/v2@v29.0.1'],
  )
  const judged: AdvisoryLookup = { ...none, judges: () => ({ advisories: 1, starter: false }) }
  const { depth, gaps } = assessPlatform(
    { id: 'host/a/docker', kind: 'docker.Engine', properties: { components } },
    judged,
    '2026-11-29T00:00:00Z',
  )!
  deepEqual([depth.done, depth.of, gaps.length], [0, 1, 1])
})
