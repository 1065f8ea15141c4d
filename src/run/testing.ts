import { lookupIn } from '../match/testing.ts'
import type { Advisory, Epss } from '../model/advisory.ts'
import type { CurrentAdvisories } from './rematch.ts'

/** An index of these records; it knows what differs from those of the generation before. */
export class TestIndex {
  readonly asked: string[] = []
  #records: Advisory[]
  #number = 1
  #changed: { ecosystem: string; name: string }[] = []
  constructor(records: Advisory[]) {
    this.#records = records
  }
  add(advisory: Advisory): void {
    this.#replace([...this.#records, advisory], advisory)
  }
  replace(advisory: Advisory): void {
    this.#replace([...this.#records.filter(({ id }) => id !== advisory.id), advisory], advisory)
  }
  withdraw(id: string): void {
    const gone = this.#records.find((one) => one.id === id)!
    this.#replace(
      this.#records.filter((one) => one !== gone),
      gone,
    )
  }
  #replace(records: Advisory[], changed: Advisory): void {
    this.#records = records
    this.#number++
    this.#changed = (changed.affected ?? []).flatMap((entry) => entry.package ?? [])
  }
  lookup(known: { exploited?: readonly string[]; epss?: Readonly<Record<string, Epss>> } = {}): CurrentAdvisories {
    const before = String(this.#number - 1)
    const current = lookupIn(this.#records, known)
    return {
      ...current,
      find: (ecosystem, name) => {
        this.asked.push(`${ecosystem} ${name}`)
        return current.find(ecosystem, name)
      },
      generation: String(this.#number),
      changedSince: (generation) => (generation === before ? this.#changed : undefined),
    }
  }
}
