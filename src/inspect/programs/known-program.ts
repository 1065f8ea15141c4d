// Programs that nobody packaged, as in images made from scratch or by `curl | sh`: well-known ones by their file's name and
// the text in their own bytes that tells the version (known.ts).

import { vcsUrl } from '../../lib/git-address.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { knownPrograms, type KnownProgram } from './known.ts'

export const knownProgram: Extractor = {
  id: 'known-program',
  ecosystem: 'Bitnami',
  files: [],
  executables: true,
  watched: (path) => candidates(path).map(({ text }) => text),
  extract,
}

/** Bytes that become a text at a time, and as many as a pattern may need of the next. */
const windowSize = 1024 * 1024
const overlap = 512

interface Candidate {
  program: KnownProgram
  text: RegExp
}

/** Whether the name is one of theirs: nearly every executable is asked that alone. */
const anyKnown = new RegExp(knownPrograms.map(({ file }) => file.source.replaceAll(/\(\?<\w+>/g, '(?:')).join('|'))

function candidates(path: string): Candidate[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const found: Candidate[] = []
  if (!anyKnown.test(name)) return found
  for (const program of knownPrograms) {
    const file = program.file.exec(name)
    if (file) found.push({ program, text: typeof program.text === 'function' ? program.text(file) : program.text })
  }
  return found
}

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  for (const { program, text } of candidates(file.path)) {
    const versions = versionsIn(file, text)
    if (versions.size > 1) {
      scan.gap(
        `looks like ${program.name}, and holds several versions that could be its own (${[...versions].join(', ')})`,
      )
    }
    if (versions.size === 1) yield toPackage(program, [...versions][0]!, file.path)
  }
}

/** A few at most. */
function versionsIn(file: ImageFile, pattern: RegExp): Set<string> {
  const versions = new Set<string>()
  const everywhere = new RegExp(pattern.source, 'g')
  for (const { bytes } of file.parts) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let start = 0; start < buffer.length; start += windowSize) {
      const text = buffer.toString('latin1', start, Math.min(buffer.length, start + windowSize + overlap))
      for (const { groups } of text.matchAll(everywhere)) {
        versions.add(groups!['version']!)
        if (versions.size > 3) return versions
      }
    }
  }
  return versions
}

function toPackage({ name, bitnami, repository }: KnownProgram, version: string, path: string): Package {
  const place = { path }
  if (bitnami === undefined) {
    const qualifiers = { vcs_url: repository && vcsUrl(repository.url, repository.tag(version)) }
    return { ecosystem: 'generic', name, version, purl: purl({ type: 'generic', name, version, qualifiers }), place }
  }
  return {
    ecosystem: 'Bitnami',
    name: bitnami,
    version,
    purl: purl({ type: 'bitnami', name: bitnami, version }),
    place,
  }
}
