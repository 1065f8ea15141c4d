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
