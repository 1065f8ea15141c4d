import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { renvLock } from './renv-lock.ts'

const sha = '1'.repeat(40)
const lock = {
  R: { Version: '4.3.1', Repositories: [] },
  Bioconductor: { Version: '3.17' },
  Packages: {
    mime: { Package: 'mime', Version: '0.12', Source: 'Repository', Repository: 'CRAN', Hash: '00' },
    BH: { Package: 'BH', Version: '1.75.0-0', Source: 'Repository', Repository: 'RSPM' },
    S4Vectors: { Package: 'S4Vectors', Version: '0.36.1', Source: 'Bioconductor' },
    silent: { Package: 'silent', Version: '1.0' },
    fork: {
      Package: 'fork',
      Version: '1.0.0',
      Source: 'GitHub',
      RemoteHost: 'api.github.com',
      RemoteUsername: 'o',
      RemoteRepo: 'fork',
      RemoteSha: sha,
    },
    own: { Package: 'own', Version: '0.1.0', Source: 'Local' },
    broken: { Package: 'broken' },
  },
}

test('from CRAN and its mirrors, Bioconductor and hosts of Git', async () => {
  const { packages, gaps } = await run(renvLock, 'srv/renv.lock', JSON.stringify(lock))
  deepEqual(
    packages.map(({ ecosystem, purl, declared }) => [ecosystem, purl, declared]),
    [
      ['CRAN', 'pkg:cran/mime@0.12', true],
      ['CRAN', 'pkg:cran/BH@1.75.0-0', true],
      ['Bioconductor', 'pkg:bioconductor/S4Vectors@0.36.1', true],
      ['CRAN', `pkg:cran/fork@1.0.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Ffork%40${sha}`, true],
    ],
  )
  deepEqual(
    gaps.map(({ why }) => why),
    [
      'silent is from no repository, but from a folder or an archive',
      'own is from no repository, but from a folder or an archive',
      'the entry broken has no name or no version',
    ],
  )
})

test('a lock of nothing, and what is no lock', async () => {
  deepEqual(await run(renvLock, 'renv.lock', '{"R":{}}'), { packages: [], gaps: [] })
  const { gaps } = await run(renvLock, 'renv.lock', '{"Packages":[]}')
  deepEqual(gaps, [{ why: 'renv.lock without a list of packages', place: { path: 'renv.lock' } }])
})
