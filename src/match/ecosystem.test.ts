import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import type { Package } from '../model/package.ts'
import { judgedAs, judgingEcosystem } from './ecosystem.ts'

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
