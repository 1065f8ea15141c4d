// Every extractor. One line each; `docs/adding-an-ecosystem.md` tells how to add one.

import type { Extractor } from './extractor.ts'
import { nodePackage } from './lang/node-package.ts'
import { alpineApk } from './os/alpine-apk.ts'
import { debianDpkg } from './os/debian-dpkg.ts'

/** Their files lie in fixed places, so that a machine is read without walking all of it. */
export const osExtractors: readonly Extractor[] = [alpineApk, debianDpkg]

/** Their files can lie anywhere. */
export const languageExtractors: readonly Extractor[] = [nodePackage]

export const extractors: readonly Extractor[] = [...osExtractors, ...languageExtractors]
