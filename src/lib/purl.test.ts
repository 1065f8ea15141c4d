import { test } from 'node:test'
import { equal } from 'node:assert/strict'
import { purl } from './purl.ts'

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
test('qualifiers without a value are left out', () => {
  equal(purl({ type: 'apk', namespace: 'alpine', name: 'a', qualifiers: { arch: undefined } }), 'pkg:apk/alpine/a')
})
test('half of a surrogate pair does not throw', () => {
  equal(purl({ type: 'npm', name: 'a\uD800' }), 'pkg:npm/a%EF%BF%BD')
})
