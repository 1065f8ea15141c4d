// Java against Maven: what `mvn dependency:list` says of a small project, from its jars as they are, without their Maven
// metadata, and packed into one another; and versions against Maven's own ComparableVersion.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { maven } from '../match/versions/maven.ts'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import { loadGivenContent } from './given-content.ts'
import { javaArchive } from './lang/java-archive.ts'
import { inspectTarget } from './inspect.ts'
import { never, run, workFolder } from './testing.ts'

const withoutTools = withoutPrograms('mvn', 'java', 'jar', 'zip', 'unzip')

/** Artifacts that name themselves in different ways, among them those without pom.properties (Gradle, Ant, sbt). */
const dependencies = `
org.apache.logging.log4j:log4j-core:2.14.1
org.apache.tomcat.embed:tomcat-embed-core:9.0.50
org.springframework.boot:spring-boot-starter:2.5.3
org.springframework:spring-web:5.3.9
com.fasterxml.jackson.core:jackson-databind:2.12.3
org.apache.commons:commons-text:1.9
commons-collections:commons-collections:3.2.1
mysql:mysql-connector-java:8.0.23
org.postgresql:postgresql:42.2.18
log4j:log4j:1.2.17
com.squareup.okhttp3:okhttp:4.9.0
org.codehaus.groovy:groovy:3.0.7
org.apache.httpcomponents:httpclient:4.5.13
`
  .trim()
  .split('\n')

function project(): string {
  const list = dependencies.map((one) => {
    const [group, artifact, version] = one.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
  })
  return `<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId><version>1</version><dependencies>${list.join('')}</dependencies></project>`
}

/** The jars of the project in `lib`, and what Maven says they are: `group:artifact version`. */
function resolve(folder: string): { jars: string[]; listed: string[] } | string {
  writeFileSync(join(folder, 'pom.xml'), project())
  const goals = ['dependency:copy-dependencies', '-DoutputDirectory=lib', 'dependency:list', '-DoutputFile=list.txt']
  const { status, stdout, stderr } = spawnSync('mvn', ['-q', '-B', ...goals], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 240_000,
  })
  if (status !== 0) return `Maven could not resolve the project: ${(stdout + stderr).slice(0, 300)}`
  // oxlint-disable-next-line no-control-regex -- the report has colours
  const report = readFileSync(join(folder, 'list.txt'), 'utf8').replaceAll(/\u001B\[[0-9;]*m/g, '')
  const listed = Array.from(
    report.matchAll(/^ +([^\s:]+):([^\s:]+):jar:([^\s:]+):/gm),
    ([, g, a, v]) => `${g}:${a} ${v}`,
  )
  const jars = readdirSync(join(folder, 'lib')).toSorted()
  return { jars: jars.map((name) => join(folder, 'lib', name)), listed: listed.toSorted() }
}

const folder = withoutTools ? '' : workFolder({ after })
const resolved = withoutTools ? withoutTools : resolve(folder)
if (typeof resolved === 'string' && !withoutTools && testAll) throw new Error(resolved)
const { jars, listed } = typeof resolved === 'string' ? { jars: [], listed: [] } : resolved
const skip = typeof resolved === 'string' ? resolved : false

async function found(paths: readonly string[]): Promise<{ packages: string[]; gaps: string[] }> {
  const packages: string[] = []
  const gaps: string[] = []
  for (const path of paths) {
    const one = await run(javaArchive, path.slice(1), readFileSync(path))
    packages.push(...one.packages.map(({ name, version }) => `${name} ${version}`))
    gaps.push(...one.gaps.map(({ why }) => `${path}: ${why}`))
  }
  return { packages: packages.toSorted(), gaps }
}

test('the jars of a project are what mvn dependency:list says', { skip }, async () => {
  assert.ok(listed.length > 30)
  assert.deepEqual(await found(jars), { packages: listed, gaps: [] })
})

test('the same without their Maven metadata', { skip }, async () => {
  const stripped = join(folder, 'stripped')
  mkdirSync(stripped)
  for (const path of jars) {
    const copy = join(stripped, path.slice(path.lastIndexOf('/') + 1))
    writeFileSync(copy, readFileSync(path))
    spawnSync('zip', ['-q', '-d', copy, 'META-INF/maven/*'])
  }
  const { packages, gaps } = await found(readdirSync(stripped).map((name) => join(stripped, name)))
  assert.deepEqual(gaps, [])
  assert.deepEqual(packages.toSorted(), listed)
})

test('log4j-core without metadata and without its name', { skip }, async () => {
  const path = join(folder, 'x.jar')
  writeFileSync(path, readFileSync(join(folder, 'lib/log4j-core-2.14.1.jar')))
  execFileSync('zip', ['-q', '-d', path, 'META-INF/maven/*'])
  assert.deepEqual(await found([path]), { packages: ['org.apache.logging.log4j:log4j-core 2.14.1'], gaps: [] })
})

const repository = join(userInfo().homedir, '.m2/repository')
const withoutRepository = skip || (existsSync(repository) ? false : `no Maven repository in ${repository}`)

test(
  'the same without their names, by sha1sum over the Maven repository that they came from',
  { skip: withoutRepository },
  async (t) => {
    const [root, list] = [workFolder(t), join(workFolder(t), 'archives.sha1')]
    for (const [number, path] of jars.entries()) writeFileSync(join(root, `${number}.jar`), readFileSync(path))
    const sums = execFileSync('find', ['.', '-name', '*.jar', '-exec', 'sha1sum', '{}', '+'], {
      cwd: repository,
      maxBuffer: 2 ** 28,
    })
    writeFileSync(list, sums)
    const read = async (javaArchives: string[]) =>
      inspectTarget(
        { kind: 'rootfs', path: root },
        { signal: never, content: await loadGivenContent({ javaArchives }) },
      )
    const { packages, gaps } = await read([list])
    assert.deepEqual(gaps, [])
    assert.deepEqual(packages.map(({ name, version }) => `${name} ${version}`).toSorted(), listed)
    assert.ok((await read([])).gaps.length > 0, 'some of them do not name themselves')
  },
)

test('three archives deep, packed and stored, made by jar and zip, in a folder', { skip }, async () => {
  const root = join(folder, 'root')
  mkdirSync(join(root, 'WEB-INF'), { recursive: true })
  execFileSync('cp', ['-r', join(folder, 'lib'), join(root, 'WEB-INF/lib')])
  execFileSync('jar', ['--create', '--file', 'shop.war', 'WEB-INF'], { cwd: root })
  execFileSync('zip', ['-q', '-0', 'shop.ear', 'shop.war'], { cwd: root })
  rmSync(join(root, 'WEB-INF'), { recursive: true })
  rmSync(join(root, 'shop.war'))
  const { packages, gaps } = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never })
  assert.deepEqual(gaps, [])
  assert.deepEqual(packages.map(({ name, version }) => `${name} ${version}`).toSorted(), listed)
  assert.ok(packages.some(({ place }) => place.path === 'shop.ear!/shop.war!/WEB-INF/lib/log4j-core-2.14.1.jar'))
})

test('a jmod of the Java that is installed is a part of Java, and no gap', { skip: withoutTools }, async (t) => {
  const home = execFileSync('sh', ['-c', 'dirname $(dirname $(readlink -f $(which java)))'], {
    encoding: 'utf8',
  }).trim()
  const path = join(home, 'jmods/java.base.jmod')
  if (!existsSync(path)) return t.skip('this Java has no jmods')
  assert.deepEqual(await found([path]), { packages: [], gaps: [] })
})

const artifactJar = '/usr/share/java/maven-artifact-3.x.jar'
const languageJar = '/usr/share/java/commons-lang3.jar'
const withoutJudge = withoutTools || (existsSync(artifactJar) ? false : 'no maven-artifact of Debian')
if (testAll && withoutJudge) throw new Error(`PLIMSOLL_TEST_ALL is set: ${withoutJudge}`)

/** One process answers all pairs; Java runs a source file as it is. */
const judge = `
import java.io.*;
import org.apache.maven.artifact.versioning.ComparableVersion;
class Judge {
  public static void main(String[] none) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = in.readLine()) != null;) {
      var pair = line.split(" ");
      System.out.println(Integer.signum(new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]))));
    }
  }
}`

test('10,000 pairs of versions as ComparableVersion judges them', { skip: withoutJudge }, (t) => {
  const pieces =
    '1 0 2 10 00 01 20210101123456789012345 alpha beta a b m rc cr snapshot SNAPSHOT final ga release sp x foo jre M2 . - . - . - _ +'.split(
      ' ',
    )
  const random = randomFrom(7)
  const pick = (): string => pieces[random(pieces.length)]!
  const version = (): string => Array.from({ length: 1 + random(7) }, pick).join('')
  const edited = (text: string): string => {
    const at = random(text.length + 1)
    return text.slice(0, at) + pick() + text.slice(at + random(2))
  }
  const pairs = Array.from({ length: 10_000 }, (_, n): [string, string] => {
    const one = version()
    return [one, n % 2 === 0 ? edited(one) : version()]
  }).filter((pair) => pair.every((one) => maven.valid(one)))
  assert.ok(pairs.length > 8000)
  const source = join(workFolder(t), 'Judge.java')
  writeFileSync(source, judge)
  const answers = spawnSync('java', ['-cp', `${artifactJar}:${languageJar}`, source], {
    input: pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
    encoding: 'utf8',
  })
  const judged = answers.stdout.trim().split('\n').map(Number)
  assert.equal(judged.length, pairs.length, answers.stderr)
  const differing = pairs.flatMap(([a, b], n) => {
    const ours = Math.sign(maven.compare(a, b))
    return ours === judged[n] ? [] : [`${a} ${b}: Maven ${judged[n]}, here ${ours}`]
  })
  assert.deepEqual(differing, [])
})

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
