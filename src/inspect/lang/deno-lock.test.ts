import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { denoLock } from './deno-lock.ts'

const npm = { 'chalk@5.3.0': { integrity: 'sha512-0' }, '@s/a@1.0.0_b@2.0.0': {}, '@s/a@1.0.0_b@3.0.0': {} }
const jsr = { '@std/path@1.0.0': { integrity: '0' } }
const remote = { 'https://example.org/a/mod.ts': '0' }
const expected = ['chalk 5.3.0', '@s/a 1.0.0']

const locks: [name: string, lock: object, others: number][] = [
  ['2', { version: '2', remote, npm: { specifiers: { 'chalk@5': 'chalk@5.3.0' }, packages: npm } }, 1],
  ['3', { version: '3', packages: { specifiers: { 'npm:chalk@5': 'npm:chalk@5.3.0' }, jsr, npm }, remote }, 2],
  ['4', { version: '4', specifiers: { 'npm:chalk@5': '5.3.0' }, jsr, npm, workspace: { dependencies: [] } }, 1],
  ['5', { version: '5', npm }, 0],
]
for (const [name, lock, others] of locks) {
  test(`version ${name}`, async () => {
    const { packages, gaps } = await run(denoLock, 'srv/deno.lock', JSON.stringify(lock))
    deepEqual(packages.map(nameAndVersion), expected)
    deepEqual(
      gaps.map(({ why }) => why),
      others === 0 ? [] : [`nobody keeps advisories of its ${others} modules of JSR and of the web`],
    )
  })
}

test('what cannot be read is a gap', async () => {
  const whys = async (lock: unknown): Promise<string[]> =>
    (await run(denoLock, 'deno.lock', JSON.stringify(lock))).gaps.map(({ why }) => why)
  deepEqual(await whys({ version: '5', npm: { chalk: {} } }), ['the entry chalk has no name or no version'])
  for (const lock of [{}, [], { version: '5', npm: [] }])
    deepEqual(await whys(lock), ['no lock file of Deno: it has no version, or no lists of packages'])
})
