/**
 * Frees the memory of bytes that fill it alone; nothing may hold a view on it. Left to the garbage collector, which does not see
 * what lies behind small views, gigabytes of it cost as much as unpacking them, or wait for long. Small pieces share theirs with
 * others: of those nothing is freed.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
