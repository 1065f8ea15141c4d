// Proves the table of who may import whom: for each room, one file with every import that the table forbids (and
// every one that it allows), in each form in which code can import; the linter must report exactly the forbidden ones.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mayImport, rooms } from '../oxlint.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const forms = {
  static: (to: string) => `import { thing } from '${to}'\nconsole.log(thing)\n`,
  type: (to: string) => `import type { Thing } from '${to}'\nexport const it: Thing | undefined = undefined\n`,
  dynamic: (to: string) => `export const it = await import('${to}')\n`,
  'export from': (to: string) => `export { thing } from '${to}'\n`,
}

/** Lints a fixture of path → text with the project's configuration; the paths that have a finding. */
async function lint(files: ReadonlyMap<string, string>): Promise<Set<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-layers-'))
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await copyFile(join(root, 'oxlint.config.ts'), join(folder, 'oxlint.config.ts'))
    for (const [path, text] of files) {
      await mkdir(join(folder, path, '..'), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const output = await new Promise<string>((resolve, reject) =>
      execFile(
        join(root, 'node_modules/.bin/oxlint'),
        ['--format=json'],
        {
          cwd: folder,
          maxBuffer: 1e8,
          env: { ...process.env, PATH: `${root}/node_modules/.bin:${process.env['PATH']}` },
        },
        (error, stdout) => (stdout.startsWith('{') ? resolve(stdout) : reject(error ?? new Error(stdout))),
      ),
    )
    const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] }
    return new Set(diagnostics.filter(({ code }) => code.includes('no-restricted')).map(({ filename }) => filename))
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('every import that the table forbids is reported, in every form, and no other', async () => {
  const forbidden = new Map<string, string>()
  const allowed = new Map<string, string>()
  for (const from of rooms) {
    for (const to of rooms) {
      const isAllowed = from === to || mayImport[from]?.includes(to)
      for (const [form, text] of Object.entries(forms)) {
        const path = `src/${from}/sub/${to}-${form.replace(' ', '-')}.ts`
        ;(isAllowed ? allowed : forbidden).set(path, text(from === to ? './thing.ts' : `../../${to}/thing.ts`))
      }
    }
    forbidden.set(`src/${from}/testing-static.ts`, forms.static('../testing/shared.ts'))
    forbidden.set(`src/${from}/console.ts`, forms.static('../../web/src/main.ts'))
  }
  forbidden.set('web/src/value.ts', forms.static('../../src/serve/views/findings.ts'))
  allowed.set('web/src/type.ts', forms.type('../../src/serve/views/findings.ts'))
  const reported = await lint(new Map([...forbidden, ...allowed]))
  assert.deepEqual([...reported].toSorted(), [...forbidden.keys()].toSorted())
})

test('a pure room has no files, no network, no clock', async () => {
  const pure = ['model', 'lib', 'match', 'harden', 'detect', 'paths', 'cover', 'import', 'report']
  const forbidden = new Map<string, string>()
  for (const room of pure) {
    forbidden.set(`src/${room}/files.ts`, forms.static('node:fs'))
    forbidden.set(`src/${room}/clock.ts`, 'export const now = Date.now()\n')
    forbidden.set(`src/${room}/network.ts`, "export const answer = fetch('http://127.0.0.1')\n")
    forbidden.set(`src/${room}/process.ts`, 'export const home = process.env\n')
  }
  const allowed = new Map([['src/run/clock.ts', 'export const now = Date.now()\n']])
  const reported = await lint(new Map([...forbidden, ...allowed]))
  assert.deepEqual([...reported].toSorted(), [...forbidden.keys()].toSorted())
})
