import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { processorTimeOf } from './testing.ts'
import { gitAddress, isCommit, parseVcsUrl, repositoryName, vcsUrl } from './git-address.ts'

const commit = '2361d11d4c9602937aa081a6899f1b313398514a'

const same: [name: string, addresses: string[]][] = [
  [
    'github.com/curl/curl',
    [
      'https://github.com/curl/curl',
      'https://github.com/curl/curl.git',
      'http://GitHub.com/Curl/cURL/',
      'https://www.github.com/curl/curl.git/',
      'git://github.com/curl/curl.git',
      'git+https://github.com/curl/curl.git#main',
      'git+ssh://git@github.com/curl/curl.git',
      'ssh://git@github.com:22/curl/curl',
      'git@github.com:curl/curl.git',
      'github.com/curl/curl',
      'https://user:secret@github.com/curl/curl.git?branch=main#0123',
    ],
  ],
  // A host that may tell names by their case.
  ['git.kernel.org/pub/scm/Git/git', ['https://git.kernel.org/pub/scm/Git/git.git', 'git.kernel.org:/pub/scm/Git/git']],
  ['gitlab.com/a/b/c', ['git@gitlab.com:A/b/c.git']],
]
for (const [name, addresses] of same) {
  test(`one form for all addresses of ${name}`, () => {
    deepEqual(
      addresses.map((address) => repositoryName(address)),
      addresses.map(() => name),
    )
  })
}

test('what is no address of a host is none', () => {
  for (const text of [
    '',
    '../a',
    './a/b',
    '/srv/git/a.git',
    'file:///srv/git/a.git',
    'https://',
    'https://x',
    'a b.c/d',
    'https://github.com/',
    'https://github.com/.git',
    'a.b://me:secret@example.org/c',
  ])
    equal(gitAddress(text), undefined, text)
})

test('a purl holds repository and revision, and no password', () => {
  const cases: [address: string, revision: string | undefined, written: string | undefined][] = [
    ['https://example.org/A/b', commit, `git+https://example.org/A/b@${commit}`],
    ['https://me:secret@example.org/a/b.git?tag=v1', commit, `git+https://example.org/a/b.git@${commit}`],
    ['git@example.org:a/b.git', 'v1.0', 'git+ssh://example.org/a/b.git@v1.0'],
    ['https://example.org/a', undefined, 'git+https://example.org/a'],
    ['../a', commit, undefined],
  ]
  for (const [address, revision, written] of cases) {
    equal(vcsUrl(address, revision), written)
    if (written === undefined) continue
    deepEqual(parseVcsUrl(written), {
      repository: repositoryName(address),
      ...(revision === undefined ? {} : { revision }),
    })
  }
})

test('also as other tools write it', () => {
  deepEqual(parseVcsUrl(`git+ssh://git@github.com/A/b.git@${commit}#sub/folder`), {
    repository: 'github.com/a/b',
    revision: commit,
  })
  deepEqual(parseVcsUrl('https://github.com/a/b@release/1.0'), {
    repository: 'github.com/a/b',
    revision: 'release/1.0',
  })
  equal(parseVcsUrl('git+https://github.com/@x'), undefined)
})

test('a commit is told from a tag and from what is too short to be one alone', () => {
  deepEqual(['2361d11d4c96', commit, `${commit}${commit.slice(0, 24)}`].map(isCommit), [true, true, true])
  deepEqual(['v1.2.3', '2361d11', 'deadbeef', commit.toUpperCase(), ''].map(isCommit), [
    false,
    false,
    false,
    false,
    false,
  ])
})

test('what is longer than any address or revision is none: many packages may name one', () => {
  equal(gitAddress(`https://example.org/${'a'.repeat(490)}`), undefined)
  equal(vcsUrl('https://example.org/a', 'v'.repeat(201)), undefined)
})

test('nothing hostile makes it throw or slow', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => (parseVcsUrl(text), true)))
  const each = (text: string): void => {
    for (let times = 0; times < 3000; times++) vcsUrl(text, commit)
  }
  for (const hostile of [
    (size: number) => 'a.'.repeat(size / 2),
    (size: number) => `https://${'@'.repeat(size)}`,
    (size: number) => `https://a.b${'/'.repeat(size)} `,
    (size: number) => `a.b:${'/'.repeat(size)} `,
    (size: number) => `https://a.b/c${'/'.repeat(size)}d`,
    (size: number) => `https://a.b/${'c/'.repeat(size / 2)} `,
    (size: number) => `https://a.b/c${'/.git'.repeat(size / 5)}d`,
    (size: number) => 'git+'.repeat(size / 4),
  ])
    ok((await processorTimeOf(() => each(hostile(470)))) < 500, hostile(20))
})
