import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distributionOf } from '../inspect/distribution.ts'
import { knownEnds, loadEndOfLife, withEndOfLife } from './end-of-life.ts'

function withFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'end-of-life.yaml')
  writeFileSync(path, text)
  return path
}

// From the pages that the catalogue names.
const known: [osRelease: string, end: string][] = [
  ['ID=debian\nVERSION_ID="11"\n', '2024-08-14'],
  ['ID=ubuntu\nVERSION_ID="20.04"\n', '2025-05-31'],
  ['ID=alpine\nVERSION_ID=3.18.12\n', '2025-05-09'],
  ['ID="centos"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n', '2024-06-30'],
  ['ID="centos"\nVERSION_ID="8"\nPRETTY_NAME="CentOS Stream 8"\n', '2024-05-31'],
  ['ID="rhel"\nVERSION_ID="8.10"\n', '2029-05-31'],
  ['ID="ol"\nVERSION_ID="8.9"\n', '2029-07-31'],
  ['ID="amzn"\nVERSION_ID="2"\n', '2026-06-30'],
  ['ID="sles"\nVERSION_ID="15.5"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP5"\n', '2024-12-31'],
  ['ID="opensuse-leap"\nVERSION_ID="15.6"\nPRETTY_NAME="openSUSE Leap 15.6"\n', '2026-04-30'],
]

test('the end of known releases, by the names that inspection gives them', async () => {
  const ends = await loadEndOfLife()
  for (const [osRelease, end] of known) {
    const distribution = distributionOf(osRelease, 'etc/os-release', { gap() {}, signal: AbortSignal.any([]) })
    ok(distribution)
    equal(withEndOfLife({ distribution }, ends).distribution.endOfLife, end, osRelease)
  }
})

test('what is not known stays as it is', async () => {
  const ends = await loadEndOfLife()
  deepEqual(withEndOfLife({ distribution: { id: 'x', name: 'X' } }, ends), { distribution: { id: 'x', name: 'X' } })
  deepEqual(withEndOfLife({}, ends), {})
})

test('a broken file is told with its line', async (t) => {
  const text = 'distributions:\n  - ecosystem: a\n    source: https://example.org\n    ends: { x: soon }\n'
  await rejects(loadEndOfLife(withFile(t, text)), (error) => {
    match((error as Error).message, /^end-of-life\.yaml:4: distributions\[0\]\.ends\.x: /)
    return true
  })
})

test('what a feed says of the end of a release goes before the catalogue, which has the others', async () => {
  const ends = await knownEnds({ ends: () => new Map([['Debian:12', '2030-01-01']]) })
  deepEqual([ends.get('Debian:12'), ends.get('Debian:11')], ['2030-01-01', '2024-08-14'])
})
