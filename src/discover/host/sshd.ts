// How the SSH server lets people in. https://man.openbsd.org/sshd_config
//
// The first value of a keyword counts. Values in Match blocks hold for some connections only, so that a keyword has a list
// of all values that may apply, that for everybody else first.

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { firstPresent, listFolder, readFile } from './read-file.ts'

const defaults = {
  permitRootLogin: 'prohibit-password',
  passwordAuthentication: 'yes',
  kbdInteractiveAuthentication: 'yes',
  permitEmptyPasswords: 'no',
  usePAM: 'no',
} as const
type Keyword = keyof typeof defaults

/** In lower case, with the older names that still hold. */
const keywords = new Map<string, Keyword>([
  ...Object.keys(defaults).map((name) => [name.toLowerCase(), name as Keyword] as const),
  ['challengeresponseauthentication', 'kbdInteractiveAuthentication'],
  ['skeyauthentication', 'kbdInteractiveAuthentication'],
])

const programs = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd']
const folder = '/etc/ssh'
const cost = 'how SSH lets people in is unknown'
const maxDepth = 16 // as in OpenSSH

export type SshdFacts = { installed: boolean } & Partial<Record<Keyword, readonly string[]>>

/** Only `installed` where a part of the configuration could not be read: it may set anything. */
export async function readSshd(machine: Machine, scan: Scan): Promise<SshdFacts> {
  const installed = (await firstPresent(machine, programs)) !== undefined
  if (!installed) return { installed }
  const settings: Settings = { everybody: new Map(), some: new Map(), complete: true }
  await readConfig(machine, `${folder}/sshd_config`, { settings, conditional: false, depth: 0 }, scan)
  if (!settings.complete) return { installed }
  const values = (Object.keys(defaults) as Keyword[]).map((keyword) => {
    const everybody = settings.everybody.get(keyword) ?? defaults[keyword]
    return [keyword, [...new Set([everybody, ...(settings.some.get(keyword) ?? [])])]] as const
  })
  return { installed, ...Object.fromEntries(values) }
}

interface Settings {
  everybody: Map<Keyword, string>
  some: Map<Keyword, string[]>
  complete: boolean
}

interface Within {
  settings: Settings
  /** Whether it is read for some connections only. */
  conditional: boolean
  depth: number
}

async function readConfig(machine: Machine, path: string, within: Within, scan: Scan): Promise<void> {
  const { settings, depth } = within
  const file = await readFile(machine, path, cost, scan)
  if (file.state === 'refused') settings.complete = false
  if (file.state !== 'read') return
  // A Match block ends with the file that it is in.
  let conditional = within.conditional
  for (const line of file.text.split('\n')) {
    const [name = '', ...values] = words(line)
    const keyword = keywords.get(name.toLowerCase())
    const value = values[0]
    if (name.toLowerCase() === 'match') {
      conditional = within.conditional || values[0]?.toLowerCase() !== 'all'
    } else if (name.toLowerCase() === 'include') {
      for (const pattern of values) {
        await include(machine, pattern, { settings, conditional, depth: depth + 1 }, scan)
      }
    } else if (keyword !== undefined && value !== undefined) {
      note(settings, keyword, value.toLowerCase(), conditional)
    }
  }
}

function note({ everybody, some }: Settings, keyword: Keyword, value: string, conditional: boolean): void {
  if (conditional) some.set(keyword, [...(some.get(keyword) ?? []), value])
  else if (!everybody.has(keyword)) everybody.set(keyword, value)
}

async function include(machine: Machine, pattern: string, within: Within, scan: Scan): Promise<void> {
  const { settings, depth } = within
  const path = pattern.startsWith('/') ? pattern : `${folder}/${pattern}`
  const parent = path.slice(0, path.lastIndexOf('/'))
  if (depth > maxDepth || /[*?[]/.test(parent)) {
    scan.gap(`Include ${pattern} was not followed; ${cost}`, { path: `${folder}/sshd_config` })
    settings.complete = false
    return
  }
  const names = await listFolder(machine, parent, cost, scan)
  if (names === undefined) settings.complete = false
  const wanted = patternOf(path.slice(parent.length + 1))
  for (const name of names ?? []) if (wanted.test(name)) await readConfig(machine, `${parent}/${name}`, within, scan)
}

/** `*`, `?` and `[…]` as in glob(7). */
function patternOf(glob: string): RegExp {
  const source = glob.replaceAll(/\[[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    if (part.length > 1) return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`
    return part.replace(/[\\^$.|+(){}[\]]/, '\\$&')
  })
  // A leading dot is matched only by one that is written.
  return new RegExp(`^(?!\\.)${source}$`)
}

/** `Keyword value "a value"`, `Keyword=value`; what follows a `#` is a comment. */
function words(line: string): string[] {
  const found = line.matchAll(/"(?<quoted>[^"]*)"|(?<comment>#.*)|(?<word>[^\s="#]+)/g)
  return [...found].flatMap(({ groups }) => {
    const word = groups?.['quoted'] ?? groups?.['word']
    return word === undefined ? [] : [word]
  })
}
