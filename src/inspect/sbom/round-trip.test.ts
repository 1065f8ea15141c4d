// What this product writes, it reads back: the same packages, whichever standard they went through.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Package } from '../../model/package.ts'
import { cyclonedx } from '../../report/cyclonedx.ts'
import { spdx } from '../../report/spdx.ts'
import { hostile, layered } from '../../report/testing.ts'
import { never, workFolder } from '../testing.ts'
import { readSbom } from './read-sbom.ts'

/** An rpm with an epoch and a stream, and a module of Go whose name has capitals: what is easily lost. */
const delicate: Package[] = [
  {
    ecosystem: 'Go',
    name: 'github.com/BurntSushi/toml',
    version: 'v1.2.0',
    purl: 'pkg:golang/github.com/burntsushi/toml@v1.2.0',
    place: { path: 'usr/bin/app', layer: 'sha256:1' },
  },
  {
    ecosystem: 'Kubernetes',
    name: 'k8s.io/kubelet',
    version: 'v1.29.3',
    purl: 'pkg:golang/k8s.io/kubernetes@v1.29.3#cmd/kubelet',
    place: { path: 'usr/bin/kubelet' },
  },
  {
    ecosystem: 'npm',
    name: '@babel/core',
    version: '7.0.0',
    purl: 'pkg:npm/%40babel/core@7.0.0',
    declared: true,
    place: { path: 'srv/package-lock.json', line: 9 },
  },
]
/** Longer than a name, but of parts that have one each. */
const many = ['MIT', '(GPL OR own)', ...Array.from({ length: 30 }, (_, index) => `own words ${index}`)].join(' AND ')
const bash: Package = {
  ecosystem: 'Rocky Linux',
  name: 'bash-doc',
  version: '1:5.1.8-6.el9',
  purl: 'pkg:rpm/rocky/bash-doc@5.1.8-6.el9?arch=x86_64&distro=rocky-9.3&epoch=1',
  source: { name: 'bash', version: '1:5.1.8-6.el9' },
  arch: 'x86_64',
  licence: 'GPL-3.0-or-later',
  module: 'perl:5.26:8010020191114033549:ffc7b2f4',
  place: { path: 'var/lib/rpm/rpmdb.sqlite' },
}
const rocky = { id: 'rocky', version: '9.3', name: 'Rocky Linux 9.3 (Blue Onyx)', ecosystem: 'Rocky Linux:9' }

for (const format of [cyclonedx, spdx]) {
  for (const [name, result] of Object.entries({
    debian: { ...layered, packages: [...layered.packages, ...delicate, { ...delicate[0]!, licence: many }] },
    rocky: { ...layered, distribution: rocky, packages: [bash, ...delicate] },
  })) {
    test(`${format.id}: ${name}`, async (t) => {
      const path = join(workFolder(t), `bom.${format.extension}`)
      writeFileSync(path, [...format.render(result)].join(''))
      const { packages, distribution } = await readSbom(path, { signal: never })
      assert.deepEqual(distribution, result.distribution)
      assert.deepEqual(packages, result.packages)
    })
  }

  test(`${format.id}: what means harm is read back or is a gap`, async (t) => {
    const path = join(workFolder(t), `bom.${format.extension}`)
    writeFileSync(path, [...format.render(hostile)].join(''))
    const { packages, gaps } = await readSbom(path, { signal: never })
    assert.ok(packages.length + gaps.length > 0)
  })
}
