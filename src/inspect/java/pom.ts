// A pom.xml: the coordinates of a project, its dependencies, its licences, with the properties that it defines itself.
// https://maven.apache.org/pom.html

import { child, parseXml, XmlError, type XmlElement } from '../../lib/xml.ts'

export interface PomPackage {
  group: string
  artifact: string
  /** Undefined when the file alone does not tell it. */
  version?: string
}

export interface Pom {
  own?: PomPackage
  /** Those that are needed to run it. */
  dependencies: PomPackage[]
  /** How many of those have no name, since a parent tells it. */
  unnamed: number
  /** How many more are needed where a profile is chosen, or fits the machine. */
  inProfiles: number
  licence?: string
}

/** Throws `XmlError`; undefined when it is XML and no project. */
export function readPom(text: string): Pom | undefined {
  const project = parseXml(text)
  if (project.name !== 'project') return undefined
  const profiles = child(project, 'profiles')?.children ?? []
  const active = [project, ...profiles.filter(isActive)]
  const resolve = resolver(project, active)
  const needed = active.flatMap(neededBy)
  const dependencies = dependenciesOf(needed, active, resolve)
  const parent = child(project, 'parent')
  const group = resolve(child(project, 'groupId') ?? child(parent, 'groupId'))
  const artifact = resolve(child(project, 'artifactId'))
  const version = resolve(child(project, 'version') ?? child(parent, 'version'))
  const licence = licenceNames(project)
  return {
    ...(group && artifact ? { own: { group, artifact, ...(version ? { version } : {}) } } : {}),
    dependencies,
    unnamed: needed.length - dependencies.length,
    inProfiles: profiles.filter((one) => !isActive(one)).flatMap(neededBy).length,
    ...(licence ? { licence } : {}),
  }
}

/** The names of the licences, for a pom.xml that may be broken. */
export function licencesOf(text: string): string | undefined {
  if (!text.includes('licenses')) return undefined // most leave it to their parent
  try {
    return licenceNames(parseXml(text))
  } catch (error) {
    if (error instanceof XmlError) return undefined
    throw error
  }
}

/** Of several, the user may choose. */
function licenceNames(project: XmlElement): string | undefined {
  const names = child(project, 'licenses')?.children.map((licence) => child(licence, 'name')?.text ?? '') ?? []
  return names.filter(Boolean).join(' OR ') || undefined
}

type Resolve = (element: XmlElement | undefined) => string | undefined

/** https://maven.apache.org/guides/introduction/introduction-to-profiles.html */
function isActive(profile: XmlElement): boolean {
  return child(child(profile, 'activation'), 'activeByDefault')?.text === 'true'
}

/** `active`: the project, and profiles of which each overrides what stands before it. */
function resolver(project: XmlElement, active: readonly XmlElement[]): Resolve {
  const parent = child(project, 'parent')
  const values = new Map(
    active.flatMap((one) => (child(one, 'properties')?.children ?? []).map(({ name, text }) => [name, text])),
  )
  for (const key of ['groupId', 'artifactId', 'version']) {
    const above = child(parent, key)?.text
    const value = child(project, key)?.text ?? (key === 'artifactId' ? undefined : above)
    if (value !== undefined) for (const prefix of ['project.', 'pom.', '']) values.set(prefix + key, value)
    if (above !== undefined) values.set(`project.parent.${key}`, above)
  }
  return (element) => (element ? resolved(element.text, values, 0) : undefined)
}

/** Of properties that name one another; Maven has no more than a few steps. */
const deepest = 10
const longest = 1000

function resolved(text: string, values: ReadonlyMap<string, string>, depth: number): string | undefined {
  if (text === '' || text.length > longest || depth > deepest) return undefined
  if (!text.includes('${')) return text
  const next = text.replaceAll(/\$\{([^{}]+)\}/g, (whole, name: string) => values.get(name.trim()) ?? whole)
  return next === text ? undefined : resolved(next, values, depth + 1)
}

function listed(above: XmlElement | undefined): XmlElement[] {
  return child(above, 'dependencies')?.children ?? []
}

/** What only tests need, or the machine brings, does not come into the product. */
function neededBy(part: XmlElement): XmlElement[] {
  return listed(part).filter((one) => ['compile', 'runtime'].includes(child(one, 'scope')?.text ?? 'compile'))
}

function dependenciesOf(needed: readonly XmlElement[], active: readonly XmlElement[], resolve: Resolve): PomPackage[] {
  const managed = new Map<string, string>()
  for (const one of active.flatMap((part) => listed(child(part, 'dependencyManagement')))) {
    const { group, artifact, version } = coordinatesOf(one, resolve)
    if (group && artifact && version) managed.set(`${group}:${artifact}`, version)
  }
  return needed.flatMap((one) => {
    const { group, artifact, version } = coordinatesOf(one, resolve)
    if (!group || !artifact) return []
    const chosen = version ?? managed.get(`${group}:${artifact}`)
    return [{ group, artifact, ...(chosen ? { version: chosen } : {}) }]
  })
}

function coordinatesOf(
  element: XmlElement,
  resolve: Resolve,
): Record<'group' | 'artifact' | 'version', string | undefined> {
  return {
    group: resolve(child(element, 'groupId')),
    artifact: resolve(child(element, 'artifactId')),
    version: resolve(child(element, 'version')),
  }
}
