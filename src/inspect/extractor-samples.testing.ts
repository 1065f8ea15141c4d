// A file with one package for each extractor, which suites cut, repeat and change.

import { readFileSync } from 'node:fs'
import { gunzipSync, zstdCompressSync } from 'node:zlib'
import { zipOf } from '../lib/testing.ts'
import { singleFile } from './dotnet/testing.ts'
import type { Extractor } from './extractor.ts'
import { auditableList, elfWith, inlineBuildInfo } from './programs/testing.ts'

/** By id, small and real-looking. */
export const samples: Readonly<Record<string, string | Uint8Array>> = {
  'alpine-apk': 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n',
  'debian-dpkg': 'Package: a\nStatus: install ok installed\nVersion: 1\n\n',
  pacman: '%NAME%\na\n\n%VERSION%\n1-1\n\n',
  rpm: gunzipSync(readFileSync(new URL('testdata/rpm/one-package.db.gz', import.meta.url))),
  'rpm-manifest': 'a\t1-1\t0\t0\tAcme\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\n',
  'ubuntu-chisel': zstdCompressSync(
    '{"jsonwall":"1.0","schema":"1.0","count":2}\n{"kind":"package","name":"a","version":"1","arch":"amd64"}\n',
  ),
  'node-package': '{"name":"a","version":"1.0.0"}',
  'bitnami-component':
    '{"packages":[{"name":"a","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:bitnami/a@1.0.0"}]}]}',
  'bun-lock': '{"lockfileVersion":1,"packages":{"a":["a@1.0.0"]}}',
  'conda-meta': '{"name":"a","version":"1.0","build":"0"}',
  'npm-lock': '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}',
  'pdm-lock': '[[package]]\nname = "a"\nversion = "1.0"\n',
  'pipfile-lock': '{"_meta":{},"default":{"a":{"version":"==1.0"}}}',
  'pnpm-lock': "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n",
  'poetry-lock': '[[package]]\nname = "a"\nversion = "1.0"\n',
  'python-archive': zipOf([{ path: 'a-1.0.dist-info/METADATA', contents: 'Name: a\nVersion: 1.0\n', packed: true }]),
  'python-direct-url': `{"url":"https://example.org/a","vcs_info":{"vcs":"git","commit_id":"${'0'.repeat(40)}"}}`,
  'python-metadata': 'Name: a\nVersion: 1.0\n',
  'python-pylock': '[[packages]]\nname = "a"\nversion = "1.0"\n',
  'python-requirements': 'a==1.0\n',
  'uv-lock': '[[package]]\nname = "a"\nversion = "1.0"\n',
  'yarn-lock': '# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n',
  'cargo-lock': '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://example.org"\n',
  'composer-installed': '{"packages":[{"name":"a/b","version":"1.0.0"}]}',
  'composer-lock': '{"packages":[{"name":"a/b","version":"1.0.0"}]}',
  'gemfile-lock': 'GEM\n  specs:\n    a (1.0.0)\n',
  'go-binary': elfWith('.go.buildinfo', inlineBuildInfo('go1.22.3', 'path\tcommand-line-arguments\n')),
  'go-mod': 'module example.org/a\n\ngo 1.24\n\nrequire example.org/b v1.0.0\n',
  'known-program': elfWith('.rodata', Buffer.from('\0node.js/v20.1.0\0')),
  'mix-lock': '%{\n  "a": {:hex, :a, "1.0.0", "0", [:mix], [], "hexpm", "0"},\n}\n',
  'pub-lock': 'packages:\n  a:\n    source: hosted\n    version: "1.0.0"\n',
  'r-package': 'Package: a\nVersion: 1.0\nBuilt: R 4.2.2\n',
  'rebar-lock': '{"1.2.0",\n[{<<"a">>,{pkg,<<"a">>,<<"1.0.0">>},0}]}.\n',
  'renv-lock': '{"Packages":{"a":{"Package":"a","Version":"1.0","Source":"Repository"}}}',
  'ruby-gem': '# stub: a 1.0.0 ruby lib\n',
  'rust-binary': elfWith('.dep-v0', auditableList([{ name: 'a', version: '1.0.0', source: 'crates.io' }])),
  'dotnet-bundle': singleFile(6),
  'dotnet-deps': '{"libraries":{"a/1.0.0":{"type":"package"}}}',
  'deno-lock': '{"version":"5","npm":{"a@1.0.0":{}}}',
  'gleam-manifest': 'packages = [{ name = "a", version = "1.0.0", source = "hex" }]\n\n[requirements]\n',
  'gradle-lock': 'a:b:1.0=runtimeClasspath\n',
  'java-archive': zipOf([{ path: 'META-INF/maven/a/b/pom.properties', contents: 'version=1.0\n', packed: true }]),
  'julia-manifest': '[[a]]\ngit-tree-sha1 = "0"\nuuid = "0"\nversion = "1.0.0"\n',
  'maven-pom': '<project><groupId>a</groupId><artifactId>b</artifactId><version>1</version></project>',
  'nuget-config': '<packages><package id="a" version="1.0.0"/></packages>',
  'nuget-lock': '{"dependencies":{"net8.0":{"a":{"type":"Direct","resolved":"1.0.0"}}}}',
  'swift-resolved': '{"pins":[{"location":"https://example.org/a/b.git","state":{"version":"1.0.0"}}],"version":2}',
}

/** A path that it asks for. */
export function exampleOf({ files }: Extractor): string {
  if (files[0] === undefined) return 'usr/bin/node'
  return files[0].replace('**/', 'srv/').replaceAll('*', 'a')
}
