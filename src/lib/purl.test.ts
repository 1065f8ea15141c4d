import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import { parsePurl, purl } from './purl.ts'

// From the examples of https://github.com/package-url/purl-spec, and its rules for what is encoded.
test('a Debian package', () => {
  const qualifiers = { distro: 'jessie', arch: 'i386' }
  equal(
    purl({ type: 'deb', namespace: 'debian', name: 'curl', version: '7.50.3-1', qualifiers }),
    'pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie',
  )
})
test('a scope is encoded', () => {
  equal(
    purl({ type: 'npm', namespace: '@angular', name: 'animation', version: '12.3.1' }),
    'pkg:npm/%40angular/animation@12.3.1',
  )
})
test('plus signs are encoded; colons and tildes are not', () => {
  equal(purl({ type: 'deb', name: 'libstdc++6', version: '1:3~rc1+b1' }), 'pkg:deb/libstdc%2B%2B6@1:3~rc1%2Bb1')
})
test('a part of the package stands behind all else', () => {
  equal(
    purl({ type: 'golang', namespace: 'k8s.io', name: 'kubernetes', version: 'v1.29.3', subpath: 'cmd/kubelet' }),
    'pkg:golang/k8s.io/kubernetes@v1.29.3#cmd/kubelet',
  )
})
test('qualifiers without a value are left out', () => {
  equal(purl({ type: 'apk', namespace: 'alpine', name: 'a', qualifiers: { arch: undefined } }), 'pkg:apk/alpine/a')
})
test('half of a surrogate pair does not throw', () => {
  equal(purl({ type: 'npm', name: 'a\uD800' }), 'pkg:npm/a%EF%BF%BD')
})

// From the examples of the same specification and of its list of types.
const examples: Readonly<Record<string, ReturnType<typeof parsePurl>>> = {
  'pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie': {
    type: 'deb',
    namespace: 'debian',
    name: 'curl',
    version: '7.50.3-1',
    qualifiers: { arch: 'i386', distro: 'jessie' },
  },
  'pkg:golang/google.golang.org/genproto#googleapis/api/annotations': {
    type: 'golang',
    namespace: 'google.golang.org',
    name: 'genproto',
    qualifiers: {},
    subpath: 'googleapis/api/annotations',
  },
  'pkg:npm/%40angular/animation@12.3.1': {
    type: 'npm',
    namespace: '@angular',
    name: 'animation',
    version: '12.3.1',
    qualifiers: {},
  },
  'pkg:npm/@angular/animation@12.3.1': {
    type: 'npm',
    namespace: '@angular',
    name: 'animation',
    version: '12.3.1',
    qualifiers: {},
  },
  'pkg:npm/@angular/animation': { type: 'npm', namespace: '@angular', name: 'animation', qualifiers: {} },
  'pkg:docker/customer/dockerimage@sha256:244fd47e07d1004f0aed9c?repository_url=gcr.io': {
    type: 'docker',
    namespace: 'customer',
    name: 'dockerimage',
    version: 'sha256:244fd47e07d1004f0aed9c',
    qualifiers: { repository_url: 'gcr.io' },
  },
  'pkg:rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&distro=&epoch=2': {
    type: 'rpm',
    namespace: 'fedora',
    name: 'curl',
    version: '7.50.3-1.fc25',
    qualifiers: { arch: 'i386', epoch: '2' },
  },
  'PKG:Maven//org.apache.commons//io@1.3.4': {
    type: 'maven',
    namespace: 'org.apache.commons',
    name: 'io',
    version: '1.3.4',
    qualifiers: {},
  },
  'pkg:generic/openssl@1.1.10g?download_url=https://openssl.org/source/openssl-1.1.0g.tar.gz&checksum=sha256:de4d501267da':
    {
      type: 'generic',
      name: 'openssl',
      version: '1.1.10g',
      qualifiers: { download_url: 'https://openssl.org/source/openssl-1.1.0g.tar.gz', checksum: 'sha256:de4d501267da' },
    },
}
for (const [text, parts] of Object.entries(examples)) test(`read: ${text}`, () => deepEqual(parsePurl(text), parts))

const none = [
  '',
  'npm/a@1',
  'pkg:',
  'pkg:npm',
  'pkg:npm/',
  'pkg:npm//',
  'pkg:n%20m/a',
  'pkg:npm/%ff@1',
  'pkg:npm/a@%',
  'http://npm/a',
]
for (const text of [...none, 'pkg:npm/a?=b', 'pkg:npm/a?a b=c']) {
  test(`no purl: ${text}`, () => equal(parsePurl(text), undefined))
}

test('whatever is written is read back', () => {
  const part = fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => text.toWellFormed())
  const parts = fc.record({
    type: fc.constantFrom('npm', 'deb'),
    namespace: part,
    name: part,
    version: part,
    value: part,
  })
  fc.assert(
    fc.property(parts, ({ type, namespace, name, version, value }) => {
      const written = {
        type,
        namespace: namespace.replaceAll('/', '') || 'n',
        name,
        version,
        qualifiers: { key: value },
      }
      deepEqual(parsePurl(purl(written)), written)
    }),
    { numRuns: 300 },
  )
})
test('any text is read, or is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const input of [text, `pkg:${text}`, `pkg:npm/${text}`]) {
        const parts = parsePurl(input)
        if (parts) deepEqual({ ...parsePurl(purl(parts)), subpath: '' }, { ...parts, subpath: '' })
      }
    }),
    { numRuns: 500 },
  )
})
