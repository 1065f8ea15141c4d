import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { formatReference, isTaggedReference, parseImageReference } from './image-reference.ts'

const digest = `sha256:${'a'.repeat(64)}`

const written: [string, string][] = [
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['team/app', 'docker.io/team/app:latest'],
  ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ['[::1]:5000/app', '[::1]:5000/app:latest'],
  ['GHCR.io/a/b__c.d--e:v1_2', 'ghcr.io/a/b__c.d--e:v1_2'],
  [`quay.io/a/b@${digest}`, `quay.io/a/b@${digest}`],
  [`quay.io/a/b:1@${digest}`, `quay.io/a/b:1@${digest}`],
]
for (const [text, whole] of written) {
  test(`${text} is ${whole}`, () => equal(formatReference(parseImageReference(text)), whole))
}

const wrong: [string, RegExp][] = [
  ['', /no name of a repository/],
  ['a//b', /no name of a repository/],
  ['App', /no name of a repository/],
  ['../etc/passwd', /is no host name/],
  ['a.b/../c', /no name of a repository/],
  ['a:', /"" is no tag/],
  ['a:-x', /"-x" is no tag/],
  ['a@sha256:12', /is no digest/],
  ['user:secret@host.example/a', /is no digest/],
  [`a.b/${'x/'.repeat(200)}x`, /no name of a repository/],
]
for (const [text, why] of wrong)
  test(`'${text.slice(0, 30)}' is none`, () => throws(() => parseImageReference(text), why))

test('only a tag or a digest tells a reference from a path', () => {
  const meant = [
    'nginx:1',
    `nginx@${digest}`,
    'localhost:5000/a:1',
    'nginx',
    'a.tar',
    './a:1',
    '/a:1',
    'a b:1',
    'host.example:5000/a',
  ]
  deepEqual(meant.filter(isTaggedReference), ['nginx:1', `nginx@${digest}`, 'localhost:5000/a:1'])
})

test('any text is a reference whose whole form is read back the same, or none', () => {
  const character = fc.constantFrom('a', 'B', '0', '.', '-', '_', '/', ':', '@', '[', ']', ' ', digest)
  fc.assert(
    fc.property(fc.array(character, { maxLength: 30 }), (characters) => {
      const text = characters.join('')
      if (!isTaggedReference(text)) return
      const reference = parseImageReference(text)
      deepEqual(parseImageReference(formatReference(reference)), reference)
    }),
    { numRuns: 5000 },
  )
})
