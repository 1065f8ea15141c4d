// Real programs: ../binaries.suite.ts.

import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { programExtractors } from '../extractors.ts'
import { run } from '../testing.ts'
import { knownProgram } from './known-program.ts'
import { knownPrograms } from './known.ts'
import { elfWith } from './testing.ts'

test('the extractor is registered', () => {
  deepEqual(programExtractors, [knownProgram])
  ok(readdirSync(import.meta.dirname).includes('known-program.ts'))
})

/** A text of each as the real program has it, with the file that it was seen in. */
const seen: readonly [name: string, path: string, text: string, purl: string][] = [
  ['node', 'usr/lib/libnode.so.108', '/json\0node.js/v18.20.4\0(delegate_)', 'pkg:bitnami/node@18.20.4'],
  ['python', 'usr/bin/python3.11', 'pymalloc_debug\x003.11.2\0strict', 'pkg:bitnami/python@3.11.2'],
  ['python', 'usr/local/lib/libpython3.10.so.1.0', '/usr/local/3.10.13\0EXEC', 'pkg:bitnami/python@3.10.13'],
  [
    'ruby',
    'usr/lib/libruby-3.1.so.3.1.2',
    '\0ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64]',
    'pkg:bitnami/ruby@3.1.2',
  ],
  ['php', 'usr/bin/php8.2', '%s\0X-Powered-By: PHP/8.2.36\0ZEND', 'pkg:bitnami/php@8.2.36'],
  [
    'java',
    'opt/lib/server/libjvm.so',
    'VM (17.0.15+6-Debian-1deb12u1) for linux-amd64 JRE (17.0.15+6-Debian-1deb12u1), built',
    'pkg:bitnami/java@17.0.15',
  ],
  [
    'perl',
    'usr/bin/perl',
    'SEED\0v5.36.0\0panic',
    'pkg:generic/perl@5.36.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fperl%2Fperl5%40v5.36.0',
  ],
  ['lua', 'usr/bin/lua5.4', '$LuaVersion: Lua 5.4.4  Copyright (C)', 'pkg:bitnami/lua@5.4.4'],
  ['bash', 'bin/bash', '\0@(#)Bash version 5.2.15(1) release GNU\0', 'pkg:generic/bash@5.2.15'],
  [
    'busybox',
    'bin/[',
    'memory\0BusyBox v1.35.0 (Debian 1:1.35.0-4)\0',
    'pkg:generic/busybox@1.35.0?vcs_url=git%2Bhttps:%2F%2Fgit.busybox.net%2Fbusybox%401_35_0',
  ],
  [
    'openssl',
    'usr/lib/libcrypto.so.3',
    '\0OpenSSL 3.0.22 25 Aug 2026\x003.0.22\0',
    'pkg:generic/openssl@3.0.22?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fopenssl%2Fopenssl%40openssl-3.0.22',
  ],
  [
    'openssl',
    'usr/lib/libcrypto.so.1.1',
    '\0OpenSSL 1.1.1w  11 Sep 2023\0',
    'pkg:generic/openssl@1.1.1w?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fopenssl%2Fopenssl%40OpenSSL_1_1_1w',
  ],
  [
    'curl',
    'usr/lib/libcurl.so.4.8.0',
    '2.3.3\0libcurl/7.88.1\0',
    'pkg:generic/curl@7.88.1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fcurl%2Fcurl%40curl-7_88_1',
  ],
  ['git', 'usr/bin/git', '\0git/2.39.5\0GIT_USER_AGENT\0', 'pkg:bitnami/git@2.39.5'],
  ['nginx', 'usr/sbin/nginx', '\0nginx version: nginx/1.22.1\n\0', 'pkg:bitnami/nginx@1.22.1'],
  [
    'openresty',
    'usr/local/openresty/nginx/sbin/nginx',
    '\0nginx version: openresty/1.25.3.1\n\0',
    'pkg:bitnami/openresty@1.25.3.1',
  ],
  ['apache', 'usr/sbin/apache2', 'mailto:\0Apache/2.4.71\0 Server at', 'pkg:bitnami/apache@2.4.71'],
  ['haproxy', 'usr/sbin/haproxy', '\0 version 2.6.12-1+deb12u4, released 2026/10/17\0', 'pkg:bitnami/haproxy@2.6.12'],
  ['varnish', 'usr/sbin/varnishd', '\0varnish-7.1.1 revision 7cee1c58\0', 'pkg:bitnami/varnish@7.1.1'],
  [
    'redis',
    'usr/bin/redis-server',
    'err\x007.0.15\0c11-builtin\x007.0.151790282056000000000\0',
    'pkg:bitnami/redis@7.0.15',
  ],
  [
    'memcached',
    'usr/bin/memcached',
    'listen\0memcached 1.6.18\0udp-port\0memcached 1.6.18\n\0',
    'pkg:bitnami/memcached@1.6.18',
  ],
  [
    'postgresql',
    'usr/lib/postgresql/15/bin/postgres',
    '\0postgres (PostgreSQL) 15.20 (Debian 15.20-0)\n\0',
    'pkg:bitnami/postgresql@15.20',
  ],
  ['mariadb', 'usr/sbin/mariadbd', '-0+deb12u1\x0010.11.19-MariaDB\0x86_64', 'pkg:bitnami/mariadb@10.11.19'],
  [
    'conmon',
    'usr/bin/conmon',
    'failed\0conmon version 2.1.6\ncommit: unknown\n\0',
    'pkg:generic/conmon@2.1.6?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fcontainers%2Fconmon%40v2.1.6',
  ],
  [
    'crun',
    'usr/bin/crun',
    'command\x001.8.1\0%s version %s\n\0commit: %s',
    'pkg:generic/crun@1.8.1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fcontainers%2Fcrun%401.8.1',
  ],
  [
    'mesos',
    'usr/lib/libmesos-1.11.0.so',
    'git\x001.11.0\0mesos',
    'pkg:generic/mesos@1.11.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fapache%2Fmesos%401.11.0',
  ],
  ['sqlite', 'usr/lib/libsqlite3.so.0.8.6', '\0\x003.40.1\0\0', 'pkg:bitnami/sqlite@3.40.1'],
]

test('every program of the table has a text here', () => {
  deepEqual(
    [...new Set(seen.map(([name]) => name))],
    knownPrograms.map(({ name }) => name),
  )
})

for (const [name, path, text, purl] of seen) {
  test(`${name} by its own bytes in ${path}`, async () => {
    const { packages, gaps } = await run(knownProgram, path, elfWith('.rodata', Buffer.from(text, 'latin1')))
    deepEqual([packages.map((found) => found.purl), gaps], [[purl], []])
    equal(packages[0]?.ecosystem, purl.startsWith('pkg:bitnami/') ? 'Bitnami' : 'generic')
    const other = await run(knownProgram, 'usr/bin/other', elfWith('.rodata', Buffer.from(text, 'latin1')))
    deepEqual(other, { packages: [], gaps: [] })
  })
}

test('a text across two windows of the search, and one that is there twice', async () => {
  const text = Buffer.from('\0node.js/v20.1.0\0')
  for (const before of [1024 * 1024 - 0x200 - 8, 1024 * 1024 - 0x200 - text.length, 5]) {
    const data = Buffer.concat([Buffer.alloc(before), text, text])
    const { packages } = await run(knownProgram, 'node', elfWith('.rodata', data))
    deepEqual(
      packages.map(({ version }) => version),
      ['20.1.0'],
    )
  }
})

test('several versions that could be its own are a gap', async () => {
  const { packages, gaps } = await run(knownProgram, 'git', elfWith('.rodata', Buffer.from('\0git/2.1.0\0git/2.2.0\0')))
  deepEqual(packages, [])
  deepEqual(gaps, [
    { why: 'looks like git, and holds several versions that could be its own (2.1.0, 2.2.0)', place: { path: 'git' } },
  ])
})
