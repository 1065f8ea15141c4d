import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { juliaManifest } from './julia-manifest.ts'

const uuid = 'cd3eb016-35fb-5094-929b-558a96fad6f3'
const manifest = (deps: string): string => `# This file is machine-generated

[[${deps}HTTP]]
deps = ["Base64"]
git-tree-sha1 = "00"
uuid = "${uuid}"
version = "1.9.6"

[[${deps}Base64]]
uuid = "2a0f44e3-6c83-55bd-87e4-b1978d98bd5f"

[[${deps}LibCURL_jll]]
uuid = "deac9b47-8bc7-5906-a0fe-35ac56dc84c0"
version = "8.4.0+0"

[[${deps}Own]]
path = "Own"
uuid = "00000000-0000-0000-0000-000000000000"
version = "0.1.0"

[[${deps}Tree]]
git-tree-sha1 = "00"
uuid = "00000000-0000-0000-0000-000000000001"
`

for (const [name, text] of [
  ['1', manifest('')],
  ['2', `julia_version = "1.10.0"\nmanifest_format = "2.0"\nproject_hash = "00"\n${manifest('deps.')}`],
] as const) {
  test(`format ${name}: without parts of Julia and folders of the project`, async () => {
    const path = 'root/.julia/environments/v1.10/Manifest.toml'
    const { packages, gaps } = await run(juliaManifest, path, text)
    deepEqual(
      { packages: packages.slice(0, 1), gaps },
      {
        packages: [
          {
            ecosystem: 'Julia',
            name: 'HTTP',
            version: '1.9.6',
            purl: `pkg:julia/HTTP@1.9.6?uuid=${uuid}`,
            declared: true,
            place: { path },
          },
        ],
        gaps: [{ why: 'Tree has no version', place: { path } }],
      },
    )
    deepEqual(packages.slice(1).map(nameAndVersion), ['LibCURL_jll 8.4.0+0'])
  })
}

test('a project that needs nothing', async () => {
  for (const text of ['julia_version = "1.10.0"\nmanifest_format = "2.0"\n\n[deps]\n', ''])
    deepEqual(await run(juliaManifest, 'Manifest.toml', text), { packages: [], gaps: [] })
})

test('one that a package was published with is not read', async () => {
  equal((await run(juliaManifest, 'root/.julia/packages/HTTP/sJD5V/Manifest.toml', manifest(''))).packages.length, 0)
})
