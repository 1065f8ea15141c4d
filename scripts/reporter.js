// A short report: failures with their cause, what was skipped with its reason, then the counts.

import { relative } from 'node:path'

export default async function* report(events) {
  let passed = 0
  const failed = []
  const skipped = []
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details?.type === 'suite' && type === 'test:pass' && data.skip === undefined) continue
    if (data.skip !== undefined || data.todo !== undefined) skipped.push(data)
    else if (type === 'test:pass') passed++
    else failed.push(data)
  }
  const place = ({ file, line }) => (file ? `${relative(process.cwd(), file)}:${line}` : '')
  for (const data of failed) {
    const cause = data.details?.error?.cause ?? data.details?.error
    yield `\nFAILED ${data.name} (${place(data)})\n${cause?.stack ?? cause?.message ?? cause}\n`
  }
  for (const data of skipped) yield `skipped: ${data.name} (${place(data)}): ${data.skip ?? data.todo}\n`
  yield `${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`
}
