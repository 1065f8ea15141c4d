import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { shared, withoutShared } from '../testing/shared.ts'
import type { Package } from '../model/package.ts'
import { foreignBuilder } from '../lib/package-builders.ts'
import { judgedAs, judgingSets, orderOf } from './ecosystem.ts'
import { orders } from './versions/list.ts'

const rocky = { id: 'rocky', version: '9.3', name: 'Rocky Linux 9.3', ecosystem: 'Rocky Linux:9' }

const names = (ecosystem: string, distribution?: Parameters<typeof judgingSets>[1]): string[] =>
  judgingSets(ecosystem, distribution).map((set) => set.ecosystem)

test('the distribution judges what it installed, in its very release', () => {
  deepEqual(names('Rocky Linux', rocky), ['Rocky Linux:9'])
  deepEqual(names('npm', rocky), ['npm'])
  deepEqual(names('Wolfi', { id: 'wolfi', name: 'Wolfi', ecosystem: 'Wolfi' }), ['Wolfi'])
})

test('nothing judges the packages of another distribution, or of none', () => {
  deepEqual(names('rpm', rocky), []) // found in a database that is not the distribution's
  deepEqual(names('Debian', rocky), [])
  deepEqual(names('Rocky Linux'), [])
  deepEqual(names('rpm'), [])
})

// Names as OSV's records have them: RHSA-2024:4546 is for Red Hat:rhel_aus:8.6::appstream.
test('a release of Red Hat has a set for each repository, and those of the minor release that it says it is', () => {
  const rhel = { id: 'rhel', version: '8.6', name: 'RHEL 8.6', ecosystem: 'Red Hat:enterprise_linux:8' }
  const sets = judgingSets('Red Hat', rhel)
  deepEqual(sets[0], { ecosystem: 'Red Hat:enterprise_linux:8' })
  const of = (name: string): object | undefined => sets.find(({ ecosystem }) => ecosystem === name)
  deepEqual(of('Red Hat:enterprise_linux:8::baseos'), { ecosystem: 'Red Hat:enterprise_linux:8::baseos' })
  deepEqual(of('Red Hat:rhel_aus:8.6::appstream'), { ecosystem: 'Red Hat:rhel_aus:8.6::appstream', minorStream: true })
  equal(of('Red Hat:rhel_aus:8.4::appstream'), undefined)
})

test('a service pack of SUSE has a set for each module; the paid ones say so', () => {
  const sles = { id: 'sles', version: '15.5', name: 'SLES 15 SP5', ecosystem: 'SUSE:Linux Enterprise Server 15 SP5' }
  const sets = judgingSets('SUSE', sles)
  equal(
    sets.some(({ ecosystem }) => ecosystem === 'SUSE:Linux Enterprise Module for Basesystem 15 SP5'),
    true,
  )
  deepEqual(
    sets.find(({ ecosystem }) => ecosystem === 'SUSE:Linux Enterprise Server 15 SP5-LTSS'),
    { ecosystem: 'SUSE:Linux Enterprise Server 15 SP5-LTSS', subscription: 'SUSE LTSS' },
  )
  equal(
    sets.some(({ ecosystem }) => ecosystem.includes('SP4')),
    false,
  )
})

test('Ubuntu Pro stands beside the release that has it', () => {
  const ubuntu = (ecosystem: string) => ({ id: 'ubuntu', name: 'Ubuntu', ecosystem })
  deepEqual(judgingSets('Ubuntu', ubuntu('Ubuntu:16.04:LTS')), [
    { ecosystem: 'Ubuntu:16.04:LTS' },
    { ecosystem: 'Ubuntu:Pro:16.04:LTS', subscription: 'Ubuntu Pro' },
  ])
  deepEqual(names('Ubuntu', ubuntu('Ubuntu:25.10')), ['Ubuntu:25.10'])
})

test('what somebody else built is told by its header', () => {
  const of = (vendor?: string): Package => ({
    ecosystem: 'Red Hat',
    name: 'htop',
    version: '3.3.0-1.el9',
    purl: 'pkg:rpm/redhat/htop@3.3.0-1.el9',
    place: {},
    ...(vendor ? { vendor } : {}),
  })
  equal(foreignBuilder(of('Red Hat, Inc.')), undefined)
  equal(foreignBuilder(of()), undefined)
  equal(foreignBuilder(of('Fedora Project')), 'Fedora Project') // EPEL
  equal(foreignBuilder({ ecosystem: 'Debian', vendor: 'Docker' }), 'Docker')
  equal(foreignBuilder({ ecosystem: 'Debian' }), undefined)
})

test('advisories name source packages, or those that are installed', () => {
  const source = { name: 'openssl', version: '1:3.0.7-24.el9' }
  const found = (ecosystem: string): Package => ({
    ecosystem,
    name: 'openssl-libs',
    version: '1:3.0.7-24.el9',
    purl: 'pkg:rpm/openssl-libs@3.0.7-24.el9',
    source,
    place: {},
  })
  deepEqual(judgedAs(found('Rocky Linux')), source)
  deepEqual(judgedAs(found('AlmaLinux')), { name: 'openssl-libs', version: '1:3.0.7-24.el9' })
})

test('an ecosystem is ordered as its family, with any release; what is rebuilt, as what it was built from', () => {
  const order = (ecosystem: string): string | undefined => orderOf(ecosystem, orders)?.id
  equal(order('Ubuntu:Pro:22.04:LTS'), 'dpkg')
  equal(order('SUSE:Linux Enterprise Server 15 SP5'), 'rpm')
  equal(order('Red Hat:enterprise_linux:9::baseos'), 'rpm')
  equal(order('Root:Alpine:3.18'), 'apk')
  equal(order('TuxCare:npm'), 'semver')
  equal(order('Docker Hardened Images:Debian:trixie'), 'dpkg')
  equal(order('Root'), undefined)
  equal(order('Android'), undefined)
})

// Those without an order have their reason in docs/accuracy.md.
test(
  'every ecosystem that OSV names has an order, or its reason',
  { skip: withoutShared('schemas/osv-schema.json') },
  () => {
    const schema = JSON.parse(readFileSync(shared('schemas/osv-schema.json')!, 'utf8')) as {
      $defs: { ecosystemName: { enum: string[] } }
    }
    const page = readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8')
    const named = schema.$defs.ecosystemName.enum
    ok(named.length > 40)
    for (const ecosystem of named) {
      const row = page.split('\n').find(
        (line) =>
          line.startsWith('|') &&
          line
            .split('|')[1]!
            .split(',')
            .some((name) => name.trim() === ecosystem),
      )
      ok(row, `${ecosystem} stands in no row of docs/accuracy.md`)
      const order = orderOf(ecosystem, orders)
      if (order) equal(row.split('|')[2]!.trim(), `\`${order.id}\``, ecosystem)
      else ok(row.split('|')[2]!.trim().startsWith('none'), `${ecosystem} has no order`)
    }
  },
)
