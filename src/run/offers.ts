// Which other sources this machine could be given: those of the list that are absent, and traces of others.

import { offers as tracesOf } from '../discover/host/offers.ts'
import { sources } from '../discover/sources.ts'
import type { SourceReport } from '../model/source.ts'
import { localAsk } from './local-ask.ts'

export async function offers(known: readonly SourceReport[]): Promise<{ id: string; offer: string }[]> {
  const absent = sources.filter(({ id }) => !known.some((report) => report.id === id))
  return [...absent.map(({ name, offer }) => ({ id: name, offer })), ...(await tracesOf(localAsk().machine))]
}
