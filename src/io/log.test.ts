import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

test('a line is JSON with level, time, facts and message; what is secret by its name is never written', () => {
  let written = ''
  const log = createLog('info', { write: (line) => void (written += line) })
  log.warn(
    {
      path: '/sign-in',
      token: 'hush-1',
      cookie: 'hush-2',
      request: { headers: { authorization: 'hush-3', cookie: 'hush-4', accept: 'text/html' }, token: 'hush-5' },
    },
    'refused',
  )
  assert.doesNotMatch(written, /hush/)
  const line = JSON.parse(written) as Record<string, unknown>
  assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
  assert.deepEqual([line['level'], line['path'], line['msg']], [40, '/sign-in', 'refused'])
  assert.deepEqual(line['request'], {
    headers: { authorization: '[redacted]', cookie: '[redacted]', accept: 'text/html' },
    token: '[redacted]',
  })
})

test('a silent log writes nothing', () => {
  let written = ''
  createLog('silent', { write: (line) => void (written += line) }).error({}, 'nobody hears')
  assert.equal(written, '')
})
