// What comes from Git, as each tool writes it: the purl holds the repository and the commit, and no password.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Extractor } from '../extractor.ts'
import { run } from '../testing.ts'
import { bunLock } from './bun-lock.ts'
import { cargoLock } from './cargo-lock.ts'
import { composerLock } from './composer-lock.ts'
import { gemfileLock } from './gemfile-lock.ts'
import { mixLock } from './mix-lock.ts'
import { npmLock } from './npm-lock.ts'
import { pdmLock } from './pdm-lock.ts'
import { pipfileLock } from './pipfile-lock.ts'
import { pnpmLock } from './pnpm-lock.ts'
import { poetryLock } from './poetry-lock.ts'
import { pubLock } from './pub-lock.ts'
import { pythonDirectUrl } from './python-direct-url.ts'
import { pythonPylock } from './python-pylock.ts'
import { pythonRequirements } from './python-requirements.ts'
import { uvLock } from './uv-lock.ts'
import { yarnLock } from './yarn-lock.ts'

const commit = 'a5f5687368a5f95415d58d37e8dfb10c6b6d44c5'
const https = `?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fr.git%40${commit}`
const plain = https.replace('.git%40', '%40')
const ssh = https.replace('%2Bhttps', '%2Bssh')
const url = 'https://me:secret@github.com/o/r.git'

const npm = (entry: object): string => JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/r': entry } })
const pnpm = (resolution: string): string =>
  `lockfileVersion: '9.0'\n\npackages:\n\n  r@git+ssh://x:\n    resolution: ${resolution}\n    version: 1.2.3\n`
const yarn = (resolved: string): string =>
  `# yarn lockfile v1\n\n"r@o/r":\n  version "1.2.3"\n  resolved "${resolved}"\n`
const toml = (list: string, more: string): string => `[[${list}]]\nname = "r"\n${more}\n`

const cases: [extractor: Extractor, path: string, text: string, purls: string[]][] = [
  [
    npmLock,
    'package-lock.json',
    npm({ version: '1.2.3', resolved: `git+ssh://git@github.com/o/r.git#${commit}` }),
    [`pkg:npm/r@1.2.3${ssh}`],
  ],
  // The address of a registry's archive tells none, and neither does a tag.
  [
    npmLock,
    'package-lock.json',
    npm({ version: '1.2.3', resolved: `https://registry.example.org/r/-/r-1.2.3.tgz#${commit}` }),
    ['pkg:npm/r@1.2.3'],
  ],
  [
    npmLock,
    'package-lock.json',
    npm({ version: '1.2.3', resolved: 'git+https://github.com/o/r.git#v1.2.3' }),
    ['pkg:npm/r@1.2.3'],
  ],
  [
    npmLock,
    'package-lock.json',
    JSON.stringify({ lockfileVersion: 1, dependencies: { r: { version: `git+${url}#${commit}`, from: 'r@o/r' } } }),
    [`pkg:npm/r@${commit}${https}`],
  ],
  [yarnLock, 'yarn.lock', yarn(`https://codeload.github.com/o/r/tar.gz/${commit}`), [`pkg:npm/r@1.2.3${plain}`]],
  [yarnLock, 'yarn.lock', yarn(`git+${url}#${commit}`), [`pkg:npm/r@1.2.3${https}`]],
  [yarnLock, 'yarn.lock', yarn(`https://registry.example.org/r/-/r-1.2.3.tgz#${commit}`), ['pkg:npm/r@1.2.3']],
  [
    yarnLock,
    'yarn.lock',
    `__metadata:\n  version: 8\n\n"r@o/r":\n  version: 1.2.3\n  resolution: "r@${url}#commit=${commit}"\n`,
    [`pkg:npm/r@1.2.3${https}`],
  ],
  [
    pnpmLock,
    'pnpm-lock.yaml',
    pnpm(`{tarball: https://codeload.github.com/o/r/tar.gz/${commit}}`),
    [`pkg:npm/r@1.2.3${plain}`],
  ],
  [pnpmLock, 'pnpm-lock.yaml', pnpm(`{commit: ${commit}, repo: ${url}, type: git}`), [`pkg:npm/r@1.2.3${https}`]],
  [
    pnpmLock,
    'pnpm-lock.yaml',
    pnpm(`{type: git, repo: git@github.com:o/r.git, commit: ${commit}}`),
    [`pkg:npm/r@1.2.3${ssh}`],
  ],
  [
    bunLock,
    'bun.lock',
    JSON.stringify({ lockfileVersion: 1, packages: { r: [`r@git+${url}#${commit}`, {}, commit] } }),
    [`pkg:npm/r@${commit}${https}`],
  ],
  [
    bunLock,
    'bun.lock',
    JSON.stringify({ lockfileVersion: 1, packages: { r: [`r@github:o/r#${commit}`, {}, commit] } }),
    [`pkg:npm/r@${commit}${plain}`],
  ],
  [
    cargoLock,
    'Cargo.lock',
    toml('package', `version = "1.2.3"\nsource = "git+${url}?tag=v1.2.3#${commit}"`),
    [`pkg:cargo/r@1.2.3${https}`],
  ],
  [
    gemfileLock,
    'Gemfile.lock',
    `GIT\n  remote: ${url}\n  revision: ${commit}\n  specs:\n    r (1.2.3)\n`,
    [`pkg:gem/r@1.2.3${https}`],
  ],
  [
    mixLock,
    'mix.lock',
    `%{\n  "r": {:git, "${url}", "${commit}", [branch: "main"]},\n}\n`,
    [`pkg:hex/r@${commit}${https}`],
  ],
  [
    pubLock,
    'pubspec.lock',
    `packages:\n  r:\n    description:\n      resolved-ref: "${commit}"\n      url: "${url}"\n    source: git\n    version: "1.2.3"\n`,
    [`pkg:pub/r@1.2.3${https}`],
  ],
  [
    composerLock,
    'composer.lock',
    JSON.stringify({
      packages: [
        { name: 'o/r', version: 'dev-main', source: { type: 'git', url, reference: commit } },
        { name: 'o/s', version: 'v1.2.3', source: { type: 'git', url, reference: commit } },
        { name: 'o/t', version: 'dev-main', source: { type: 'svn', url, reference: '12' } },
      ],
    }),
    [`pkg:composer/o/r@dev-main${https}`, 'pkg:composer/o/s@v1.2.3', 'pkg:composer/o/t@dev-main'],
  ],
  [
    poetryLock,
    'poetry.lock',
    toml(
      'package',
      `version = "1.2.3"\n[package.source]\ntype = "git"\nurl = "${url}"\nresolved_reference = "${commit}"`,
    ),
    [`pkg:pypi/r@1.2.3${https}`],
  ],
  [
    poetryLock,
    'poetry.lock',
    toml('package', `version = "1.2.3"\n[package.source]\ntype = "url"\nurl = "${url}"`),
    ['pkg:pypi/r@1.2.3'],
  ],
  [
    uvLock,
    'uv.lock',
    toml('package', `version = "1.2.3"\nsource = { git = "${url}?rev=main#${commit}" }`),
    [`pkg:pypi/r@1.2.3${https}`],
  ],
  [
    pdmLock,
    'pdm.lock',
    toml('package', `version = "1.2.3"\ngit = "${url}"\nref = "main"\nrevision = "${commit}"`),
    [`pkg:pypi/r@1.2.3${https}`],
  ],
  [
    pythonPylock,
    'pylock.toml',
    toml('packages', `vcs = { type = "git", url = "${url}", commit-id = "${commit}" }`),
    [`pkg:pypi/r@${commit}${https}`],
  ],
  [
    pipfileLock,
    'Pipfile.lock',
    JSON.stringify({ _meta: {}, default: { r: { git: url, ref: commit } } }),
    [`pkg:pypi/r@${commit}${https}`],
  ],
  [
    pythonRequirements,
    'requirements.txt',
    [
      `r @ git+${url}@${commit}`,
      `S[x,y]@git+${url}@${commit} ; python_version > "3"`,
      `-e git+${url}@${commit}#egg=t&subdirectory=a`,
    ].join('\n'),
    ['r', 's', 't'].map((name) => `pkg:pypi/${name}@${commit}${https}`),
  ],
  [
    pythonDirectUrl,
    'usr/lib/python3/site-packages/My_R-1.2.3.dist-info/direct_url.json',
    JSON.stringify({ url, vcs_info: { vcs: 'git', requested_revision: 'v1.2.3', commit_id: commit } }),
    [`pkg:pypi/my-r@1.2.3${https}`],
  ],
  [pythonDirectUrl, 'r-1.2.3.dist-info/direct_url.json', JSON.stringify({ url: 'file:///src', dir_info: {} }), []],
]
for (const [extractor, path, text, purls] of cases) {
  test(`${extractor.id}: ${text.replaceAll(/\s+/g, ' ').slice(0, 100)}`, async () => {
    const { packages, gaps } = await run(extractor, path, text)
    deepEqual([packages.map(({ purl }) => purl), gaps], [purls, []])
  })
}

test('a requirement that names a branch or no name stays open', async () => {
  const { packages, gaps } = await run(
    pythonRequirements,
    'requirements.txt',
    `r @ git+${url}@main\ngit+${url}@${commit}\n`,
  )
  deepEqual([packages, gaps.map(({ why }) => why)], [[], ['requirements that name no exact version (==): 2']])
})
