import { deepEqual, rejects } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nobody } from '../inspect/trust.ts'
import { registryAccess } from './registry-access.ts'

const none = { insecure: [], mirrors: [], trustedKeys: [] }

test('words become what registries are asked with', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-keys-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })
  writeFileSync(join(folder, 'release.pub'), pem)
  const { registry, platform } = await registryAccess({
    platform: 'linux/arm64',
    insecure: ['a.example:5000'],
    mirrors: ['Docker.io=http://mirror.example:5000'],
    trustedKeys: [join(folder, 'release.pub')],
  })
  deepEqual(platform, { os: 'linux', architecture: 'arm64' })
  deepEqual(registry.insecure, ['a.example:5000'])
  deepEqual([...(registry.mirrors ?? [])].map(String), ['docker.io,http://mirror.example:5000/'])
  deepEqual(
    registry.trust?.keys.map(({ name }) => name.slice(0, 21)),
    ['release.pub (SHA-256 '],
  )
  deepEqual(await registryAccess(none), { registry: { insecure: [], mirrors: new Map(), trust: nobody } })
})

const wrong: [object, RegExp][] = [
  [{ platform: 'linux' }, /--platform linux: expected OS\/ARCHITECTURE/],
  [{ mirrors: ['https://mirror.example'] }, /expected REGISTRY=ADDRESS/],
  [{ mirrors: ['docker.io=https://mirror.example/path'] }, /expected REGISTRY=ADDRESS/],
  [
    { mirrors: ['docker.io=https://me:secret@mirror.example'] },
    /^Error: --registry-mirror: expected REGISTRY=ADDRESS, e\.g\. docker/,
  ],
  [{ trustedKeys: ['/none.pub'] }, /--trusted-key \/none\.pub: could not be read \(ENOENT\)/],
  [{ trustedKeys: ['/dev/null'] }, /--trusted-key \/dev\/null: is no public key in PEM/],
]
for (const [words, why] of wrong) {
  test(`${JSON.stringify(words)} says what was expected`, () => rejects(registryAccess({ ...none, ...words }), why))
}
