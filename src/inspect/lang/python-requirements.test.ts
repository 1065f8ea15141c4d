import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { GlobIndex } from '../../lib/glob.ts'
import { nameAndVersion, run } from '../testing.ts'
import { pythonRequirements } from './python-requirements.ts'
import { processorTimeOf } from '../../lib/testing.ts'

const path = 'srv/requirements.txt'

test('what uv export wrote', async () => {
  const text = readFileSync(new URL('../testdata/python-requirements/uv.txt', import.meta.url), 'utf8')
  const { packages, gaps } = await run(pythonRequirements, path, text)
  deepEqual(packages.map(nameAndVersion), [
    'certifi 2026.10.18',
    'chardet 4.0.0',
    'idna 2.10',
    'pluggy 1.4.0',
    'pysocks 1.7.1',
    'requests 2.25.1',
    'setuptools 84.2.1',
    'typing-extensions 4.9.0',
    'urllib3 1.26.20',
    'zope-event 5.0',
  ])
  deepEqual(gaps, [])
})

// By the rules of https://packaging.python.org/en/latest/specifications/dependency-specifiers/ and pip's file format.
const pinned: [line: string, expected: string][] = [
  ['Zope.Event==5.0', 'zope-event 5.0'],
  ['a == 1.0 # comment', 'a 1.0'],
  ['a===1.0+local', 'a 1.0+local'],
  ['a[x, y] == 1.0', 'a 1.0'],
  ['a (==1.0)', 'a 1.0'],
  ['a>=0.5,==1.0', 'a 1.0'],
  ['a==1!2.0rc1; python_version > "3.8" and os_name == "nt"', 'a 1!2.0rc1'],
  ['a==1.0 --hash=sha256:00 --hash=sha256:11', 'a 1.0'],
  ['a==1.0 \\\n    --hash=sha256:00', 'a 1.0'],
  ['a==1.0 -C key=value', 'a 1.0'],
  ['a \\\n==1.0', 'a 1.0'],
  ['a==1.0\\', 'a 1.0'],
  ['\uFEFFa==1.0', 'a 1.0'],
]
for (const [line, expected] of pinned) {
  test(JSON.stringify(line), async () => {
    const { packages, gaps } = await run(pythonRequirements, path, line)
    deepEqual([packages.map(nameAndVersion), gaps], [[expected], []])
  })
}

test('the names that such lists go by', () => {
  const index = new GlobIndex(pythonRequirements.files.map((glob) => [glob, true]))
  for (const name of ['requirements.txt', 'requirements-dev.txt', 'dev-requirements.txt', 'test_requirements.txt'])
    equal(index.match(`srv/${name}`).length, 1, name)
  equal(index.match('srv/requirements/base.txt').length, 1)
  for (const name of ['requirements.md', 'norequirements.txt']) equal(index.match(`srv/${name}`).length, 0, name)
})

test('what PowerShell wrote: UTF-16 with its mark', async () => {
  const little = Buffer.from('\uFEFFa==1.0\r\nb==2.0\r\n', 'utf16le')
  for (const bytes of [little, Buffer.from(little).swap16()]) {
    const { packages, gaps } = await run(pythonRequirements, path, bytes)
    deepEqual([packages.map(nameAndVersion), gaps], [['a 1.0', 'b 2.0'], []])
  }
})

const open = [
  'a',
  'a>=1.0',
  'a~=1.0',
  'a==1.*',
  'a @ https://example.org/a-1.0.whl',
  'a @ https://example.org/?x,==1.0',
  'git+https://example.org/a.git@1.0#egg=a',
  './a-1.0.whl',
  '-e .',
  'pip install a==1.0',
  '==1.0',
]
for (const line of open) {
  test(`${line} names no version`, async () => {
    const { packages, gaps } = await run(pythonRequirements, path, `# first\n${line}\nb>1\n`)
    const why = 'requirements that name no exact version (==): 2'
    deepEqual({ packages, gaps }, { packages: [], gaps: [{ why, place: { path, line: 2 } }] })
  })
}

test('files that it goes on in are read where their names say what they are; of others a gap tells', async () => {
  const read = ['-r requirements-dev.txt', '--requirement=requirements/base.txt', '-r../requirements.txt']
  deepEqual((await run(pythonRequirements, path, read.join('\n'))).gaps, [])
  for (const line of [
    '-r other.txt',
    '-rother.txt',
    '--requirement other.txt',
    '-r https://example.org/requirements.txt',
  ]) {
    deepEqual((await run(pythonRequirements, path, `a==1\n${line}\n-r x.in\n`)).gaps, [
      {
        why: 'goes on in 2 files that are not read, since their names do not say what they are',
        place: { path, line: 2 },
      },
    ])
  }
})

test('comments and options bring nothing, and nothing of them is told', async () => {
  const text =
    '# a==1.0\n\n  # b==1.0 \\\n--index-url https://user:hunter2@example.org/\n-c limits.txt\n--no-binary :all:\n'
  deepEqual(await run(pythonRequirements, path, text), { packages: [], gaps: [] })
})

test('a package has the line on which its requirement begins, and is listed once', async () => {
  const { packages } = await run(pythonRequirements, path, '\na==1.0 \\\n  --hash=x\nb==2.0\nA==1.0; x\n')
  deepEqual(
    packages.map(({ purl, place, declared }) => [purl, place.line, declared]),
    [
      ['pkg:pypi/a@1.0', 2, true],
      ['pkg:pypi/b@2.0', 4, true],
    ],
  )
})

test('a list that a package was published with is not read', async () => {
  const inside = 'usr/lib/python3/dist-packages/a/requirements.txt'
  equal((await run(pythonRequirements, inside, 'a==1.0')).packages.length, 0)
})

test('long lines take no longer than short ones', async () => {
  for (const text of [
    'a'.repeat(900_000) + ')(',
    `a${' '.repeat(900_000)}(`,
    `a${'['.repeat(900_000)}`,
    'a\\\n'.repeat(300_000),
  ]) {
    const milliseconds = await processorTimeOf(async () => {
      const { gaps } = await run(pythonRequirements, path, text)
      equal(gaps.length, 1)
    })
    ok(milliseconds < 5000)
  }
})
