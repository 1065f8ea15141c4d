// Against Notation itself (Debian's notation): what it has signed is judged by it and by us, and both have to say the same,
// whatever was changed, whoever is trusted and whatever the certificates are. Certificates are made by openssl.

import { deepEqual, equal, match } from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Authority, ofAuthority, ofCodeSigner, type Certified } from '../../testing/certificates.ts'
import { pushImage, repository, startRegistry } from '../image/testing.ts'
import {
  ampleSeconds,
  anyOf,
  attach,
  both,
  byHand,
  certified,
  envelopeOf,
  fresh,
  ours,
  part,
  registryForNotation,
  signed,
  subject,
  type Hand,
  type Jws,
  type Policy,
} from './notation.testing.ts'

const { host, skip } = await registryForNotation()

suite('signatures of Notation', { skip, concurrency: 4 }, () => {
  let root: Authority
  let authority: Authority
  let release: Certified
  before(() => ({ root, authority, release } = certified()))

  test('each key and form, in a registry with the list of referrers and in one without', async (t) => {
    const { host: without } = await startRegistry(t)
    const kinds = ['EC:P-256', 'EC:P-384', 'EC:P-521', 'RSA:2048', 'RSA:3072', 'RSA:4096']
    for (const [index, key] of kinds.entries()) {
      const signer = authority.certify(subject, { extensions: ofCodeSigner, key })
      for (const form of ['jws', 'cose']) {
        const [place, status] = index % 2 === 0 ? [host, 200] : [without, 404]
        const options = ['--signature-format', form, `--force-referrers-tag=${place === without}`]
        const reference = await signed(place, signer, ...options, '--user-metadata', 'build=7', '--expiry', '24h')
        const found = await both(reference, { ca: [root] }, `${key} ${form}`)
        const by = 'C=US, ST=WA, O=acme, OU=build, CN=release'
        deepEqual([found.verified, found.by, found.means], [true, by, 'certificate'])
        equal((await fetch(`http://${place}/v2/${repository}/referrers/${reference.split('@')[1]}`)).status, status)
      }
    }
  })

  test('who is trusted: other roots, authorities in between, other names', async () => {
    const other = new Authority(fresh(), '/C=US/ST=WA/O=acme/CN=root')
    const reference = await signed(host, release)
    const policies: [what: string, Policy, boolean][] = [
      ['the root', { ca: [root] }, true],
      ['an authority below it', { ca: [authority] }, true],
      ['another of the same name', { ca: [other] }, false],
      ['one of two', { ca: [other, root] }, true],
      ['everybody', { ca: [root], subjects: ['*'] }, true],
      ['by all of the name', { ca: [root], subjects: [`${anyOf}, OU=build, CN=release`] }, true],
      ['another unit', { ca: [root], subjects: [`${anyOf}, OU=test`] }, false],
      ['a place that it does not name', { ca: [root], subjects: [`${anyOf}, L=Seattle`] }, false],
      ['another organisation', { ca: [root], subjects: ['x509.subject: C=US, ST=WA, O=evil'] }, false],
      ['in small letters', { ca: [root], subjects: ['x509.subject: C=us, ST=wa, O=acme'] }, false],
    ]
    for (const [what, policy, holds] of policies) equal((await both(reference, policy, what)).verified, holds, what)
    const odd = authority.certify('/C=US/ST=WA/O=acme, inc./CN=röme', { extensions: ofCodeSigner })
    const named = await signed(host, odd)
    for (const [text, holds] of [
      ['O=acme\\, inc.', true],
      ['O=acme\\, inc., CN=röme', true],
      ['O=acme', false],
    ] as const) {
      const found = await both(named, { ca: [root], subjects: [`x509.subject: C=US, ST=WA, ${text}`] }, text)
      equal(found.verified, holds, text)
    }
  })

  test('what was changed, moved to another image, or is past its time', async () => {
    const brief = new Map<string, string>()
    const seconds = await ampleSeconds(host, release)
    for (const [form, mediaType] of [
      ['jws', 'application/jose+json'],
      ['cose', 'application/cose'],
    ] as const) {
      const envelope = await envelopeOf(await signed(host, release, '--signature-format', form))
      const moved = await attach(host, await pushImage(host, fresh()), envelope, mediaType)
      equal((await both(moved, { ca: [root] }, `${form} moved`)).verified, false)
      brief.set(form, await signed(host, release, '--signature-format', form, '--expiry', `${seconds}s`))
      equal((await both(brief.get(form)!, { ca: [root] }, `${form} not yet past`)).verified, true)
    }
    const ends = Date.now() + seconds * 1000
    const chain = (change: (certificates: string[]) => string[]) => (envelope: Jws) => ({
      header: { x5c: change(envelope.header.x5c) },
    })
    const changes: [what: string, Hand['change'], boolean][] = [
      ['nothing', () => ({}), true],
      ['the payload', () => ({ payload: part('{"targetArtifact":{}}') }), false],
      ['the headers', () => ({ protected: part('{"alg":"none"}') }), false],
      [
        'the signature',
        ({ signature }) => ({ signature: signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }),
        false,
      ],
      ['the chain has no end', chain((certificates) => certificates.slice(0, 2)), false],
      ['the chain is the other way round', chain((certificates) => certificates.toReversed()), false],
      ['one of the chain stands twice', chain(([first = '', ...rest]) => [first, rest[0]!, ...rest]), false],
    ]
    for (const [what, change, holds] of changes) {
      const reference = await byHand(host, release, { change })
      equal((await both(reference, { ca: [root] }, what)).verified, holds, what)
    }
    await delay(ends - Date.now())
    for (const [form, reference] of brief) {
      match((await both(reference, { ca: [root] }, `${form} past its time`)).why ?? '', /it was good until/)
    }
  })

  test('certificates that are not as the specification asks', async () => {
    const usage = 'keyUsage=critical,digitalSignature'
    const wishes: [what: string, extensions: string[], holds: boolean, more?: { digest?: string; key?: string }][] = [
      ['nothing odd', ofCodeSigner, true],
      ['no extended usage', [usage], true],
      ['no authority, and says so', [usage, 'basicConstraints=critical,CA:false'], true],
      ['an authority', [usage, 'basicConstraints=critical,CA:true'], false],
      ['no usage', ['extendedKeyUsage=codeSigning'], false],
      ['usage that is not critical', ['keyUsage=digitalSignature'], false],
      ['also signs as a person', ['keyUsage=critical,digitalSignature,nonRepudiation'], true],
      ...['keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign'].map(
        (more): [string, string[], boolean] => [more, [`keyUsage=critical,digitalSignature,${more}`], false],
      ),
      ...['serverAuth', 'clientAuth', 'emailProtection', 'timeStamping', 'OCSPSigning'].map(
        (more): [string, string[], boolean] => [more, [usage, `extendedKeyUsage=codeSigning,${more}`], false],
      ),
      ['signed with SHA-1', ofCodeSigner, false, { digest: 'sha1' }],
      ['a key of 1024 bits', ofCodeSigner, false, { key: 'RSA:1024' }],
    ]
    for (const [what, extensions, holds, more] of wishes) {
      const signer = authority.certify(subject, { extensions, ...more })
      const reference = await byHand(host, signer)
      equal((await both(reference, { ca: [root] }, what)).verified, holds, what)
    }
    const authorities: [what: string, extensions: string[], holds: boolean, digest?: string][] = [
      ['no basic constraints', ['keyUsage=critical,keyCertSign'], false],
      ['signs no certificates', ['basicConstraints=critical,CA:true', 'keyUsage=critical,cRLSign'], false],
      ['usage that is not critical', ['basicConstraints=critical,CA:true', 'keyUsage=keyCertSign'], false],
      ['nobody below', ['basicConstraints=critical,CA:true,pathlen:0', 'keyUsage=critical,keyCertSign'], true],
      ['SHA-1', ofAuthority, false, 'sha1'],
    ]
    for (const [what, extensions, holds, digest = 'sha256'] of authorities) {
      const between = new Authority(fresh(), '/C=US/ST=WA/O=acme/CN=between', { by: root, extensions, digest })
      const reference = await byHand(host, between.certify(subject, { extensions: ofCodeSigner }))
      equal((await both(reference, { ca: [root] }, `authority: ${what}`)).verified, holds, what)
    }
    const short = new Authority(fresh(), '/CN=short', {
      by: root,
      extensions: ['basicConstraints=critical,CA:true,pathlen:0', 'keyUsage=critical,keyCertSign'],
    })
    const below = new Authority(fresh(), '/CN=below', { by: short })
    const far = await byHand(host, below.certify(subject, { extensions: ofCodeSigner }))
    match((await both(far, { ca: [root] }, 'too long')).why ?? '', /allows no chain as long/)
    const alone = new Authority(fresh(), subject, { extensions: ofCodeSigner })
    equal((await both(await byHand(host, alone), { ca: [alone] }, 'by itself')).verified, true)
    const early = authority.certify(subject, { extensions: ofCodeSigner, from: new Date(Date.now() + 3_600_000) })
    match((await both(await byHand(host, early), { ca: [root] }, 'not yet valid')).why ?? '', /is valid from/)
    // Here we are stricter: what it has to understand of a certificate and does not, Notation passes over.
    const odd = authority.certify(subject, { extensions: [...ofCodeSigner, '1.2.3.4=critical,ASN1:NULL'] })
    equal((await ours(await byHand(host, odd), { ca: [root] })).verified, false)
  })
})
