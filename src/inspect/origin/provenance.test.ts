import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '../testing.ts'
import { parseStatement } from './provenance.ts'
import { repositoryAddress } from './repository-address.ts'
import { statementOf } from './testing.ts'

const digest = sha256('manifest')
const commit = '8c7d1f2b3a4e5f60718293a4b5c6d7e8f9012345'
const version1 = 'https://slsa.dev/provenance/v1'
const version02 = 'https://slsa.dev/provenance/v0.2'

// Written by hand after the forms that the builders document.
const forms: [string, string, unknown, object][] = [
  [
    'BuildKit, SLSA 0.2, of a local folder that git knows',
    version02,
    {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      materials: [{ uri: 'pkg:docker/alpine@3.20?platform=linux%2Famd64', digest: { sha256: 'a' } }],
      invocation: { configSource: { entryPoint: 'Dockerfile' } },
      metadata: {
        'https://mobyproject.org/buildkit@v1#metadata': {
          vcs: { revision: commit, source: 'https://git.example/o/r.git' },
        },
      },
    },
    { source: 'https://git.example/o/r.git', revision: commit, buildFile: 'Dockerfile' },
  ],
  [
    'BuildKit, SLSA 0.2, of an address of git with a token in it',
    version02,
    {
      builder: { id: 'https://ci.example/o/r/actions/runs/1' },
      invocation: {
        configSource: { uri: 'https://me:token@git.example/o/r.git#refs/heads/main', digest: { sha1: commit } },
      },
    },
    { source: 'https://git.example/o/r.git', revision: commit, builder: 'https://ci.example/o/r/actions/runs/1' },
  ],
  [
    'BuildKit, SLSA 1',
    version1,
    {
      buildDefinition: {
        externalParameters: { configSource: { path: 'Dockerfile' }, request: {} },
        resolvedDependencies: [{ uri: 'pkg:docker/alpine@3.20' }],
      },
      runDetails: {
        builder: { id: 'https://ci.example' },
        metadata: {
          buildkit_metadata: {
            vcs: { source: 'git@git.example:o/r.git', revision: commit, 'localdir:dockerfile': './deploy' },
          },
        },
      },
    },
    {
      source: 'git@git.example:o/r.git',
      revision: commit,
      buildFile: 'deploy/Dockerfile',
      builder: 'https://ci.example',
    },
  ],
  [
    'a workflow, SLSA 1',
    version1,
    {
      buildDefinition: {
        externalParameters: {
          workflow: { ref: 'refs/heads/main', repository: 'https://github.com/o/r', path: '.github/x.yml' },
        },
        resolvedDependencies: [{ uri: 'git+https://github.com/o/r@refs/heads/main', digest: { gitCommit: commit } }],
      },
      runDetails: { builder: { id: 'https://github.com/o/r/.github/workflows/x.yml@refs/heads/main' } },
    },
    {
      source: 'https://github.com/o/r',
      revision: commit,
      buildFile: '.github/x.yml',
      builder: 'https://github.com/o/r/.github/workflows/x.yml@refs/heads/main',
    },
  ],
  [
    'a generator, SLSA 0.2',
    version02,
    { invocation: { configSource: { uri: 'git+https://github.com/o/r@refs/tags/v1', digest: { sha1: commit } } } },
    { source: 'https://github.com/o/r', revision: commit },
  ],
  ['nothing of use', version1, { buildDefinition: {}, runDetails: {} }, {}],
]
for (const [name, predicateType, predicate, provenance] of forms) {
  test(`provenance of ${name}`, () => {
    const statement = parseStatement(statementOf(digest, predicateType, predicate))
    deepEqual(statement, { subjects: [digest], predicate: predicateType, provenance })
  })
}

/** As BuildKit writes it for a Dockerfile of two stages: the layers of a step's result, and the lines of the steps. */
const [base, runtime, own] = ['base', 'runtime', 'own'].map(sha256) as [string, string, string]
const stored = (digest: string) => ({ digest, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', size: 1 })
const line = (...lines: number[]) => ({
  locations: [{ ranges: lines.map((each) => ({ start: { line: each }, end: { line: each } })) }],
})
const long = {
  layers: {
    'step5:0': [[stored(runtime), stored(own)]],
    'step0:0': [[stored(runtime)], [stored(runtime)]],
    'step1:0': [[stored(base)]],
  },
  source: {
    infos: [{ filename: 'Dockerfile', data: 'RlJPTQ==', llbDefinition: [], digestMapping: {} }],
    locations: { step0: line(8), step1: line(2), step2: {}, step5: line(11, 10) },
  },
}
const steps = [
  { layer: runtime, file: 'Dockerfile', line: 8 },
  { layer: base, file: 'Dockerfile', line: 2 },
  { layer: own, file: 'Dockerfile', line: 10 },
]

test('provenance in its long form leads from a layer to the line that made it', () => {
  const before = { metadata: { 'https://mobyproject.org/buildkit@v1#metadata': long } }
  deepEqual(parseStatement(statementOf(digest, version02, before)).provenance?.steps, steps)
  const since = { buildDefinition: {}, runDetails: { metadata: { buildkit_metadata: long } } }
  deepEqual(parseStatement(statementOf(digest, version1, since)).provenance?.steps, steps)
})

test('steps in another form are left out, and the rest is read', () => {
  const broken = [
    { ...long, layers: 'none' },
    { ...long, source: { ...long.source, infos: [] } },
    { ...long, source: { ...long.source, locations: { step5: line(0) } } },
  ]
  for (const metadata of broken) {
    const builder = { id: 'https://ci.example' }
    const since = { buildDefinition: {}, runDetails: { builder, metadata: { buildkit_metadata: metadata } } }
    const { provenance } = parseStatement(statementOf(digest, version1, since))
    deepEqual(provenance, { builder: 'https://ci.example' })
  }
})

test('other statements have a kind only, and what is none is an error', () => {
  const { predicate, provenance } = parseStatement(statementOf(digest, 'https://spdx.dev/Document', {}))
  deepEqual([predicate, provenance], ['https://spdx.dev/Document', undefined])
  for (const text of ['', '[]', '{}', '{"subject":1}']) throws(() => parseStatement(text), /it is no in-toto statement/)
  equal(parseStatement(statementOf(digest, version1, 'a text')).provenance, undefined)
})

test('addresses of repositories, without a sign-in', () => {
  const addresses = {
    'git+https://git.example/o/r@refs/heads/main': 'https://git.example/o/r',
    'https://token@git.example/o/r.git#main': 'https://git.example/o/r.git',
    'ssh://git@git.example/o/r': 'ssh://git.example/o/r',
    'git@git.example:o/r.git': 'git@git.example:o/r.git',
    'https://git.example/@scope/r': 'https://git.example/@scope/r',
  }
  for (const [written, plain] of Object.entries(addresses)) equal(repositoryAddress(written), plain)
})
