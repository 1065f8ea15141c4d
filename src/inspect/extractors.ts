// Every extractor. One line each; `docs/adding-an-ecosystem.md` tells how to add one.

import type { Extractor } from './extractor.ts'
import { bitnamiComponent } from './lang/bitnami-component.ts'
import { bunLock } from './lang/bun-lock.ts'
import { cargoLock } from './lang/cargo-lock.ts'
import { composerInstalled } from './lang/composer-installed.ts'
import { composerLock } from './lang/composer-lock.ts'
import { condaMeta } from './lang/conda-meta.ts'
import { denoLock } from './lang/deno-lock.ts'
import { dotnetBundle } from './lang/dotnet-bundle.ts'
import { dotnetDeps } from './lang/dotnet-deps.ts'
import { gemfileLock } from './lang/gemfile-lock.ts'
import { gleamManifest } from './lang/gleam-manifest.ts'
import { goBinary } from './lang/go-binary.ts'
import { goMod } from './lang/go-mod.ts'
import { gradleLock } from './lang/gradle-lock.ts'
import { javaArchive } from './lang/java-archive.ts'
import { juliaManifest } from './lang/julia-manifest.ts'
import { mavenPom } from './lang/maven-pom.ts'
import { mixLock } from './lang/mix-lock.ts'
import { nodePackage } from './lang/node-package.ts'
import { npmLock } from './lang/npm-lock.ts'
import { nugetConfig } from './lang/nuget-config.ts'
import { nugetLock } from './lang/nuget-lock.ts'
import { pdmLock } from './lang/pdm-lock.ts'
import { pipfileLock } from './lang/pipfile-lock.ts'
import { pnpmLock } from './lang/pnpm-lock.ts'
import { poetryLock } from './lang/poetry-lock.ts'
import { pubLock } from './lang/pub-lock.ts'
import { pythonArchive } from './lang/python-archive.ts'
import { pythonDirectUrl } from './lang/python-direct-url.ts'
import { pythonMetadata } from './lang/python-metadata.ts'
import { pythonPylock } from './lang/python-pylock.ts'
import { pythonRequirements } from './lang/python-requirements.ts'
import { rPackage } from './lang/r-package.ts'
import { rebarLock } from './lang/rebar-lock.ts'
import { renvLock } from './lang/renv-lock.ts'
import { rubyGem } from './lang/ruby-gem.ts'
import { rustBinary } from './lang/rust-binary.ts'
import { swiftResolved } from './lang/swift-resolved.ts'
import { uvLock } from './lang/uv-lock.ts'
import { yarnLock } from './lang/yarn-lock.ts'
import { alpineApk } from './os/alpine-apk.ts'
import { debianDpkg } from './os/debian-dpkg.ts'
import { pacman } from './os/pacman.ts'
import { rpm } from './os/rpm.ts'
import { rpmManifest } from './os/rpm-manifest.ts'
import { ubuntuChisel } from './os/ubuntu-chisel.ts'
import { knownProgram } from './programs/known-program.ts'

/** Their files lie in fixed places, so that a machine is read without walking all of it. */
export const osExtractors: readonly Extractor[] = [alpineApk, debianDpkg, pacman, rpm, rpmManifest, ubuntuChisel]

/** Their files can lie anywhere. */
export const languageExtractors: readonly Extractor[] = [
  bitnamiComponent,
  bunLock,
  cargoLock,
  composerInstalled,
  composerLock,
  condaMeta,
  denoLock,
  dotnetBundle,
  dotnetDeps,
  gemfileLock,
  gleamManifest,
  goBinary,
  goMod,
  gradleLock,
  javaArchive,
  juliaManifest,
  mavenPom,
  mixLock,
  nodePackage,
  npmLock,
  nugetConfig,
  nugetLock,
  pdmLock,
  pipfileLock,
  pnpmLock,
  poetryLock,
  pubLock,
  pythonArchive,
  pythonDirectUrl,
  pythonMetadata,
  pythonPylock,
  pythonRequirements,
  rPackage,
  rebarLock,
  renvLock,
  rubyGem,
  rustBinary,
  swiftResolved,
  uvLock,
  yarnLock,
]

/** Programs that nobody packaged. */
export const programExtractors: readonly Extractor[] = [knownProgram]

export const extractors: readonly Extractor[] = [...osExtractors, ...languageExtractors, ...programExtractors]

export const executableExtractors: readonly Extractor[] = extractors.filter(({ executables }) => executables)

/** Texts that are to be kept of an executable that is too large to be held whole. */
export function watchedIn(path: string): readonly RegExp[] {
  return executableExtractors.flatMap((extractor) => extractor.watched?.(path) ?? [])
}
