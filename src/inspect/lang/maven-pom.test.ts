import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { mavenPom } from './maven-pom.ts'

async function found(text: string): Promise<{ packages: string[]; gaps: string[] }> {
  const { packages, gaps } = await run(mavenPom, 'srv/pom.xml', text)
  return { packages: packages.map(({ name, version }) => `${name} ${version}`), gaps: gaps.map(({ why }) => why) }
}

test('coordinates from the parent, properties that name properties, managed versions, scopes', async () => {
  const text = `<?xml version="1.0"?>
<!-- a comment -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>shop</artifactId>
  <properties><jackson>\${major}.12.3</jackson><major>2</major><loop>\${loop}</loop></properties>
  <licenses><license><name>MIT</name></license><license><name>EPL &amp; more</name></license></licenses>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId><version>1.27</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>c.f</groupId><artifactId>jackson</artifactId><version>\${jackson}</version></dependency>
    <dependency><groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId></dependency>
    <dependency><groupId>\${project.groupId}</groupId><artifactId>core</artifactId><version>\${project.version}</version></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4</version><scope>test</scope></dependency>
    <dependency><groupId>a</groupId><artifactId>elsewhere</artifactId></dependency>
    <dependency><groupId>a</groupId><artifactId>range</artifactId><version>[1,2)</version></dependency>
    <dependency><groupId>a</groupId><artifactId>loop</artifactId><version>\${loop}</version></dependency>
  </dependencies>
</project>`
  deepEqual(await found(text), {
    packages: ['com.acme:shop 7', 'c.f:jackson 2.12.3', 'org.yaml:snakeyaml 1.27', 'com.acme:core 7'],
    gaps: ['3 dependencies have their version from a parent, a list elsewhere or a range'],
  })
  const { packages } = await run(mavenPom, 'pom.xml', text)
  deepEqual([packages[0]?.licence, packages[0]?.declared], ['MIT OR EPL & more', true])
})

test('of the profiles those that are active by themselves, with what they set', async () => {
  const dependency = (name: string, rest: string): string =>
    `<dependency><groupId>g</groupId><artifactId>${name}</artifactId>${rest}</dependency>`
  const profile = (activation: string, dependencies: string): string =>
    `<profile><activation>${activation}</activation><properties><v>2</v></properties>
     <dependencyManagement><dependencies>${dependency('managed', '<version>4</version>')}</dependencies></dependencyManagement>
     <dependencies>${dependencies}</dependencies></profile>`
  const version = '<version>${v}</version>'
  const text = `<project><groupId>g</groupId><artifactId>own</artifactId><version>1</version>
    <properties><v>1</v></properties>
    <dependencies>${dependency('plain', version)}${dependency('managed', '')}</dependencies>
    <profiles>
      ${profile('<activeByDefault>true</activeByDefault>', dependency('standard', version))}
      ${profile('<jdk>21</jdk>', dependency('a', version) + dependency('b', '') + dependency('t', '<scope>test</scope>'))}
    </profiles></project>`
  deepEqual(await found(text), {
    packages: ['g:own 1', 'g:plain 2', 'g:managed 4', 'g:standard 2'],
    gaps: ['2 dependencies are of profiles that are not active by themselves'],
  })
})

test('dependencies whose names are told elsewhere are a gap, and one of two classifiers is listed once', async () => {
  const text = `<project><groupId>g</groupId><artifactId>own</artifactId><version>1</version><dependencies>
    <dependency><groupId>\${elsewhere}</groupId><artifactId>a</artifactId><version>1</version></dependency>
    <dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency>
    <dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version><classifier>linux</classifier></dependency>
  </dependencies></project>`
  deepEqual(await found(text), {
    packages: ['g:own 1', 'g:b 1'],
    gaps: ['1 dependencies have no name in this file alone'],
  })
})

test('properties that grow without end', async () => {
  const properties = Array.from({ length: 9 }, (_, n) => `<p${n}>\${p${n + 1}}\${p${n + 1}}\${p${n + 1}}</p${n}>`).join(
    '',
  )
  const project = `<groupId>a</groupId><artifactId>b</artifactId><version>\${p0}</version>`
  deepEqual(await found(`<project>${project}<properties>${properties}<p9>1</p9></properties></project>`), {
    packages: [],
    gaps: ['the project has no version in its own file'],
  })
})

test('other XML is passed over, and what is no XML is a gap', async () => {
  deepEqual(await found('<plugins/>'), { packages: [], gaps: [] })
  deepEqual(await found('<project><a></project>'), {
    packages: [],
    gaps: ['could not be read as maven-pom: is no XML: project ends and did not begin'],
  })
  deepEqual(await found('<!DOCTYPE project [<!ENTITY a "aaaa">]><project>&a;</project>'), {
    packages: [],
    gaps: ['could not be read as maven-pom: declares a document type, which is not read'],
  })
})
