// What an image costs before its first byte is read: see docs/decisions/0011.

import { deepEqual, ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

test('loads no library, and of its own modules only what every image needs', () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(new URL('inspect.ts', import.meta.url).href)})
    console.log(JSON.stringify(loaded))`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  const loaded = (JSON.parse(printed) as string[]).filter((url) => url.startsWith('file:'))
  ok(loaded.length > 50)
  // The poms of projects share what reads those in archives.
  const later =
    /\/node_modules\/|\/java\/archive|\/secrets\/|\/malware\/|\/rootfs\/|\/origin\/(?:origin|documents|provenance)/
  deepEqual(
    loaded.filter((url) => later.test(url)),
    [],
  )
})
