// A program of a container platform that was built by Go, kubelet or runc: their builds leave their own module without a
// version, so that it is taken from where the program itself has it.

import { goPurl, versionAtLinking, type GoModule, type GoModules } from '../../lib/go-modules.ts'
import {
  isProjectVersion,
  isPseudoVersion,
  platformProgram,
  versionBeside,
  type PlatformProgram,
} from '../../lib/platform-programs.ts'
import { unknownVersion, type Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { ImageFile } from '../extractor.ts'
import { printedVersions } from './printed-version.ts'

export interface Platform {
  program: PlatformProgram
  found: Package
}

/** Undefined for any other program. */
export function readPlatform(file: ImageFile, modules: GoModules, scan: Scan): Platform | undefined {
  const known = platformProgram(modules.program ?? '')
  if (!known) return undefined
  const told = versionsOf(file, modules, known)
  const version = told.length === 1 ? told[0]! : unknownVersion
  if (told.length > 1) {
    const some = told.slice(0, 4).join(', ')
    scan.gap(`looks like ${known.name}, and holds several versions that could be its own (${some})`)
  }
  // Only what the project builds: a distribution builds so as well, and judges it as a package of its own.
  if (!modules.main && modules.dependencies.length === 0 && isProjectVersion(version))
    scan.gap(`is ${known.name}, built without modules: which ones are in it cannot be read`)
  const program = platformProgram(modules.program!, version)!
  const { ecosystem, packageName: name, module, subpath } = program
  const purl = goPurl({ path: module, version: version === unknownVersion ? '' : version }, subpath)
  return { program, found: { ecosystem, name, version, purl, place: { path: file.path } } }
}

/** From the place that tells it best; several where the data holds more than one. */
function versionsOf(file: ImageFile, { main, settings, dependencies }: GoModules, { printed }: PlatformProgram) {
  const stamped = main && /^v\d/.test(main.version) ? main.version : undefined
  if (stamped !== undefined && isProjectVersion(stamped) && !isPseudoVersion(stamped)) return [stamped]
  const linked = versionAtLinking(settings)
  // The flags may set the versions of others as well: OpenShift's say which Kubernetes it is built on.
  if (linked !== undefined && (!printed || isWhole(linked, printed))) return [linked]
  const inData = printed ? printedVersions(file, printed).map((version) => `v${version.replace(/^v/, '')}`) : []
  if (inData.length > 0) return inData
  const told = (main?.path === 'go.etcd.io/etcd/server/v3' ? askedOfEtcd(dependencies) : undefined) ?? stamped
  return told === undefined ? [] : [told]
}

/** With or without the v that every module has. */
function isWhole(version: string, form: RegExp): boolean {
  const whole = new RegExp(`^(?:${form.source})$`)
  return whole.test(version) || whole.test(version.slice(1))
}

/** Its release sets what it asks of its own parts. https://github.com/etcd-io/etcd/blob/main/scripts/release.sh */
function askedOfEtcd(dependencies: readonly GoModule[]): string | undefined {
  const asked = dependencies.map(({ insteadOf, ...module }) => insteadOf ?? module)
  return asked.find(({ path }) => path === 'go.etcd.io/etcd/api/v3')?.version
}

/** A module that the project develops in the same repository, as it was built from there. */
export function isBeside({ path, insteadOf }: GoModule, { module }: PlatformProgram): boolean {
  const asked = insteadOf?.path ?? path
  if (module === 'k8s.io/kubernetes') return asked.startsWith('k8s.io/')
  return module.startsWith('go.etcd.io/') && asked.startsWith('go.etcd.io/etcd/')
}

/** Released with the program: under its own path, with the version of the release. */
export function asReleased({ path, version, insteadOf }: GoModule, { program, found }: Platform): GoModule | undefined {
  const asked = insteadOf ?? { path, version }
  const released = versionBeside(asked.path, asked.version, program, found.version)
  return released === undefined ? undefined : { path: asked.path, version: released }
}
