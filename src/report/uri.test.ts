import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathReference, webAddress } from './uri.ts'

const paths = [
  { path: 'var/lib/dpkg/status', reference: 'var/lib/dpkg/status' },
  { path: '/etc//./os-release', reference: 'etc/os-release' },
  { path: 'a b/c:d/é#?', reference: 'a%20b/c%3Ad/%C3%A9%23%3F' },
  { path: '\ud800', reference: '%EF%BF%BD' },
  { path: '../etc/passwd', reference: undefined },
  { path: 'a/../../b', reference: undefined },
  { path: '/', reference: undefined },
  { path: '', reference: undefined },
]
for (const { path, reference } of paths) {
  test(`path ${JSON.stringify(path)}`, () => assert.equal(pathReference(path), reference))
}

const addresses = [
  { text: 'https://osv.dev/vulnerability/CVE-2024-1', address: 'https://osv.dev/vulnerability/CVE-2024-1' },
  { text: 'http://example.org', address: 'http://example.org/' },
  { text: 'https://example.org/a b?c="d"#e', address: 'https://example.org/a%20b?c=%22d%22#e' },
  { text: 'https://user:secret@example.org/', address: undefined },
  { text: 'https://user@example.org/', address: undefined },
  { text: 'javascript:alert(1)', address: undefined },
  { text: 'file:///etc/passwd', address: undefined },
  { text: 'CIS Docker 1.6.0 4.1', address: undefined },
]
for (const { text, address } of addresses) {
  test(`address ${text}`, () => assert.equal(webAddress(text), address))
}
