import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { shared, withoutShared } from '../testing/shared.ts'
import type { Package } from '../model/package.ts'
import { judgedAs, judgingEcosystem, orderOf } from './ecosystem.ts'
import { orders } from './versions/list.ts'

const rocky = { id: 'rocky', version: '9.3', name: 'Rocky Linux 9.3', ecosystem: 'Rocky Linux:9' }

test('the distribution judges what it installed, in its very release', () => {
  equal(judgingEcosystem('Rocky Linux', rocky), 'Rocky Linux:9')
  equal(judgingEcosystem('npm', rocky), 'npm')
  equal(judgingEcosystem('Wolfi', { id: 'wolfi', name: 'Wolfi', ecosystem: 'Wolfi' }), 'Wolfi')
})

test('nothing judges the packages of another distribution, or of none', () => {
  equal(judgingEcosystem('rpm', rocky), undefined) // found in a database that is not the distribution's
  equal(judgingEcosystem('Debian', rocky), undefined)
  equal(judgingEcosystem('Rocky Linux', undefined), undefined)
  equal(judgingEcosystem('rpm', undefined), undefined)
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
