// Certificates, revocation lists and time stamps as openssl makes them. https://docs.openssl.org/3.0/man1/openssl-ca/

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Paths of files in PEM. */
export interface Certified {
  key: string
  certificate: string
  /** With those above it, up to the root. */
  chain: string
}

/** `extensions`: lines of openssl's, https://docs.openssl.org/3.0/man5/x509v3_config/ */
export interface Wish {
  extensions: readonly string[]
  /** `EC:P-256`, `RSA:2048`. */
  key?: string
  digest?: string
  /** Both of the certificate; by default from a day ago to one ahead. */
  from?: Date
  to?: Date
}

export const ofAuthority = ['basicConstraints=critical,CA:true', 'keyUsage=critical,keyCertSign,cRLSign']
export const ofCodeSigner = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=codeSigning']
export const ofClock = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=critical,timeStamping']

const day = 24 * 60 * 60 * 1000

/** An authority with a folder of its own: what it certifies, revokes and lists. */
export class Authority implements Certified {
  readonly key: string
  readonly certificate: string
  readonly chain: string
  readonly #folder: string
  #made = 0

  /** Self-signed, or certified by another. */
  constructor(folder: string, subject: string, { by, ...wish }: { by?: Authority } & Partial<Wish> = {}) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'index'), '')
    writeFileSync(join(folder, 'list'), '01\n')
    writeFileSync(join(folder, 'own.cnf'), settings(folder))
    const all = { extensions: ofAuthority, ...wish }
    const made = (by ?? this).certify(subject, all, by ? undefined : { key: newKey(join(folder, 'own.key'), all.key) })
    this.key = made.key
    this.certificate = made.certificate
    this.chain = made.chain
  }

  /** `own`: by which it certifies itself. */
  certify(subject: string, wish: Wish, own?: { key: string }): Certified {
    const path = join(this.#folder, String(this.#made++))
    const [from, to] = [wish.from ?? new Date(Date.now() - day), wish.to ?? new Date(Date.now() + day)]
    const key = own?.key ?? newKey(`${path}.key`, wish.key)
    openssl(
      'req',
      '-new',
      '-utf8',
      '-key',
      key,
      '-subj',
      subject,
      '-config',
      join(this.#folder, 'own.cnf'),
      '-out',
      `${path}.csr`,
    )
    writeFileSync(`${path}.ext`, `[wish]\n${wish.extensions.join('\n')}\n`)
    const issuer = own ? ['-selfsign', '-keyfile', key] : ['-keyfile', this.key, '-cert', this.certificate]
    const period = ['-startdate', generalized(from), '-enddate', generalized(to), '-md', wish.digest ?? 'sha256']
    const files = ['-in', `${path}.csr`, '-out', `${path}.pem`, '-extfile', `${path}.ext`, '-extensions', 'wish']
    this.#ca(...issuer, ...period, ...files, '-batch', '-notext', '-preserveDN')
    const above = own ? '' : readFileSync(this.chain, 'utf8')
    writeFileSync(`${path}.chain`, readFileSync(`${path}.pem`, 'utf8') + above)
    return { key, certificate: `${path}.pem`, chain: `${path}.chain` }
  }

  revoke({ certificate }: Certified): void {
    this.#ca('-keyfile', this.key, '-cert', this.certificate, '-revoke', certificate)
  }

  /** Path of a list in DER; `seconds` for which it is good. */
  list(seconds: number): string {
    const path = join(this.#folder, 'list.crl')
    this.#ca(
      '-keyfile',
      this.key,
      '-cert',
      this.certificate,
      '-gencrl',
      '-crlsec',
      String(seconds),
      '-out',
      `${path}.pem`,
    )
    openssl('crl', '-in', `${path}.pem`, '-outform', 'DER', '-out', path)
    return path
  }

  #ca(...args: string[]): void {
    openssl('ca', '-config', join(this.#folder, 'own.cnf'), ...args)
  }
}

function newKey(path: string, kind = 'EC:P-256'): string {
  const [algorithm = '', size = ''] = kind.split(':')
  const option = algorithm === 'RSA' ? `rsa_keygen_bits:${size}` : `ec_paramgen_curve:${size}`
  openssl('genpkey', '-algorithm', algorithm, '-pkeyopt', option, '-out', path)
  return path
}

function generalized(time: Date): string {
  return `${time.toISOString().replace(/\D/g, '').slice(0, 14)}Z`
}

function settings(folder: string): string {
  const names = ['countryName', 'stateOrProvinceName', 'organizationName', 'organizationalUnitName', 'commonName']
  return `[ca]
default_ca = own
[own]
database = ${folder}/index
new_certs_dir = ${folder}
rand_serial = yes
crlnumber = ${folder}/list
crl_extensions = lists
default_md = sha256
policy = any
unique_subject = no
[any]
${names.map((name) => `${name} = optional`).join('\n')}
[lists]
authorityKeyIdentifier = keyid
[req]
distinguished_name = nothing
[nothing]
`
}

export interface Clock {
  /** Of its service, as RFC 3161 has it over HTTP. */
  url: string
  /** In DER, the answer without its status: a `TimeStampToken`. */
  stamp(message: Buffer): Buffer
  /** The same words, signed by whomever, in whatever way `options` of openssl's cms say. */
  forged(message: Buffer, by: Certified, ...options: string[]): Buffer
}

/** A service for time stamps with that certificate, stopped with the test. */
export async function startClock(t: TestContext, folder: string, by: Certified): Promise<Clock> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'serial'), '01\n')
  writeFileSync(join(folder, 'above'), above(by))
  writeFileSync(
    join(folder, 'clock.cnf'),
    `[tsa]
default_tsa = own
[own]
serial = ${folder}/serial
signer_cert = ${by.certificate}
signer_key = ${by.key}
certs = ${folder}/above
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = millisecs:500
ess_cert_id_alg = sha256
`,
  )
  const reply = (query: Buffer, ...more: string[]): Buffer => {
    writeFileSync(join(folder, 'query'), query)
    const files = ['-queryfile', join(folder, 'query'), '-out', join(folder, 'reply')]
    openssl('ts', '-reply', '-config', join(folder, 'clock.cnf'), ...files, ...more)
    return readFileSync(join(folder, 'reply'))
  }
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    response.setHeader('content-type', 'application/timestamp-reply').end(reply(Buffer.concat(parts)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const path = join(folder, 'message')
  const stamp = (message: Buffer): Buffer => {
    writeFileSync(path, message)
    openssl('ts', '-query', '-data', path, '-sha256', '-cert', '-out', `${path}.query`)
    return reply(readFileSync(`${path}.query`), '-token_out')
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stamp,
    forged(message, by, ...options) {
      writeFileSync(`${path}.token`, stamp(message))
      openssl('cms', '-verify', '-noverify', '-inform', 'DER', '-in', `${path}.token`, '-out', `${path}.info`)
      writeFileSync(`${path}.above`, above(by))
      const what = ['-in', `${path}.info`, '-binary', '-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4']
      const whose = ['-signer', by.certificate, '-inkey', by.key, '-certfile', `${path}.above`]
      openssl('cms', '-sign', ...what, ...whose, '-outform', 'DER', '-out', `${path}.forged`, ...options)
      return readFileSync(`${path}.forged`)
    },
  }
}

/** The chain without the certificate itself, which openssl does not want to be given twice. */
function above({ certificate, chain }: Certified): string {
  return readFileSync(chain, 'utf8').replace(readFileSync(certificate, 'utf8'), '')
}

export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
