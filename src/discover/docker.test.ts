import assert from 'node:assert/strict'
import { test } from 'node:test'
import { docker } from './docker.ts'
import { askOf, discovered, dockerVersion, fakeEngine, podmanVersion, refuse, type Answer } from './docker/testing.ts'
import { podman } from './podman.ts'
import { Unreachable } from './source.ts'

const socket = '/var/run/docker.sock'
const web = '1'.repeat(64)
const imageOf = (letter: string) => `sha256:${letter.repeat(64)}`

const info = {
  Name: 'web-1',
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  Driver: 'overlay2',
  CgroupVersion: '2',
  LiveRestoreEnabled: false,
  SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=userns'],
  RegistryConfig: {
    InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8', '10.9.0.0/16'],
    IndexConfigs: { 'docker.io': { Secure: true }, 'registry.local:5000': { Secure: false } },
  },
  Swarm: { LocalNodeState: 'inactive', ControlAvailable: false },
  Warnings: [
    'WARNING: No swap limit support',
    '[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.\n  Access to the remote API is equivalent to root access on the host.',
    '[DEPRECATION NOTICE]: API is accessible on https://0.0.0.0:2376 without TLS client verification.',
  ],
}

const entry = { Id: web, Names: ['/web'], Image: 'nginx:1.27', ImageID: imageOf('a'), State: 'running', Labels: {} }

const inspected = {
  Id: web,
  Name: '/web',
  Created: '2026-11-01T08:00:00.000000000Z',
  Image: imageOf('a'),
  AppArmorProfile: 'docker-default',
  State: { Status: 'running', Running: true },
  Config: {
    Image: 'nginx:1.27',
    User: '',
    Env: ['PATH=/usr/bin', 'DB_PASSWORD=correct horse', 'EMPTY'],
    Labels: { 'com.example.team': 'shop' },
    Healthcheck: { Test: ['NONE'] },
  },
  HostConfig: {
    Privileged: false,
    ReadonlyRootfs: false,
    NetworkMode: 'shop',
    PidMode: '',
    IpcMode: 'private',
    CapAdd: ['CAP_SYS_ADMIN', 'net_raw'],
    CapDrop: null,
    SecurityOpt: ['no-new-privileges', 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'],
    Memory: 0,
    PidsLimit: null,
    RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
    Devices: [{ PathOnHost: '/dev/fuse' }],
    PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] },
  },
  Mounts: [
    {
      Type: 'bind',
      Source: '/var/run/docker.sock',
      Destination: '/run/docker.sock',
      RW: true,
      Propagation: 'rprivate',
    },
    { Type: 'tmpfs', Source: '', Destination: '/tmp', RW: false },
  ],
  NetworkSettings: {
    Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '443/tcp': null },
    Networks: { shop: { NetworkID: 'f00' } },
  },
}

const networks = [
  { Name: 'bridge', Driver: 'bridge' },
  { Name: 'shop', Driver: 'bridge' },
  { Name: 'none', Driver: 'null' },
  { Name: 'host', Driver: 'host' },
  { Name: 'lan', Driver: 'macvlan' },
]

const image = {
  Id: imageOf('a'),
  RepoTags: ['nginx:1.27', 'nginx:latest'],
  RepoDigests: [`nginx@${imageOf('b')}`],
  Created: 1_700_000_000,
  Size: 192_000_000,
  Labels: null,
}

const answers: Record<string, Answer> = {
  '/version': dockerVersion,
  '/info': info,
  '/networks': networks,
  '/containers/json?all=1': [entry],
  [`/containers/${web}/json`]: inspected,
  '/images/json': [image],
}

async function ask(source: typeof docker, changed: Record<string, Answer> = {}, path = socket) {
  const fake = await fakeEngine({ ...answers, ...changed })
  try {
    return { ...(await discovered(source, askOf(fake, [path]))), requests: fake.requests }
  } finally {
    await fake.close()
  }
}

test('the engine, with what can be told from outside of how it is set up', async () => {
  const { resources, gaps } = await ask(docker)
  const { properties, ...engine } = resources.get('host/web-1/docker')!
  assert.deepEqual(gaps, [])
  assert.deepEqual(engine, {
    id: 'host/web-1/docker',
    kind: 'docker.Engine',
    name: 'Docker Engine on web-1',
    service: 'self.docker',
    source: 'docker',
    runsOn: 'host/web-1',
    labels: {},
  })
  assert.equal(properties['version'], '28.1.1')
  assert.deepEqual(properties['components'], [
    { name: 'Engine', version: '28.1.1' },
    { name: 'containerd', version: '1.7.27' },
  ])
  assert.deepEqual(properties['insecureListeners'], ['http://0.0.0.0:2375', 'https://0.0.0.0:2376'])
  assert.deepEqual(properties['insecureRegistries'], ['10.9.0.0/16', 'registry.local:5000'])
  assert.equal(properties['usernsRemap'], true)
  assert.equal(properties['rootless'], false)
  assert.equal(properties['seccompProfile'], 'builtin')
  assert.equal(properties['liveRestore'], false)
  assert.deepEqual(properties['swarm'], { state: 'inactive', manager: false })
  assert.equal('loggingDriver' in properties, false, 'what it does not tell is absent, not a default')
})

test('a container, with the settings that rules read and without the values of its environment', async () => {
  const { resources } = await ask(docker)
  assert.deepEqual(resources.get(`host/web-1/containers/${web}`), {
    id: `host/web-1/containers/${web}`,
    kind: 'docker.Container',
    name: 'web',
    service: 'self.docker',
    source: 'docker',
    runsOn: 'host/web-1',
    labels: { 'com.example.team': 'shop' },
    runs: {
      images: [{ reference: 'nginx:1.27', image: `image/${imageOf('a')}` }],
      exposure: 'public',
      state: 'running',
    },
    properties: {
      created: '2026-11-01T08:00:00.000000000Z',
      privileged: false,
      networkMode: 'shop',
      pidMode: '',
      ipcMode: 'private',
      mounts: [
        {
          type: 'bind',
          source: '/var/run/docker.sock',
          destination: '/run/docker.sock',
          readOnly: false,
          propagation: 'rprivate',
        },
        { type: 'tmpfs', source: '', destination: '/tmp', readOnly: true },
      ],
      devices: ['/dev/fuse'],
      capAdd: ['SYS_ADMIN', 'NET_RAW'],
      capDrop: [],
      securityOpt: ['no-new-privileges', 'seccomp=(own profile)'],
      appArmorProfile: 'docker-default',
      readonlyRootfs: false,
      memory: 0,
      pidsLimit: 0,
      user: '',
      restartPolicy: 'on-failure',
      restartRetries: 5,
      healthcheck: false,
      portBindings: [{ container: '80/tcp', hostIp: '0.0.0.0', hostPort: '8080' }],
      envNames: ['PATH', 'DB_PASSWORD', 'EMPTY'],
    },
  })
  assert.ok(!JSON.stringify([...resources.values()]).includes('correct horse'))
})

test('an image of the store, whether a container runs it or not', async () => {
  const dangling = { Id: imageOf('d'), RepoTags: ['<none>:<none>'], RepoDigests: null, Created: 0, Size: 5 }
  const { resources } = await ask(docker, { '/images/json': [image, dangling] })
  assert.deepEqual(resources.get(`host/web-1/images/${imageOf('a')}`), {
    id: `host/web-1/images/${imageOf('a')}`,
    kind: 'docker.Image',
    name: 'nginx:1.27',
    service: 'self.docker',
    source: 'docker',
    runsOn: 'host/web-1',
    labels: {},
    properties: {
      digest: imageOf('a'),
      tags: ['nginx:1.27', 'nginx:latest'],
      repoDigests: [`nginx@${imageOf('b')}`],
      size: 192_000_000,
      created: '2023-11-14T22:13:20.000Z',
    },
  })
  const { name, properties } = resources.get(`host/web-1/images/${imageOf('d')}`)!
  assert.equal(name, 'sha256:dddddddddddd')
  assert.deepEqual(properties, { digest: imageOf('d'), tags: [], repoDigests: [], size: 5 })
})

const port = (HostIp: string) => ({ '80/tcp': [{ HostIp, HostPort: '80' }] })
const exposures = [
  { name: 'all addresses', mode: 'bridge', networks: ['bridge'], ports: port('0.0.0.0'), is: 'public' },
  { name: 'all addresses of IPv6', mode: 'bridge', networks: ['bridge'], ports: port('::'), is: 'public' },
  {
    name: 'one address that others reach',
    mode: 'bridge',
    networks: ['bridge'],
    ports: port('10.0.0.7'),
    is: 'public',
  },
  { name: 'loopback', mode: 'bridge', networks: ['bridge'], ports: port('127.0.0.1'), is: 'local' },
  { name: 'loopback of IPv6', mode: 'bridge', networks: ['bridge'], ports: port('::1'), is: 'local' },
  { name: 'no port behind a bridge', mode: 'shop', networks: ['shop'], ports: {}, is: 'none' },
  { name: 'no network', mode: 'none', networks: ['none'], ports: {}, is: 'none' },
  { name: 'the network of the machine', mode: 'host', networks: ['host'], ports: {}, is: 'unknown' },
  { name: 'the network of another container', mode: `container:${web}`, networks: [], ports: {}, is: 'unknown' },
  { name: 'an address of its own in the LAN', mode: 'lan', networks: ['lan'], ports: {}, is: 'unknown' },
  { name: 'a network that is gone', mode: 'old', networks: ['old'], ports: {}, is: 'unknown' },
]
for (const { name, mode, networks: attached, ports, is } of exposures) {
  test(`exposure: ${name}: ${is}`, async () => {
    const container = {
      ...inspected,
      HostConfig: { ...inspected.HostConfig, NetworkMode: mode, PortBindings: {} },
      NetworkSettings: { Ports: ports, Networks: Object.fromEntries(attached.map((network) => [network, {}])) },
    }
    const { resources } = await ask(docker, { [`/containers/${web}/json`]: container })
    assert.equal(resources.get(`host/web-1/containers/${web}`)!.runs!.exposure, is)
  })
}

test('a stopped container is exposed as it would be when it is started', async () => {
  const stopped = { ...inspected, State: { Status: 'exited' }, NetworkSettings: { Ports: {}, Networks: { shop: {} } } }
  const { resources } = await ask(docker, { [`/containers/${web}/json`]: stopped })
  const { runs } = resources.get(`host/web-1/containers/${web}`)!
  assert.deepEqual([runs!.state, runs!.exposure], ['stopped', 'public'])
})

test('containers that an orchestrator started belong to it', async () => {
  const labelled = (Labels: object) => ({ [`/containers/${web}/json`]: { ...inspected, Config: { Labels } } })
  const swarm = await ask(docker, {
    ...labelled({ 'com.docker.swarm.service.id': 's1' }),
    '/info': { ...info, Swarm: { LocalNodeState: 'active', ControlAvailable: true } },
  })
  assert.equal(swarm.resources.get(`host/web-1/containers/${web}`)!.service, 'self.swarm')
  assert.equal(swarm.resources.get('host/web-1/docker')!.service, 'self.docker')
  const node = swarm.resources.get('host/web-1/swarm')!
  assert.deepEqual([node.kind, node.service], ['docker.Engine', 'self.swarm'])
  assert.deepEqual(node.properties['swarm'], { state: 'active', manager: true })
  const kubernetes = await ask(docker, labelled({ 'io.kubernetes.pod.uid': 'p1' }))
  assert.equal(kubernetes.resources.get(`host/web-1/containers/${web}`)!.service, 'self.kubernetes')
})

test('a container that vanishes between the list and the look at it is no error', async () => {
  const { resources, gaps } = await ask(docker, {
    [`/containers/${web}/json`]: refuse(404, `No such container: ${web}`),
  })
  assert.deepEqual([...resources.keys()], ['host/web-1/docker', `host/web-1/images/${imageOf('a')}`])
  assert.deepEqual(gaps, [])
})

const unreadable = {
  'is refused': refuse(500, 'layer not known'),
  'has another form': { ...inspected, HostConfig: { ...inspected.HostConfig, Memory: 'much' } },
}
for (const [how, answer] of Object.entries(unreadable)) {
  test(`a container whose inspection ${how} stays in the list, with a gap`, async () => {
    const { resources, gaps } = await ask(docker, { [`/containers/${web}/json`]: answer })
    const { name, runs, properties } = resources.get(`host/web-1/containers/${web}`)!
    assert.deepEqual(
      { name, runs, properties },
      {
        name: 'web',
        runs: {
          images: [{ reference: 'nginx:1.27', image: `image/${imageOf('a')}` }],
          exposure: 'unknown',
          state: 'running',
        },
        properties: {},
      },
    )
    assert.equal(gaps.length, 1)
    assert.match(
      gaps[0]!,
      /^GET \S+1111\/json: (500 layer not known|HostConfig\.Memory: .+); its settings are not known$/,
    )
  })
}

test('a bad element costs only itself', async () => {
  const { resources, gaps } = await ask(docker, {
    '/containers/json?all=1': [{ Id: '../../etc/passwd', Image: 'x' }, null, entry],
    '/images/json': [{ Id: 'not a digest' }, { Id: 7 }, image],
  })
  assert.equal(resources.size, 3)
  assert.equal(gaps.length, 4)
})

test('a socket that lets only some calls through: each one that it refuses is a gap', async () => {
  const { resources, gaps } = await ask(docker, {
    '/info': refuse(403, 'Forbidden'),
    '/images/json': refuse(403, 'Forbidden'),
  })
  assert.deepEqual([...resources.keys()], ['host/web-1/docker', `host/web-1/containers/${web}`])
  assert.deepEqual(gaps, ['GET /v1.47/info: 403 Forbidden', 'GET /v1.47/images/json: 403 Forbidden'])
})

test('an engine on another machine is not mixed up with this one', async () => {
  const { resources, gaps } = await ask(docker, { '/info': { ...info, Name: 'virtual' } })
  assert.equal(resources.get('host/virtual/docker')!.runsOn, 'host/virtual')
  assert.match(gaps[0]!, /^the engine runs on virtual and this machine is web-1/)
})

test('only GET is ever sent', async () => {
  const { requests } = await ask(docker)
  assert.ok(requests.length >= 6)
  assert.deepEqual(
    requests.filter((request) => !request.startsWith('GET ')),
    [],
  )
})

test('Podman answers the same, in its own name', async () => {
  const path = '/run/podman/podman.sock'
  const { resources } = await ask(podman, { '/version': podmanVersion }, path)
  const engine = resources.get('host/web-1/podman')!
  assert.deepEqual([engine.name, engine.service, engine.source], ['Podman on web-1', 'self.podman', 'podman'])
  assert.equal('insecureListeners' in engine.properties, false)
  assert.equal(resources.get(`host/web-1/containers/${web}`)!.service, 'self.podman')
})

test("Podman at Docker's socket is Podman", async () => {
  const { resources } = await ask(docker, { '/version': podmanVersion })
  assert.equal(resources.get('host/web-1/podman')!.service, 'self.podman')
})

const own = { XDG_RUNTIME_DIR: '/run/user/1000' }
const located = [
  { source: docker, sockets: [], env: {}, name: undefined },
  { source: docker, sockets: [socket], env: {}, name: 'Docker Engine at /var/run/docker.sock' },
  {
    source: docker,
    sockets: ['/run/user/1000/docker.sock'],
    env: own,
    name: 'Docker Engine at /run/user/1000/docker.sock',
  },
  {
    source: docker,
    sockets: [socket],
    env: { DOCKER_HOST: 'unix:///run/other.sock' },
    name: 'Docker Engine at unix:///run/other.sock',
  },
  {
    source: docker,
    sockets: [],
    env: { DOCKER_HOST: 'ssh://me:secret@web-2' },
    name: 'Docker Engine at ssh://web-2',
  },
  { source: podman, sockets: [socket], env: own, name: undefined },
  {
    source: podman,
    sockets: ['/run/user/1000/podman/podman.sock'],
    env: own,
    name: 'Podman at /run/user/1000/podman/podman.sock',
  },
]
for (const { source, sockets, env, name } of located) {
  test(`${source.id} with ${JSON.stringify({ sockets, ...env })}: ${name ?? 'absent'}`, async () => {
    assert.equal(await source.locate(askOf(undefined, sockets, env as Record<string, string>)), name)
  })
}

test('a second engine is named, not passed over', async (t) => {
  const fake = await fakeEngine(answers)
  t.after(fake.close)
  const { gaps } = await discovered(docker, askOf(fake, [socket, '/run/user/1000/docker.sock'], own))
  assert.deepEqual(gaps, [
    'a second engine at /run/user/1000/docker.sock was not asked: only the one at /var/run/docker.sock was',
  ])
  const same = await discovered(
    docker,
    askOf(fake, [socket, 'unix:///run/docker.sock'], { DOCKER_HOST: 'unix:///run/docker.sock' }),
  )
  assert.deepEqual(same.gaps, [])
})

test('an engine that does not answer is unreachable, with the reason', async () => {
  await assert.rejects(discovered(docker, askOf(undefined, [], { DOCKER_HOST: 'tcp://10.0.0.9:2375' })), (error) => {
    assert.ok(error instanceof Unreachable)
    assert.match(error.message, /^tcp:\/\/10\.0\.0\.9:2375 is not asked: give a Unix socket/)
    return true
  })
  await assert.rejects(ask(docker, { '/version': { name: 'another program' } }), Unreachable)
})

test('an engine that stops in the middle is unreachable: half a list is none', async () => {
  const stops = (response: { destroy(): void }) => response.destroy()
  await assert.rejects(ask(docker, { [`/containers/${web}/json`]: stops }), Unreachable)
})
