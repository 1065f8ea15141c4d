// What an archive without Maven metadata is: from its manifest, its file name and where its classes lie.

import { groups, markers, tomcatFiles } from './known.ts'

export interface Coordinates {
  group: string
  artifact: string
  version: string
}

export interface Evidence {
  /** Without folders: `log4j-core-2.14.1.jar`. */
  fileName: string
  /** Main attributes, their names in lower case. */
  manifest: ReadonlyMap<string, string>
  /** How many classes each folder holds; those of one version of Java only are left out. */
  folders: ReadonlyMap<string, number>
  /** Artifacts that a class of theirs betrays. */
  marked: readonly { group: string; artifact: string }[]
}

export type Identity =
  | (Coordinates & {
      /** What the group was taken from, where nothing names it. */
      guessedFrom?: 'vendor' | 'folder'
    })
  /** It is known what it is, not which version. */
  | { group: string; artifact: string }

/** Undefined when nothing says what it is. */
export function identify(evidence: Evidence): Identity | undefined {
  const { manifest, fileName, marked, folders } = evidence
  const versions = versionsIn(manifest)
  const named = fromFileName(fileName.replace(/\.[a-z]+$/i, ''), versions)
  const version = named.version ?? versions[0]
  const known = named.version === undefined ? knownByOthers(named.artifact, manifest) : named.artifact
  const [mark] = marked
  // A class that betrays one artifact is worth more than a name that anybody can give; of several, none is the archive.
  if (mark && marked.length === 1 && (named.version === undefined || mark.artifact === known))
    return version ? { ...mark, version } : mark
  const artifact = known ?? named.artifact
  const group = knownGroup(artifact, version ?? '', folders) ?? groupOfBundle(manifest, artifact)
  if (group !== undefined) return version ? { group, artifact, version } : { group, artifact }
  // A file that anybody may have named so, and no group: that is no name.
  return version === undefined || known === undefined ? undefined : guessed(artifact, version, evidence)
}

function guessed(artifact: string, version: string, { manifest, folders }: Evidence): Identity | undefined {
  const vendor = manifest.get('implementation-vendor-id')
  if (vendor && /^[a-z][\w-]*(?:\.[\w-]+)+$/.test(vendor) && vendor !== 'org.apache')
    return { group: vendor, artifact, version, guessedFrom: 'vendor' }
  const folder = commonFolder(folders)?.replaceAll('/', '.')
  return folder === undefined ? undefined : { group: folder, artifact, version, guessedFrom: 'folder' }
}

const markersByName = Map.groupBy(markers, ([file]) => file.slice(file.lastIndexOf('/') + 1))

/** Of the classes that tell an artifact, without folders. */
export const markerNames: readonly string[] = [...markersByName.keys()]

/** The artifact that has this class, also when it was moved to another package: `shaded/org/yaml/snakeyaml/Yaml.class`. */
export function markedBy(path: string): { group: string; artifact: string } | undefined {
  for (const [file, group, artifact] of markersByName.get(path.slice(path.lastIndexOf('/') + 1)) ?? []) {
    if (path === file || path.endsWith(`/${file}`)) return { group, artifact }
  }
  return undefined
}

/** A part of Java itself, which is listed as the program that it is. */
export function isOfJava(manifest: ReadonlyMap<string, string>): boolean {
  const titles = [manifest.get('specification-title'), manifest.get('implementation-title')]
  return titles.some((title) => title !== undefined && /^Java (?:Platform|Runtime|2 )/.test(title))
}

/** Those that the manifest names, the most telling first. */
function versionsIn(manifest: ReadonlyMap<string, string>): string[] {
  return ['implementation-version', 'bundle-version', 'specification-version'].flatMap((key) => {
    const value = manifest.get(key)
    // Kotlin has `1.4.10-release-411 (1.4.10)`.
    const version = /\((?<inner>[^()]*)\)$/.exec(value ?? '')?.groups?.['inner'] ?? value?.split(/\s/, 1)[0]
    return version && /^[0-9][\w.+-]*$/.test(version) ? [version] : []
  })
}

const qualifier = String.raw`(?:\d|alpha|beta|rc|m\d|cr|snapshot|sp|final|ga|release|jre|android|incubating|pre|ea|b\d|v\d)`
const versioned = new RegExp(String.raw`^(?<artifact>.+?)-v?(?<version>\d[\w.+]*(?:-${qualifier}[\w.+]*)*)$`, 'i')

/** `zstd-jni-1.4.5-6` → `zstd-jni`, `1.4.5-6`; `log4j-1.2-api-2.14.1` → `log4j-1.2-api`, `2.14.1`. */
function fromFileName(name: string, versions: readonly string[]): { artifact: string; version?: string } {
  for (const version of versions) {
    if (name.endsWith(`-${version}`) && name.length > version.length + 1)
      return { artifact: name.slice(0, -version.length - 1), version }
  }
  const { artifact, version } = versioned.exec(name.slice(0, 500))?.groups ?? {}
  return artifact && version ? { artifact, version } : { artifact: name }
}

/** Of a file without version in its name, which anybody may have renamed: what the manifest says. */
function knownByOthers(name: string, manifest: ReadonlyMap<string, string>): string | undefined {
  const title = manifest.get('implementation-title')
  if (title === 'Apache Tomcat') {
    if (Object.hasOwn(tomcatFiles, name)) return tomcatFiles[name]
    return name.startsWith('tomcat-') ? name : undefined
  }
  if (title && /^[a-z]\w*(?:-[\w.]+)+$/.test(title)) return title
  const bundle = bundleName(manifest)
  // The bundle's name may leave out the beginning of the artifact's: `org.apache.logging.log4j.to-slf4j`.
  const last = bundle?.slice(bundle.lastIndexOf('.') + 1)
  return last && groups.some(({ artifact }) => artifact.test(last)) ? last : undefined
}

/** `org.yaml.snakeyaml;singleton:=true` → `org.yaml.snakeyaml`. */
function bundleName(manifest: ReadonlyMap<string, string>): string | undefined {
  return manifest.get('bundle-symbolicname')?.split(';', 1)[0]?.trim()
}

function knownGroup(artifact: string, version: string, folders: ReadonlyMap<string, number>): string | undefined {
  const row = groups.find(
    (one) =>
      one.artifact.test(artifact) &&
      (one.version?.test(version) ?? true) &&
      (one.classes === undefined || folders.size === 0 || holds(folders, one.classes)),
  )
  if (row) return row.group ?? artifact
  // The interfaces of Java's enterprise editions: jakarta.servlet:jakarta.servlet-api.
  return /^(?<group>(?:jakarta|javax)\.[a-z.]+)-api$/.exec(artifact)?.groups?.['group']
}

function holds(folders: ReadonlyMap<string, number>, classes: string): boolean {
  for (const folder of folders.keys()) if (folder === classes || folder.startsWith(`${classes}/`)) return true
  return false
}

/**
 * Maven's bundle plug-in makes the bundle's name from group and artifact, leaving out what the artifact repeats; this is
 * the way back. https://felix.apache.org/documentation/subprojects/apache-felix-maven-bundle-plugin-bnd.html
 */
function groupOfBundle(manifest: ReadonlyMap<string, string>, artifact: string): string | undefined {
  const bundle = bundleName(manifest)
  if (bundle?.endsWith(`.${artifact}`)) {
    const group = bundle.slice(0, -artifact.length - 1)
    return group.includes('.') ? group : bundle
  }
  if (!bundle) return undefined
  for (let dash = artifact.indexOf('-'); dash > 0; dash = artifact.indexOf('-', dash + 1)) {
    const rest = `.${artifact.slice(dash + 1)}`
    const group = bundle.slice(0, -rest.length)
    if (bundle.endsWith(rest) && group.endsWith(`.${artifact.slice(0, dash)}`)) return group
  }
  return undefined
}

/** The folder that at least nine in ten classes lie below, at most three deep; undefined when there is none. */
function commonFolder(folders: ReadonlyMap<string, number>): string | undefined {
  let total = 0
  const below = new Map<string, number>()
  for (const [folder, count] of folders) {
    total += count
    const parts = folder.split('/').slice(0, 3)
    for (let depth = 1; depth <= parts.length; depth++) {
      const above = parts.slice(0, depth).join('/')
      below.set(above, (below.get(above) ?? 0) + count)
    }
  }
  const common = [...below].filter(([folder, count]) => folder !== '' && count * 10 >= total * 9)
  return common.toSorted(([a], [b]) => b.length - a.length)[0]?.[0]
}
