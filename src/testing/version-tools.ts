// The real tools that the orders of versions are judged by: each answers thousands of pairs in one process.

import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import compareNpm from 'semver/functions/compare.js'
import parseNpm from 'semver/functions/parse.js'
import { compileSharp, dotnet } from './dotnet.ts'
import { withoutPrograms } from './shared.ts'

export type Pair = readonly [a: string, b: string]

export interface RealTool {
  /** Of the order. */
  id: string
  /** For the head of the table, with its version. */
  name(): string
  /** Why it cannot be asked on this machine. */
  missing(): string | false
  /** `-1`, `0`, `1` or `invalid` for each pair; `unasked` where the tool has no answer though both are versions. */
  ask(pairs: readonly Pair[]): string[]
  /** The tool takes texts that the order refuses; the documentation of the order says which. */
  kinder?: true
  /** Longer numbers, or parts of other kinds, are beyond what the tool itself orders. */
  within?: RegExp
}

/** Without zeros in front, and no longer than what an integer of Go holds. */
const plainNumbers = '(?:0|[1-9][0-9]{0,17})(?:\\.(?:0|[1-9][0-9]{0,17}))*'

const folder = fileURLToPath(new URL('../match/versions/testdata', import.meta.url))

export const realTools: readonly RealTool[] = [
  // Labels of more than 64 bits are words to it, an x alone stands for anything, and it refuses the zeros of dates.
  {
    ...goTool('bitnami', 'bitnami/go-version 452e8c5ee607'),
    within: /^(?!.*[-.]x(?:\W|$))(?!\d+\.(?:\d+\.)?0\d)(?:[0-9]{1,18}(?:\D+|$)|\D+)*$/i,
  },
  {
    id: 'cargo',
    name: () => 'cmp_precedence of the crate semver 1.0.26',
    missing: () => withoutPrograms('cargo'),
    ask: askCargo,
  },
  script('composer', 'php', ['composer.php'], () => `composer/semver of ${said('composer', '--version')}`, {
    kinder: true, // branches by name
    check: ['-r', "require 'Composer/Semver/autoload.php';"],
    within: /^\D*(?:[0-9]{1,18}(?:\D+|$))*$/,
  }),
  script('cran', 'Rscript', ['--vanilla', 'cran.R'], () => `numeric_version of ${said('R', '--version')}`, {
    within: /^(?:[0-9]{1,9}(?:[^0-9]+|$)|[^0-9]+)*$/, // larger ones are no numbers to R
  }),
  script('dpkg', 'perl', ['dpkg.pl'], () => `Dpkg::Version of ${said('dpkg', '--version')}`, {
    check: ['-MDpkg::Version', '-e', '1'],
    // It reads stray colons more kindly than dpkg itself, and long numbers as doubles.
    within: /^(?:[0-9]{1,9}:)?(?:[0-9]{1,15}(?:[^0-9:]+|$)|[^0-9:]+)+$/,
  }),
  script('gem', 'ruby', ['gem.rb'], () => `Gem::Version of RubyGems ${said('gem', '--version')}`),
  {
    id: 'git',
    name: () => `git tag --sort of ${said('git', '--version')}`,
    missing: () => withoutPrograms('git'),
    ask: askGit,
    kinder: true, // whatever may be a tag
    // Three numbers without zeros in front, for to git a missing one is less than a zero; stages behind a dash, as it is told.
    within:
      /^(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){2}(?:[a-z]{1,2}|-(?:alpha|beta|pre|rc)(?:[1-9][0-9]{0,8})?)?$/,
  },
  { ...goTool('go', 'golang.org/x/mod/semver 0.17.0, and go/version'), kinder: true },
  script('hackage', 'runghc', ['hackage.hs'], () => `Distribution.Version of ${said('ghc', '--version')}`, {
    kinder: true, // tags behind a dash, long gone from versions
  }),
  script('hex', 'elixir', ['hex.exs'], () => `Version of Elixir ${said('elixir', '--short-version')}`),
  script('julia', 'julia', ['--startup-file=no', 'julia.jl'], () => `VersionNumber of ${said('julia', '--version')}`),
  {
    id: 'maven',
    name: () => "Maven's ComparableVersion",
    missing: () => withoutPrograms('java') || (existsSync(mavenJar) ? false : 'no maven-artifact of Debian'),
    ask: askMaven,
    kinder: true, // any text
  },
  {
    id: 'nuget',
    name: () => 'NuGet.Versioning of the SDK of .NET',
    missing: () => withoutPrograms('dotnet'),
    ask: askNuget,
  },
  script('pacman', 'python3', ['pacman.py'], () => 'alpm_pkg_vercmp of libalpm 13.0.2', { kinder: true }),
  script('pep440', 'python3', ['pep440.py'], () => "Python's library packaging"),
  script('pub', 'node', ['pub.cjs'], () => `Dart's pub_semver in ${said('node', '-p', 'require("sass").info')}`, {
    check: ['-e', 'require("sass")'],
    within: /^(?:[0-9]{1,15}(?:\D+|$)|\D+)*$/, // longer ones are rounded, for the compiled code runs on JavaScript's numbers
  }),
  {
    id: 'rpm',
    name: () => `rpm.vercmp of ${said('rpm', '--version')}`,
    missing: () => withoutPrograms('rpm'),
    ask: askRpm,
    kinder: true,
  },
  {
    id: 'semver',
    name: () => "npm's library semver",
    missing: () => false,
    ask: (pairs) => pairs.map(([a, b]) => (parseNpm(a) && parseNpm(b) ? String(compareNpm(a, b)) : 'invalid')),
    within: /^(?:[0-9]{1,15}(?:\D+|$)|\D+)*$/, // longer ones are rounded
  },
]

/**
 * Other people's implementations, where there is no tool for these machines; the best first.
 * Of the tags of actions: Go's, which reads `v4` and `v4.1` too, but not with labels behind them.
 * Of apk's order: `within` leaves out where they depart from apk-tools (src/version.c). Both read zeros in front of a number in
 * their own way; univers knows only the suffixes of Gentoo, takes a version without a revision for its -r0, and a suffix without
 * a number for its 0. Both take what apk does not.
 */
export const otherTools: readonly RealTool[] = [
  { ...goTool('actions', 'golang.org/x/mod/semver 0.17.0'), within: /^(?!v?[0-9]+(?:\.[0-9]+)?[-+])/ },
  {
    ...goTool('apk', 'knqyf263/go-apk-version 041fdbb8563f'),
    within: new RegExp(`^${plainNumbers}[a-z]?(?:_[a-z]+[0-9]*)*(?:-r[0-9]+)?$`),
  },
  script('apk', 'python3', ['apk.py'], () => 'univers 32.0.1', {
    check: ['-c', 'import univers'],
    within: new RegExp(`^${plainNumbers}[a-z]?(?:_(?:alpha|beta|pre|rc|p)[0-9]+)*-r[0-9]+$`),
  }),
]

/** A script of testdata/tools that answers lines. */
function script(
  id: string,
  program: string,
  args: readonly string[],
  name: () => string,
  { check, ...more }: { check?: string[]; kinder?: true; within?: RegExp } = {},
): RealTool {
  const missing = (): string | false =>
    withoutPrograms(program) ||
    (check && spawnSync(program, check).status !== 0 ? `${program} lacks what ${args.at(-1)} asks` : false)
  return { id, name, missing, ask: (pairs) => filter(program, args, pairs, `${folder}/tools`), ...more }
}

function goTool(id: string, name: string): RealTool {
  return {
    id,
    name: () => name,
    missing: () => withoutPrograms('go'),
    ask: (pairs) => filter('go', ['run', '.', id], pairs, `${folder}/tools/go`),
  }
}

function askCargo(pairs: readonly Pair[]): string[] {
  const target = mkdtempSync(join(tmpdir(), 'version-judge-'))
  try {
    return filter('cargo', ['run', '--quiet', '--locked', '--target-dir', target], pairs, `${folder}/tools/cargo`)
  } finally {
    rmSync(target, { recursive: true })
  }
}

const mavenJar = '/usr/share/java/maven-artifact-3.x.jar'

/** Its own main function compares each argument with the one before. */
function askMaven(pairs: readonly Pair[]): string[] {
  const classPath = [mavenJar, '/usr/share/java/commons-lang3.jar'].join(':')
  const main = 'org.apache.maven.artifact.versioning.ComparableVersion'
  const answers: string[] = []
  for (let from = 0; from < pairs.length; from += 5000) {
    const some = pairs.slice(from, from + 5000)
    const { stdout, stderr } = spawnSync('java', ['-cp', classPath, main, ...some.flat()], longOutput)
    const signs = stdout.split('\n').flatMap((line) => / {3}.* (<|==|>) .*/.exec(line)?.[1] ?? [])
    if (signs.length !== some.length * 2 - 1) throw new Error(`ComparableVersion says: ${stderr}`)
    answers.push(...some.map((_, n) => ({ '<': '-1', '==': '0' })[signs[2 * n]!] ?? '1'))
  }
  return answers
}

function askNuget(pairs: readonly Pair[]): string[] {
  const home = mkdtempSync(join(tmpdir(), 'version-judge-'))
  try {
    const judge = compileSharp(`${folder}/tools/nuget.cs`, 'NuGet.Versioning.dll', home)
    return answersOf(pairs, 'NuGet.Versioning', dotnet(judge, { home, input: linesOf(pairs) }))
  } finally {
    rmSync(home, { recursive: true })
  }
}

/**
 * The order in which git lists them as tags; what cannot be one is no version.
 * https://git-scm.com/docs/git-tag#Documentation/git-tag.txt---sortltkeygt
 */
function askGit(pairs: readonly Pair[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'version-judge-'))
  // Nothing of whoever calls it, such as a repository in whose hook this runs.
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, { ...longOutput, cwd: folder, env, input })
  try {
    git(['init', '--quiet', '--bare'])
    const object = git(['hash-object', '-w', '--stdin'], 'x').trim()
    const tags = [...new Set(pairs.flat())].filter(
      (version) => /^[\w+][\w.+-]*$/.test(version) && !unfitForTags.test(version),
    )
    git(['update-ref', '--stdin'], tags.map((tag) => `create refs/tags/${tag} ${object}\n`).join(''))
    const stages = ['alpha', 'beta', 'pre', 'rc'].flatMap((stage) => ['-c', `versionsort.suffix=-${stage}`])
    const sorted = git([...stages, 'tag', '--sort=version:refname'])
      .trim()
      .split('\n')
    const place = new Map(sorted.map((tag, at) => [tag, at]))
    return pairs.map(([a, b]) => {
      const [one, other] = [place.get(a), place.get(b)]
      return one === undefined || other === undefined ? 'invalid' : String(Math.sign(one - other))
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** https://git-scm.com/docs/git-check-ref-format */
const unfitForTags = /\.\.|\.$|\.lock$/

/** The macro's text is Lua, which reads what the process is given. */
function askRpm(pairs: readonly Pair[]): string[] {
  const macro = "%{lua: for line in io.lines() do print(rpm.vercmp(line:match('(%S+) (%S+)')) .. ' ') end}"
  const { stdout, stderr } = spawnSync('rpm', ['--eval', macro], { ...longOutput, input: linesOf(pairs) })
  const answers = stdout.trim().split(/\s+/)
  if (answers.length !== pairs.length) throw new Error(`rpm answers ${answers.length} of ${pairs.length}: ${stderr}`)
  return answers
}

const longOutput = { encoding: 'utf8', maxBuffer: 2 ** 28 } as const

function filter(program: string, args: readonly string[], pairs: readonly Pair[], cwd: string): string[] {
  return answersOf(pairs, program, spawnSync(program, args, { ...longOutput, input: linesOf(pairs), cwd }))
}

function linesOf(pairs: readonly Pair[]): string {
  return pairs.map((pair) => `${pair.join(' ')}\n`).join('')
}

function answersOf(pairs: readonly Pair[], who: string, { stdout, stderr }: SpawnSyncReturns<string>): string[] {
  const answers = stdout.split('\n').slice(0, -1)
  if (answers.length !== pairs.length) throw new Error(`${who} answers ${answers.length} of ${pairs.length}: ${stderr}`)
  return answers
}

function said(program: string, ...words: string[]): string {
  return spawnSync(program, words, longOutput).stdout.split('\n', 1)[0]!.trim().replaceAll('\t', ' ')
}
