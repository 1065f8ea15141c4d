// Maven's pom.xml as it lies in a project: its own coordinates, and the dependencies whose versions the file itself tells.
// https://maven.apache.org/pom.html

import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { readPom, type PomPackage } from '../java/pom.ts'

export const mavenPom: Extractor = { id: 'maven-pom', ecosystem: 'Maven', files: ['**/pom.xml'], extract }

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const pom = readPom(await file.text())
  if (!pom) return // other programs have files of that name
  const { own, dependencies, unnamed, inProfiles, licence } = pom
  if (!own?.version) scan.gap('the project has no version in its own file')
  else yield { ...toPackage(own, own.version, file.path), ...(licence ? { licence } : {}) }
  let elsewhere = 0
  const seen = new Set<string>()
  for (const dependency of dependencies) {
    const { version } = dependency
    if (version === undefined || /[[\](),]/.test(version)) {
      elsewhere++
      continue
    }
    const found = toPackage(dependency, version, file.path)
    if (!seen.has(found.purl)) yield found // once more for each classifier
    seen.add(found.purl)
  }
  if (elsewhere > 0) scan.gap(`${elsewhere} dependencies have their version from a parent, a list elsewhere or a range`)
  if (unnamed > 0) scan.gap(`${unnamed} dependencies have no name in this file alone`)
  if (inProfiles > 0) scan.gap(`${inProfiles} dependencies are of profiles that are not active by themselves`)
}

function toPackage({ group, artifact }: PomPackage, version: string, path: string): Package {
  return {
    ecosystem: 'Maven',
    name: `${group}:${artifact}`,
    version,
    purl: purl({ type: 'maven', namespace: group, name: artifact, version }),
    declared: true,
    place: { path },
  }
}
