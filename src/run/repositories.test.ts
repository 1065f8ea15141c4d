// From the bucket's zip of repositories to findings in a file system whose programs and dependencies come from Git.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { elfWith } from '../inspect/programs/testing.ts'
import { zipOf } from '../lib/testing.ts'
import { buildFrom, openAdvisories } from './advisories.ts'
import { dataFolder } from './data-folder.ts'
import { packageJudge } from './judge-package.ts'
import { scanTarget } from './scan-target.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-repositories-'))
after(() => rmSync(folder, { recursive: true }))

const [bad, fix, other] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string]
const tool = 'https://github.com/o/tool'

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

function zipped(...records: { id: string; [field: string]: unknown }[]): Buffer {
  return zipOf(
    records.map((record) => ({
      path: `${record.id}.json`,
      contents: JSON.stringify({ modified: '2026-01-01T00:00:00Z', ...record }),
      packed: true,
    })),
  )
}

function commits(repo: string, more: object = {}): object[] {
  return [{ ranges: [{ type: 'GIT', repo, events: [{ introduced: bad }, { fixed: fix }] }], ...more }]
}

put(
  'feeds/GIT/all.zip',
  zipped(
    {
      id: 'CVE-2026-1',
      affected: commits('https://github.com/curl/curl', { versions: ['curl-7_88_1', 'curl-8_0_0'] }),
    },
    { id: 'CVE-2026-2', affected: commits(`${tool}.git`) },
  ),
)
put(
  'feeds/OSS-Fuzz/all.zip',
  zipped({
    id: 'OSV-2026-3',
    affected: commits('https://github.com/curl/curl.git', { package: { ecosystem: 'OSS-Fuzz', name: 'curl' } }),
  }),
)
put(
  'feeds/npm/all.zip',
  zipped({
    id: 'GHSA-1',
    aliases: ['CVE-2026-2'],
    affected: [{ package: { ecosystem: 'npm', name: 'tool' }, versions: ['1.0.0'] }],
  }),
)
put('root/opt/bin/curl', elfWith('.rodata', Buffer.from('\0curl/7.88.1\0')))
for (const [project, commit] of Object.entries({ bad, fix, other })) {
  const entry = { version: '1.0.1', resolved: `git+ssh://git@github.com/o/tool.git#${commit}` }
  put(
    `root/srv/${project}/package-lock.json`,
    JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${project}`]: { name: 'tool', ...entry } } }),
  )
}

test('a scan judges programs by their tags and dependencies by their commits', async () => {
  const data = dataFolder(join(folder, 'data'))
  const report = await buildFrom(join(folder, 'feeds'), data)
  deepEqual([report.ecosystems, report.gaps], [{ GIT: 3, npm: 1 }, []])
  const result = await scanTarget(`dir:${join(folder, 'root')}`, {
    dataFolder: data,
    signal: new AbortController().signal,
    progress: () => {},
    content: false,
  })
  deepEqual(
    result.findings
      .filter(({ kind }) => kind === 'vulnerability')
      .map(({ rule, package: found, place }) => [rule, found?.name, found?.version, place?.path])
      .toSorted(),
    [
      ['CVE-2026-1', 'curl', '7.88.1', 'opt/bin/curl'],
      ['CVE-2026-2', 'tool', '1.0.1', 'srv/bad/package-lock.json'],
    ],
  )
  // GHSA-1 speaks of another version, which a commit between two releases only has by its number.
  deepEqual(
    result.gaps.map(({ why }) => why),
    ['only the history of its repository tells whether tool 1.0.1 is affected by CVE-2026-2'],
  )
  deepEqual(result.judged, { done: 3, of: 4, unit: 'packages judged' })
})

test('what was judged by a repository is judged again when its records change', async () => {
  const index = await openAdvisories(join(folder, 'data'))
  const judge = packageJudge(index, '2026-01-02T00:00:00Z')
  const vcs = `?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Ftool%40${other}`
  const found = { ecosystem: 'npm', name: 'tool', version: '2.0.0', purl: `pkg:npm/tool@2.0.0${vcs}` }
  const { lookups, judged } = judge.judge({ id: 1, package: found, judgedBefore: false })
  deepEqual(lookups, [
    { ecosystem: 'npm', name: 'tool' },
    { ecosystem: 'GIT', name: 'github.com/o/tool' },
  ])
  equal(judged, false)
  ok(judge.ecosystems.get('GIT')?.startsWith('whole'))
  index.close()
})
