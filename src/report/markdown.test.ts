import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../model/result.ts'
import { code, prose } from './markdown-text.ts'
import { markdown } from './markdown.ts'
import { big, decided, empty, hostile, layered, real, unknownSystem } from './testing.ts'

const lines = (result: Result): string[] => [...markdown.render(result)].join('').split('\n')
const text = (result: Result): string => [...markdown.render(result)].join('')

test('a scan of a small image', () => {
  deepEqual(lines(real), [
    '## Plimsoll: shop.tar',
    '',
    '⚠️ **4 findings: 1 critical, 1 high, 1 medium, 1 not rated**',
    '',
    '|  | critical | high | medium | low | not rated |',
    '| --- | --- | --- | --- | --- | --- |',
    '| Vulnerabilities | 1 | 1 | 0 | 0 | 1 |',
    '| Settings by 2 of 3 rules | 0 | 0 | 1 | 0 | 0 |',
    '',
    `- sha256:${'ab'.repeat(32)}`,
    '- 3 packages, 3 judged; Debian GNU/Linux 12 (bookworm)',
    '- **2 things could not be done**, listed below',
    '',
    '<details><summary>Vulnerabilities (3)</summary>',
    '',
    '| severity | vulnerability | package | fixed in | layer | what |',
    '| --- | --- | --- | --- | --- | --- |',
    '| critical, **exploited** | `DEBIAN-CVE-2024-0002` | `libssl3 3.0.11-1~deb12u1` | no fix known |  | DEBIAN-CVE-2024-0002 in libssl3 3.0.11-1\\~deb12u1 |',
    '| high | `CVE-2024-0001` | `libssl3 3.0.11-1~deb12u1` | `3.0.15-1~deb12u1` |  | Memory is used after it was freed |',
    '| not rated | `GHSA-aaaa-bbbb-cccc` | `@scope/part 1.2.3` | no fix known |  | GHSA-aaaa-bbbb-cccc in &#64;scope/part 1.2.3 |',
    '',
    '</details>',
    '',
    '<details><summary>Settings (1)</summary>',
    '',
    '| severity | rule | what | what to do |',
    '| --- | --- | --- | --- |',
    '| medium | `image-runs-as-root` | The image starts as root | Set USER in the Dockerfile |',
    '',
    '</details>',
    '',
    '### Not done (2)',
    '',
    '- undecided: needs labels (image-without-owner)',
    `- no version: in this record: var/lib/dpkg/status:7 in layer sha256:${'cd'.repeat(32)}`,
    '',
    'Plimsoll 0.1.0, 2026-11-21T12:00:00.000Z, 210000 advisories (osv), built 24 h ago',
    '',
  ])
})

test('what could not be judged is no zero', () => {
  for (const result of [empty, unknownSystem]) {
    const all = lines(result)
    match(all[2]!, /^❓ \*\*Not judged: /)
    ok(all.includes('| Vulnerabilities | ? | ? | ? | ? | ? |'))
  }
  ok(lines({ ...real, findings: [] })[2]!.startsWith('✅ **Nothing found; 3 of 3 packages judged**'))
})

test('where only some packages could be judged nothing is clear, and the zeros are of those', () => {
  const all = lines({ ...real, findings: [], judged: { done: 2, of: 3, unit: 'packages judged' } })
  equal(all[2], '❓ **Nothing found, but only 2 of 3 packages judged**')
  ok(all.includes('| Vulnerabilities in 2 of 3 packages | 0 | 0 | 0 | 0 | 0 |'))
})

test('the verdict of --fail-on comes first', () => {
  equal(lines({ ...real, failOn: { severity: 'high', over: 2 } })[2], '❌ **Fails: 2 findings are high or worse**')
  match(
    lines({ ...real, failOn: { severity: 'high', over: 0 } })[2]!,
    /^⚠️ \*\*Passes: no finding that counts is high or worse; 4 findings/,
  )
})

test('what to do first, upgrades, secrets, what is suppressed', () => {
  const all = text(decided)
  match(all, /### First \(1\)\n\n- \*\*GHSA-0000-1111-2222 in &#64;scope\/part 1\.2\.3\*\*<br>Act now: /)
  match(all, /- rebase on debian:12\.8: clears 1 of 4\n/)
  match(all, /\| `@scope\/part 1\.2\.3` \| `1\.3\.0` \| 1 of 2 \|/)
  match(all, /<summary>Suppressed \(3\)<\/summary>/)
  match(
    all,
    /\| high \| GHSA-dddd-eeee-ffff in &#64;scope\/part 1\.2\.3 \| Accepted by the owner \(\.trivyignore:3\) \| 2027-01-01 \|/,
  )
  match(
    text(layered),
    /\| critical \| An access key of AWS, hidden by a later layer \| `srv\/\.aws\/credentials:2 in layer 2 of 3` \|/,
  )
})

test('of a large result the least urgent is left out, and counted; the limit of 1 MiB holds for the most hostile one', () => {
  const result = big()
  const all = text(result)
  ok(new TextEncoder().encode(all).length < 1_000_000)
  const shown = all
    .split('\n')
    .filter((line) => /^\| (critical|high|medium|low|not rated),? /.test(line) && line.includes('GHSA-')).length
  const left = Number(/\*\*(\d+) more are left out here, the least urgent/.exec(all)?.[1])
  equal(shown + left, 10_000)
  ok(shown > 500)

  const worst: Result = {
    ...hostile,
    findings: Array.from({ length: 2000 }, (_, index) => hostile.findings[index % hostile.findings.length]!).flatMap(
      (one) => [
        one,
        { ...one, kind: 'secret' as const },
        { ...one, kind: 'malware' as const },
        { ...one, kind: 'rule' as const },
        { ...one, known: true as const },
        { ...one, suppressed: { by: one.title, reason: one.title } },
      ],
    ),
    gaps: Array.from({ length: 5000 }, () => hostile.gaps[0]!),
  }
  ok(new TextEncoder().encode(text(worst)).length < 1024 * 1024)
})

test('names stand as themselves', () => {
  equal(code('a`b``c|d'), '```a`b``c\\|d```')
  equal(code('`'), '`` ` ``')
  equal(code(''), '')
  equal(
    prose('<b> [x](http://e) www.e @me $x$ | `c` *s* _u_ ~~d~~ &lt;'),
    '&lt;b&gt; \\[x\\](http:&#47;&#47;e) www&#46;e &#64;me \\$x\\$ \\| \\`c\\` \\*s\\* \\_u\\_ \\~\\~d\\~\\~ &amp;lt;',
  )
  equal(prose('# no heading'), '<!-- --># no heading')
})
