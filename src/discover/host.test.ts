import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { localMachine } from '../io/machine.ts'
import type { Gap } from '../model/scan.ts'
import type { Resource } from '../model/resource.ts'
import { host } from './host.ts'
import { withRecording, type Recording } from './host/testing.ts'

const docker = 'd0c4'.repeat(16)
const pod = '90d0'.repeat(16)

const unconfined = 'Name:\tsh\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t0\nSeccomp:\t0\n'
const confined = 'Name:\tapp\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000400\nNoNewPrivs:\t1\nSeccomp:\t2\n'
const everybody = '         0          0 4294967295\n'

const recording = {
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
  '/etc/shadow': 'root:*:1::::::\n',
  '/proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
  '/proc/sys/kernel/randomize_va_space': '2\n',
  '/proc/self/': '',
  '/proc/1/cgroup': '0::/init.scope\n',
  '/proc/1/comm': 'systemd\n',
  '/proc/7/cgroup': '0::/system.slice/auditd.service\n',
  '/proc/7/comm': 'auditd\n',
  '/proc/20/cgroup': `0::/system.slice/docker-${docker}.scope\n`,
  '/proc/20/status': confined,
  '/proc/20/uid_map': everybody,
  '/proc/21/cgroup': `0::/system.slice/docker-${docker}.scope\n`,
  '/proc/21/status': unconfined,
  '/proc/21/uid_map': everybody,
  '/proc/30/cgroup': `0::/kubepods.slice/kubepods-besteffort.slice/cri-containerd-${pod}.scope\n`,
  '/proc/30/status': 'Name:\tapp\nUid:\t100000\t100000\t100000\t100000\n',
  '/proc/30/uid_map': '         0     100000      65536\n',
  '/proc/40/cgroup': `0::/system.slice/docker-${docker}.scope\n`, // ended before its status was read
}

async function ask({ machine, scan }: Recording): Promise<Resource[]> {
  const client = () => {
    throw new Error('the host asks no engine')
  }
  const resources: Resource[] = []
  for await (const resource of host.discover({ machine, engine: client }, scan)) resources.push(resource)
  return resources
}

test('a machine is reported with its facts', async () => {
  await withRecording(recording, async (recorded) => {
    const [machine] = await ask(recorded)
    const { properties, ...identity } = machine!
    deepEqual(identity, {
      id: 'host/web-1',
      kind: 'host.Machine',
      name: 'web-1',
      service: 'self.podman',
      source: 'host',
      labels: {},
    })
    deepEqual(properties, {
      os: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
      kernel: '6.1.0-18-amd64',
      sysctl: { 'kernel.randomize_va_space': 2 },
      updates: { automatic: false },
      audit: { daemon: true },
      containerStorage: { present: false },
      dockerSocket: { present: false },
      accounts: { uidZero: ['root'], emptyPassword: [] },
      sshd: { installed: false },
      sudo: { installed: false },
    })
    deepEqual(recorded.gaps, [])
  })
})

test('processes of one control group are one container, with what any of them may do', async () => {
  await withRecording(recording, async (recorded) => {
    const [, first, second, ...rest] = await ask(recorded)
    equal(rest.length, 0)
    equal(first!.id, `host/web-1/containers/${docker}`)
    deepEqual([first!.kind, first!.service, first!.runsOn], ['host.Container', 'self.docker', 'host/web-1'])
    deepEqual(first!.runs, { images: [{ reference: 'unknown' }], exposure: 'unknown', state: 'running' })
    const { capabilities, ...properties } = first!.properties
    deepEqual(properties, {
      runtime: 'docker',
      inPod: false,
      processes: 2,
      users: [0, 1000],
      seccomp: ['filter', 'off'],
      noNewPrivileges: false,
      userNamespace: false,
    })
    equal((capabilities as string[]).length, 41)
    deepEqual([second!.service, second!.properties['users']], ['self.kubernetes', [100_000]])
    equal(second!.properties['userNamespace'], true)
    equal('seccomp' in second!.properties, false)
  })
})

test('hidden processes and a machine that is a container are gaps', async () => {
  await withRecording({ '/proc/5/cgroup': '0::/\n', '/.dockerenv': '', '/etc/passwd': 'a' }, async (recorded) => {
    const [machine] = await ask(recorded)
    equal('audit' in machine!.properties, false)
    const whys = recorded.gaps.map(({ why }) => why).join('\n')
    ok(whys.includes('processes of other users are hidden'))
    ok(whys.includes('Plimsoll runs in a container itself'))
  })
})

test('a virtual machine whose disk was made from an image is a machine', async () => {
  const files = { ...recording, '/.dockerenv': '', '/proc/2/comm': 'kthreadd\n' }
  await withRecording(files, async (recorded) => {
    await ask(recorded)
    deepEqual(recorded.gaps, [])
  })
})

test('files that are binary, empty or endless lines make no source fail', async () => {
  const paths = Object.keys(recording).filter((path) => !path.endsWith('/'))
  const more = ['/etc/ssh/sshd_config', '/etc/sudoers', '/etc/group', '/proc/net/tcp', '/etc/docker/daemon.json']
  for (const text of ['', '\0\u{1f4a9}\r\n:::,,"', 'x'.repeat(200_000), '{'.repeat(50_000), '[*\\'.repeat(20_000)]) {
    const files = Object.fromEntries([...paths, ...more].map((path) => [path, text]))
    await withRecording({ ...files, '/usr/sbin/sshd': '', '/usr/bin/sudo': '' }, async (recorded) => {
      equal((await ask(recorded))[0]!.kind, 'host.Machine')
    })
  }
})

test('a machine that is no Linux is absent', async () => {
  const engine = () => {
    throw new Error('the host asks no engine')
  }
  await withRecording({ '/etc/passwd': '' }, async ({ machine }) =>
    equal(await host.locate({ machine, engine }), undefined),
  )
  await withRecording(recording, async ({ machine }) => {
    equal(await host.locate({ machine, engine }), 'the machine web-1')
  })
})

test('this machine is reported as it is', { skip: process.platform !== 'linux' && 'not Linux' }, async () => {
  const gaps: Gap[] = []
  const scan = { gap: (why: string) => void gaps.push({ why }), signal: new AbortController().signal }
  const local = localMachine()
  const [machine] = await ask({ machine: local, scan, gaps })
  equal(machine!.id, `host/${local.hostname}`)
  equal(machine!.properties['kernel'], (await local.text('/proc/sys/kernel/osrelease'))!.trim())
  // Nothing that looks like a hash of a password leaves the machine: crypt(5).
  ok(!/\$(?:[156]|2[aby]|y|gy)\$/.test(JSON.stringify(machine)))
})
