// Whether Python's XML reader, which is not ours, takes what we write of the most hostile names, and counts the same tests.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { withoutPrograms } from '../testing/shared.ts'
import { junit } from './junit.ts'
import { big, decided, hostile, layered, real } from './testing.ts'

const program = `
import sys, xml.etree.ElementTree as tree
for suite in tree.fromstring(sys.stdin.buffer.read()):
    cases = suite.findall('testcase')
    print(suite.get('name'), len(cases), int(suite.get('tests')), len(suite.findall('testcase/failure')), int(suite.get('failures')))
`

for (const [name, result] of Object.entries({ real, layered, decided, hostile, big: big() })) {
  test(`the ${name} result is XML, and its counts are right`, { skip: withoutPrograms('python3') }, () => {
    const { stdout, stderr } = spawnSync('python3', ['-c', program], {
      input: [...junit.render(result)].join(''),
      encoding: 'utf8',
    })
    assert.equal(stderr, '')
    const lines = stdout.trim().split('\n')
    assert.ok(lines.length >= 2)
    for (const line of lines) {
      const [cases, tests, failed, failures] = line.match(/\d+/g) ?? []
      assert.deepEqual([cases, failed], [tests, failures], line)
    }
  })
}
