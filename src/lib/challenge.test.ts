import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { parseChallenges } from './challenge.ts'

function plain(header: string): unknown[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])
}

const bearer = { realm: 'https://auth.example/token', service: 'registry.example', scope: 'repository:a/b:pull,push' }
const headers: [string, unknown[]][] = [
  [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
    [['bearer', bearer]],
  ],
  ['BASIC Realm="a \\"quoted\\" realm", charset=UTF-8', [['basic', { realm: 'a "quoted" realm', charset: 'UTF-8' }]]],
  [
    'Basic realm="x", Bearer realm="y" , service=z',
    [
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y', service: 'z' }],
    ],
  ],
  [
    'Negotiate, Basic realm=x',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  ['', []],
  [
    'Bearer realm="never closed',
    [
      ['bearer', {}],
      ['realm', {}],
    ],
  ],
]
for (const [header, expected] of headers) test(`'${header}'`, () => deepEqual(plain(header), expected))

test('a header of 100,000 characters is read in one pass', () => {
  for (const piece of ['a', ',', '"', 'a="', '\\', ' ', 'a=b,', '='])
    ok(parseChallenges(piece.repeat(100_000)).length <= 100_000)
})
