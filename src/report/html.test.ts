import { doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../model/result.ts'
import { html } from './html.ts'
import { markup, name } from './html/markup.ts'
import { big, decided, empty, evil, hostile, layered, narrowed, real, unknownSystem } from './testing.ts'

const page = (result: Result): string => [...html.render(result)].join('')
/** What a reader sees, without the page's head. */
const words = (result: Result): string =>
  page(result)
    .replace(/^.*<body>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

test('whatever is put into a piece is text, unless it is a piece', () => {
  equal(
    markup`<p title="${'"x" onload=\'y\''}">${'<b>&amp;'}</p>`.text,
    '<p title="&quot;x&quot; onload=&#39;y&#39;">&lt;b&gt;&amp;amp;</p>',
  )
  equal(markup`<ul>${['a<', name('b')]}${undefined}${3}</ul>`.text, '<ul>a&lt;<bdi>b</bdi>3</ul>')
  equal(markup`${'\u202e\n\0'}`.text, '\\u{202e}\\u{a}\\u{0}')
})

const results = { empty, real, layered, decided, narrowed, unknownSystem, hostile, big: big() }
for (const [called, result] of Object.entries(results)) {
  test(`the ${called} result: no script, nothing from outside, no address but to its own parts`, () => {
    const text = page(result)
    match(text, /^<!doctype html>\n<html lang="en">/)
    match(
      text,
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'">/,
    )
    doesNotMatch(text, /<(?:script|iframe|object|embed|img|link|base|form|audio|video)\b/i)
    doesNotMatch(text, /<[^>]*\s(?:src|srcset|style|on\w+|action|xlink:href)=/i)
    for (const [, address] of text.matchAll(/\shref="([^"]*)"/g)) {
      match(address!, /^#[a-z-]+$/)
      ok(text.includes(` id="${address!.slice(1)}"`), address)
    }
    doesNotMatch(text, /@import|url\(/)
  })
}

test('the headline: what was read, the verdict, what could not be done', () => {
  const text = words(decided)
  match(text, /Image shop\.tar 5 findings: 1 critical, 2 high, 1 medium, 1 not rated/)
  match(text, /Not done 2 things could not be done/)
  match(text, /First \(1\) high GHSA-0000-1111-2222 in @scope\/part 1\.2\.3 Act now: known to be exploited/)
  match(words({ ...real, failOn: { severity: 'high', over: 2 } }), /Fails: 2 findings are high or worse/)
})

test('what could not be judged is no zero', () => {
  for (const result of [empty, unknownSystem]) {
    match(words(result), /Not judged: /)
    match(words(result), /Vulnerabilities \? not judged \? not judged/)
  }
})

test('a package with its upgrade, the layer of a finding, what the base brought and what is suppressed', () => {
  match(words(decided), /@scope\/part 1\.2\.3 1 high 1 not rated upgrade to 1\.3\.0: clears 1 of 2/)
  match(words(decided), /CVE-2024-0004 in libssl3 3\.0\.11-1~deb12u1 suppressed not affected The code is never called/)
  const text = words(layered)
  match(text, /Base image \( debian:12 \): 1 of 3 layers, 74\.8 MB, 2 packages critical/)
  match(text, /Own layers: 2 of 3 layers, 61\.6 MB, 3 packages critical/)
  match(text, /libssl3 3\.0\.11-1~deb12u1 1 critical 1 high 1 of 2 have a fix · base image/)
  match(text, /var\/lib\/dpkg\/status:120 in layer 1 of 3/)
})

test('of very many findings the page has the most urgent, and counts the others', () => {
  const { findings } = big()
  const many = Array.from({ length: 2 }, (_, time) =>
    findings.map((finding) => ({ ...finding, title: `${finding.title} ${'x'.repeat(580)} ${time}` })),
  ).flat()
  const text = page({ ...big(), findings: many })
  ok(text.length < 7_000_000, String(text.length))
  const shown = [...text.matchAll(/<li><p class="head">/g)].length
  const left = Number(/(\d+) more findings, the least urgent, are left out/.exec(text)?.[1])
  equal(shown + left, many.length)
  ok(shown > 5000)
  const worst = {
    ...hostile,
    findings: many.map((finding) => ({ ...finding, title: evil.repeat(10), fix: evil.repeat(10) })),
  }
  ok(page(worst).length < 7_000_000)
})
