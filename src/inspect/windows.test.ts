// Windows is recognised, and what is not read of it is said: an image without findings must not look clean.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { windowsNotRead } from './distribution.ts'
import { inspectTarget } from './inspect.ts'
import { never, ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

test('an image of Windows', async (t) => {
  const layer = await tarOf([{ path: 'Files/Windows/System32/ntdll.dll', contents: 'x' }])
  const path = join(workFolder(t), 'image.tar')
  const platform = { os: 'windows', architecture: 'amd64' }
  writeFileSync(path, await tarOf(ociLayoutOf([{ layers: [{ stored: layer, diffId: sha256(layer) }], platform }])))
  const { image, gaps } = await inspectTarget({ kind: 'image', path }, { signal: never })
  deepEqual([image?.os, image?.packages, gaps], ['windows', [], [{ why: windowsNotRead }]])
})

test('a root file system of Windows', async (t) => {
  const path = workFolder(t)
  mkdirSync(join(path, 'Windows/System32'), { recursive: true })
  const { packages, gaps } = await inspectTarget({ kind: 'rootfs', path }, { signal: never })
  deepEqual([packages, gaps], [[], [{ why: windowsNotRead }]])
})
