// Real advisories beside the checkout, and numbers to draw from them by.

import { advisory, type Advisory } from '../model/advisory.ts'
import { folderDocuments } from '../io/documents.ts'
import { shared } from './shared.ts'

/** All records of one ecosystem; none where this machine has no such data. */
export async function osvRecords(ecosystem: string): Promise<Advisory[]> {
  const folder = shared(`osv/${ecosystem}`)
  const records: Advisory[] = []
  if (folder === undefined) return records
  for await (const document of folderDocuments(folder, (path) => (path.endsWith('.json') ? {} : undefined))) {
    if ('text' in document) records.push(advisory.parse(JSON.parse(document.text)))
  }
  return records
}

/** Every version that records name. */
export function versionsIn(records: readonly Advisory[]): string[] {
  const versions = records.flatMap(({ affected }) =>
    (affected ?? []).flatMap(({ ranges = [], versions = [] }) => [
      ...versions,
      ...ranges
        .filter(({ type }) => type !== 'GIT')
        .flatMap(({ events }) =>
          events.flatMap((event) => Object.values(event).filter((bound) => bound !== undefined)),
        ),
    ]),
  )
  return [...new Set(versions)].filter((version) => /^\S+$/.test(version))
}

/** The same numbers in every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
