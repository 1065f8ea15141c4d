import { test } from 'node:test'
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import fc from 'fast-check'
import { elfWith, inlineBuildInfo, machOWith, peWith, pointerBuildInfo } from '../inspect/programs/testing.ts'
import { elfSectionTable } from './elf.ts'
import { looksExecutable, parseExecutable } from './executable.ts'
import { offsetOf, type ReadAt } from './executable-format.ts'
import { readGoBuildInfo } from './go-build-info.ts'

function reading(bytes: Uint8Array): ReadAt {
  return (offset, length) => (offset < 0 ? new Uint8Array() : bytes.subarray(offset, offset + length))
}

const data = Buffer.from('the data')
const formats: [name: string, make: (section: string, data: Uint8Array) => Buffer][] = [
  ['ELF', elfWith],
  ['PE', peWith],
  ['Mach-O', machOWith],
  ['Mach-O', (section, contents) => machOWith(section, contents, true)],
]

for (const [format, make] of formats) {
  test(`${format}: the section of a name, and where an address lies`, () => {
    const bytes = make('.name', data)
    const executable = parseExecutable(reading(bytes))
    ok(executable)
    deepEqual([executable.format, executable.pointerSize, executable.littleEndian], [format, 8, true])
    const section = executable.sections.find(({ name }) => name === '.name')
    ok(section?.writable)
    deepEqual(bytes.subarray(section.offset, section.offset + section.size), data)
    equal(offsetOf(section.address + 4, executable), section.offset + 4)
    equal(offsetOf(section.address + data.length, executable), undefined)
  })

  test(`${format}: Go's build information, with strings in place and with pointers`, () => {
    const expected = { goVersion: 'go1.22.3', modules: 'path\ta\n' }
    const base = parseExecutable(reading(make('.name', data)))!.segments[0]!.address
    for (const info of [
      inlineBuildInfo(expected.goVersion, expected.modules),
      pointerBuildInfo(expected.goVersion, expected.modules, base),
    ]) {
      const bytes = make('.go.buildinfo', info)
      deepEqual(readGoBuildInfo(parseExecutable(reading(bytes))!, reading(bytes)), expected)
      const cut = bytes.subarray(0, bytes.indexOf(' Go buildinf:') + 40)
      const executable = { ...parseExecutable(reading(bytes))!, sections: [] }
      throws(() => readGoBuildInfo(executable, reading(cut)), /it is cut|has no length/)
    }
  })
}

test('what is no executable', () => {
  // The first bytes of a class of Java 17: they are Mach-O's for several processors.
  const javaClass = Buffer.from('cafebabe0000003d001d0a00020003070004', 'hex')
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('#!/bin/sh\n'),
    Buffer.from('MZ'),
    Buffer.from('\x7fELF'),
    javaClass,
  ]) {
    equal(parseExecutable(reading(bytes)), undefined)
  }
  equal(looksExecutable(Buffer.from('\x7fEL')), false)
})

test('whatever the bytes, the parsers end, throw only their own error, and give parts of numbers', () => {
  const seeds = formats.flatMap(([, make]) => [
    make('.go.buildinfo', inlineBuildInfo('go1.22.3', 'path\ta\n')),
    make('.go.buildinfo', pointerBuildInfo('go1.17', 'path\ta\n')),
  ])
  const change = fc.tuple(fc.nat(0x400), fc.constantFrom(0, 1, 0x7f, 0xff), fc.boolean())
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(change, { maxLength: 12 }), fc.nat(0x800), (seed, changes, cut) => {
      const bytes = Buffer.from(seed)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      const read = reading(changes.length % 2 === 0 ? bytes : bytes.subarray(0, cut))
      elfSectionTable(read)
      const executable = parseExecutable(read)
      if (!executable) return
      for (const part of [...executable.segments, ...executable.sections]) ok(part.offset >= 0 && part.size >= 0)
      try {
        readGoBuildInfo(executable, read)
      } catch (error) {
        equal((error as Error).name, 'GoBuildInfoError')
      }
    }),
    { interruptAfterTimeLimit: 1000, numRuns: 5000 },
  )
})
