import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Package } from '../model/package.ts'
import { purlWithSource } from './purl-with-source.ts'

const written = (purl: string, version: string, source?: Package['source']): string =>
  purlWithSource({ ecosystem: 'Debian', name: 'x', version, purl, ...(source ? { source } : {}), place: {} })

test('a package of a distribution tells its source package in its purl', () => {
  const deb = 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12'
  equal(written(deb, '3.0.11-1', { name: 'openssl', version: '3.0.11-1' }), `${deb}&upstream=openssl`)
  equal(
    written('pkg:deb/debian/bash@5.2.15-2%2Bb8?arch=amd64', '5.2.15-2+b8', { name: 'bash', version: '5.2.15-2' }),
    'pkg:deb/debian/bash@5.2.15-2%2Bb8?arch=amd64&upstream=bash%405.2.15-2',
  )
  equal(
    written('pkg:rpm/rhel/openssl-libs@3.0.7-18.el9_2?epoch=1', '1:3.0.7-18.el9_2', {
      name: 'openssl',
      version: '1:3.0.7-18.el9_2',
    }),
    'pkg:rpm/rhel/openssl-libs@3.0.7-18.el9_2?epoch=1&upstream=openssl-3.0.7-18.el9_2.src.rpm',
  )
})

test('all others are as they were', () => {
  equal(written('pkg:deb/debian/zlib@1', '1'), 'pkg:deb/debian/zlib@1')
  equal(written('no purl', '1', { name: 'a', version: '1' }), 'no purl')
})
