// By the rules of each ecosystem, written by hand from its documents.

import { test } from 'node:test'
import { equal } from 'node:assert/strict'
import { comparableName } from './package-name.ts'

const same: [ecosystem: string, a: string, b: string][] = [
  ['PyPI', 'Ruamel_Yaml.Clib', 'ruamel-yaml-clib'],
  ['NuGet', 'Newtonsoft.Json', 'newtonsoft.json'],
  ['Packagist', 'Symfony/HTTP-Kernel', 'symfony/http-kernel'],
  ['Go', 'github.com/Masterminds/goutils', 'github.com/masterminds/goutils'],
  ['crates.io', 'serde_json', 'serde-json'],
  ['SwiftURL', 'https://github.com/apple/swift-nio.git', 'github.com/apple/swift-nio'],
]
for (const [ecosystem, a, b] of same) {
  test(`${a} and ${b} are one in ${ecosystem}`, () => equal(comparableName(ecosystem, a), comparableName(ecosystem, b)))
}

test('names of Maven, npm, RubyGems and distributions are what they are', () => {
  for (const ecosystem of ['Maven', 'npm', 'RubyGems', 'Debian:12']) equal(comparableName(ecosystem, 'A_b.c'), 'A_b.c')
})
