import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import type { Package } from '../model/package.ts'
import { reconcile } from './reconcile.ts'

const none = new Map<string, string>()

function npm(name: string, path: string, more: Partial<Package> = {}): Package {
  return { ecosystem: 'npm', name, version: '1', purl: `pkg:npm/${name}@1`, place: { path }, ...more }
}

function locked(path: string, ...names: string[]): Package[] {
  return names.map((name) => npm(name, path, { declared: true }))
}

/** `name path`. */
function left(packages: readonly Package[]): string[] {
  return reconcile(packages, none).map(({ name, place }) => `${name} ${place.path}`)
}

const installed = npm('a', 'srv/app/node_modules/a/package.json')

test('a lock file gives way to what is installed below its folder, also to a part of it', () => {
  deepEqual(left([...locked('srv/app/package-lock.json', 'a', 'b', 'c'), installed]), [`a ${installed.place.path}`])
})

test('what is installed takes over the commit that a lock file has of it', () => {
  const commit = { purl: 'pkg:npm/a@1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa%4012' }
  const [pinned, other] = locked('srv/app/package-lock.json', 'a', 'b')
  const second = { ...installed, version: '2', purl: 'pkg:npm/a@2' }
  const packages = [{ ...pinned!, ...commit }, other!, installed, second]
  deepEqual(reconcile(packages, none), [{ ...installed, ...commit }, second])
  deepEqual(reconcile([pinned!, { ...installed, ...commit }], none), [{ ...installed, ...commit }])
})

test('of several lock files the nearest one tells the commit; one elsewhere, where no other names the package', () => {
  const commit = (digit: string) => ({
    purl: `pkg:npm/a@1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa%40${digit.repeat(40)}`,
  })
  const pinned = (path: string, more = {}): Package => ({ ...locked(path, 'a')[0]!, ...more })
  const installedIn = (folder: string): Package => npm('a', `${folder}/node_modules/a/package.json`)
  const packages = [
    pinned('srv/app/package-lock.json', commit('1')),
    pinned('srv/registry/package-lock.json'),
    pinned('srv/third/package-lock.json', commit('3')),
    ...['srv/app', 'srv/registry', 'srv/third', 'usr/lib'].map(installedIn),
  ]
  deepEqual(
    reconcile(packages, none).map(({ purl }) => purl),
    [commit('1').purl, installed.purl, commit('3').purl, commit('1').purl],
  )
})

test('a lock file stays when nothing of it is installed', () => {
  const packages = [...locked('srv/other/package-lock.json', 'x', 'y'), installed]
  deepEqual(
    left(packages),
    packages.map(({ name, place }) => `${name} ${place.path}`),
  )
})

test('a lock file elsewhere gives way when at least half of it is installed anywhere', () => {
  const elsewhere = (...names: string[]): number => left([...locked('build/lock', ...names), installed]).length
  deepEqual([elsewhere('a'), elsewhere('a', 'b'), elsewhere('a', 'b', 'c')], [1, 1, 4])
})

test('a lock file at the root is not described by a single package somewhere', () => {
  deepEqual(left([...locked('package-lock.json', 'a', 'b', 'c'), installed]).length, 4)
})

test('each lock file is judged alone, and each ecosystem', () => {
  const python = { ...locked('srv/app/requirements.txt', 'a')[0]!, ecosystem: 'PyPI' }
  const packages = [...locked('srv/app/package-lock.json', 'a'), ...locked('srv/other/package-lock.json', 'z'), python]
  deepEqual(left([...packages, installed]), [
    'z srv/other/package-lock.json',
    'a srv/app/requirements.txt',
    `a ${installed.place.path}`,
  ])
})

test('what a later layer hid, and what the system brought, describe no lock file', () => {
  const hidden = { ...installed, hiddenBy: 'sha256:2' }
  deepEqual(left([...locked('srv/app/package-lock.json', 'a'), hidden]).length, 2)
})

const system: Package = {
  ecosystem: 'Debian',
  name: 'node-a',
  version: '1-1',
  arch: 'all',
  purl: 'pkg:deb/debian/node-a@1-1?arch=all',
  place: { path: 'var/lib/dpkg/status', line: 1 },
}

test('code whose file the system brought is listed once with its owner, also inside of an archive', () => {
  const inner = npm('b', 'usr/share/java/b.jar!/lib/a.jar')
  const owned = new Map([
    [installed.place.path!, 'deb/node-a'],
    ['usr/share/java/b.jar', 'deb/node-a:all'],
  ])
  const [first, second, third] = reconcile([system, installed, inner], owned)
  deepEqual(
    [first, second, third],
    [system, { ...installed, ownedBy: system.purl }, { ...inner, ownedBy: system.purl }],
  )
})

test('the files of a distroless image belong to the package beside whose file their list lies', () => {
  const found = { ...system, name: 'python3.11-minimal', place: { path: 'var/lib/dpkg/status.d/python3' } }
  const program = npm('python', 'usr/bin/python3.11')
  const owned = new Map([['usr/bin/python3.11', 'deb/python3']])
  deepEqual(reconcile([found, program], owned)[1], { ...program, ownedBy: found.purl })
})

test('an owner that is not installed any more owns nothing', () => {
  const owned = new Map([[installed.place.path!, 'deb/node-a']])
  deepEqual(reconcile([{ ...system, hiddenBy: 'sha256:2' }, installed], owned)[1], installed)
  deepEqual(reconcile([installed], owned), [installed])
})

test("a platform's program that its own project packaged is not the distribution's", () => {
  const deb = (name: string, vendor?: string): Package => ({
    ecosystem: 'Debian',
    name,
    version: '5:24.0.5-1',
    purl: `pkg:deb/debian/${name}@5:24.0.5-1`,
    place: { path: 'var/lib/dpkg/status' },
    ...(vendor ? { vendor } : {}),
  })
  const program = (path: string): Package => ({ ...npm('a', path), ecosystem: 'Go' })
  const owned = new Map([
    ['usr/bin/dockerd', 'deb/docker-ce'],
    ['usr/bin/other', 'deb/docker-ce'],
    ['usr/sbin/runc', 'deb/runc'],
  ])
  const files = [...owned.keys()].map(program)
  deepEqual(
    reconcile([deb('docker-ce', 'Docker'), deb('runc'), ...files], owned).map(({ ownedBy }) => ownedBy),
    [undefined, undefined, undefined, 'pkg:deb/debian/docker-ce@5:24.0.5-1', 'pkg:deb/debian/runc@5:24.0.5-1'],
  )
})

test('a program of a component of Bitnami is that component, whose list tells its version in full', () => {
  const bitnami = (name: string, version: string, path: string): Package => ({
    ecosystem: 'Bitnami',
    name,
    version,
    purl: `pkg:bitnami/${name}@${version}`,
    place: { path },
  })
  const component = bitnami('nginx', '1.25.3-1', 'opt/bitnami/nginx/.spdx-nginx.spdx')
  const others = [
    bitnami('nginx', '1.22.0', 'usr/local/sbin/nginx'),
    bitnami('node', '20.1.0', 'opt/bitnami/nginx/bin/node'),
  ]
  const program = bitnami('nginx', '1.25.3', 'opt/bitnami/nginx/sbin/nginx')
  deepEqual(reconcile([component, program, ...others], none), [
    component,
    { ...program, ownedBy: component.purl },
    ...others,
  ])
  deepEqual(reconcile([program], none), [program])
})
