import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { ancestorsOf, linkTarget, normalPath } from './path.ts'

const paths: [written: string, normal: string | undefined][] = [
  ['a/b', 'a/b'],
  ['./a/b', 'a/b'],
  ['/a//b/', 'a/b'],
  ['a/./b/../c', 'a/c'],
  ['.', ''],
  ['', ''],
  ['.hidden/..data', '.hidden/..data'],
  ['../a', undefined],
  ['a/../../b', undefined],
  ['a\0b', undefined],
]
for (const [written, normal] of paths) {
  test(`${JSON.stringify(written)} is ${normal}`, () => equal(normalPath(written), normal))
}

const links: [link: string, target: string, path: string][] = [
  ['etc/os-release', '../usr/lib/os-release', 'usr/lib/os-release'],
  ['lib', 'usr/lib', 'usr/lib'],
  ['a/b', '/c', 'c'],
  ['a', '../../../etc/shadow', 'etc/shadow'],
]
for (const [link, target, path] of links) {
  test(`${link} → ${target} is ${path}`, () => equal(linkTarget(link, target), path))
}

test('ancestors, from the outermost', () => deepEqual([...ancestorsOf('a/b/c')], ['a', 'a/b']))
