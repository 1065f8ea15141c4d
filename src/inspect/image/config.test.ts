import { test } from 'node:test'
import { deepEqual, throws } from 'node:assert/strict'
import { gapList } from '../gaps.ts'
import { never } from '../testing.ts'
import { parseImageDocument } from './config.ts'

const diffId = `sha256:${'a'.repeat(64)}`

function read(document: object) {
  const gaps = gapList(never, 10)
  const parsed = parseImageDocument(JSON.stringify(document), 'config.json', gaps.scan)
  return { ...parsed, gaps: gaps.list() }
}

test('how a container starts, without secrets', () => {
  const { config, createdBy, architecture, gaps } = read({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-11-01T00:00:00Z',
    config: {
      User: '1000',
      ExposedPorts: { '80/tcp': {} },
      Env: ['PATH=/usr/bin', 'DB_PASSWORD=hunter2'],
      Entrypoint: ['/app', '--token', 'hunter2'],
      Cmd: null,
      Labels: { maintainer: 'a@example.org', 'registry-token': 'hunter2' },
      Healthcheck: { Test: ['CMD', 'true'] },
      Volumes: null,
      WorkingDir: '/srv',
    },
    history: [
      { created_by: 'ADD rootfs.tar /' },
      { created_by: 'ENV X=1', empty_layer: true },
      { created_by: 'RUN |1 NPM_TOKEN=hunter2 npm ci' },
    ],
    rootfs: { type: 'layers', diff_ids: [diffId, diffId] },
  })
  deepEqual([architecture, gaps], ['amd64', []])
  deepEqual(createdBy, ['ADD rootfs.tar /', 'RUN |1 NPM_TOKEN=[redacted] npm ci'])
  deepEqual(config, {
    user: '1000',
    exposedPorts: ['80/tcp'],
    env: ['PATH=/usr/bin', 'DB_PASSWORD=[redacted]'],
    entrypoint: ['/app', '--token', '[redacted]'],
    cmd: [],
    workingDir: '/srv',
    labels: { maintainer: 'a@example.org', 'registry-token': '[redacted]' },
    healthcheck: true,
    volumes: [],
    created: '2026-11-01T00:00:00Z',
  })
})

test('a malformed part is a gap; the layers stay', () => {
  const { config, diffIds, createdBy, gaps } = read({
    config: { Env: [1], User: 'root' },
    history: 'none',
    rootfs: { diff_ids: [diffId] },
  })
  deepEqual([config.env, diffIds, createdBy], [[], [diffId], [undefined]])
  deepEqual(
    gaps.map(({ why, place }) => [why.split(' malformed: ')[0], place?.path]),
    [
      ["config of the image's configuration is", 'config.json'],
      ["history of the image's configuration is", 'config.json'],
    ],
  )
})

test('without layers there is nothing to read', () => {
  throws(() => read({ config: {} }), /config.json is malformed: rootfs/)
  const { scan } = gapList(never, 10)
  throws(() => parseImageDocument('{', 'config.json', scan), /config.json is no JSON/)
})
