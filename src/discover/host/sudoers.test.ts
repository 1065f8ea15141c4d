import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { readSudo } from './sudoers.ts'
import { withRecording } from './testing.ts'

const program = { '/usr/bin/sudo': '' }

test('without sudo nobody uses it', async () => {
  await withRecording({ '/etc/sudoers': 'ada ALL=NOPASSWD: ALL\n' }, async ({ machine, scan }) => {
    deepEqual(await readSudo(machine, scan), { installed: false })
  })
})

test('people, groups and defaults without a password are told, also from included files', async () => {
  const files = {
    ...program,
    '/etc/sudoers': `# %old ALL=(ALL) NOPASSWD: ALL
Defaults env_reset
Defaults:backup !authenticate
User_Alias ADMINS = ada, grace
root ALL=(ALL:ALL) NOPASSWD: ALL
%sudo ALL=(ALL:ALL) ALL
ada , grace ALL = (ALL) \\
  NOPASSWD: /usr/bin/systemctl
#1000 ALL=NOPASSWD:ALL
@includedir /etc/sudoers.d
#include /etc/sudoers.local
`,
    '/etc/sudoers.d/deploy': 'deploy ALL=(ALL) NOPASSWD: ALL # for CI\n',
    '/etc/sudoers.d/old.bak': 'never ALL=(ALL) NOPASSWD: ALL\n',
    '/etc/sudoers.d/edited~': 'never ALL=(ALL) NOPASSWD: ALL\n',
    '/etc/sudoers.local': '%wheel ALL=(ALL) NOPASSWD: ALL\n',
  }
  await withRecording(files, async ({ machine, scan, gaps }) => {
    deepEqual((await readSudo(machine, scan)).withoutPassword, ['backup', 'ada, grace', '#1000', 'deploy', '%wheel'])
    deepEqual(gaps, [])
  })
})

test('sudoers that may not be read leave it unknown, with what that costs', async () => {
  const files = { ...program, '/etc/sudoers': '@includedir /etc/sudoers.d\n', '/etc/sudoers.d/a': '' }
  for (const path of ['/etc/sudoers', '/etc/sudoers.d', '/etc/sudoers.d/a']) {
    await withRecording(
      files,
      async ({ machine, scan, gaps }) => {
        deepEqual(await readSudo(machine, scan), { installed: true })
        equal(gaps[0]!.why, `${path}: no permission to read it; who may use sudo without a password is unknown`)
      },
      { denied: [path] },
    )
  }
})

test('a file that includes itself ends in a gap', async () => {
  await withRecording({ ...program, '/etc/sudoers': '@include /etc/sudoers\n' }, async ({ machine, scan, gaps }) => {
    deepEqual(await readSudo(machine, scan), { installed: true })
    equal(gaps.length, 1)
  })
})
