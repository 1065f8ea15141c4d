import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '../testing.ts'
import { parseStatement, repositoryAddress } from './provenance.ts'
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
    { source: 'https://git.example/o/r.git', revision: commit },
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
        metadata: { buildkit_metadata: { vcs: { source: 'git@git.example:o/r.git', revision: commit } } },
      },
    },
    { source: 'git@git.example:o/r.git', revision: commit, builder: 'https://ci.example' },
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
