// A zstd stream in pieces that never reach beyond the end of a frame. Node's decoder takes a second frame only at the start
// of a piece, and forgets without an error what follows the first one inside of a piece; pzstd and zstd:chunked write many.
//
//   frame       magic (4 bytes)  descriptor (1)  window, dictionary, size (by the descriptor)  blocks  checksum (4 or none)
//   block       last (1 bit)  type (2)  size (21)   then so many bytes, or one that is repeated
//   skippable   magic (4 bytes)  size (4)   then so many bytes
//
// Format: https://www.rfc-editor.org/rfc/rfc8878#section-3.1

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
const repeated = 1

/** Whether a frame that decoders pass over begins here: it may be the first of a stream. */
export function isSkippable(head: Uint8Array): boolean {
  return head.length >= 4 && (little(head, 4) & 0xfffffff0) >>> 0 === skippableMagic
}

/** Views on the pieces. What is no frame passes as it is, for the decoder to refuse. */
export async function* cutAtFrames(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const walk = walkFrames()
  walk.next(new Uint8Array())
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const end = start + walk.next(piece.subarray(start)).value!
      yield piece.subarray(start, end)
      start = end
    }
  }
}

/** Is given the bytes that come next, and answers how many of them may be handed on. */
function* walkFrames(): Generator<number, number, Uint8Array> {
  let given: Uint8Array = new Uint8Array()
  let at = 0
  function* more(): Generator<number, void, Uint8Array> {
    given = yield at
    at = 0
  }
  function* take(count: number): Generator<number, number, Uint8Array> {
    const field = new Uint8Array(count)
    for (let index = 0; index < count; index++) {
      while (at === given.length) yield* more()
      field[index] = given[at++]!
    }
    return little(field, count)
  }
  function* skip(count: number): Generator<number, void, Uint8Array> {
    for (let left = count; left > 0;) {
      while (at === given.length) yield* more()
      const step = Math.min(left, given.length - at)
      at += step
      left -= step
    }
  }
  for (;;) {
    const magic = yield* take(4)
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) yield* skip(yield* take(4))
    else if (magic === frameMagic) {
      const descriptor = yield* take(1)
      yield* skip(headerLength(descriptor))
      for (let isLast = false; !isLast;) {
        const block = yield* take(3)
        isLast = (block & 1) === 1
        yield* skip(((block >> 1) & 3) === repeated ? 1 : block >> 3)
      }
      yield* skip((descriptor & 4) === 0 ? 0 : 4)
    } else yield* skip(Infinity)
    yield* more()
  }
}

/** Bytes between the descriptor and the first block. */
function headerLength(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  return (isSingle ? 0 : 1) + dictionary + size
}

function little(bytes: Uint8Array, count: number): number {
  let value = 0
  for (let index = count - 1; index >= 0; index--) value = value * 256 + bytes[index]!
  return value
}
