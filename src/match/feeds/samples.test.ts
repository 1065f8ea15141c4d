// Real documents of each feed, in its own format: what is expected was read in them by eye.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { suite, test } from 'node:test'
import { parse } from 'yaml'
import { fileURLToPath } from 'node:url'
import { cutElements, cutMembers } from '../../lib/cut.ts'
import { fixStateOf, type Advisory, type Affected, type FeedItem } from '../../model/advisory.ts'
import type { Gap } from '../../model/scan.ts'
import { shared, withoutShared } from '../../testing/shared.ts'
import type { Feed } from '../feed.ts'
import { amazon } from './amazon.ts'
import { debianTracker } from './debian-tracker.ts'
import { endOfLife } from './end-of-life.ts'
import { epss } from './epss.ts'
import { kev } from './kev.ts'
import { kubernetes } from './kubernetes.ts'
import { oracle } from './oracle.ts'
import { osv } from './osv.ts'
import { redhatVex } from './redhat-vex.ts'

const skip = withoutShared('feeds')

async function* whole(text: string): AsyncGenerator<string> {
  yield text
}

async function read(feed: Feed, path: string): Promise<{ items: FeedItem[]; gaps: Gap[]; records: Advisory[] }> {
  const gaps: Gap[] = []
  const signal = new AbortController().signal
  const scan = { signal, gap: (why: string, place?: Gap['place']) => void gaps.push({ why, ...(place && { place }) }) }
  const text = readFileSync(shared(`feeds/${path}`)!, 'utf8')
  const { cut } = feed
  const pieces =
    cut === undefined
      ? whole(text)
      : cut === 'members'
        ? cutMembers(whole(text), 2 ** 20)
        : cutElements(whole(text), cut.element, 2 ** 20)
  const items: FeedItem[] = []
  for await (const piece of pieces) items.push(...feed.read({ path, text: piece }, scan))
  const records = items.flatMap((item) => (item.kind === 'advisory' ? [item.advisory] : []))
  return { items, gaps, records }
}

/** `Debian:12 < 1.2-3`, with its state. */
function shown(entry: Affected): string {
  const fixed = entry.ranges?.[0]?.events.find((event) => event.fixed)?.fixed
  const range = entry.ranges === undefined ? '?' : fixed === undefined ? 'all' : `< ${fixed}`
  return [entry.package?.ecosystem, range, fixStateOf(entry)].filter(Boolean).join(' ')
}

suite('Debian tracker', { skip }, () => {
  const states = async (file: string, id: string): Promise<string[]> => {
    const { records } = await read(debianTracker, `debian/${file}`)
    return (records.find((record) => record.id === id)?.affected ?? []).map(shown).toSorted()
  }

  test('a fix by release, and a release whose support has ended', async () => {
    assert.deepEqual(await states('tracker.json', 'DEBIAN-CVE-2022-0456'), [
      'Debian:10 all end of life',
      'Debian:11 < 98.0.4758.80-1~deb11u1',
      'Debian:12 < 98.0.4758.80-1',
      'Debian:9 all end of life',
    ])
  })

  test('a fix in version 0 is a verdict: never affected', async () => {
    assert.deepEqual(await states('tracker.json', 'DEBIAN-CVE-2007-2383'), [
      'Debian:10 < 0 not affected',
      'Debian:8 < 0 not affected',
      'Debian:9 < 0 not affected',
    ])
  })

  test('what is open stays open, with the words of who decided not to hurry', async () => {
    assert.deepEqual(await states('tracker-open.json', 'DEBIAN-CVE-2016-1585'), [
      'Debian:10 all',
      'Debian:11 all',
      'Debian:12 all',
      'Debian:13 < 3.0.12-1',
    ])
    assert.deepEqual(await states('tracker-nodsa.json', 'DEBIAN-CVE-2021-37231'), [
      'Debian:10 all deferred',
      'Debian:11 all deferred',
      'Debian:12 < 20210715.151551.e7ad03a-1',
      'Debian:9 all deferred',
    ])
  })

  test('every member is read, also one whose releases are a list; the CVE is upstream, a stand-in has none', async () => {
    const { gaps, records } = await read(debianTracker, 'debian/tracker-nodsa.json')
    assert.deepEqual([gaps, records.length], [[], 6])
    assert.deepEqual(
      records.slice(2, 4).map(({ id, upstream }) => [id, upstream]),
      [
        ['DEBIAN-CVE-2009-2459', ['CVE-2009-2459']],
        ['DEBIAN-TEMP-0000000-A2EB44', undefined],
      ],
    )
    // Its fix 1.3.3 is above 1.2.3, which is all that the archive has.
    assert.equal(records[3]?.affected?.[0]?.database_specific?.['fix_published'], false)
    const all = JSON.parse(readFileSync(shared('feeds/debian/tracker.json')!, 'utf8')) as object
    assert.deepEqual((await read(debianTracker, 'debian/tracker.json')).gaps, [])
    assert.ok(Object.keys(all).length >= 5)
  })
})

suite('Red Hat VEX', { skip }, () => {
  const entries = async (file: string, ecosystem: string, name: string): Promise<Affected[]> => {
    const { records } = await read(redhatVex, `redhat/csaf-vex/${file}.json`)
    const affected = records[0]?.affected ?? []
    return affected.filter((entry) => entry.package?.ecosystem === ecosystem && entry.package.name === name)
  }

  test('the main line and extended support have fixes of their own', async () => {
    const fixes = async (ecosystem: string): Promise<string[]> =>
      (await entries('cve-2024-50602', ecosystem, 'expat')).map(shown)
    assert.deepEqual(await fixes('Red Hat:enterprise_linux:9::baseos'), [
      'Red Hat:enterprise_linux:9::baseos < 0:2.5.0-3.el9_5.1',
    ])
    assert.deepEqual(await fixes('Red Hat:rhel_eus:9.4::baseos'), ['Red Hat:rhel_eus:9.4::baseos < 0:2.5.0-2.el9_4.2'])
  })

  test('four module streams of one package stay apart, and an erratum settles what is still listed', async () => {
    const streams = await entries('cve-2023-2454', 'Red Hat:enterprise_linux:8::appstream', 'postgresql')
    assert.deepEqual(
      streams.map((entry) => shown(entry).split(' 0:')[1]),
      [
        '10.23-2.module+el8.8.0+19493+5804baf6',
        '12.15-1.module+el8.8.0+19427+d1071523',
        '13.11-1.module+el8.8.0+19081+0a277c66',
        '15.3-1.module+el8.8.0+19565+1b0ddae0',
      ],
    )
    // red_hat_enterprise_linux_9:postgresql:15/postgresql is known_affected there; RHSA-2023:4327 fixes it.
    assert.deepEqual(await entries('cve-2023-2454', 'Red Hat:enterprise_linux:9', 'postgresql'), [])
    const [unfixed] = await entries('cve-2023-2454', 'Red Hat:enterprise_linux:7', 'postgresql')
    assert.deepEqual(
      [shown(unfixed!), unfixed?.database_specific?.['names']],
      ['Red Hat:enterprise_linux:7 all end of life', 'source'],
    )
  })

  test('an epoch, a module without a fix, and will not fix', async () => {
    const [tomcat] = await entries('cve-2023-24998', 'Red Hat:enterprise_linux:9::appstream', 'tomcat')
    assert.equal(shown(tomcat!), 'Red Hat:enterprise_linux:9::appstream < 1:9.0.62-37.el9_3')
    const [log4j] = await entries('cve-2023-34455', 'Red Hat:enterprise_linux:8', 'log4j')
    assert.deepEqual(
      [shown(log4j!), log4j?.database_specific?.['rpmmod']],
      ['Red Hat:enterprise_linux:8 all will not fix', 'log4j:2'],
    )
    const [fine] = await entries('cve-2023-20862', 'Red Hat:enterprise_linux:9', 'log4j')
    assert.equal(shown(fine!), 'Red Hat:enterprise_linux:9 < 0 not affected')
  })

  test('container images, Java and Node packages are no RPMs; a module that is none is a gap', async () => {
    assert.deepEqual((await read(redhatVex, 'redhat/csaf-vex/cve-2021-3762.json')).records, [])
    assert.deepEqual((await read(redhatVex, 'redhat/csaf-vex/cve-2023-0044.json')).records, [])
    const { gaps } = await read(redhatVex, 'redhat/csaf-vex/cve-2024-24786-bad-rpmmod.json')
    assert.deepEqual(
      gaps.map(({ why }) => why),
      ['CVE-2024-24786: firefox-flatpak-0:128.0-1.el10.src has a module that is none: rhel10'],
    )
  })

  test('every sample is read, and an advisory is not taken for VEX', async () => {
    for (const file of readdirSync(shared('feeds/redhat/csaf-vex')!)) {
      const { gaps } = await read(redhatVex, `redhat/csaf-vex/${file}`)
      assert.equal(gaps.length, file.includes('bad-rpmmod') ? 1 : 0, file)
    }
    const { gaps, items } = await read(redhatVex, 'redhat/csaf-advisories/rhsa-2024_4546.json')
    assert.deepEqual([items, gaps[0]?.why], [[], 'not a VEX document of Red Hat'])
  })
})

suite('Amazon and Oracle', { skip }, () => {
  test('updateinfo names binary packages, with an epoch where there is one, once for all architectures', async () => {
    const { records, gaps } = await read(amazon, 'amazon/updateinfo-al2-1.xml')
    assert.deepEqual([gaps, records.length], [[], 1])
    const [{ id, modified, upstream, affected = [] } = {} as Advisory] = records
    assert.deepEqual(
      [id, modified, upstream],
      ['ALAS2-2018-939', '2018-01-16T01:28:00Z', ['CVE-2017-5754', 'CVE-2017-5715']],
    )
    assert.deepEqual(affected.filter((entry) => entry.package?.name === 'kernel').map(shown), [
      'Amazon Linux:2 < 4.9.76-38.79.amzn2',
    ])
    const two = (await read(amazon, 'amazon/updateinfo-al2-2.xml')).records
    const fixes = two.flatMap((record) => record.affected ?? []).map(shown)
    assert.ok(
      fixes.some((fix) => fix.startsWith('Amazon Linux:2 < 10:')),
      'qemu has the epoch 10',
    )
    const newer = (await read(amazon, 'amazon/updateinfo-al2023.xml')).records
    assert.equal(newer[0]?.affected?.[0]?.package?.ecosystem, 'Amazon Linux:2023')
  })

  test('another repository’s updateinfo is a gap', async () => {
    const { records, gaps } = await read(amazon, 'rocky/updateinfo.xml')
    assert.equal(records.length, 0)
    assert.match(gaps[0]?.why ?? '', /is of the collection "RL8", which is not known/)
  })

  test('an ELSA holds for a release; where architectures differ, each has its fix', async () => {
    const { records, gaps } = await read(oracle, 'oracle/elsa-per-arch.oval.xml')
    assert.deepEqual(gaps, [])
    const rsyslog = records.find(({ id }) => id === 'ELSA-2022-4803')
    assert.deepEqual(rsyslog?.upstream, ['CVE-2022-24903'])
    const fixes = (rsyslog?.affected ?? []).filter((entry) => entry.package?.name === 'rsyslog')
    assert.deepEqual(new Set(fixes.map((entry) => entry.database_specific?.['arch'])), new Set(['x86_64', 'aarch64']))
    assert.ok(fixes.every((entry) => entry.package?.ecosystem === 'Oracle Linux:7'))
    const firefox = records.find(({ id }) => id === 'ELSA-2025-10073')
    assert.equal(firefox?.affected?.[0]?.database_specific, undefined)
    const kernel = (await read(oracle, 'oracle/elsa-2018-1196.oval.xml')).records[0]
    assert.deepEqual((kernel?.affected ?? []).slice(0, 1).map(shown), ['Oracle Linux:5 < 0:2.6.18-419.0.0.0.10.el5'])
  })

  test('builds for ksplice are fixed in versions of their own', async () => {
    const { records, gaps } = await read(oracle, 'oracle/elsa-ksplice.oval.xml')
    assert.deepEqual([gaps, records.length], [[], 1])
    assert.deepEqual((records[0]?.affected ?? []).filter((entry) => entry.package?.name === 'openssl').map(shown), [
      'Oracle Linux:8 < 2:1.1.1g-15.ksplice1.el8_3',
    ])
  })

  test('the mirror list leads to the repository, and that to updateinfo with its checksum', () => {
    const list = readFileSync(shared('feeds/amazon/mirrors_linux2023.txt')!, 'utf8')
    const from = amazon.remote.files.find(({ path }) => path === 'al2023/mirror.list')!
    const [index] = amazon.remote.named!(from, list)
    assert.equal(index?.path, 'al2023/repomd.xml')
    assert.match(index.url, /\/x86_64\/repodata\/repomd\.xml$/)
    const [found] = amazon.remote.named!(index, readFileSync(shared('feeds/amazon/repomd.xml')!, 'utf8'))
    assert.deepEqual(found, {
      url: index.url.replace('repomd.xml', 'updateinfo.xml.gz'),
      path: 'al2023/updateinfo.xml.gz',
      sha256: 'e6f569f8ed2246a6b06c0fef7cfd71560df02781327e31c38396ed358d591d48',
    })
  })
})

suite('Kubernetes, EPSS, KEV, malicious packages', { skip }, () => {
  test('components have ranges; what only the official feed knows names no package', async () => {
    const { records } = await read(kubernetes, 'kubernetes/vulns/CVE-2020-8558.json')
    assert.deepEqual(
      records.map(({ id, upstream, affected }) => [id, upstream, affected?.map((entry) => entry.package)]),
      [
        [
          'KUBERNETES-CVE-2020-8558',
          ['CVE-2020-8558'],
          ['k8s.io/kubelet', 'k8s.io/kube-proxy'].map((name) => ({ ecosystem: 'Kubernetes', name })),
        ],
      ],
    )
    const official = await read(kubernetes, 'kubernetes/official-cve-feed.json')
    const ids = new Set(official.records.map(({ id }) => id))
    for (const id of ['2023-2431', '2023-2727', '2023-2728', '2020-8554']) assert.ok(ids.has(`KUBERNETES-CVE-${id}`))
    assert.ok(official.records.every(({ affected }) => affected === undefined))
    assert.deepEqual(official.gaps, [])
  })

  test('EPSS begins with a comment; without the day or with other columns it is none', async () => {
    const { items, gaps } = await read(epss, 'epss/epss_scores-2024-10-25.csv')
    assert.deepEqual(
      [items.length, items[0], gaps],
      [29, { kind: 'epss', id: 'CVE-1999-0005', probability: 0.91963, percentile: 0.9903 }, []],
    )
    assert.equal((await read(epss, 'epss/epss_scores-2025-12-26.csv')).gaps.length, 0)
    for (const name of ['invalid-header', 'missing-date']) {
      const { items, gaps } = await read(epss, `epss/${name}.csv`)
      assert.deepEqual([items.length, gaps.length], [0, 1], name)
    }
  })

  test('KEV and records of malicious packages; one that was withdrawn says so', async () => {
    const catalogue = JSON.parse(readFileSync(shared('feeds/kev/valid-catalog.json')!, 'utf8')) as {
      vulnerabilities: []
    }
    const known = await read(kev, 'kev/valid-catalog.json')
    assert.equal(known.items.length, catalogue.vulnerabilities.length)
    const { records } = await read(osv, 'malicious/MAL-2025-6022.json')
    assert.deepEqual(records[0]?.affected?.[0]?.versions, ['8.10.1', '9.1.1', '10.1.6', '10.1.7'])
    const withdrawn = await read(osv, 'malicious/MAL-2026-4750.json')
    assert.equal(withdrawn.records[0]?.withdrawn, '2026-05-26T13:04:03Z')
  })

  test('records of the other publishers that OSV has are read whole', async () => {
    for (const [file, ecosystem] of [
      ['rocky/osv/RLSA-2021_3891.json', 'Rocky Linux:8'],
      ['alma/osv/ALSA-2024_2433.json', 'AlmaLinux:9'],
      ['redhat/osv/RHSA-2024_4546.json', 'Red Hat:rhel_aus:8.6::appstream'],
      ['ubuntu/osv', 'Ubuntu:Pro:16.04:LTS'],
    ] as const) {
      const path = shared(`feeds/${file}`)!
      const names = file.endsWith('.json')
        ? [file]
        : readdirSync(path, { recursive: true }).map((name) => `${file}/${String(name)}`)
      const found: string[] = []
      for (const name of names.filter((one) => one.endsWith('.json'))) {
        const { records, gaps } = await read(osv, name)
        assert.deepEqual(gaps, [], name)
        found.push(...records.flatMap(({ affected = [] }) => affected.map((entry) => entry.package?.ecosystem ?? '')))
      }
      assert.ok(
        found.some((name) => name.startsWith(ecosystem)),
        `${file}: ${found.join()}`,
      )
    }
  })
})

suite('end of life', { skip }, () => {
  test('the feed and the catalogue, which others wrote, agree on the day, but where the catalogue says why', async () => {
    const catalogue = parse(
      readFileSync(fileURLToPath(new URL('../../../catalog/end-of-life.yaml', import.meta.url)), 'utf8'),
    ) as {
      distributions: { ecosystem: string; ends: Record<string, string> }[]
    }
    const days = new Map<string, string>()
    for (const file of readdirSync(shared('feeds/eol/products')!)) {
      const { items, gaps } = await read(endOfLife, `eol/products/${file}`)
      assert.deepEqual(gaps, [], file)
      for (const item of items) if (item.kind === 'end-of-life') days.set(item.of, item.day)
    }
    const compared = catalogue.distributions.flatMap(({ ecosystem, ends }) =>
      Object.entries(ends).map(
        ([release, day]) => [`${ecosystem}:${release}`, day, days.get(`${ecosystem}:${release}`)] as const,
      ),
    )
    const differing = compared.filter(([, ours, theirs]) => theirs !== undefined && theirs !== ours)
    const both = compared.filter(([, , theirs]) => theirs !== undefined)
    assert.ok(both.length > 100, `${both.length} releases stand in both`)
    assert.ok(differing.length / both.length < 0.1, JSON.stringify(differing))
    assert.equal(days.get('kubernetes:1.36'), '2027-06-28')
  })

  test('the answer of the API', async () => {
    const { items, gaps } = await read(endOfLife, 'eol/api-v1.json')
    assert.deepEqual([gaps, items.length], [[], 6])
    assert.deepEqual(items.at(-1), { kind: 'end-of-life', of: 'Ubuntu:18.04:LTS', day: '2023-04-26' })
  })
})
