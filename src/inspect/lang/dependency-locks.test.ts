// Lock files that a package was published with, where its ecosystem installs it.

import { test } from 'node:test'
import { equal } from 'node:assert/strict'
import { samples } from '../extractor-samples.testing.ts'
import { languageExtractors } from '../extractors.ts'
import { run } from '../testing.ts'

const cases: [id: string, path: string, packages: number][] = [
  ['go-mod', 'go/pkg/mod/example.org/a/b@v1.0.0/go.mod', 0],
  ['go-mod', 'go/pkg/mod/example.org/a@v2.0.0+incompatible/tools/go.mod', 0],
  ['go-mod', 'usr/local/go/src/cmd/go.mod', 1],
  ['go-mod', 'srv/pkg/mod/go.mod', 1],
  ['cargo-lock', 'root/.cargo/registry/src/index-6f17d22bba15001f/a-1.0.0/Cargo.lock', 0],
  ['cargo-lock', 'root/.cargo/git/checkouts/a-0123456789abcdef/0123456/Cargo.lock', 0],
  ['cargo-lock', 'srv/registry/src/Cargo.lock', 1],
  ['gemfile-lock', 'usr/local/bundle/gems/a-1.0.0/Gemfile.lock', 0],
  ['gemfile-lock', 'usr/local/bundle/gems/a-1.0.0-x86_64-linux/test/Gemfile.lock', 0],
  ['gemfile-lock', 'usr/local/bundle/bundler/gems/a-0123456789ab/Gemfile.lock', 0],
  ['gemfile-lock', 'srv/gems/shop/Gemfile.lock', 1],
  ['gemfile-lock', 'srv/gems/shop-2/Gemfile.lock', 1],
  ['mix-lock', 'srv/deps/a/mix.lock', 0],
  ['mix-lock', 'srv/deps/mix.lock', 1],
  ['rebar-lock', 'srv/deps/a/rebar.lock', 0],
  ['rebar-lock', 'srv/_build/default/lib/a/rebar.lock', 0],
  ['rebar-lock', 'srv/rebar.lock', 1],
  ['composer-lock', 'srv/vendor/a/b/composer.lock', 0],
  ['composer-lock', 'srv/vendor/composer.lock', 1],
]

for (const [id, path, expected] of cases) {
  test(`${path} is ${expected === 0 ? 'not read' : 'read'}`, async () => {
    const extractor = languageExtractors.find((one) => one.id === id)!
    const { packages, gaps } = await run(extractor, path, samples[id]!)
    equal(packages.length, expected)
    equal(gaps.length, 0)
  })
}
