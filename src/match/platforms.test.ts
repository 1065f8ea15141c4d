// Programs of container platforms by all the records that speak of them.

import { suite, test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import type { Advisory } from '../model/advisory.ts'
import type { Package } from '../model/package.ts'
import { matchPackages } from './match.ts'
import { lookupIn, record } from './testing.ts'

function found(ecosystem: string, name: string, version: string): Package {
  return { ecosystem, name, version, purl: `pkg:golang/${name}@${version}`, place: { path: 'usr/bin/program' } }
}

function verdict(one: Package, records: readonly Advisory[]) {
  const { vulnerabilities, gaps, judged } = matchPackages([one], undefined, lookupIn(records))
  return {
    ids: vulnerabilities.map(({ advisory, aliases }) => [advisory.id, ...aliases].toSorted().join(' ')),
    gaps: gaps.map(({ why }) => why),
    judged: judged.done,
  }
}

suite('parts of Kubernetes', () => {
  const own = record(
    'KUBERNETES-CVE-2023-1',
    ['Kubernetes', 'k8s.io/kubelet'],
    [{ introduced: '0' }, { fixed: '1.28.4' }],
    {
      upstream: ['CVE-2023-1'],
    },
  )
  const whole = record('GO-2023-1', ['Go', 'k8s.io/kubernetes'], [{ introduced: '0' }, { fixed: '1.28.4' }], {
    aliases: ['CVE-2023-1'],
  })
  const library = record('GO-2023-2', ['Go', 'k8s.io/kubelet'], [{ introduced: '0' }])
  const records = [own, whole, library]

  test('one finding of both sources, and none of the library of the same name', () => {
    deepEqual(verdict(found('Kubernetes', 'k8s.io/kubelet', 'v1.28.3'), records), {
      ids: ['CVE-2023-1 GO-2023-1 KUBERNETES-CVE-2023-1'],
      gaps: [],
      judged: 1,
    })
    deepEqual(verdict(found('Kubernetes', 'k8s.io/kubelet', 'v1.28.4'), records), { ids: [], gaps: [], judged: 1 })
  })

  test('either source alone judges', () => {
    for (const one of [own, whole])
      equal(verdict(found('Kubernetes', 'k8s.io/kubelet', 'v1.28.3'), [one]).ids.length, 1)
    deepEqual(verdict(found('Kubernetes', 'k8s.io/kubelet', 'v1.28.3'), []).gaps, ['no advisories for Kubernetes'])
  })

  test('hyperkube was all of them', () => {
    deepEqual(verdict(found('Kubernetes', 'k8s.io/hyperkube', 'v1.18.0'), [own]).ids, [
      'CVE-2023-1 KUBERNETES-CVE-2023-1',
    ])
    deepEqual(verdict(found('Kubernetes', 'k8s.io/kube-proxy', 'v1.18.0'), [own]).ids, [])
  })

  test('a build with changes is a gap, and so is a version that cannot be told', () => {
    for (const version of ['v1.28.3-eks-ae9a62a', 'v1.28.3+k3s1', 'v1.28.3-gke.100']) {
      deepEqual(verdict(found('Kubernetes', 'k8s.io/kubelet', version), records), {
        ids: [],
        gaps: [`k8s.io/kubelet ${version} is no release of its project: only who built it knows what was mended in it`],
        judged: 0,
      })
    }
    const { gaps, judged } = verdict(found('Kubernetes', 'k8s.io/kubelet', 'unknown'), records)
    deepEqual([gaps, judged], [['the version of k8s.io/kubelet cannot be told'], 0])
    for (const version of ['v1.28.0-alpha.1', 'v1.28.0-rc.0', 'v1.28.3-0.20231101000000-0123456789ab'])
      equal(verdict(found('Kubernetes', 'k8s.io/kubelet', version), records).ids.length, 1, version)
  })
})

suite('projects that Go’s database knows by several names', () => {
  const etcd = found('Go', 'go.etcd.io/etcd/server/v3', 'v3.5.9')
  test('counts where a bound is of its major version', () => {
    const v3 = record('GO-1', ['Go', 'go.etcd.io/etcd/v3'], [{ introduced: '3.5.0' }, { fixed: '3.5.28' }])
    const before = record('GO-2', ['Go', 'go.etcd.io/etcd'], [{ introduced: '0' }])
    deepEqual(verdict(etcd, [v3, before]).ids, ['GO-1'])
  })

  test('a record that has its own name says nothing by another', () => {
    const own = record('GO-3', ['Go', 'go.etcd.io/etcd/server/v3'], [{ introduced: '0' }, { fixed: '3.5.1' }])
    const both: Advisory = {
      ...own,
      affected: [...own.affected!, ...record('', ['Go', 'go.etcd.io/etcd/v3'], [{ introduced: '3.0.0' }]).affected!],
    }
    deepEqual(verdict(etcd, [both]).ids, [])
  })

  test('docker and distribution by the names that they had or got', () => {
    const moby = record('GO-4', ['Go', 'github.com/moby/moby'], [{ introduced: '0' }, { fixed: '26.0.0+incompatible' }])
    deepEqual(verdict(found('Go', 'github.com/docker/docker', 'v24.0.5'), [moby]).ids, ['GO-4'])
    const moved = record(
      'GO-5',
      ['Go', 'github.com/distribution/distribution'],
      [{ introduced: '0' }, { fixed: '2.8.2' }],
    )
    const next = record('GO-6', ['Go', 'github.com/distribution/distribution'], [{ introduced: '0' }])
    deepEqual(verdict(found('Go', 'github.com/docker/distribution', 'v2.8.1'), [moved, next]).ids, ['GO-5'])
  })
})

test('Docker Engine 29 and later has other numbers than its module', () => {
  const v2 = record('GO-8', ['Go', 'github.com/moby/moby/v2'], [{ introduced: '0' }, { fixed: '2.0.0-beta.14' }])
  deepEqual(verdict(found('Go', 'github.com/moby/moby/v2', 'v29.0.1'), [v2]), {
    ids: [],
    gaps: [
      "no feed judges Docker Engine v29.0.1: Go's database counts the versions of its module otherwise, from 2.0.0 on",
    ],
    judged: 0,
  })
  deepEqual(verdict(found('Go', 'github.com/moby/moby/v2', 'v2.0.0-beta.7'), [v2]).ids, ['GO-8'])
})

test('releases that are no modules’ versions have ranges of their own', () => {
  const open = record('GO-7', ['Kubernetes', 'k8s.io/ingress-nginx'], [{ introduced: '0' }])
  const custom_ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.11.5' }] }]
  const custom: Advisory = { ...open, affected: [{ ...open.affected![0]!, ecosystem_specific: { custom_ranges } }] }
  const at = (version: string): string[] => verdict(found('Kubernetes', 'k8s.io/ingress-nginx', version), [custom]).ids
  deepEqual([at('v1.11.4'), at('v1.11.5')], [['GO-7'], []])
  // A commit between two releases is a version of the module, of which the record's own range speaks.
  deepEqual(at('v1.12.0-0.20250401000000-0123456789ab'), ['GO-7'])
})

test('ranges of their own stand in the place of an end that a range lacks, wherever it begins', () => {
  const events = [{ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }]
  const started = record('GO-9', ['Go', 'example.org/server'], events)
  const custom_ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '4.0.0' }, { fixed: '4.1.0' }] }]
  const custom: Advisory = {
    ...started,
    affected: [{ ...started.affected![0]!, ecosystem_specific: { custom_ranges } }],
  }
  const at = (version: string): string[] => verdict(found('Go', 'example.org/server', version), [custom]).ids
  deepEqual(['1.1.0', '1.2.0', '3.0.0', '4.0.5', '4.1.0'].flatMap(at), ['GO-9', 'GO-9'])
  deepEqual(at('v1.1.0').concat(at('v4.0.5')), ['GO-9', 'GO-9'])
  deepEqual(at('v2.0.1-0.20250401000000-0123456789ab'), ['GO-9'])
})

test('ranges of their own without an end have it where the record’s others all have one', () => {
  const custom_ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0.10.0' }] }]
  const at = (version: string, events: Parameters<typeof record>[2]): string[] => {
    const told = record('GO-10', ['Go', 'example.org/chain'], events)
    const custom: Advisory = { ...told, affected: [{ ...told.affected![0]!, ecosystem_specific: { custom_ranges } }] }
    return verdict(found('Go', 'example.org/chain', version), [custom]).ids
  }
  const ended = [{ introduced: '0' }, { fixed: '0.24.2' }]
  deepEqual([at('0.24.1', ended), at('0.24.2', ended)], [['GO-10'], []])
  const open = [{ introduced: '0' }]
  deepEqual([at('0.9.0', open), at('0.24.2', open)], [[], ['GO-10']])
})

test('what is in no ecosystem is named, each version once', () => {
  const mesos = { ...found('generic', 'mesos', '1.11.0'), place: { path: 'usr/lib/libmesos-1.11.0.so' } }
  deepEqual(matchPackages([mesos, mesos], undefined, lookupIn([])).gaps, [
    { why: 'no feed judges mesos 1.11.0', place: mesos.place },
  ])
})
