// Whom the user trusts to sign images: a file in YAML, and keys from the command line. docs/registries.md describes it.

import { createHash, X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import {
  nobody,
  parseRevocationLists,
  parseSigstoreRoot,
  parseTrustedKey,
  parseTrustedSubject,
  trustedIdentity,
  type Trust,
} from '../inspect/trust.ts'
import { checkedYaml } from './checked-yaml.ts'

const paths = z.array(z.string().min(1)).default([])
const identitySchema = z
  .strictObject({
    issuer: z.string().min(1),
    subject: z.string().min(1).optional(),
    subjectPattern: z.string().min(1).optional(),
  })
  .refine(({ subject, subjectPattern }) => (subject === undefined) !== (subjectPattern === undefined), {
    message: 'give either subject or subjectPattern',
  })
const trustSchema = z.strictObject({
  keys: paths,
  sigstore: z.strictObject({ trustedRoot: z.string().min(1), identities: z.array(identitySchema).min(1) }).optional(),
  notation: z
    .strictObject({
      authorities: paths,
      signingAuthorities: paths,
      timestampAuthorities: paths,
      verifyTimestamp: z.enum(['always', 'afterCertExpiry']).default('always'),
      revocationLists: paths,
      subjects: z.array(z.string()).min(1),
    })
    .optional(),
})

export interface TrustWords {
  /** Path of the file; paths in it begin at its folder. */
  file?: string | undefined
  /** Paths of public keys. */
  keys: readonly string[]
}

export type LoadedTrust = Trust & {
  /** SHA-256 over all that it was read from: another trust has another one. */
  id: string
}

/** Throws with a message that names the option, the file and what was expected. */
export async function loadTrust({ file, keys }: TrustWords): Promise<LoadedTrust> {
  const read = noting()
  const named =
    file === undefined ? nobody : await said(`--trust ${file}`, () => loadFile(file, read.under(dirname(file))))
  const given = await Promise.all(keys.map((path) => said(`--trusted-key ${path}`, () => toKey(path, read.alone))))
  return { ...named, keys: [...named.keys, ...given], id: read.id() }
}

type ReadFile = (path: string) => Promise<Buffer>

/**
 * Notes what was read. Files are named too: a key is shown by the name of its file, and what a certificate may do depends on
 * the folder where it lies.
 */
function noting(): { under(folder: string): ReadFile; alone: ReadFile; id(): string } {
  const seen = new Set<string>()
  const noted = async (path: string, name: string): Promise<Buffer> => {
    const bytes = await readFile(path)
    seen.add(`${name} ${createHash('sha256').update(bytes).digest('hex')}`)
    return bytes
  }
  return {
    under: (folder) => (path) => noted(path, relative(folder, path)),
    alone: (path) => noted(path, basename(path)),
    id: () =>
      createHash('sha256')
        .update([...seen].toSorted().join('\n'))
        .digest('hex'),
  }
}

async function loadFile(file: string, read: ReadFile): Promise<Trust> {
  const checked = checkedYaml((await read(file)).toString('utf8'), trustSchema)
  if ('problems' in checked) {
    const [{ line, field, message }] = checked.problems as [(typeof checked.problems)[number]]
    throw new Error(`line ${line}${field ? `, ${field}` : ''}: ${message}`)
  }
  const { keys, sigstore, notation } = checked.content
  const at = (path: string): string => resolve(dirname(file), path)
  return {
    keys: await Promise.all(keys.map((path) => said(path, () => toKey(at(path), read)))),
    sigstore: sigstore === undefined ? nobody.sigstore : await toSigstore(sigstore, at, read),
    notation: notation === undefined ? nobody.notation : await toNotation(notation, at, read),
  }
}

type Sections = z.infer<typeof trustSchema>
type At = (path: string) => string

async function toSigstore(
  section: NonNullable<Sections['sigstore']>,
  at: At,
  read: ReadFile,
): Promise<Trust['sigstore']> {
  const { trustedRoot, identities } = section
  return {
    root: await said(trustedRoot, async () => parseSigstoreRoot((await read(at(trustedRoot))).toString('utf8'))),
    identities: await Promise.all(
      identities.map(({ issuer, subject, subjectPattern = '' }) =>
        said(subject ?? subjectPattern, async () =>
          trustedIdentity(issuer, subject === undefined ? { pattern: subjectPattern } : { exact: subject }),
        ),
      ),
    ),
  }
}

async function toNotation(
  section: NonNullable<Sections['notation']>,
  at: At,
  read: ReadFile,
): Promise<Trust['notation']> {
  const { authorities, signingAuthorities, timestampAuthorities, verifyTimestamp, revocationLists, subjects } = section
  if (authorities.length + signingAuthorities.length === 0) {
    throw new Error('notation: give authorities or signingAuthorities, files or folders with certificates')
  }
  const all = async <T>(list: readonly string[], load: (path: string, read: ReadFile) => Promise<T>): Promise<T[]> =>
    (await Promise.all(list.map((path) => said(path, () => each(at(path), (file) => load(file, read)))))).flat()
  const certificates = async (list: readonly string[]): Promise<X509Certificate[]> =>
    (await all(list, toCertificates)).flat()
  return {
    authorities: await certificates(authorities),
    signingAuthorities: await certificates(signingAuthorities),
    timestampAuthorities: await certificates(timestampAuthorities),
    verifyTimestamp,
    revocationLists: (await all(revocationLists, async (path) => parseRevocationLists(await read(path)))).flat(),
    subjects: await Promise.all(subjects.map((text) => said(text, async () => parseTrustedSubject(text)))),
  }
}

async function toKey(path: string, read: ReadFile): Promise<Trust['keys'][number]> {
  return parseTrustedKey(basename(path), (await read(path)).toString('utf8'))
}

/** In PEM (one or several) or DER. */
async function toCertificates(path: string, read: ReadFile): Promise<X509Certificate[]> {
  const bytes = await read(path)
  const written = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  try {
    return (written ?? [bytes]).map((each) => new X509Certificate(each))
  } catch {
    throw new Error('holds no certificate in PEM or DER')
  }
}

/** What is in a file, or in each file of a folder, as Notation's trust stores are. */
async function each<T>(path: string, load: (path: string) => Promise<T>): Promise<T[]> {
  if (!(await stat(path)).isDirectory()) return [await load(path)]
  const files = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile())
  if (files.length === 0) throw new Error('holds no file')
  return Promise.all(files.map(({ name }) => said(name, () => load(join(path, name)))))
}

/** What went wrong, with what it was about in front. */
async function said<T>(what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isOfFile = code !== undefined && /^E[A-Z]+$/.test(code)
    throw new Error(`${what}: ${isOfFile ? `could not be read (${code})` : message}`, { cause: error })
  }
}
