import { equal } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { style, styleHash } from './style.ts'

test('the policy of the page names its style', () => {
  equal(styleHash, `sha256-${createHash('sha256').update(style).digest('base64')}`)
})
