// What pipelines take from here (docs/ci.md): the files are as their hosts want them, nothing in them is unpinned or wants a
// secret, every option exists, and their shell runs as it is written, on a real image.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import { advisoryFeed, alpineImage, sandbox } from '../src/cli/testing.ts'
import { startRegistry } from '../src/inspect/image/testing.ts'
import type { Result } from '../src/model/result.ts'
import { withoutPrograms } from '../src/testing/shared.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const box = sandbox()
const text = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Action {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>
  outputs: Record<string, { description: string; value: string }>
  runs: {
    using: string
    steps: { id: string; shell: string; env: Record<string, string>; run: string; uses?: string }[]
  }
}
const action = parse(text('action.yml')) as Action
const [step] = action.runs.steps

interface Template {
  spec: { inputs: Record<string, { default?: unknown; regex?: string; type?: string; options?: unknown[] } | null> }
  plimsoll: {
    image: string
    variables: Record<string, string>
    script: string[]
    artifacts: { paths: string[]; reports: Record<string, string> }
  }
}
const [head, body] = parseAllDocuments(text('ci/plimsoll.gitlab-ci.yml')).map((document) => document.toJS() as unknown)
const template = { ...(head as object), ...(body as object) } as Template

const page = text('docs/ci.md')
const examples = [...page.matchAll(/```(?<language>\w+)\n(?<code>.*?)```/gs)].map(({ groups }) => groups!)
const jenkins = examples.find(({ language }) => language === 'groovy')!['code']!

let target: string
before(async () => {
  target = join(box.folder, 'shop.tar')
  writeFileSync(target, (await alpineImage({ musl: '1.1.22-r4' })).archive)
  const build = await box.run(['db', 'build', '--from', advisoryFeed(box.folder), '--data', box.data])
  assert.equal(build.code, 0, build.stderr)
})

test('the action: its inputs reach the script by the environment, and nothing of them stands in its shell', () => {
  assert.equal(action.runs.using, 'composite')
  assert.equal(action.runs.steps.length, 1)
  assert.deepEqual([step!.shell, step!.uses], ['bash', undefined])
  assert.doesNotMatch(step!.run, /\$\{\{/)
  const taken = Object.values(step!.env).map((value) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)![1])
  assert.deepEqual(taken.toSorted(), Object.keys(action.inputs).toSorted())
  for (const [name, { description, required, default: usual }] of Object.entries(action.inputs)) {
    assert.ok(description, name)
    assert.equal(typeof usual === 'string', !required, name)
  }
  for (const [name, { value }] of Object.entries(action.outputs)) {
    assert.equal(value, `\${{ steps.scan.outputs.${name} }}`)
    assert.ok(step!.run.includes(`"${name}=`), name)
  }
})

test('the template: takes only commits and images by digest, and each of its inputs is used', () => {
  const { inputs } = template.spec
  const regex = (name: string): RegExp => new RegExp(inputs[name]!.regex!)
  const commit = '0123456789'.repeat(4)
  const image = `docker.io/library/node@sha256:${'ab'.repeat(32)}`
  for (const [name, good, wrong] of [
    ['commit', commit, ['main', 'v1.0.0', commit.slice(1), `${commit}0`]],
    ['image', image, ['node', 'node:24', image.slice(0, -1), 'node@sha256:']],
  ] as const) {
    assert.match(good, regex(name))
    for (const one of wrong) assert.doesNotMatch(one, regex(name), one)
    assert.ok(!('default' in inputs[name]!), `${name} must be given`)
  }
  const used = new Set(
    [...text('ci/plimsoll.gitlab-ci.yml').matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name),
  )
  assert.deepEqual([...used].toSorted(), Object.keys(inputs).toSorted())
  const shell = template.plimsoll.script.join('\n')
  assert.doesNotMatch(shell, /\$\[\[/)
})

test('every variable that is set is read by the script, every option exists, and no secret is named', async () => {
  const script = text('ci/scan.sh')
  const known = new Set([...script.matchAll(/^# {3}(PLIMSOLL_\w+)/gm)].map(([, name]) => name!))
  for (const name of known) assert.ok(script.replaceAll(/^#.*$/gm, '').includes(name), `${name} is read`)
  const set = [
    ...Object.keys(step!.env),
    ...Object.keys(template.plimsoll.variables),
    ...jenkins.match(/PLIMSOLL_\w+/g)!,
  ]
  for (const name of set) assert.ok(known.has(name) || /_(?:REPOSITORY|COMMIT)$/.test(name), name)

  const helps = await Promise.all(
    [['scan'], ['db', 'update'], ['db', 'pull'], ['db', 'push']].map(
      async (command) => (await box.run([...command, '--help'])).stdout,
    ),
  )
  const options = new Set(helps.join('\n').match(/--[a-z][a-z-]+/g))
  const plimsolls = [script, ...examples.map(({ code }) => code!)].join('\n')
  for (const line of plimsolls.split('\n').filter((one) => /plimsoll (?:scan|db)|set -- |^ {2}--/.test(one))) {
    for (const option of line.match(/(?<=\s)--[a-z][a-z-]+/g) ?? [])
      assert.ok(options.has(option), `${option} in ${line}`)
  }
  const files = [script, text('action.yml'), text('ci/plimsoll.gitlab-ci.yml'), ...examples.map(({ code }) => code!)]
  for (const file of files) assert.doesNotMatch(file, /secrets\.|password|credentials\(|_TOKEN/i)
})

test('the examples: what they use is pinned, and given only inputs that there are', () => {
  const yaml = examples.filter(({ language }) => language === 'yaml').map(({ code }) => parse(code!) as object)
  const [github, gitlab] = yaml as [
    { steps: { uses?: string; with?: Record<string, string> }[] },
    { include: [{ remote: string; integrity: string; inputs: Record<string, string> }] },
  ]
  for (const { uses, with: given } of github.steps) {
    if (uses === undefined) continue
    assert.match(uses, /^[\w/-]+@COMMIT_OF_\w+$/)
    if (!uses.startsWith('OWNER/plimsoll@')) continue
    for (const name of Object.keys(given!)) assert.ok(name in action.inputs, name)
    for (const [name, { required }] of Object.entries(action.inputs)) if (required) assert.ok(name in given!, name)
  }
  const [{ remote, integrity, inputs }] = gitlab.include
  assert.match(remote, /\/COMMIT_OF_PLIMSOLL\/ci\/plimsoll\.gitlab-ci\.yml$/)
  assert.match(integrity, /^sha256-/)
  for (const name of Object.keys(inputs)) assert.ok(name in template.spec.inputs, name)
  for (const [name, input] of Object.entries(template.spec.inputs)) {
    if (input === null || !('default' in input)) assert.ok(name in inputs, name)
  }
  assert.match(jenkins, /image '[\w./:-]+@sha256:DIGEST_OF_NODE'/)
})

/** Runs the shell in a folder of its own. */
async function run(command: string, args: string[], script: string, env: Record<string, string>) {
  const folder = env['FOLDER'] ?? mkdtempSync(join(box.folder, 'job-'))
  const child = spawn(command, [...args, script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: box.home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += String(piece)))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { folder, code, output }
}

const written = ['json', 'sarif', 'xml', 'cdx.json', 'html', 'md'].map(
  (ending) => `plimsoll-results/plimsoll.${ending}`,
)

/** The action as GitHub runs it: inputs in the environment, its own folder, files for outputs and summary. */
async function runAction(inputs: Record<string, string>) {
  const folder = mkdtempSync(join(box.folder, 'action-'))
  const [summary, outputs] = ['summary', 'outputs'].map((name) => join(folder, name)) as [string, string]
  writeFileSync(summary, 'before\n')
  const env = Object.fromEntries(
    Object.entries(step!.env).map(([name, value]) => {
      const input = /inputs\.([a-z-]+)/.exec(value)![1]!
      return [name, inputs[input] ?? action.inputs[input]!.default ?? '']
    }),
  )
  const files = { GITHUB_ACTION_PATH: root, GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs, FOLDER: folder }
  const ended = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c'], step!.run, { ...env, ...files })
  return { ...ended, summary: readFileSync(summary, 'utf8'), outputs: readFileSync(outputs, 'utf8') }
}

test('the action, as it is written: results, summary and outputs, also when it fails', async () => {
  const given = { target, data: box.data, advisories: 'none' }
  const passed = await runAction(given)
  assert.equal(passed.code, 0, passed.output)
  for (const file of written) assert.ok(existsSync(join(passed.folder, file)), file)
  assert.match(passed.summary, /^before\n## Plimsoll: /)
  assert.equal(passed.outputs, 'exit-code=0\nresults=plimsoll-results\nsarif=plimsoll-results/plimsoll.sarif\n')
  const failed = await runAction({ ...given, 'fail-on': 'high', options: '--platform\n\nlinux/amd64' })
  assert.equal(failed.code, 1, failed.output)
  assert.match(failed.summary, /❌ \*\*Fails: /)
  assert.match(failed.outputs, /^exit-code=1\nresults=/)

  const baseline = join(failed.folder, 'plimsoll-results/plimsoll.json')
  const known = await runAction({ ...given, 'fail-on': 'low', baseline, 'only-fixed': 'true', offline: 'true' })
  assert.equal(known.code, 0, known.output)
  const { baseline: told, withoutFix } = JSON.parse(
    readFileSync(join(known.folder, 'plimsoll-results/plimsoll.json'), 'utf8'),
  ) as Result
  assert.ok(told!.known > 0 && withoutFix !== undefined)
})

test('the action: what cannot run ends with 2, without a summary; nothing in an input is run', async () => {
  const given = { target, data: box.data, advisories: 'none' }
  const evil = `x"; touch ${join(box.folder, 'owned')}; $(touch ${join(box.folder, 'owned')}) \`touch ${join(box.folder, 'owned')}\``
  const wrong: [Record<string, string>, RegExp][] = [
    [{ target: 'registry:registry.example/x', offline: 'true' }, /with --offline nobody is asked/],
    [{ target: evil, options: evil }, /too many arguments/],
    [{ target: evil }, /is not there/],
    [{ target: '--help' }, /--help is not there/],
    [{ advisories: 'yesterday' }, /expected update, none or oci/],
    [{ advisories: 'oci://registry.example/a:b' }, /name the public key/],
    [{ target: '' }, /say what to scan/],
  ]
  for (const [inputs, why] of wrong) {
    const { code, output, summary, outputs } = await runAction({ ...given, ...inputs })
    assert.match(output, why)
    assert.equal(code, 2)
    assert.deepEqual([summary, outputs], ['before\n', `exit-code=${code}\n`])
  }
  assert.ok(!existsSync(join(box.folder, 'owned')))
})

/** A repository with what is in the checkout now, as one commit. */
function repository(): { address: string; commit: string } {
  const folder = mkdtempSync(join(box.folder, 'repository-'))
  for (const name of ['bin', 'catalog', 'ci', 'scripts', 'src', 'package.json', 'package-lock.json', '.gitignore']) {
    cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
      encoding: 'utf8',
    })
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'all')
  return { address: `file://${folder}`, commit: git('rev-parse', 'HEAD').trim() }
}

/** What is installed already, so that nothing is fetched. */
function installed(): string {
  const folder = mkdtempSync(join(box.folder, 'job-'))
  mkdirSync(join(folder, '.plimsoll'))
  symlinkSync(join(root, 'node_modules'), join(folder, '.plimsoll/node_modules'))
  return folder
}

const skip = withoutPrograms('git')

test('the template and the snippet, as they are written', { skip }, async () => {
  const { address, commit } = repository()
  const inputs: Record<string, string> = {
    repository: address,
    commit,
    target,
    advisories: 'none',
    'fail-on': 'critical',
  }
  const variables = Object.fromEntries(
    Object.entries(template.plimsoll.variables).map(([name, value]) => {
      const input = /inputs\.([a-z-]+)/.exec(value)![1]!
      return [name, inputs[input] ?? String(template.spec.inputs[input]!.default)]
    }),
  )
  const shell = /sh '''\n(?<shell>.*?)'''/s.exec(jenkins)!.groups!['shell']!
  for (const [script, env] of [
    [template.plimsoll.script.join('\n'), variables],
    [
      shell,
      {
        PLIMSOLL_REPOSITORY: address,
        PLIMSOLL_COMMIT: commit,
        PLIMSOLL_TARGET: target,
        PLIMSOLL_FAIL_ON: 'critical',
        PLIMSOLL_ADVISORIES: 'none',
      },
    ],
  ] as const) {
    const { folder, code, output } = await run('sh', ['-ec'], script, {
      ...env,
      PLIMSOLL_DATA: box.data,
      FOLDER: installed(),
    })
    assert.equal(code, 1, output)
    for (const file of written) assert.ok(existsSync(join(folder, file)), file)
    for (const file of Object.values(template.plimsoll.artifacts.reports)) assert.ok(written.includes(file), file)
    for (const [file] of jenkins.matchAll(/plimsoll-results\/[\w.]+/g)) assert.ok(written.includes(file), file)
  }
})

test(
  'signed advisories from a registry that anybody may read',
  { skip: withoutPrograms('docker-registry', 'openssl') },
  async (t) => {
    const { host } = await startRegistry(t)
    const [secret, key] = ['key', 'key.pub'].map((name) => join(box.folder, name)) as [string, string]
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', secret], { stdio: 'ignore' })
    execFileSync('openssl', ['pkey', '-in', secret, '-pubout', '-out', key])
    const reference = `oci://${host}/team/advisories:now`
    const push = await box.run(['db', 'push', reference, '--key', secret, '--data', box.data])
    assert.equal(push.code, 0, push.stderr)
    const { code, output, summary } = await runAction({
      target,
      advisories: reference,
      'advisories-key': key,
      'fail-on': 'critical',
    })
    assert.equal(code, 1, output)
    assert.match(summary, /CVE-2026-0001/)
  },
)
