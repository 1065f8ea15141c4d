import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { condaMeta } from './conda-meta.ts'

const path = 'opt/conda/conda-meta/openssl-3.0.13-h7f8727e_0.json'
const record = {
  name: 'openssl',
  version: '3.0.13',
  build: 'h7f8727e_0',
  channel: 'https://conda.example.org/pkgs/main/linux-64',
  subdir: 'linux-64',
  fn: 'openssl-3.0.13-h7f8727e_0.conda',
  license: 'Apache-2.0',
  files: ['bin/openssl'],
}

test('a record of conda', async () => {
  deepEqual(await run(condaMeta, path, JSON.stringify(record)), {
    packages: [
      {
        ecosystem: 'Conda',
        name: 'openssl',
        version: '3.0.13',
        purl: 'pkg:conda/openssl@3.0.13?build=h7f8727e_0&channel=main&subdir=linux-64&type=conda',
        licence: 'Apache-2.0',
        place: { path },
      },
    ],
    gaps: [],
  })
})

const channels: [channel: string | undefined, name: string | undefined][] = [
  ['conda-forge', 'conda-forge'],
  ['https://conda.example.org/t/to-ken/private/linux-64', 'private'],
  ['https://conda.example.org/t/to-ken/linux-64', undefined],
  ['https://conda.example.org/t/to-ken', undefined],
  ['https://user:hunter2@conda.example.org', undefined],
  ['<unknown>', undefined],
  [undefined, undefined],
]
for (const [channel, name] of channels) {
  test(`the channel ${channel}`, async () => {
    const { packages } = await run(condaMeta, path, JSON.stringify({ ...record, channel }))
    deepEqual(new URL(packages[0]!.purl).searchParams.get('channel') ?? undefined, name)
  })
}

for (const text of ['{}', '[]', '{"name":"a"}', '{"name":"a","version":1}']) {
  test(`${text} is a gap`, async () => {
    const gaps = [{ why: 'a record of conda without a name and a version', place: { path } }]
    deepEqual(await run(condaMeta, path, text), { packages: [], gaps })
  })
}
