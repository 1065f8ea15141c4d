// A database that pacman itself wrote, against what `pacman -Q` says of it.

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { withoutPrograms } from '../testing/shared.ts'
import { inspectTarget } from './inspect.ts'
import { nameAndVersion, never, workFolder } from './testing.ts'

const packages: Record<string, string>[] = [
  { pkgname: 'gcc-libs', pkgbase: 'gcc', pkgver: '14.2.1+r134+gab884fffe3fc-1', license: 'GPL-3.0-or-later' },
  { pkgname: 'gcc', pkgbase: 'gcc', pkgver: '14.2.1+r134+gab884fffe3fc-1', license: 'GPL-3.0-or-later' },
  { pkgname: 'tzdata', pkgbase: 'tzdata', pkgver: '2024b-2', license: 'custom:ünique' },
  { pkgname: 'vim', pkgbase: 'vim', pkgver: '1:9.1.0~rc1-1', license: 'custom:vim' },
]

test('as pacman -Q says', { skip: withoutPrograms('pacman', 'tar') }, async (t) => {
  const folder = workFolder(t)
  const root = join(folder, 'root')
  mkdirSync(join(root, 'var/lib/pacman'), { recursive: true })
  mkdirSync(join(root, 'etc'))
  writeFileSync(join(root, 'etc/os-release'), 'ID=arch\nPRETTY_NAME="Arch Linux"\n')
  writeFileSync(
    join(folder, 'pacman.conf'),
    '[options]\nArchitecture = x86_64\nSigLevel = Never\nLocalFileSigLevel = Never\n',
  )
  const pacman = (...words: string[]): string => {
    const places = ['--root', root, '--dbpath', join(root, 'var/lib/pacman'), '--cachedir', join(folder, 'cache')]
    const options = [...places, '--config', join(folder, 'pacman.conf'), '--logfile', join(folder, 'log')]
    return execFileSync('pacman', [...options, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const files = packages.map((about) => {
    const built = join(folder, about['pkgname']!)
    mkdirSync(built)
    const fields = { ...about, pkgdesc: 'a', size: '0', arch: 'x86_64', builddate: '1' }
    const info = Object.entries(fields).map(([name, value]) => `${name} = ${value}\n`)
    writeFileSync(join(built, '.PKGINFO'), info.join(''))
    execFileSync('tar', ['-C', built, '-cf', `${built}.pkg.tar`, '.PKGINFO'])
    return `${built}.pkg.tar`
  })
  pacman('-U', '--noconfirm', '--noscriptlet', '--noprogressbar', '--nodeps', ...files)
  pacman('-R', '--noconfirm', '--noprogressbar', 'tzdata')

  const found = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never })
  deepEqual(found.gaps, [])
  equal(found.distribution?.ecosystem, 'Arch Linux')
  deepEqual(found.packages.map(nameAndVersion).toSorted(), pacman('-Q').trim().split('\n').toSorted())
  equal(found.packages.length, 3)
  const libs = found.packages.find(({ name }) => name === 'gcc-libs')
  deepEqual([libs?.source?.name, libs?.licence, libs?.arch], ['gcc', 'GPL-3.0-or-later', 'x86_64'])
  equal(libs?.purl, 'pkg:alpm/arch/gcc-libs@14.2.1%2Br134%2Bgab884fffe3fc-1?arch=x86_64&distro=arch')
})
