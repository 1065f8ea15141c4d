// Against the real tool: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { goMod } from './go-mod.ts'

const text = `module example.org/a // the project

go 1.24

require rsc.io/quote v1.5.2

require (
	"golang.org/x/text" v0.3.0 // indirect
	github.com/Azure/a v1.0.0
	rsc.io/sampler v1.3.0
	example.org/b v0.0.0
)

exclude rsc.io/quote v1.5.1

replace (
	rsc.io/sampler v1.3.0 => rsc.io/other v1.3.1
	github.com/Azure/a => github.com/azure/fork v1.0.1
	rsc.io/quote v1.0.0 => rsc.io/never v1.0.0
)
replace example.org/b => ../b
`

test('what is required, and what takes its place', async () => {
  const { packages, gaps } = await run(goMod, 'srv/go.mod', text)
  deepEqual(
    packages.map(({ purl, declared, place }) => [purl, declared, place.line]),
    [
      ['pkg:golang/rsc.io/quote@v1.5.2', true, 5],
      ['pkg:golang/golang.org/x/text@v0.3.0', true, 8],
      ['pkg:golang/github.com/azure/fork@v1.0.1', true, 9],
      ['pkg:golang/rsc.io/other@v1.3.1', true, 10],
    ],
  )
  deepEqual(gaps, [{ why: 'the module example.org/b has no version', place: { path: 'srv/go.mod', line: 11 } }])
})

test('two modules that are replaced by one are listed once', async () => {
  const replaced = 'replace (\n\texample.org/a => example.org/f v1.0.0\n\texample.org/b => example.org/f v1.0.0\n)\n'
  const { packages, gaps } = await run(
    goMod,
    'go.mod',
    `module m\n\ngo 1.21\n\nrequire (\n\texample.org/a v1.0.0\n\texample.org/b v1.0.0\n)\n${replaced}`,
  )
  deepEqual([packages.map(({ purl }) => purl), gaps], [['pkg:golang/example.org/f@v1.0.0'], []])
})

// https://go.dev/ref/mod#graph-pruning
for (const [go, isWhole] of [
  ['go 1.16\n', false],
  ['go 1.9.2\n', false],
  ['', false],
  ['go 1.17\n', true],
  ['go 1.25.0\n', true],
] as const) {
  test(`${go.trim() || 'no go directive'}: ${isWhole ? 'all' : 'not all'} that is needed is listed`, async () => {
    const { packages, gaps } = await run(goMod, 'go.mod', `module m\n${go}require example.org/a v1.0.0\n`)
    deepEqual(
      [packages.length, gaps.map(({ why }) => why)],
      [1, isWhole ? [] : ['is of a Go before 1.17: modules that are needed indirectly are not in it']],
    )
  })
}

test('a module that needs nothing has no gap', async () => {
  deepEqual(await run(goMod, 'go.mod', 'module m\n'), { packages: [], gaps: [] })
})
