import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { pdmLock } from './pdm-lock.ts'

// Written by hand after the format's description.
test('extras are no packages of their own, folders of the project are none', async () => {
  const entries = [
    'name = "requests"\nversion = "2.25.1"',
    'name = "requests"\nversion = "2.25.1"\nextras = ["socks"]',
    'name = "own"\nversion = "0.1.0"\npath = "./own"\neditable = true',
    'name = "archive"\nversion = "1.0"\npath = "./archive-1.0.tar.gz"',
    'name = "checkout"\nversion = "2.0"\ngit = "https://example.org/checkout.git"\nrevision = "0123"',
  ]
  const text = `[metadata]\nlock_version = "4.5.0"\n\n${entries.map((entry) => `[[package]]\n${entry}\n`).join('\n')}`
  const { packages, gaps } = await run(pdmLock, 'srv/pdm.lock', text)
  deepEqual(packages.map(nameAndVersion), ['requests 2.25.1', 'archive 1.0', 'checkout 2.0'])
  deepEqual(gaps, [])
})
