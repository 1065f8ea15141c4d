// Modules of Go as build information and go.mod list them. https://go.dev/ref/mod

import { purl } from './purl.ts'

export interface GoModule {
  path: string
  /** As Go writes it: `v1.2.3`, `v0.0.0-20170915032832-14c0d48ead0c`; `(devel)` or `''` where it has none. */
  version: string
  /** What was asked for, where this took its place. */
  insteadOf?: GoModule
}

export interface GoModules {
  /** The package that is the program, `k8s.io/kubernetes/cmd/kubelet`; told also where modules are not. */
  program?: string
  /** What the program itself is part of. */
  main?: GoModule
  dependencies: GoModule[]
  /** Of the build: `-ldflags`, `GOOS`, `vcs.revision`, … */
  settings: Map<string, string>
}

/** Lines of `path`, `mod`, `dep`, `=>` (what took the place of the line before) and `build`, split by tabs. */
export function parseGoModules(text: string): GoModules {
  const modules: GoModules = { dependencies: [], settings: new Map() }
  for (const line of text.split('\n')) {
    const [kind, path = '', version = ''] = line.split('\t')
    if (kind === 'path') modules.program = path
    else if (kind === 'mod') modules.main = { path, version }
    else if (kind === 'dep') modules.dependencies.push({ path, version })
    else if (kind === '=>') replaceLast(modules, { path, version })
    else if (kind === 'build') readSetting(line.slice('build\t'.length), modules.settings)
  }
  return modules
}

function replaceLast(modules: GoModules, by: GoModule): void {
  const last = modules.dependencies.pop()
  if (last) modules.dependencies.push({ ...by, insteadOf: last })
  else if (modules.main) modules.main = by
}

function readSetting(text: string, settings: Map<string, string>): void {
  const match = /^(?:"(?<quoted>[^"]*)"|(?<key>[^=]*))=(?<value>.*)$/.exec(text)
  if (match) settings.set(match.groups!['quoted'] ?? match.groups!['key']!, unquoted(match.groups!['value']!))
}

/** Values with spaces, quotes or other than printable characters are quoted as in Go's sources. */
function unquoted(value: string): string {
  if (!value.startsWith('"') && !value.startsWith('`')) return value
  return value
    .slice(1, -1)
    .replaceAll(/\\(?<character>["\\tn])/g, (_, character: string) => (/[tn]/.test(character) ? ' ' : character))
}

/** `v1.2.3` in the version that the program prints, where it was set at linking: `-ldflags="-X main.version=v1.2.3"`. */
export function versionAtLinking(settings: ReadonlyMap<string, string>): string | undefined {
  const pattern =
    /(?:^|\s)-X[= ]['"]?[\w./-]*[vV]ersion=['"]?v?(?<version>\d+\.\d+\.\d+(?:[-+~][\w.+~-]*)?)['"]?(?:\s|$)/
  const version = pattern.exec(settings.get('-ldflags') ?? '')?.groups?.['version']
  return version === undefined ? undefined : `v${version}`
}

/**
 * The version of Go, of whose standard library the program has a copy, as advisories write it: `go1.22rc1` is
 * `1.22.0-rc.1`. Undefined for one that was built between releases, as
 * `go1.25-20250209-RC00` was half a year before 1.25. What else comes after it tells of experiments and vendors.
 */
export function goRelease(goVersion: string): string | undefined {
  const match =
    /^go(?<major>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?(?:(?<stage>alpha|beta|rc)(?<number>\d+))?(?!-\d{8})(?=$|[ \-+])/.exec(
      goVersion,
    )
  if (!match) return undefined
  const { major, minor = '0', patch = '0', stage, number } = match.groups as Record<string, string | undefined>
  return `${major}.${minor}.${patch}${stage === undefined ? '' : `-${stage}.${number}`}`
}

/** The path's last segment is the name, what is before it the namespace. */
export function goPurl({ path, version }: GoModule, subpath?: string): string {
  const slash = path.lastIndexOf('/')
  const [namespace, name] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)].map((part) => part.toLowerCase())
  return purl({ type: 'golang', namespace, name: name!, version, subpath })
}
