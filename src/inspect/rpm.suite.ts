// Databases of all three kinds, with packages made and installed by rpm itself, against what `rpm -qa` says of them.

import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { getuid } from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test, type TestContext } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Package } from '../model/package.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { inspectTarget } from './inspect.ts'
import { defaultLimits } from './limits.ts'
import { rpm } from './os/rpm.ts'
import { rpmManifest } from './os/rpm-manifest.ts'
import { ownedAmong } from './ownership.ts'
import { dockerArchiveOf, never, run, workFolder } from './testing.ts'

const skip = withoutPrograms('rpm', 'rpmbuild')
const skipOther = withoutPrograms('mmdebstrap') || (getuid?.() === 0 ? false : 'chroot needs root')

const common = 'Summary: a\nLicense: MIT\n'
const empty = '%description\na\n%files\n'

/** What the readers must get right, each in a package of its own. */
const specs: Record<string, string> = {
  files: [
    `Name: files\nVersion: 1\nRelease: 1\n${common}BuildArch: noarch\n%description\na\n`,
    `%install\nmkdir -p %{buildroot}/usr/lib/app/x\ntouch %{buildroot}/usr/lib/app/a %{buildroot}/usr/lib/app/x/ü.json\n`,
    `%files\n/usr/lib/app\n`,
  ].join(''),
  plain: `Name: plain\nVersion: 1.0\nRelease: 1\n${common}BuildArch: noarch\n${empty}`,
  newer: `Name: plain\nVersion: 1.1~rc1\nRelease: 1^git2\n${common}BuildArch: noarch\n${empty}`,
  unicode: `Name: unicode\nVersion: 1\nRelease: 1\nSummary: ü\nLicense: Ä-1.0 and ☃\nVendor: Müller & Söhne\n${empty}`,
  module: `Name: postgresql\nVersion: 15.6\nRelease: 1\n${common}ModularityLabel: postgresql:15:820240222:9edba152\n${empty}`,
  key: `Name: gpg-pubkey\nVersion: 8483c65d\nRelease: 5ccc5b19\n${common}${empty}`,
  epoch: [
    `Name: perl\nEpoch: 4\nVersion: 5.32.1\nRelease: 481\n${common}${empty}`,
    `%package Errno\nEpoch: 0\nVersion: 1.30\nSummary: a\n%description Errno\na\n%files Errno\n`,
    `%package libs\nSummary: a\n%description libs\na\n%files libs\n`,
  ].join(''),
  closed: `Name: closed\nVersion: 1\nRelease: 1\nSource0: a.tar\nNoSource: 0\n${common}${empty}`,
  large: `Name: large\nVersion: 1\nRelease: 1\n${common}%description\n${'many words '.repeat(30_000)}\n%files\n`,
  many: [
    `Name: many\nVersion: 1\nRelease: 1\n${common}${empty}`,
    ...Array.from(
      { length: 400 },
      (_, n) => `%package p${n}\nSummary: ${'a'.repeat(1 + n * 9)}\n%description p${n}\na\n%files p${n}\n`,
    ),
  ].join(''),
}

/** Debian's rpm of this release has SQLite; the one before still wrote Berkeley DB, the next one has ndb. */
const kinds = [
  { kind: 'SQLite', release: undefined, backend: 'sqlite', file: 'rpmdb.sqlite' },
  { kind: 'ndb', release: 'trixie', backend: 'ndb', file: 'Packages.db' },
  { kind: 'Berkeley DB', release: 'bullseye', backend: 'bdb', file: 'Packages' },
] as const
type Kind = (typeof kinds)[number]

const packageFolder = skip ? '' : workFolder({ after })
let packageFiles: string[] = []

before(() => {
  if (skip) return
  writeFileSync(join(packageFolder, 'a.tar'), '')
  const built = join(packageFolder, 'built')
  for (const [name, spec] of Object.entries(specs)) {
    const file = join(packageFolder, `${name}.spec`)
    writeFileSync(file, spec)
    const define = [`_topdir ${built}`, `_sourcedir ${packageFolder}`, '__os_install_post %{nil}']
    const options = define.flatMap((text) => ['--define', text])
    execFileSync('rpmbuild', ['-bb', '--quiet', ...options, file], { stdio: 'pipe' })
  }
  packageFiles = readdirSync(join(built, 'RPMS'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rpm'))
    .map((path) => join(built, 'RPMS', path))
  ok(packageFiles.length > 400)
})

/** Asks an rpm of the kind about a database of its own; the packages lie where it can see them. */
interface Rpm {
  /** Where the database lies, for this process. */
  folder: string
  ask(words: readonly string[]): string
  install(): void
}

function rpmOf({ kind, release, backend }: Kind, t: TestContext): Rpm {
  const root = workFolder(t)
  let command = ['rpm', '--dbpath', join(root, 'database')]
  let files = packageFiles
  if (release !== undefined) {
    execFileSync('mmdebstrap', ['--quiet', '--variant=extract', '--include=rpm', release, root], { stdio: 'pipe' })
    // What base-files would make.
    for (const name of ['lib', 'lib64']) if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name))
    // Its rpm keeps keys elsewhere, and takes none for a package.
    files = kind === 'ndb' ? packageFiles.filter((path) => !path.includes('gpg-pubkey')) : packageFiles
    mkdirSync(join(root, 'packages'))
    for (const path of files) copyFileSync(path, join(root, 'packages', basename(path)))
    files = files.map((path) => `/packages/${basename(path)}`)
    command = ['chroot', root, 'rpm', '--dbpath', '/database']
  }
  const ask = (words: readonly string[]): string => {
    const [program = '', ...options] = [...command, '--define', `_db_backend ${backend}`, ...words]
    return execFileSync(program, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e8 })
  }
  const install = (): void => {
    ask(['--initdb'])
    ask(['-i', '--justdb', '--nodeps', '--force', '--noscripts', ...files])
  }
  return { folder: join(root, 'database'), ask, install }
}

/** What the last rpm with Berkeley DB would have written: the same headers, by the library's own tool. */
function berkeleyFrom(sqlite: string, folder: string, pageSize: number, byteOrder: 1234 | 4321): string {
  const database = new DatabaseSync(sqlite, { readOnly: true })
  const rows = database.prepare('SELECT hnum, blob FROM Packages').all()
  database.close()
  const key = (number: number): string => {
    const bytes = Buffer.alloc(4)
    if (byteOrder === 1234) bytes.writeUInt32LE(number)
    else bytes.writeUInt32BE(number)
    return bytes.toString('hex')
  }
  const pairs = rows.map(({ hnum, blob }) => [key(Number(hnum)), Buffer.from(blob as Uint8Array).toString('hex')])
  const head = `VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder=${byteOrder}\ndb_pagesize=${pageSize}\nHEADER=END\n`
  const body = [[key(0), key(rows.length)], ...pairs].map((pair) => ` ${pair.join('\n ')}\n`).join('')
  const path = join(folder, 'Packages')
  execFileSync('db5.3_load', [path], { input: `${head}${body}DATA=END\n` })
  return path
}

async function read(path: string): Promise<Package[]> {
  const { packages, gaps } = await run(rpm, 'var/lib/rpm/Packages', readFileSync(path))
  deepEqual(gaps, [])
  return packages
}

const query = '%{NAME}\t%{EVR}\t%{ARCH}\t%{SOURCERPM}\t%{MODULARITYLABEL}\t%{LICENSE}\t%{VENDOR}\n'

/** As https://github.com/microsoft/marinara asks before it deletes the database. */
const manifestQuery =
  '%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}\t%{SOURCERPM}\n'

function asQueried(ask: Rpm['ask']): string[] {
  return ask(['-qa', '--qf', query])
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('gpg-pubkey\t'))
    .toSorted()
}

function asRead(packages: readonly Package[]): string[] {
  return packages
    .map(({ name, version, arch, source, module, licence, vendor }) => {
      const from = source ?? { name, version }
      const ending = name === 'closed' ? 'nosrc' : 'src'
      const sourceFile = `${from.name}-${from.version.replace(/^\d+:/, '')}.${ending}.rpm`
      return [name, version, arch, sourceFile, module ?? '(none)', licence, vendor ?? '(none)'].join('\t')
    })
    .toSorted()
}

/** An rpm with a Python package, a Java archive and a program of Node, as a distribution brings them. */
function buildOwner(folder: string): { rpm: string; paths: string[] } {
  const made = join(folder, 'made')
  const site = 'usr/lib/python3/site-packages/six-1.16.0.dist-info'
  const library = 'usr/share/java'
  const node = 'usr/lib/node_modules/left-pad'
  for (const path of [site, library, node, 'META-INF/maven/g/a']) mkdirSync(join(made, path), { recursive: true })
  writeFileSync(join(made, site, 'METADATA'), 'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n\n')
  writeFileSync(join(made, node, 'package.json'), '{"name": "left-pad", "version": "1.3.0"}')
  writeFileSync(join(made, 'META-INF/maven/g/a/pom.properties'), 'groupId=g\nartifactId=a\nversion=1.0\n')
  execFileSync('zip', ['-q', '-r', join(made, library, 'a.jar'), 'META-INF'], { cwd: made })
  const spec = [
    `Name: owner\nVersion: 1\nRelease: 1\n${common}BuildArch: noarch\n%description\na\n`,
    `%install\nmkdir -p %{buildroot}\ncp -r ${made}/usr %{buildroot}/usr\n%files\n/usr\n`,
  ]
  writeFileSync(join(folder, 'owner.spec'), spec.join(''))
  const define = [`_topdir ${folder}/built`, '__os_install_post %{nil}'].flatMap((text) => ['--define', text])
  execFileSync('rpmbuild', ['-bb', '--quiet', ...define, join(folder, 'owner.spec')], { stdio: 'pipe' })
  const paths = [`${site}/METADATA`, `${library}/a.jar`, `${node}/package.json`]
  return { rpm: join(folder, 'built/RPMS/noarch/owner-1-1.noarch.rpm'), paths }
}

const needed =
  skip || withoutPrograms('zip', 'tar', 'db5.3_load') || (getuid?.() === 0 ? false : 'rpm --root needs root')
for (const file of ['rpmdb.sqlite', 'Packages'] as const) {
  test(`what an rpm brought is owned by it, whichever layer ${file} comes in`, { skip: needed }, async (t) => {
    const folder = workFolder(t)
    const { rpm: owner, paths } = buildOwner(folder)
    const root = join(folder, 'root')
    mkdirSync(join(root, 'etc'), { recursive: true })
    writeFileSync(join(root, 'etc/os-release'), 'ID="rocky"\nVERSION_ID="9.3"\n')
    execFileSync('rpm', ['--root', root, '--dbpath', '/var/lib/rpm', '-i', '--nodeps', '--noscripts', owner], {
      stdio: 'pipe',
    })
    const database = join(root, 'var/lib/rpm')
    if (file === 'Packages') berkeleyFrom(join(database, 'rpmdb.sqlite'), database, 4096, 1234)
    for (const name of readdirSync(database)) if (name !== file) rmSync(join(database, name))
    // Not brought by any rpm.
    mkdirSync(join(root, 'srv/six-1.15.0.dist-info'), { recursive: true })
    writeFileSync(
      join(root, 'srv/six-1.15.0.dist-info/METADATA'),
      'Metadata-Version: 2.1\nName: six\nVersion: 1.15.0\n\n',
    )

    const layer = (...names: string[]): Buffer =>
      execFileSync('tar', ['-C', root, '-cf', '-', ...names], { maxBuffer: 1e9 })
    const images = {
      one: [layer('.')],
      after: [layer('usr', 'srv'), layer('etc', 'var')],
      before: [layer('etc', 'var'), layer('usr', 'srv')],
    }
    const by = 'pkg:rpm/rocky/owner@1-1?arch=noarch&distro=rocky-9.3'
    const expected = [...paths.map((path) => [path, by]), ['srv/six-1.15.0.dist-info/METADATA', undefined]].toSorted()
    for (const [form, layers] of Object.entries(images)) {
      const archive = join(folder, `${form}.tar`)
      writeFileSync(archive, await dockerArchiveOf(layers))
      const { packages, gaps } = await inspectTarget({ kind: 'image', path: archive }, { signal: never })
      const others = packages.filter(({ name }) => name !== 'owner')
      deepEqual(others.map(({ place, ownedBy }) => [place.path, ownedBy]).toSorted(), expected, form)
      deepEqual([packages.length, gaps], [5, []], form)
    }
    // A database that is too large to be held until the layer ends.
    const limits = { ...defaultLimits, fileLists: 1000 }
    const small = await inspectTarget({ kind: 'image', path: join(folder, 'after.tar') }, { signal: never, limits })
    equal(small.packages.filter(({ ownedBy }) => ownedBy === by).length, paths.length)

    const { packages } = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never })
    const inFolder = packages.filter(({ name }) => name !== 'owner').map(({ place, ownedBy }) => [place.path, ownedBy])
    deepEqual(inFolder.toSorted(), expected)
  })
}

const named = (packages: readonly Package[], name: string): Package[] => packages.filter((found) => found.name === name)

for (const kind of kinds) {
  test(`${kind.kind}: as rpm -qa says`, { skip: skip || (kind.release !== undefined && skipOther) }, async (t) => {
    const { folder, ask, install } = rpmOf(kind, t)
    install()
    const packages = await read(join(folder, kind.file))
    deepEqual(asRead(packages), asQueried(ask))
    equal(packages.length, packageFiles.length - 1) // without the key
    deepEqual(named(packages, 'perl-Errno')[0]?.source, { name: 'perl', version: '4:5.32.1-481' })
    deepEqual(named(packages, 'perl-libs')[0]?.source, { name: 'perl', version: '4:5.32.1-481' })
    equal(named(packages, 'perl')[0]?.source, undefined)
    equal(named(packages, 'plain').length, 2)
    match(named(packages, 'perl')[0]?.purl ?? '', /^pkg:rpm\/perl@5\.32\.1-481\?arch=[^&]+&epoch=4$/)

    const listed = await run(rpmManifest, rpmManifest.files[0]!, ask(['-qa', '--qf', manifestQuery]))
    deepEqual(listed.gaps, [])
    const facts = (list: readonly Package[]) =>
      list.map(({ name, version, purl, source, arch, vendor }) => ({ name, version, purl, source, arch, vendor }))
    const byText = (list: object[]) => list.map((one) => JSON.stringify(one)).toSorted()
    deepEqual(byText(facts(listed.packages)), byText(facts(packages)))

    const lines = ask(['-qa', '--qf', '[%{FILENAMES}\\trpm/%{=NAME}\\n]']).split('\n').filter(Boolean)
    const owned = lines.map((line) => line.slice(1).split('\t') as [string, string])
    const paths = new Set(owned.map(([path]) => path))
    ok(paths.has('usr/lib/app/x/ü.json'))
    const contents = readFileSync(join(folder, kind.file))
    deepEqual(ownedAmong(paths, { path: `var/lib/rpm/${kind.file}`, contents }), new Map(owned))

    ask(['-e', '--justdb', '--nodeps', 'large', 'many-p7', 'unicode'])
    const fewer = await read(join(folder, kind.file))
    deepEqual(asRead(fewer), asQueried(ask))
    equal(fewer.length, packages.length - 3)
  })
}

const layouts = [
  [4096, 1234],
  [512, 1234],
  [65_536, 1234],
  [4096, 4321],
] as const
for (const [pageSize, byteOrder] of layouts) {
  const needed = skip || withoutPrograms('db5.3_load')
  test(`Berkeley DB with pages of ${pageSize}, byte order ${byteOrder}`, { skip: needed }, async (t) => {
    const { folder, ask, install } = rpmOf(kinds[0], t)
    install()
    const berkeley = join(folder, 'berkeley')
    mkdirSync(berkeley)
    const packages = await read(berkeleyFrom(join(folder, 'rpmdb.sqlite'), berkeley, pageSize, byteOrder))
    deepEqual(asRead(packages), asQueried(ask))
  })
}

test('a root file system whose database lies below a symbolic link', { skip }, async (t) => {
  const root = workFolder(t)
  const folder = join(root, 'usr/lib/sysimage/rpm')
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(join(root, 'var/lib'), { recursive: true })
  mkdirSync(join(root, 'etc'))
  symlinkSync('../../usr/lib/sysimage/rpm', join(root, 'var/lib/rpm'))
  writeFileSync(join(root, 'etc/os-release'), 'ID="rocky"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3"\n')
  const rpmHere = rpmOf(kinds[0], t)
  rpmHere.install()
  renameSync(rpmHere.folder, folder)
  const { distribution, packages, gaps } = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never })
  deepEqual(gaps, [])
  equal(distribution?.ecosystem, 'Rocky Linux:9')
  equal(packages.length, packageFiles.length - 1)
  const [perl] = named(packages, 'perl')
  deepEqual([perl?.ecosystem, perl?.place.path], ['Rocky Linux', 'var/lib/rpm/rpmdb.sqlite'])
  match(perl?.purl ?? '', /^pkg:rpm\/rocky\/perl@5\.32\.1-481\?arch=[^&]+&distro=rocky-9\.3&epoch=4$/)
})
