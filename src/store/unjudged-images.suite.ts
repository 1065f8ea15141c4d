// How many images could not be judged whole, counted from what their evidence says.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Evidence } from '../model/evidence.ts'
import { imageId } from '../model/resource.ts'
import { openStore } from './store.ts'
import { debian, digest, everything, image } from './testing.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-unjudged-`)
after(() => rmSync(folder, { recursive: true }))

function evidence(number: number, day: number, done: number): Evidence {
  return {
    resource: imageId(digest(number)),
    subLayer: 'image',
    task: 'vulnerabilities',
    engine: 'plimsoll',
    at: `2026-11-0${day}T00:00:00Z`,
    depth: { done, of: 2, unit: 'packages judged' },
    gaps: [],
  }
}

test('an image counts until all of it has been judged, and again when some of it no longer is', async () => {
  const store = await openStore({ folder })
  try {
    const count = (): Promise<number> => store.affected.notJudged(everything)
    const read = (number: number) => store.recordImage(image(number, [debian('bash', '5.2')]))
    assert.equal(await count(), 0)
    await read(1)
    await read(2)
    assert.equal(await count(), 2)
    await store.verdicts.recordEvidence([evidence(1, 2, 2), evidence(2, 2, 1)])
    assert.equal(await count(), 1)
    await read(1)
    assert.equal(await count(), 1, 'read again, it is the same image')
    await store.recordAssessment({ ...evidence(2, 3, 2), findings: [] })
    assert.equal(await count(), 0)
    await store.recordAssessment({ ...evidence(1, 3, 0), findings: [] })
    assert.equal(await count(), 1)
    await store.verdicts.recordEvidence([evidence(2, 1, 0)])
    assert.equal(await count(), 1, 'older evidence says nothing of today')
    await store.verdicts.recordEvidence([{ ...evidence(2, 4, 0), resource: 'host/a', subLayer: 'node_os' }])
    assert.equal(await count(), 1, 'a machine is no image')
    await store.recordAssessment({ ...evidence(2, 5, 0), engine: 'another', findings: [] })
    assert.equal(await count(), 1, 'of another engine')
    assert.equal(await store.affected.notJudged({ teams: [] }), 0)
  } finally {
    await store.close()
  }
})
