// Real programs: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { processorTimeOf } from '../../lib/testing.ts'
import { elfWith, inlineBuildInfo } from '../programs/testing.ts'
import { run } from '../testing.ts'
import { goBinary } from './go-binary.ts'

async function read(goVersion: string, ...lines: string[]) {
  const modules = lines.map((line) => `${line}\n`).join('')
  const { packages, gaps } = await run(goBinary, 'app', elfWith('.go.buildinfo', inlineBuildInfo(goVersion, modules)))
  return { packages: packages.map(({ name, version }) => `${name} ${version}`), gaps: gaps.map(({ why }) => why) }
}

test('the standard library, the program’s own module and those that it needs', async () => {
  deepEqual(
    await read('go1.22.3', 'path\texample.org/a', 'mod\texample.org/a\tv1.0.0\th1:x=', 'dep\trsc.io/quote\tv1.5.2'),
    {
      packages: ['stdlib 1.22.3', 'example.org/a v1.0.0', 'rsc.io/quote v1.5.2'],
      gaps: [],
    },
  )
})

test('a version that was set by the linker’s flags', async () => {
  const { packages, gaps } = await read('go1.22.3', 'mod\ta.org/a\t(devel)', 'build\t-ldflags="-X main.version=1.2.3"')
  deepEqual([packages, gaps], [['stdlib 1.22.3', 'a.org/a v1.2.3'], []])
})

test('what has no version is a gap', async () => {
  const { packages, gaps } = await read(
    'devel go1.23-4f2a',
    'mod\ta.org/a\t(devel)',
    'dep\tb.org/b\tv1.0.0',
    '=>\t../b\t',
  )
  deepEqual(packages, [])
  deepEqual(gaps, [
    'was built by a Go that is no release (devel go1.23-4f2a)',
    'its own module a.org/a has no version: it was built from a checkout',
    'holds the module ../b without a version: it was replaced by a folder',
  ])
})

const kubelet = 'path\tk8s.io/kubernetes/cmd/kubelet'
/** As the linker lays out what -X sets. */
const withText = (text: string, ...lines: string[]): Buffer =>
  Buffer.concat([
    inlineBuildInfo('go1.22.3', lines.map((line) => `${line}\n`).join('')),
    Buffer.from(`\x80?${text}\0\0go1.22.3\0`, 'latin1'),
  ])

async function readPlatform(data: Buffer, path = 'usr/bin/kubelet') {
  const { packages, gaps } = await run(goBinary, path, elfWith('.go.buildinfo', data))
  const [, program, ...modules] = packages
  return {
    program: program && [program.ecosystem, program.name, program.version, program.purl, program.place.path],
    modules: modules.map(({ name, version }) => `${name} ${version}`),
    gaps: gaps.map(({ why }) => why),
  }
}

test('a part of Kubernetes has the version that it prints, and the modules beside it those that are released with it', async () => {
  const staged = [
    'dep\tk8s.io/api\t(devel)',
    'dep\tk8s.io/apimachinery\tv0.0.0',
    '=>\t./staging/src/k8s.io/apimachinery\t',
  ]
  const data = withText('v1.29.3', kubelet, 'mod\tk8s.io/kubernetes\t(devel)', ...staged, 'build\t-trimpath=true')
  deepEqual(await readPlatform(data), {
    program: [
      'Kubernetes',
      'k8s.io/kubelet',
      'v1.29.3',
      'pkg:golang/k8s.io/kubernetes@v1.29.3#cmd/kubelet',
      'usr/bin/kubelet',
    ],
    modules: ['k8s.io/api v0.29.3', 'k8s.io/apimachinery v0.29.3'],
    gaps: [],
  })
  const vendor = await readPlatform(
    withText('v1.29.3-eks-ae9a62a', kubelet, 'mod\tk8s.io/kubernetes\t(devel)', ...staged),
  )
  deepEqual([vendor.program?.[2], vendor.modules, vendor.gaps], ['v1.29.3-eks-ae9a62a', [], []])
})

test('the build information counts before the data, a release before a commit', async () => {
  const stamped = await readPlatform(withText('v1.0.0', kubelet, 'mod\tk8s.io/kubernetes\tv1.37.1'))
  equal(stamped.program?.[2], 'v1.37.1')
  const flags = `build\t-ldflags="-X 'k8s.io/component-base/version.gitVersion=v1.28.1'"`
  const commit = 'mod\tk8s.io/kubernetes\tv1.28.2-0.20240301000000-0123456789ab'
  equal((await readPlatform(withText('v1.0.0', kubelet, commit, flags))).program?.[2], 'v1.28.1')
})

test('versions of others in the program are not its own', async () => {
  const flags = `build\t-ldflags="-X k8s.io/component-base/version.gitVersion=v1.28.2"`
  const oc = withText('v4.15.0-202402082307.p0.g2b0de3a', 'path\tgithub.com/openshift/oc/cmd/oc', flags)
  const { program } = await readPlatform(oc, 'usr/bin/oc')
  deepEqual([program?.[1], program?.[2]], ['github.com/openshift/oc', 'v4.15.0-202402082307.p0.g2b0de3a'])
  const compiler = withText('24.0.5\0GCC: (Debian 12.2.0-14) 12.2.0', 'path\tgithub.com/docker/docker/cmd/dockerd')
  equal((await readPlatform(compiler, 'usr/bin/dockerd')).program?.[2], 'v24.0.5')
})

test('a program without a version, or with several, is listed all the same', async () => {
  const etcd = await readPlatform(inlineBuildInfo('go1.19.8', 'path\tgo.etcd.io/etcd\n'), 'usr/bin/etcd')
  deepEqual(etcd.program, [
    'Go',
    'go.etcd.io/etcd/server/v3',
    'unknown',
    'pkg:golang/go.etcd.io/etcd/server/v3',
    'usr/bin/etcd',
  ])
  const two = await readPlatform(withText('v1.29.3\0v1.28.0', kubelet, 'mod\tk8s.io/kubernetes\t(devel)'))
  deepEqual(
    [two.program?.[2], two.gaps],
    ['unknown', ['looks like kubelet, and holds several versions that could be its own (v1.29.3, v1.28.0)']],
  )
})

test('one that was made to hold very many versions costs no time, and tells a few of them', async () => {
  const versions = Array.from({ length: 20_000 }, (_, index) => `v1.29.3-${index}x`).join('\0')
  let gaps: readonly string[] = []
  const took = await processorTimeOf(async () => {
    const read = await readPlatform(withText(versions, kubelet, 'mod\tk8s.io/kubernetes\t(devel)'))
    equal(read.program?.[2], 'unknown')
    ;({ gaps } = read)
  })
  ok(took < 1000, `${took} ms`)
  deepEqual(gaps, [
    `looks like kubelet, and holds several versions that could be its own (${[0, 1, 2, 3].map((index) => `v1.29.3-${index}x`).join(', ')})`,
  ])
})

test('etcd has the version of its own parts, which its release sets', async () => {
  const lines = [
    'path\tgo.etcd.io/etcd/server/v3',
    'mod\tgo.etcd.io/etcd/server/v3\t(devel)',
    'dep\tgo.etcd.io/etcd/api/v3\tv3.5.1',
    '=>\t../api\t',
  ]
  const { program, modules, gaps } = await readPlatform(withText('3.5.0', ...lines), 'etcd')
  deepEqual([program?.[2], modules, gaps], ['v3.5.1', ['go.etcd.io/etcd/api/v3 v3.5.1'], []])
})

test('of a program that a distribution built the shorter text is the version; what Docker builds has no modules', async () => {
  const runc = withText('1.1.5+ds1\0\x001.1.5+ds1-1+deb12u1', 'path\tgithub.com/opencontainers/runc')
  const { program, gaps } = await readPlatform(runc, 'usr/sbin/runc')
  deepEqual([program?.[1], program?.[2], gaps], ['github.com/opencontainers/runc', 'v1.1.5+ds1', []])
  const docker = await readPlatform(withText('24.0.5', 'path\tgithub.com/docker/docker/cmd/dockerd'), 'usr/bin/dockerd')
  deepEqual(
    [docker.program?.[3], docker.gaps],
    [
      'pkg:golang/github.com/docker/docker@v24.0.5',
      ['is dockerd, built without modules: which ones are in it cannot be read'],
    ],
  )
})

test('a program that was built without modules is a gap beside its standard library', async () => {
  deepEqual(await read('go1.12.17'), {
    packages: ['stdlib 1.12.17'],
    gaps: ['was built without modules: which ones are in it cannot be read'],
  })
})
