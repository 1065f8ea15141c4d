import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { pacman } from './pacman.ts'

const path = 'var/lib/pacman/local/gcc-libs-14.2.1+r134+gab884fffe3fc-1/desc'

test('a package, with its source package', async () => {
  const desc = [
    ['NAME', 'gcc-libs'],
    ['VERSION', '14.2.1+r134+gab884fffe3fc-1'],
    ['BASE', 'gcc'],
    ['DESC', '%VERSION% is not a field here'],
    ['ARCH', 'x86_64'],
    ['LICENSE', 'GPL-3.0-with-GCC-exception', 'GFDL-1.3-or-later'],
    ['DEPENDS', 'glibc>=2.27'],
  ]
  const text = desc.map(([name, ...values]) => `%${name}%\n${values.join('\n')}\n\n`).join('')
  deepEqual(await run(pacman, path, text), {
    packages: [
      {
        ecosystem: 'Arch Linux',
        name: 'gcc-libs',
        version: '14.2.1+r134+gab884fffe3fc-1',
        purl: 'pkg:alpm/arch/gcc-libs@14.2.1%2Br134%2Bgab884fffe3fc-1?arch=x86_64',
        source: { name: 'gcc', version: '14.2.1+r134+gab884fffe3fc-1' },
        arch: 'x86_64',
        licence: 'GPL-3.0-with-GCC-exception AND GFDL-1.3-or-later',
        place: { path },
      },
    ],
    gaps: [],
  })
})

test('a package without a version is a gap', async () => {
  const { packages, gaps } = await run(pacman, path, '%NAME%\na\n\n%VERSION%\n\n')
  deepEqual([packages, gaps], [[], [{ why: 'a package without %NAME% or %VERSION%', place: { path } }]])
})
