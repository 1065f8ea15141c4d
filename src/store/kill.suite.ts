// A process that is killed while it writes: what it reported as done is there, nothing is there twice.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openStore } from './store.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-kill-`)
after(() => rmSync(folder, { recursive: true }))
const writer = fileURLToPath(new URL('kill-writer.testing.ts', import.meta.url))

test('killed ten times by SIGKILL and ten times by SIGTERM, at random moments', { timeout: 300_000 }, async () => {
  const done: string[] = []
  for (let round = 0; round < 20; round++) {
    const signal = round % 2 === 0 ? 'SIGKILL' : 'SIGTERM'
    done.push(...(await writeAndKill(round, signal, 5 + Math.random() * 150)))
  }
  assert.ok(done.length > 20, `only ${done.length} were written`)

  const store = await openStore({ folder })
  try {
    const { evidence, open } = await store.estate()
    const resources = evidence.map(({ resource }) => resource)
    assert.equal(new Set(resources).size, resources.length, 'evidence twice')
    const known = new Set(resources)
    assert.deepEqual(
      done.filter((resource) => !known.has(resource)),
      [],
    )
    // All of an assessment or nothing: each came with two findings.
    const findings = open.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0)
    assert.equal(findings, 2 * evidence.filter(({ resource }) => resource.startsWith('docker/')).length)
    assert.equal(await store.verifyEvidence(), undefined)
  } finally {
    await store.close()
  }
})

/** Kills it so many milliseconds after its first assessment was done. Gives the ids that it printed as done. */
async function writeAndKill(round: number, signal: NodeJS.Signals, afterFirst: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, folder, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (printed === '') setTimeout(() => child.kill(signal), afterFirst)
    printed += text
  })
  await new Promise((resolve) => child.once('close', resolve))
  return printed.split('\n').slice(0, -1) // the last line may be cut
}
