// Writes assessments until it is killed, and prints the resource of each one that is done.

import { writeSync } from 'node:fs'
import { openStore } from './store.ts'
import { assessment, container, report, ruleFinding } from './testing.ts'

const [folder, round] = process.argv.slice(2)
const store = await openStore({ folder: folder! })
const names = Array.from({ length: 20 }, (_, number) => `${number}`).flatMap((number) =>
  Array.from({ length: 200 }, (_, each) => `${number}-${each}`),
)
if (round === '0') {
  await store.recordSource(
    report('docker', '2026-11-01T00:00:00Z'),
    names.map((name) => container(name, 1)),
  )
}
for (let each = 0; each < 200; each++) {
  const resource = `docker/${round}-${each}`
  const findings = [ruleFinding(resource, 'root'), ruleFinding(resource, 'privileged')]
  await store.recordAssessment(assessment(resource, '2026-11-01T00:00:00Z', findings))
  writeSync(1, `${resource}\n`)
}
setInterval(() => store, 1000) // all are written: stays until it is killed
