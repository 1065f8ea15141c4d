// Lines `a b` to -1, 0, 1 or `invalid`, by the order in which git itself lists them as tags. It takes what may be a tag at all.
// https://git-scm.com/docs/git-tag#Documentation/git-tag.txt---sortltkeygt

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const pairs = readFileSync(0, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split(' '))
const folder = mkdtempSync(join(tmpdir(), 'version-judge-'))
// Nothing of whoever calls it, such as a repository in whose hook this runs.
const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
const stages = ['alpha', 'beta', 'pre', 'rc'].flatMap((stage) => ['-c', `versionsort.suffix=-${stage}`])

function git(args, input = '') {
  return execFileSync('git', args, { cwd: folder, env, input, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

try {
  git(['init', '--quiet', '--bare'])
  const object = git(['hash-object', '-w', '--stdin'], 'x').trim()
  const versions = [...new Set(pairs.flat())].filter((version) => /^[\w.~+-]+$/.test(version) && isTag(version))
  git(['update-ref', '--stdin'], versions.map((version) => `create refs/tags/${version} ${object}\n`).join(''))
  const place = new Map(
    git([...stages, 'tag', '--sort=version:refname'])
      .trim()
      .split('\n')
      .map((version, at) => [version, at]),
  )
  for (const [a, b] of pairs) {
    const known = place.has(a) && place.has(b)
    console.log(known ? Math.sign(place.get(a) - place.get(b)) : 'invalid')
  }
} finally {
  rmSync(folder, { recursive: true })
}

/** https://git-scm.com/docs/git-check-ref-format */
function isTag(version) {
  return !/^[.-]|\.\.|\.$|\.lock$|~/.test(version)
}
