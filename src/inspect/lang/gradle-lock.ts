// Gradle's lock file: `group:artifact:version=configuration,…`, one a line; a comment begins with #, and the line
// `empty=…` names the configurations that have nothing.
// https://docs.gradle.org/current/userguide/dependency_locking.html

import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const gradleLock: Extractor = {
  id: 'gradle-lock',
  ecosystem: 'Maven',
  // The second kind was written until Gradle 7: one file for each configuration, and no configurations in its lines.
  files: ['**/gradle.lockfile', '**/gradle/dependency-locks/*.lockfile'],
  extract,
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  let number = 0
  for await (const line of file.lines()) {
    number++
    const text = line.trim()
    if (text === '' || text.startsWith('#') || text.startsWith('empty=')) continue
    const { group, artifact, version, configurations } = locked.exec(text)?.groups ?? {}
    if (!group || !artifact || !version) scan.gap('is no locked dependency', { line: number })
    else if (isNeeded(configurations ?? '')) yield toPackage(group, artifact, version, file.path, number)
  }
}

// What Maven takes as ids and versions: https://maven.apache.org/pom.html#maven-coordinates
const locked =
  /^(?<group>[\w.-]{1,500}):(?<artifact>[\w.-]{1,500}):(?<version>[\w.+~!@-]{1,500})(?:=(?<configurations>[^=]*))?$/

/** What only tests, plug-ins of the build and annotation processors use does not come into the product. */
function isNeeded(configurations: string): boolean {
  return configurations
    .split(',')
    .some((name) => !/^test|Test[A-Z]|annotationProcessor|^buildscript|^classpath$/.test(name))
}

function toPackage(group: string, artifact: string, version: string, path: string, line: number): Package {
  return {
    ecosystem: 'Maven',
    name: `${group}:${artifact}`,
    version,
    purl: purl({ type: 'maven', namespace: group, name: artifact, version }),
    declared: true,
    place: { path, line },
  }
}
