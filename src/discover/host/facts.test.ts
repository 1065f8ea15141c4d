// The smaller readers of facts.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { readAccounts, readGroupMembers } from './accounts.ts'
import { aptSettings } from './apt-settings.ts'
import { readContainerStorage, readDockerSocket } from './container-engine.ts'
import { readKernelSettings } from './kernel-settings.ts'
import { readListeners } from './listeners.ts'
import { offers } from './offers.ts'
import { withRecording } from './testing.ts'
import { readUpdates } from './updates.ts'

const passwd =
  'root:x:0:0:root:/root:/bin/bash\nada:x:1000:999::/home/ada:/bin/sh\ntoor:x:0:0::/:/bin/sh\nopen::7:7::/:/bin/sh\n+nis\n'
const shadow = 'root:$6$notkept:1:0:::::\nada:!:1::::::\ntoor::1::::::\n'

test('accounts with user id 0 and without a password are named, hashes never', async () => {
  await withRecording({ '/etc/passwd': passwd, '/etc/shadow': shadow }, async ({ machine, scan }) => {
    const facts = await readAccounts(machine, scan)
    deepEqual(facts, { uidZero: ['root', 'toor'], emptyPassword: ['open', 'toor'] })
    equal(JSON.stringify(facts).includes('notkept'), false)
  })
})

test('shadow that may not be read leaves empty passwords unknown', async () => {
  await withRecording(
    { '/etc/passwd': passwd, '/etc/shadow': shadow },
    async ({ machine, scan, gaps }) => {
      deepEqual(await readAccounts(machine, scan), { uidZero: ['root', 'toor'] })
      deepEqual(gaps, [
        {
          why: '/etc/shadow: no permission to read it; whether accounts have a password is unknown',
          place: { path: '/etc/shadow' },
        },
      ])
    },
    { denied: ['/etc/shadow'] },
  )
})

test('members of a group are those listed and those whose own group it is', async () => {
  const group = 'root:x:0:\ndocker:x:999:grace,root,\nother:x:5:eve\n'
  await withRecording({ '/etc/passwd': passwd, '/etc/group': group }, async ({ machine, scan }) => {
    deepEqual(await readGroupMembers(machine, 999, scan), ['ada', 'grace'])
  })
})

test('kernel settings are numbers; one that is missing is left out, one that is odd is a gap', async () => {
  const files = {
    '/proc/sys/kernel/kptr_restrict': '1\n',
    '/proc/sys/net/ipv4/conf/all/rp_filter': '2\n',
    '/proc/sys/kernel/dmesg_restrict': 'odd\n',
  }
  await withRecording(files, async ({ machine, scan, gaps }) => {
    deepEqual(await readKernelSettings(machine, scan), { 'kernel.kptr_restrict': 1, 'net.ipv4.conf.all.rp_filter': 2 })
    deepEqual(
      gaps.map(({ why }) => why),
      ['kernel.dmesg_restrict is not a number'],
    )
  })
})

// As proc_net_tcp shows them: 127.0.0.1:631, 0.0.0.0:2375, a connection; then [::]:22, [::1]:631, ::ffff:10.0.0.1, fe80::1.
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:0277 00000000:0000 0A 00000000:00000000
   1: 00000000:0947 00000000:0000 0A 00000000:00000000
   2: 0100007F:0277 0100007F:9C40 01 00000000:00000000
`
const tcp6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A
   2: 0000000000000000FFFF00000100000A:1F90 00000000000000000000000000000000:0000 0A
   3: 000080FE000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A
`

test('listening ports are told with their addresses', async () => {
  await withRecording({ '/proc/net/tcp': tcp, '/proc/net/tcp6': tcp6 }, async ({ machine, scan }) => {
    deepEqual(await readListeners(machine, scan), [
      { address: '127.0.0.1', port: 631 },
      { address: '0.0.0.0', port: 2375 },
      { address: '::', port: 22 },
      { address: '::1', port: 631 },
      { address: '10.0.0.1', port: 8080 },
      { address: 'fe80::1', port: 8081 },
    ])
  })
})

test('a table of ports that is too large, or none at all, leaves open ports unknown', async () => {
  await withRecording({ '/proc/net/tcp': 'x'.repeat(1_100_000) }, async ({ machine, scan, gaps }) => {
    equal(await readListeners(machine, scan), undefined)
    deepEqual(
      gaps.map(({ why }) => why),
      ['/proc/net/tcp: larger than 1 MB; open ports are unknown'],
    )
  })
  await withRecording({}, async ({ machine, scan }) => equal(await readListeners(machine, scan), undefined))
})

test('apt settings are read in both of their forms', () => {
  const text = `// a comment "with quotes";
APT::Periodic::Update-Package-Lists "1"; # another
apt { Periodic { Unattended-Upgrade "7"; Enable "0"; }; /* APT::Periodic::Enable "1"; */ };
APT::Periodic::Unattended-Upgrade 2;
Unattended-Upgrade::Origins-Pattern { "origin=Debian"; };
`
  deepEqual(
    [...aptSettings(text)],
    [
      ['apt::periodic::update-package-lists', '1'],
      ['apt::periodic::unattended-upgrade', '2'],
      ['apt::periodic::enable', '0'],
    ],
  )
})

test('automatic updates need the program and the setting', async () => {
  const folder = '/etc/apt/apt.conf.d'
  const on = { [`${folder}/20auto-upgrades`]: 'APT::Periodic::Unattended-Upgrade "1";\n' }
  const program = { '/usr/bin/unattended-upgrade': '' }
  const automatic = { automatic: true, by: 'unattended-upgrades' }
  const cases = [
    [{ ...on, ...program }, ['debian'], automatic],
    [on, ['debian'], { automatic: false }],
    [program, ['mint', 'ubuntu', 'debian'], { automatic: false }],
    [{ ...on, ...program, [`${folder}/99off`]: 'APT::Periodic::Enable "0";\n' }, ['ubuntu'], { automatic: false }],
    [{ ...on, ...program, [`${folder}/99off.dpkg-old`]: 'APT::Periodic::Enable "0";\n' }, ['ubuntu'], automatic],
    [
      { '/etc/systemd/system/timers.target.wants/dnf-automatic-install.timer': '' },
      ['rocky', 'rhel', 'fedora'],
      { automatic: true, by: 'dnf-automatic' },
    ],
    [
      {
        '/etc/systemd/system/timers.target.wants/dnf-automatic.timer': '',
        '/etc/dnf/automatic.conf': '[commands]\napply_updates = no\n',
      },
      ['fedora'],
      { automatic: false },
    ],
    [{}, ['fedora'], { automatic: false }],
  ] as const
  for (const [files, family, expected] of cases) {
    await withRecording(files, async ({ machine, scan }) =>
      deepEqual(await readUpdates(machine, family, scan), expected),
    )
  }
})

test('a distribution whose way of updating is not known leaves it unknown', async () => {
  await withRecording({}, async ({ machine, scan, gaps }) => {
    deepEqual(await readUpdates(machine, ['talos'], scan), {})
    equal(gaps.length, 1)
  })
})

test('images are kept where daemon.json says, and have their own file system when it is mounted there', async () => {
  const files = {
    '/etc/docker/daemon.json': '{ "data-root": "/srv/docker/" }',
    '/srv/docker/': '',
    '/var/lib/docker/': '',
    '/proc/self/mounts': '/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /srv/docker ext4 rw 0 0\n',
  }
  await withRecording(files, async ({ machine, scan }) => {
    deepEqual(await readContainerStorage(machine, scan), { present: true, path: '/srv/docker', ownFileSystem: true })
  })
  await withRecording({ ...files, '/etc/docker/daemon.json': '{ broken' }, async ({ machine, scan, gaps }) => {
    deepEqual(await readContainerStorage(machine, scan), {
      present: true,
      path: '/var/lib/docker',
      ownFileSystem: false,
    })
    equal(gaps.length, 1)
  })
})

test('a Docker socket tells who may write to it', async () => {
  const files = { '/etc/passwd': passwd, '/etc/group': 'docker:x:999:grace\n' }
  await withRecording(files, async ({ machine, scan }) => {
    const withMode = (mode: number) => ({
      ...machine,
      stat: async (path: string) =>
        path === '/run/docker.sock' ? { kind: 'socket' as const, mode, uid: 0, gid: 999 } : machine.stat(path),
    })
    deepEqual(await readDockerSocket(machine, scan), { present: false })
    deepEqual(await readDockerSocket(withMode(0o660), scan), {
      present: true,
      worldWritable: false,
      groupMembers: ['ada', 'grace'],
    })
    deepEqual(await readDockerSocket(withMode(0o666), scan), {
      present: true,
      worldWritable: true,
      groupMembers: ['ada', 'grace'],
    })
    deepEqual(await readDockerSocket(withMode(0o600), scan), { present: true, worldWritable: false, groupMembers: [] })
  })
})

test('traces of other sources are offered by name, never by content', async () => {
  const files = {
    '/home/ada/.kube/config': 'token: secret',
    '/run/containerd/containerd.sock': '',
    '/run/user/1000/docker.sock': '',
    '/run/user/1001/podman/podman.sock': '',
  }
  const env = { HOME: '/home/ada', AWS_PROFILE: 'production', XDG_RUNTIME_DIR: '/run/user/1000' }
  await withRecording(
    files,
    async ({ machine }) => {
      deepEqual(
        (await offers(machine)).map(({ id, offer }) => `${id}: ${offer.split(': ')[1]}`),
        [
          'containerd: there is /run/containerd/containerd.sock.',
          'rootless-engines: there is /run/user/1001/podman/podman.sock.',
          'kubernetes: there is /home/ada/.kube/config.',
          'aws: there is AWS_PROFILE.',
        ],
      )
    },
    { env },
  )
})
