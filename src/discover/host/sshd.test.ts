import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { readSshd } from './sshd.ts'
import { withRecording } from './testing.ts'

const program = { '/usr/sbin/sshd': '' }

test('without a server nothing else is told', async () => {
  await withRecording({ '/etc/ssh/sshd_config': 'PermitRootLogin yes\n' }, async ({ machine, scan }) => {
    deepEqual(await readSshd(machine, scan), { installed: false })
  })
})

test('what is not set has the default of sshd_config(5)', async () => {
  await withRecording(program, async ({ machine, scan }) => {
    deepEqual(await readSshd(machine, scan), {
      installed: true,
      permitRootLogin: ['prohibit-password'],
      passwordAuthentication: ['yes'],
      kbdInteractiveAuthentication: ['yes'],
      permitEmptyPasswords: ['no'],
      usePAM: ['no'],
    })
  })
})

test('the first value counts, an included file at the place of its Include', async () => {
  const files = {
    ...program,
    '/etc/ssh/sshd_config': 'Include sshd_config.d/*.conf\npermitrootlogin no # late\nUsePAM = "yes"\nUsePAM no\n',
    '/etc/ssh/sshd_config.d/10-cloud.conf':
      '#PermitRootLogin no\nPermitRootLogin\tyes\nChallengeResponseAuthentication no\n',
    '/etc/ssh/sshd_config.d/20-late.conf': 'PermitRootLogin forced-commands-only\n',
    '/etc/ssh/sshd_config.d/note.txt': 'PermitEmptyPasswords yes\n',
    '/etc/ssh/sshd_config.d/.hidden.conf': 'PermitEmptyPasswords yes\n',
  }
  await withRecording(files, async ({ machine, scan, gaps }) => {
    const facts = await readSshd(machine, scan)
    deepEqual(facts.permitRootLogin, ['yes'])
    deepEqual(facts.kbdInteractiveAuthentication, ['no'])
    deepEqual(facts.usePAM, ['yes'])
    deepEqual(facts.permitEmptyPasswords, ['no'])
    deepEqual(gaps, [])
  })
})

test('values of Match blocks may apply as well; Match all ends them, and so does the end of an included file', async () => {
  const files = {
    ...program,
    '/etc/ssh/sshd_config':
      'Include a.conf\nPasswordAuthentication no\nMatch Address 10.0.0.0/8\n  PermitRootLogin yes\nMatch all\nPermitEmptyPasswords yes\n',
    '/etc/ssh/a.conf': 'Match User backup\nPasswordAuthentication yes\n',
  }
  await withRecording(files, async ({ machine, scan }) => {
    const facts = await readSshd(machine, scan)
    deepEqual(facts.permitRootLogin, ['prohibit-password', 'yes'])
    deepEqual(facts.passwordAuthentication, ['no', 'yes'])
    deepEqual(facts.permitEmptyPasswords, ['yes'])
  })
})

test('a part that may not be read leaves all settings unknown, and a file that includes itself ends', async () => {
  const files = { ...program, '/etc/ssh/sshd_config': 'Include a.conf\n', '/etc/ssh/a.conf': 'PermitRootLogin no\n' }
  await withRecording(
    files,
    async ({ machine, scan, gaps }) => {
      deepEqual(await readSshd(machine, scan), { installed: true })
      equal(gaps[0]!.why, '/etc/ssh/a.conf: no permission to read it; how SSH lets people in is unknown')
    },
    { denied: ['/etc/ssh/a.conf'] },
  )
  await withRecording(
    { ...program, '/etc/ssh/sshd_config': 'Include sshd_config\n' },
    async ({ machine, scan, gaps }) => {
      deepEqual(await readSshd(machine, scan), { installed: true })
      equal(gaps.length, 1)
    },
  )
})
