// Against Notation itself (Debian's notation): what it has signed is judged by it and by us, and both have to say the same,
// whatever a clock or a revocation list says of its certificates. Certificates are made by openssl.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import {
  Authority,
  ofAuthority,
  ofClock,
  ofCodeSigner,
  startClock,
  type Certified,
  type Wish,
} from '../../testing/certificates.ts'
import {
  ampleSeconds,
  both,
  byHand,
  certified,
  fresh,
  ours,
  registryForNotation,
  signed,
  subject,
  type Hand,
  type Policy,
} from './notation.testing.ts'

const { host, skip } = await registryForNotation()

suite('time stamps and revocation of signatures of Notation', { skip, concurrency: 4 }, () => {
  let root: Authority
  let authority: Authority
  let release: Certified
  before(() => ({ root, authority, release } = certified()))

  test('time stamps: of certificates that have expired since', async (t) => {
    const clocks = new Authority(fresh(), '/C=US/O=clocks/CN=root', { key: 'RSA:2048' })
    const between = new Authority(fresh(), '/C=US/O=clocks/CN=between', { by: clocks })
    const clock = await startClock(
      t,
      fresh(),
      between.certify('/C=US/O=clocks/CN=clock', { extensions: ofClock, key: 'RSA:2048' }),
    )
    const stamped = ['--timestamp-url', clock.url, '--timestamp-root-cert', clocks.certificate]
    const ends = new Date((Math.ceil(Date.now() / 1000) + (await ampleSeconds(host, release))) * 1000)
    const brief = authority.certify(subject, { extensions: ofCodeSigner, to: ends })
    const form = (name: string): string[] => ['--signature-format', name]
    const references = new Map([
      ['jws', await signed(host, brief, ...form('jws'), ...stamped)],
      ['cose', await signed(host, brief, ...form('cose'), ...stamped)],
      ['without a stamp', await signed(host, brief)],
    ])
    ok((await both(references.get('jws')!, { ca: [root] }, 'while valid')).verified)
    ok(Date.now() < ends.getTime() - 1000, 'the machine is too slow for this test')
    references.set('jws of one that lasts', await signed(host, release, ...form('jws'), ...stamped))
    references.set('cose of one that lasts', await signed(host, release, ...form('cose'), ...stamped))
    references.set('of one that lasts, without a stamp', await signed(host, release))
    const others = new Authority(fresh(), '/C=US/O=clocks/CN=root')
    const policies: [what: string, Policy][] = [
      ['no clocks', { ca: [root] }],
      ['always', { ca: [root], tsa: [clocks], verifyTimestamp: 'always' }],
      ['after expiry', { ca: [root], tsa: [clocks], verifyTimestamp: 'afterCertExpiry' }],
      ['other clocks', { ca: [root], tsa: [others], verifyTimestamp: 'always' }],
      ['other clocks after expiry', { ca: [root], tsa: [others], verifyTimestamp: 'afterCertExpiry' }],
    ]
    const always = ['jws, always', 'jws of one that lasts, always', 'cose, always', 'cose of one that lasts, always']
    await delay(ends.getTime() + 1100 - Date.now())
    const after: string[] = []
    for (const [name, reference] of references) {
      for (const [policy, how] of policies) {
        if ((await both(reference, how, `${name}, ${policy}`)).verified) after.push(`${name}, ${policy}`)
      }
    }
    for (const name of always) ok(after.includes(name), name)
    deepEqual(
      after.filter((name) => !name.includes('lasts')),
      ['jws, always', 'jws, after expiry', 'cose, always', 'cose, after expiry'],
    )
    ok(!after.includes('of one that lasts, without a stamp, always'))
    ok(after.includes('of one that lasts, without a stamp, after expiry'))
    const policy: Policy = { ca: [root], tsa: [clocks] }
    const found = await ours(references.get('jws')!, policy)
    ok(found.at !== undefined && new Date(found.at) <= ends)

    const late = await byHand(host, brief, { stamp: clock.stamp })
    match((await both(late, policy, 'stamped too late')).why ?? '', /CN=release is valid from/)
  })

  test('time stamps by whom nobody should believe', async (t) => {
    const clocks = new Authority(fresh(), '/C=US/O=clocks/CN=root')
    const clock = await startClock(t, fresh(), clocks.certify('/CN=clock', { extensions: ofClock }))
    const policy: Policy = { ca: [root], tsa: [clocks] }
    const [usage, purpose] = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=critical,timeStamping']
    const forger = (extensions: string[], more: Partial<Wish> & { by?: Authority } = {}) => {
      const { by = clocks, ...wish } = more
      return by.certify('/CN=forger', { extensions, ...wish })
    }
    const confined = new Authority(fresh(), '/CN=for code', {
      by: clocks,
      extensions: [...ofAuthority, 'extendedKeyUsage=codeSigning'],
    })
    const weak = new Authority(fresh(), '/CN=weak', { by: clocks, digest: 'sha1' })
    const yesterday = new Date(Date.now() - 3_600_000)
    const forgers: [what: string, Certified, boolean, string[]?][] = [
      ['a clock', forger(ofClock), true],
      ['with SHA-384', forger(ofClock, { key: 'EC:P-384' }), true, ['-cades', '-md', 'sha384']],
      ['with RSA', forger(ofClock, { key: 'RSA:2048' }), true, ['-cades', '-md', 'sha512']],
      ['with a short key', forger(ofClock, { key: 'RSA:1024' }), false],
      ['with SHA-1', forger(ofClock), false, ['-cades', '-md', 'sha1']],
      ['purpose not critical', forger([usage, 'extendedKeyUsage=timeStamping']), false],
      ['two purposes', forger([usage, `${purpose},codeSigning`]), false],
      ['no purpose', forger([usage]), false],
      ['no usage', forger([purpose]), false],
      ['more usage', forger([`${usage},keyEncipherment`, purpose]), false],
      ['for code', forger(ofCodeSigner), false],
      ['an authority', forger([...ofAuthority, purpose]), false],
      ['expired', forger(ofClock, { to: yesterday }), false],
      ['below one that is for code', forger(ofClock, { by: confined }), false],
      ['below one that is weak', forger(ofClock, { by: weak }), false],
      ['by another root', forger(ofClock, { by: new Authority(fresh(), '/C=US/O=clocks/CN=root') }), false],
      ['without its certificate', forger(ofClock), false, ['-cades', '-nocerts', '-md', 'sha256']],
      ['without attributes', forger(ofClock), false, ['-noattr', '-md', 'sha256']],
    ]
    for (const [what, by, holds, options = ['-cades', '-md', 'sha256']] of forgers) {
      const stamp = (signature: Buffer) => clock.forged(signature, by, ...options)
      const found = await both(await byHand(host, release, { stamp }), policy, what)
      equal(found.verified, holds, `${what}: ${found.why}`)
    }
    const stamps: [what: string, NonNullable<Hand['stamp']>, RegExp][] = [
      ['of something else', () => clock.stamp(Buffer.from('other')), /its time stamp is of something else/],
      ['malformed', () => Buffer.from('nothing'), /its time stamp is malformed/],
      ['empty', () => Buffer.from(''), /its time stamp is malformed|no time stamp/],
      ['cut', (signature) => clock.stamp(signature).subarray(0, -1), /its time stamp is malformed/],
      ['not of a signer that is named', (s) => clock.forged(s, forger(ofClock), '-md', 'sha256'), /malformed/],
    ]
    for (const [what, stamp, why] of stamps) {
      match((await both(await byHand(host, release, { stamp }), policy, what)).why ?? '', why, what)
    }
  })

  test('revocation: by the lists that Notation fetches and we are given', async (t) => {
    let list = Buffer.from('')
    const server = createServer((_request, response) => void response.end(list))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.crl`
    const extensions = [...ofCodeSigner, `crlDistributionPoints=URI:${address}`]
    const own = new Authority(fresh(), '/C=US/ST=WA/O=acme/CN=with lists', { by: root })
    const [good, bad] = [own.certify(subject, { extensions }), own.certify(subject, { extensions })]
    const [kept, revoked] = [await signed(host, good), await signed(host, bad)]
    equal((await ours(kept, { ca: [root] })).revocation, 'not checked')
    own.revoke(bad)
    const seconds = await ampleSeconds(host, release)
    const path = own.list(seconds)
    const ends = Date.now() + seconds * 1000
    list = readFileSync(path)
    const policy = { ca: [root], lists: [path] }
    const found = await both(kept, policy, 'not revoked')
    deepEqual([found.verified, found.revocation], [true, 'checked'])
    match((await both(revoked, policy, 'revoked')).why ?? '', /CN=release is revoked/)
    // Nothing to check: it names nowhere to ask.
    equal((await ours(await signed(host, release), { ca: [root] })).revocation, undefined)
    const other = new Authority(fresh(), '/C=US/ST=WA/O=acme/CN=with lists', { by: root })
    const foreign = other.list(60)
    list = readFileSync(foreign)
    match(
      (await both(kept, { ca: [root], lists: [foreign] }, 'a list by another')).why ?? '',
      /no list by its authority/,
    )
    await delay(ends + 1100 - Date.now())
    list = readFileSync(path)
    match((await both(kept, policy, 'an old list')).why ?? '', /the list was good until/)
    await both(revoked, policy, 'revoked by an old list')
  })
})
