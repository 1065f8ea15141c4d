// Against the real tool: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { rubyGem } from './ruby-gem.ts'

const path = 'usr/lib/ruby/gems/3.1.0/specifications/a-1.0.gemspec'

// As RubyGems 3.3.5 writes it.
test('a gem with a platform and a licence', async () => {
  const text = `# -*- encoding: utf-8 -*-
# stub: nokogiri 1.15.4 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.15.4"
  s.platform = "x86_64-linux".freeze
  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.licenses = ["MIT".freeze, "Ruby".freeze]
end
`
  deepEqual(await run(rubyGem, path, text), {
    packages: [
      {
        ecosystem: 'RubyGems',
        name: 'nokogiri',
        version: '1.15.4',
        purl: 'pkg:gem/nokogiri@1.15.4?platform=x86_64-linux',
        licence: 'MIT OR Ruby',
        place: { path },
      },
    ],
    gaps: [],
  })
})

test('an old specification without a stub', async () => {
  const text =
    "Gem::Specification.new do |s|\n  s.name = %q{a}\n  s.name = 'a'\n  s.version = Gem::Version.new('1.0')\nend\n"
  const { packages } = await run(rubyGem, path, text)
  deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:gem/a@1.0'],
  )
})

test('one without a version is a gap', async () => {
  const { gaps } = await run(rubyGem, path, 'Gem::Specification.new do |s|\n  s.name = "a"\nend\n')
  deepEqual(gaps, [{ why: 'a gem’s specification without a name and a version', place: { path } }])
})
