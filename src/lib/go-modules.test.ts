import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { goPurl, goRelease, parseGoModules, versionAtLinking } from './go-modules.ts'

// The shape is that of `go version -m`.
test('modules, those that took the place of others, and settings', () => {
  const text = [
    'path\texample.org/a/cmd',
    'mod\texample.org/a\t(devel)\t',
    'dep\tgolang.org/x/text\tv0.3.0\th1:x=',
    'dep\trsc.io/quote\tv1.5.2',
    '=>\trsc.io/other\tv1.6.0\th1:y=',
    'build\t-compiler=gc',
    String.raw`build	-ldflags="-s -w -X main.version=1.2.3"`,
    '',
  ].join('\n')
  deepEqual(parseGoModules(text), {
    program: 'example.org/a/cmd',
    main: { path: 'example.org/a', version: '(devel)' },
    dependencies: [
      { path: 'golang.org/x/text', version: 'v0.3.0' },
      { path: 'rsc.io/other', version: 'v1.6.0', insteadOf: { path: 'rsc.io/quote', version: 'v1.5.2' } },
    ],
    settings: new Map([
      ['-compiler', 'gc'],
      ['-ldflags', '-s -w -X main.version=1.2.3'],
    ]),
  })
})

const flags: [string, string | undefined][] = [
  ['-s -w -X main.version=1.2.3', 'v1.2.3'],
  ["-X 'example.org/a/internal.Version=v1.2.3-rc.1'", 'v1.2.3-rc.1'],
  ['-X=main.Version=v2.0.0 -s', 'v2.0.0'],
  ['-w -X "github.com/docker/docker/dockerversion.Version=20.10.24+dfsg1" -X "a.b=c"', 'v20.10.24+dfsg1'],
  ['-X github.com/containerd/containerd/version.Version=1.6.20~ds1', 'v1.6.20~ds1'],
  ['-X main.goversion=1.22', undefined],
  ['-X main.commit=4f2a', undefined],
  ['go1.25-20250209-RC00 cl/724970549 +ff27d270c9 X:fieldtrack', undefined],
  ['', undefined],
]
for (const [text, version] of flags) {
  test(`-ldflags="${text}" is ${version}`, () => equal(versionAtLinking(new Map([['-ldflags', text]])), version))
}

test('tabs between flags are as spaces, as Docker writes them', () => {
  const line = String.raw`build	-ldflags=" \t-w \t-X \"a/dockerversion.Version=24.0.5\" \t"`
  equal(versionAtLinking(parseGoModules(line).settings), 'v24.0.5')
})

// https://go.dev/doc/toolchain#version
const releases: [string, string | undefined][] = [
  ['go1.22.3', '1.22.3'],
  ['go1.21rc2', '1.21.0-rc.2'],
  ['go1.9', '1.9.0'],
  ['go1.22.3 X:boringcrypto', '1.22.3'],
  ['go1.21.5-custom', '1.21.5'],
  ['devel go1.23-4f2a6c1 Mon Jan 1', undefined],
  ['', undefined],
]
for (const [text, release] of releases) test(`${text} is ${release}`, () => equal(goRelease(text), release))

test('the purl is in lower case, and keeps the v', () => {
  const path = 'github.com/Azure/azure-sdk-for-go'
  equal(
    goPurl({ path, version: 'v68.0.0+incompatible' }),
    'pkg:golang/github.com/azure/azure-sdk-for-go@v68.0.0%2Bincompatible',
  )
  equal(goPurl({ path: 'stdlib', version: '1.22.3' }), 'pkg:golang/stdlib@1.22.3')
})
