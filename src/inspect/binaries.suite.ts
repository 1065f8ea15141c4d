// What is read of programs, and of the lock files of their languages, equals what the real tools say: go version -m, cargo,
// gem, bundler, composer, and `--version` of the programs themselves.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import { inspectTarget, parseTarget, type Inspection } from './inspect.ts'
import { knownPrograms } from './programs/known.ts'
import { nameAndVersion, never, ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

function inspect(root: string): Promise<Inspection> {
  return inspectTarget(parseTarget(`dir:${root}`), { signal: never })
}

function write(folder: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** Undefined, with the test skipped, when no package registry answers; a failure when all suites must run. */
function online(t: TestContext, folder: string, program: string, ...words: string[]): string | undefined {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', COMPOSER_ALLOW_SUPERUSER: '1' }
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, encoding: 'utf8', env })
  if (status === 0) return stdout
  ok(!testAll, stderr)
  return void t.skip(`${program} ${words[0]} did not succeed: no package registry answers`)
}

const goProgram = {
  'go.mod':
    'module example.org/hello\n\ngo 1.21\n\nrequire golang.org/x/mod v0.17.0\n\nreplace golang.org/x/mod => golang.org/x/mod v0.16.0\n',
  'main.go': 'package main\n\nimport "golang.org/x/mod/semver"\n\nfunc main() { println(semver.Major("v1.2.3")) }\n',
}

/** What `go version -m` says, a replaced module by what took its place. */
function goVersion(program: string): string[] {
  const [first = '', ...lines] = execFileSync('go', ['version', '-m', program], { encoding: 'utf8' }).split('\n')
  const expected = [`stdlib ${first.split(': go')[1]}`]
  for (const line of lines) {
    const [, kind, path, version] = line.split('\t')
    if (kind === '=>') expected.pop()
    if ((kind === 'mod' && version !== '(devel)') || kind === 'dep' || kind === '=>')
      expected.push(`${path} ${version}`)
  }
  return expected
}

const goTargets: [system: string, processor: string, ...flags: string[]][] = [
  ['linux', 'amd64'],
  ['linux', 'amd64', '-trimpath', '-ldflags=-s -w'],
  ['linux', 's390x', '-ldflags=-s -w'], // the other byte order
  ['linux', '386'],
  ['windows', 'amd64', '-trimpath'],
  ['darwin', 'arm64', '-ldflags=-s -w'],
]

for (const [system, processor, ...flags] of goTargets) {
  const name = `Go for ${[system, processor, ...flags].join(' ')} has the modules of go version -m`
  test(name, { skip: withoutPrograms('go'), timeout: 300_000 }, async (t) => {
    const folder = write(join(workFolder(t), 'source'), goProgram)
    const program = join(folder, '..', 'root/srv/hello')
    const variables = [`GOOS=${system}`, `GOARCH=${processor}`, 'CGO_ENABLED=0']
    if (online(t, folder, 'env', ...variables, 'go', 'build', ...flags, '-o', program, '.') === undefined) return
    const { packages, gaps } = await inspect(join(folder, '..', 'root'))
    deepEqual(packages.map(nameAndVersion), goVersion(program))
    deepEqual(
      gaps.map(({ why }) => why),
      ['its own module example.org/hello has no version: it was built from a checkout'],
    )
  })
}

test('go.mod has the modules of go list', { skip: withoutPrograms('go'), timeout: 300_000 }, async (t) => {
  const folder = write(workFolder(t), goProgram)
  const format = '{{if not .Main}}{{with .Replace}}{{.Path}} {{.Version}}{{else}}{{.Path}} {{.Version}}{{end}}{{end}}'
  const listed = online(t, folder, 'go', 'list', '-m', '-f', format, 'all')
  if (listed === undefined) return
  const { packages } = await inspect(folder)
  deepEqual(
    packages.map(nameAndVersion),
    listed
      .split('\n')
      .filter(Boolean)
      .filter((line) => line.startsWith('golang.org/x/mod ')),
  )
})

const peakProgram = `
  const { inspectTarget, parseTarget } = await import(process.argv[1])
  const { packages, gaps } = await inspectTarget(parseTarget(process.argv[2]), { signal: new AbortController().signal })
  const status = (await import('node:fs')).readFileSync('/proc/self/status', 'utf8')
  const peak = Number(/VmHWM:\\s+(\\d+)/.exec(status)[1]) / 1024
  console.log(JSON.stringify({ packages: packages.map(({ name, version }) => name + ' ' + version), gaps, peak }))
`

function readApart(target: string): { packages: string[]; gaps: { why: string }[]; peak: number } {
  const words = ['--input-type=module', '-e', peakProgram, new URL('inspect.ts', import.meta.url).href, target]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as ReturnType<typeof readApart>
}

test(
  'Go programs of 150 MB in an image stay below 300 MB',
  { skip: withoutPrograms('go'), timeout: 300_000 },
  async (t) => {
    const work = workFolder(t)
    const main =
      goProgram['main.go'].replace('import "', 'import _ "embed"\nimport "') +
      '\n//go:embed big\nvar big string\n\nfunc init() { println(len(big)) }\n'
    const folder = write(join(work, 'source'), { ...goProgram, 'main.go': main, big: '' })
    truncateSync(join(folder, 'big'), 150_000_000)
    const program = join(work, 'root/usr/bin/hello')
    if (online(t, folder, 'go', 'build', '-o', program, '.') === undefined) return
    for (const copy of ['hello2', 'hello3']) copyFileSync(program, join(work, 'root/usr/bin', copy))
    const layer = execFileSync('tar', ['-C', join(work, 'root'), '-cf', '-', 'usr'], { maxBuffer: 1e9 })
    const image = join(work, 'image.tar')
    writeFileSync(
      image,
      await tarOf(ociLayoutOf([{ layers: [{ stored: gzipSync(layer, { level: 1 }), diffId: sha256(layer) }] }])),
    )
    for (const target of [image, `dir:${join(work, 'root')}`]) {
      const { packages, gaps, peak } = readApart(target)
      const once = goVersion(program)
      deepEqual(packages, [...once, ...once, ...once])
      equal(gaps.length, 3) // its own module has no version, three times
      t.diagnostic(`${target.startsWith('dir:') ? 'folder' : 'image'}: ${Math.round(peak)} MB`)
      ok(peak < 300, `${peak} MB`)
    }
  },
)

const cargoProject = {
  'Cargo.toml':
    '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nitoa = "=1.0.11"\nsemver = "=1.0.23"\n',
  'src/main.rs': 'fn main() { println!("{}", itoa::Buffer::new().format(semver::Version::new(1, 2, 3).major)); }\n',
}

interface CargoMetadata {
  packages: { name: string; version: string; source: string | null }[]
}

test('Cargo.lock has the crates of cargo metadata', { skip: withoutPrograms('cargo'), timeout: 300_000 }, async (t) => {
  const folder = write(workFolder(t), cargoProject)
  const metadata = online(t, folder, 'cargo', 'metadata', '--format-version', '1')
  if (metadata === undefined) return
  const crates = (JSON.parse(metadata) as CargoMetadata).packages.filter(({ source }) => source !== null)
  const { packages } = await inspect(folder)
  deepEqual(packages.map(nameAndVersion).toSorted(), crates.map(({ name, version }) => `${name} ${version}`).toSorted())
})

const withoutAuditable = spawnSync('which', ['cargo-auditable']).status === 0 ? false : 'cargo-auditable not installed'

test(
  'a program of cargo auditable has the crates of its lock file',
  { skip: withoutAuditable, timeout: 300_000 },
  async (t) => {
    const folder = write(workFolder(t), cargoProject)
    if (online(t, folder, 'cargo', 'auditable', 'build', '--release') === undefined) return
    const root = join(folder, 'root')
    mkdirSync(root)
    copyFileSync(join(folder, 'target/release/hello'), join(root, 'hello'))
    const { packages, gaps } = await inspect(root)
    deepEqual(packages.map(nameAndVersion), ['hello 0.1.0', 'itoa 1.0.11', 'semver 1.0.23'])
    deepEqual(gaps, [])
  },
)

test('installed gems are those of gem list', { skip: withoutPrograms('gem', 'ruby') }, async (t) => {
  const root = workFolder(t)
  const folders = execFileSync('gem', ['env', 'path'], { encoding: 'utf8' }).trim().split(':')
  for (const folder of new Set(folders.map((path) => join(path, 'specifications')))) {
    if (existsSync(folder)) cpSync(folder, join(root, folder), { recursive: true, dereference: true })
  }
  // `rake (13.0.6)`, `json (2.7.1, default: 2.6.1)`, `nokogiri (1.15.4 x86_64-linux)`
  const listed = execFileSync('gem', ['list', '--local'], { encoding: 'utf8' }).split('\n')
  const expected = listed.flatMap((line) => {
    const { name = '', versions = '' } = /^(?<name>\S+) \((?<versions>.+)\)$/.exec(line)?.groups ?? {}
    return versions
      .split(', ')
      .filter(Boolean)
      .map((version) => `${name} ${version.replace('default: ', '').split(' ')[0]}`)
  })
  const { packages, gaps } = await inspect(root)
  ok(expected.length > 10)
  deepEqual([...new Set(packages.map(nameAndVersion))].toSorted(), expected.toSorted())
  deepEqual(gaps, [])
})

test('Gemfile.lock has the gems that Bundler reads in it', { skip: withoutPrograms('bundle', 'ruby') }, async (t) => {
  const folder = write(workFolder(t), {
    Gemfile: 'source "https://example.org"\ngem "json"\ngem "rexml"\ngem "test-unit"\n',
  })
  execFileSync('bundle', ['lock', '--local'], { cwd: folder, stdio: 'pipe' })
  const program =
    'Bundler::LockfileParser.new(File.read("Gemfile.lock")).specs.each { |s| puts "#{s.name} #{s.version}" }'
  const expected = execFileSync('ruby', ['-rbundler', '-e', program], { cwd: folder, encoding: 'utf8' })
  const { packages } = await inspect(folder)
  deepEqual(packages.map(nameAndVersion), expected.trim().split('\n'))
})

test(
  'Composer’s lock file and its list of what is installed have the packages of composer show',
  { skip: withoutPrograms('composer') },
  async (t) => {
    const folder = write(workFolder(t), {
      'lib/composer.json': '{"name":"Acme/Lib","version":"v1.2.0","license":["MIT"]}',
      'dev/composer.json': '{"name":"acme/dev","version":"2.0.0-beta1"}',
      'app/composer.json':
        '{"name":"acme/app","repositories":[{"packagist.org":false},{"type":"path","url":"../*"}],"minimum-stability":"beta","require":{"acme/lib":"*"},"require-dev":{"acme/dev":"*"}}',
    })
    const app = join(folder, 'app')
    const env = { ...process.env, COMPOSER_ALLOW_SUPERUSER: '1' }
    execFileSync('composer', ['install', '--no-interaction'], { cwd: app, env, stdio: 'pipe' })
    const shown = execFileSync('composer', ['show', '--format=json'], { cwd: app, env, encoding: 'utf8' })
    const { installed } = JSON.parse(shown) as { installed: { name: string; version: string }[] }
    const expected = installed.map(({ name, version }) => `${name.toLowerCase()} ${version}`)
    const lockOnly = write(workFolder(t), { 'composer.lock': readFileSync(join(app, 'composer.lock'), 'utf8') })
    const cases = [
      { root: app, file: 'vendor/composer/installed.json', declared: undefined }, // what is installed counts before the lock
      { root: lockOnly, file: 'composer.lock', declared: true },
    ]
    for (const { root, file, declared } of cases) {
      const { packages } = await inspect(root)
      deepEqual(packages.map(nameAndVersion).toSorted(), expected.toSorted())
      for (const found of packages) deepEqual([found.place.path, found.declared], [file, declared])
    }
  },
)

/** Programs of the table, and how each is asked for its version. */
const asked: [program: string, name: string, ...words: string[]][] = [
  ['node', 'node', '--version'],
  ['python3.11', 'python', '--version'],
  ['perl', 'perl', '--version'],
  ['bash', 'bash', '--version'],
  ['busybox', 'busybox'],
  ['openssl', 'openssl', 'version'],
  ['curl', 'curl', '--version'],
  ['git', 'git', '--version'],
  ['php', 'php', '--version'],
  ['lua5.4', 'lua', '-v'],
  ['psql', 'postgresql', '--version'],
  ['nginx', 'nginx', '-v'],
  ['apache2', 'apache', '-v'],
  ['haproxy', 'haproxy', '-v'],
  ['varnishd', 'varnish', '-V'],
  ['redis-server', 'redis', '--version'],
  ['memcached', 'memcached', '--version'],
  ['mariadbd', 'mariadb', '--version'],
]
const required = new Set(['node', 'perl', 'bash', 'busybox', 'openssl'])

for (const [program, name, ...words] of asked) {
  const real = locate(program)
  // A missing program that must be there is reported by `withoutPrograms`.
  const skip = real === undefined && (required.has(program) ? withoutPrograms(program) : `${program} not installed`)
  test(`${program} has the version that it prints`, { skip }, async (t) => {
    const { stdout, stderr } = spawnSync(real!, words, { encoding: 'utf8' })
    const printed = /\d+\.\d+(?:\.\d+)*[a-z]?(?![\w.])/.exec(`${stdout}${stderr}`)?.[0]
    const root = workFolder(t)
    copyFileSync(real!, join(root, basename(real!)))
    const { packages } = await inspect(root)
    const known = knownPrograms.find((each) => each.name === name)!
    const found = packages.filter((each) => each.name === (known.bitnami ?? known.name))
    deepEqual(
      found.map(({ version }) => version),
      [printed],
    )
  })
}

/** The first on the way that is an ELF file: version managers and Debian's PostgreSQL put scripts before it. */
function locate(program: string): string | undefined {
  const PATH = [process.env['PATH'], '/usr/sbin', ...globSync('/usr/lib/postgresql/*/bin')].join(':')
  const { stdout } = spawnSync('which', ['-a', program], { encoding: 'utf8', env: { ...process.env, PATH } })
  const paths = stdout
    .split('\n')
    .filter(Boolean)
    .map((path) => realpathSync(path))
  return paths.find((path) => execFileSync('head', ['-c', '4', path], { encoding: 'latin1' }) === '\x7fELF')
}
