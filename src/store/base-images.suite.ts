// Bases of images, whichever of them was read first.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { imageId } from '../model/resource.ts'
import { openStore } from './store.ts'
import { debian, digest, everything, image } from './testing.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-base-`)
after(() => rmSync(folder, { recursive: true }))

const bash = debian('bash', '5.2')

function built(number: number, ...layers: number[]) {
  const on = layers.map((of) => ({ digest: digest(of), size: 1, entries: 1 }))
  return { ...image(number, [bash]), layers: on }
}

test('the base is the image with the most of the lowest layers, but not all', async () => {
  const store = await openStore({ folder })
  try {
    const base = async (number: number) => (await store.imageDetail(everything, imageId(digest(number))))?.image.base
    const named = { name: 'docker.io/library/debian:12', known: 'annotation' } as const
    await store.recordImage({ ...built(1, 0xa, 0xb, 0xc), base: named })
    assert.deepEqual(await base(1), named)
    await store.recordImage(built(2, 0xa))
    assert.deepEqual(await base(1), { layers: 1, name: 'app:2', digest: digest(2), known: 'estate' })
    await store.recordImage(built(3, 0xa, 0xb))
    assert.deepEqual(await base(1), { layers: 2, name: 'app:3', digest: digest(3), known: 'estate' })
    assert.equal((await base(3))?.digest, digest(2))
    for (const [number, layers] of Object.entries({ 4: [0xb], 5: [0xa, 0xb, 0xc], 6: [0xa, 0xb, 0xc, 0xd], 7: [] }))
      await store.recordImage(built(Number(number), ...layers))
    assert.equal((await base(1))?.digest, digest(3), 'others, its equal, those above it, and one without layers')
    assert.deepEqual([await base(2), await base(4), await base(7)], [undefined, undefined, undefined])
    await store.recordImage({ ...built(2, 0xe), aliases: [] })
    assert.equal(await base(3), undefined, 'read again, it has other layers')
  } finally {
    await store.close()
  }
})
