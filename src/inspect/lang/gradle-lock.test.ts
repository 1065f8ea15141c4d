import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { gradleLock } from './gradle-lock.ts'

test('what only tests and the build use is left out, and what is no dependency is a gap', async () => {
  // The form of Gradle 7 and 8, as its documentation shows it.
  const text = `# This is a Gradle generated file for dependency locking.
# Manual edits can break the build and are not advised.
com.fasterxml.jackson.core:jackson-core:2.12.3=compileClasspath,runtimeClasspath,testRuntimeClasspath
org.junit.jupiter:junit-jupiter-api:5.7.1=testCompileClasspath,testRuntimeClasspath
org.projectlombok:lombok:1.18.20=annotationProcessor
org.postgresql:postgresql:42.2.18=runtimeClasspath
not a dependency
empty=archives,signatures
`
  const { packages, gaps } = await run(gradleLock, 'app/gradle.lockfile', text)
  deepEqual(
    packages.map(({ name, version, purl, declared, place }) => [name, version, purl, declared, place.line]),
    [
      [
        'com.fasterxml.jackson.core:jackson-core',
        '2.12.3',
        'pkg:maven/com.fasterxml.jackson.core/jackson-core@2.12.3',
        true,
        3,
      ],
      ['org.postgresql:postgresql', '42.2.18', 'pkg:maven/org.postgresql/postgresql@42.2.18', true, 6],
    ],
  )
  deepEqual(gaps, [{ why: 'is no locked dependency', place: { path: 'app/gradle.lockfile', line: 7 } }])
})

test('a file of one configuration, as Gradle 6 wrote it', async () => {
  const path = 'gradle/dependency-locks/runtimeClasspath.lockfile'
  const { packages } = await run(gradleLock, path, '# comment\norg.yaml:snakeyaml:1.27\n')
  deepEqual(packages[0]?.name, 'org.yaml:snakeyaml')
})
