// Against files written here after the specification, which can lie; real ones are read in inspect/containerd.suite.ts.

import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { BoltBucket, BoltDamaged, boltTransaction, openBolt } from './bolt.ts'

/** Values by key; a map is a bucket, and one in an array has pages of its own whatever its size. */
type Tree = ReadonlyMap<string, string | Tree | readonly [Tree]>

interface Lies {
  littleEndian?: boolean
  pageSize?: number
  /** Entries of a leaf. */
  fanOut?: number
  transaction?: number
}

/** Writes pages from number 4 on; 2 and 3 are left to lists of free pages. */
class BoltWriter {
  readonly pageSize: number
  readonly #little: boolean
  readonly #fanOut: number
  #pages: Buffer[] = []

  constructor({ littleEndian = true, pageSize = 1024, fanOut = 3 }: Lies) {
    this.#little = littleEndian
    this.pageSize = pageSize
    this.#fanOut = fanOut
  }

  number(size: 2 | 4 | 8, value: number): Uint8Array {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(value))
    return this.#little ? bytes.subarray(0, size) : bytes.subarray(0, size).toReversed()
  }

  header(page: number, type: number, count: number, more: number): Buffer {
    return Buffer.concat([this.number(8, page), this.number(2, type), this.number(2, count), this.number(4, more)])
  }

  /** The number of the root page. */
  write(tree: Tree): number {
    const entries = [...tree].map(([key, value]) => this.#entry(key, value)).toSorted((a, b) => a.key.compare(b.key))
    const leaves: { key: Buffer; page: number }[] = []
    for (let at = 0; at === 0 || at < entries.length; at += this.#fanOut) {
      const some = entries.slice(at, at + this.#fanOut)
      leaves.push({ key: some[0]?.key ?? Buffer.alloc(0), page: this.#add(2, some.length, this.#leaf(some)) })
    }
    return this.#above(leaves)
  }

  #above(children: { key: Buffer; page: number }[]): number {
    if (children.length === 1) return children[0]!.page
    const branches: typeof children = []
    for (let at = 0; at < children.length; at += 4) {
      const some = children.slice(at, at + 4)
      let position = some.length * 16
      const heads = some.map(({ key, page }, index) => {
        const head = [this.number(4, position - index * 16), this.number(4, key.length), this.number(8, page)]
        position += key.length
        return Buffer.concat(head)
      })
      branches.push({ key: some[0]!.key, page: this.#add(1, some.length, [...heads, ...some.map(({ key }) => key)]) })
    }
    return this.#above(branches)
  }

  #entry(key: string, value: string | Tree | readonly [Tree]): { key: Buffer; value: Buffer; flags: number } {
    const bytes = Buffer.from(key)
    if (typeof value === 'string') return { key: bytes, value: Buffer.from(value), flags: 0 }
    const counter = this.number(8, 0)
    if (Array.isArray(value)) {
      const [tree] = value as readonly [Tree]
      return { key: bytes, value: Buffer.concat([this.number(8, this.write(tree)), counter]), flags: 1 }
    }
    const inner = [...(value as Tree)].map(([name, one]) => this.#entry(name, one))
    const sorted = inner.toSorted((a, b) => a.key.compare(b.key))
    const page = [this.number(8, 0), counter, this.header(0, 2, inner.length, 0), ...this.#leaf(sorted)]
    return { key: bytes, value: Buffer.concat(page), flags: 1 }
  }

  #leaf(entries: readonly { key: Buffer; value: Buffer; flags: number }[]): Buffer[] {
    let position = entries.length * 16
    const heads = entries.map(({ key, value, flags }, index) => {
      const numbers = [flags, position - index * 16, key.length, value.length]
      position += key.length + value.length
      return Buffer.concat(numbers.map((number) => this.number(4, number)))
    })
    return [...heads, ...entries.flatMap(({ key, value }) => [key, value])]
  }

  #add(type: number, count: number, pieces: Buffer[]): number {
    const length = 16 + pieces.reduce((sum, piece) => sum + piece.length, 0)
    const pages = Math.ceil(length / this.pageSize)
    const number = 4 + this.#pages.reduce((sum, { length: size }) => sum + size / this.pageSize, 0)
    const page = Buffer.alloc(pages * this.pageSize)
    Buffer.concat([this.header(number, type, count, pages - 1), ...pieces]).copy(page)
    this.#pages.push(page)
    return number
  }

  meta(root: number, transaction: number, end: number): Buffer {
    const fields = Buffer.concat([
      ...[0xed0cdaed, 2, this.pageSize, 0].map((value) => this.number(4, value)),
      ...[root, 0, 2, end, transaction].map((value) => this.number(8, value)),
    ])
    let sum = 0xcbf29ce484222325n
    for (const byte of fields) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n)
    const stored = Buffer.alloc(8)
    stored.writeBigUInt64LE(sum)
    return Buffer.concat([fields, this.#little ? stored : stored.toReversed()])
  }

  file(root: number, transaction: number): Buffer {
    const pages = Buffer.concat(this.#pages)
    const end = 4 + pages.length / this.pageSize
    const head = Buffer.alloc(4 * this.pageSize)
    for (const page of [0, 1]) {
      this.header(page, 4, 0, 0).copy(head, page * this.pageSize)
      // The one before it knew nothing yet.
      const meta = this.meta(root, transaction - (page === transaction % 2 ? 0 : 1), end)
      meta.copy(head, page * this.pageSize + 16)
    }
    return Buffer.concat([head, pages])
  }
}

function databaseOf(tree: Tree, lies: Lies = {}): Buffer {
  const writer = new BoltWriter(lies)
  return writer.file(writer.write(tree), lies.transaction ?? 7)
}

function treeIn(bucket: BoltBucket): Tree {
  return new Map(
    bucket.entries().map((entry) => {
      const key = Buffer.from(entry.key).toString()
      return [key, 'bucket' in entry ? treeIn(entry.bucket) : Buffer.from(entry.value).toString()]
    }),
  )
}

function plain(tree: Tree): Tree {
  const entries = [...tree].map(([key, value]) => {
    const bucket = Array.isArray(value) ? (value as readonly [Tree])[0] : value
    return [key, typeof bucket === 'string' ? bucket : plain(bucket as Tree)] as const
  })
  return new Map(entries)
}

const names = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const { tree: trees } = fc.letrec<{ tree: Tree }>((tie) => {
  const inline = fc.dictionary(names, fc.string({ maxLength: 30 }), { maxKeys: 4 })
  const value = fc.oneof(
    { depthSize: 'small' },
    fc.string({ maxLength: 3000 }),
    inline.map((fields) => new Map(Object.entries(fields)) as Tree),
    fc.tuple(tie('tree')),
  )
  return { tree: fc.array(fc.tuple(names, value), { maxLength: 24 }).map((entries) => new Map(entries) as Tree) }
})

test('whatever was written, in either byte order and any size of page, is what is read', () => {
  const sizes = fc.record({
    littleEndian: fc.boolean(),
    pageSize: fc.constantFrom(1024, 4096, 16_384, 65_536),
    fanOut: fc.integer({ min: 1, max: 9 }),
    transaction: fc.integer({ min: 2, max: 9 }),
  })
  fc.assert(
    fc.property(trees, sizes, (tree, lies) => {
      const bytes = databaseOf(tree, lies)
      deepEqual(treeIn(openBolt(bytes)), plain(tree))
      equal(boltTransaction(bytes), lies.transaction)
    }),
    { numRuns: 60 },
  )
})

test('whatever is damaged, it ends, and says so or reads on', () => {
  const inner: Tree = new Map([['c', new Map([['d', '1']])]])
  const nested: Tree = new Map<string, string | readonly [Tree]>([
    ['a', 'x'.repeat(1500)],
    ['b', [inner]],
    ['e', 'f'],
  ])
  const whole = databaseOf(nested, { fanOut: 1 })
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(whole.length), (changes, cut) => {
      const bytes = Buffer.from(whole)
      for (const [at, value] of changes) bytes[at] = value
      try {
        treeIn(openBolt(bytes.subarray(0, cut < 100 ? cut : undefined)))
      } catch (error) {
        ok(error instanceof BoltDamaged, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

const small: Tree = new Map([...'abcdefgh'].map((key) => [key, key.repeat(3)]))

function damaged(change: (bytes: Buffer) => unknown, expected: RegExp, lies: Lies = {}): void {
  const bytes = databaseOf(small, lies)
  const changed = change(bytes)
  throws(() => openBolt(Buffer.isBuffer(changed) ? changed : bytes).entries(), {
    name: 'BoltDamaged',
    message: expected,
  })
}

// With pages of 1024 bytes and three entries in each: leaves are pages 4 to 6, and page 7 is the branch above them.
const page = (number: number): number => number * 1024

test('each lie has its words', () => {
  damaged(() => Buffer.alloc(0), /no bolt database/)
  damaged(() => Buffer.alloc(100_000, 1), /no bolt database/)
  damaged((bytes) => bytes.subarray(0, page(7)), /it is cut: 7 of 8 pages are there/)
  damaged((bytes) => bytes.writeUInt32LE(5, page(4)), /page 4 says that it is page 5/)
  damaged((bytes) => bytes.writeUInt32LE(4, page(7) + 16 + 16 + 8), /page 4 is used twice/)
  damaged((bytes) => bytes.writeUInt32LE(7, page(7) + 16 + 16 + 8), /page 7 is used twice/)
  damaged((bytes) => bytes.writeUInt32LE(800, page(7) + 16 + 8), /page 800 is not there/)
  damaged((bytes) => bytes.writeUInt32LE(1, page(7) + 16 + 8), /page 1 is not there/)
  damaged((bytes) => bytes.writeUInt32LE(1, page(4) + 12), /page 5 is used twice/)
  damaged((bytes) => bytes.writeUInt32LE(0xffffffff, page(4) + 12), /page 4 is cut/)
  damaged((bytes) => bytes.writeUInt16LE(60_000, page(4) + 10), /page 4 is cut/)
  damaged((bytes) => bytes.writeUInt16LE(16, page(4) + 8), /page 4 is not one of a bucket/)
  damaged((bytes) => bytes.writeUInt32LE(2, page(4) + 16), /an entry is damaged/)
  damaged((bytes) => bytes.writeUInt32LE(0xffffff00, page(4) + 20), /an entry is damaged/)
  damaged((bytes) => bytes.write('z', page(4) + 16 + 48), /its keys are out of order/)
})

test('a bucket that leads back to its own page ends', () => {
  const bytes = databaseOf(new Map([['loop', [new Map([['a', 'b']])]]]))
  // Page 4 is the inner bucket, page 5 the outer one, whose only value follows its head and key.
  bytes.writeUInt32LE(5, page(5) + 16 + 16 + 'loop'.length)
  throws(() => openBolt(bytes).bucket('loop')?.entries(), /page 5 is used twice/)
})

test('entries that share their bytes are no more than the file', () => {
  const bytes = databaseOf(new Map([...'abcdefgh'].map((key) => [key, 'x'.repeat(700)])), { fanOut: 8 })
  // Each value reaches to the end of the six pages.
  for (let entry = 0; entry < 8; entry++) bytes.writeUInt32LE(5999 - entry * 701, page(4) + 16 + entry * 16 + 12)
  throws(() => openBolt(bytes).entries(), /more bytes than the file/)
})

test('a description that was half written leaves the one before it', () => {
  for (const [cut, transaction] of [
    [0, 7],
    [1, 6],
  ] as const) {
    const bytes = databaseOf(small)
    bytes.fill(0xff, page(cut) + 30, page(cut) + 60)
    equal(boltTransaction(bytes), transaction)
    deepEqual(treeIn(openBolt(bytes)), small)
  }
  const bytes = databaseOf(small)
  for (const start of [0, 1]) bytes[page(start) + 40]! ^= 1
  equal(boltTransaction(bytes), undefined)
})
