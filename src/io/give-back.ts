import type { ClientRequest } from 'node:http'

/**
 * Frees the memory of bytes that fill it alone; nothing may hold a view on it. Left to the garbage collector, which does not see
 * what lies behind small views, gigabytes of it cost as much as unpacking them, or wait for long. Small pieces share theirs with
 * others: of those nothing is freed.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

/** The same pieces, each valid until the next one is asked for. */
export async function* givenBack(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece
    giveBack(piece)
  }
}

/**
 * What comes in on the connection of a request, of which node:http hands out copies: told of each piece before we are, it has
 * parsed it by then. Some sixty megabytes would wait for the garbage collector.
 */
export function giveBackReceived(request: ClientRequest): void {
  request.on('socket', (socket) => {
    socket.on('data', giveBack)
    // Before the connection is used again: the next parser is to be told first as well.
    request.on('close', () => socket.off('data', giveBack))
  })
}
