// TCP ports that something on the machine listens on. https://docs.kernel.org/networking/proc_net_tcp.html

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { readFile } from './read-file.ts'

export interface Listener {
  /** `0.0.0.0` and `::` are all addresses of the machine. */
  address: string
  port: number
}

const listening = '0A'

/** Undefined where a table could not be read whole: a port that is not in the list may be open. */
export async function readListeners(machine: Machine, scan: Scan): Promise<Listener[] | undefined> {
  const found = new Map<string, Listener>()
  let tables = 0
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const file = await readFile(machine, path, 'open ports are unknown', scan)
    if (file.state === 'refused') return undefined
    if (file.state !== 'read') continue // a kernel without IPv6 has no table for it
    tables++
    for (const line of file.text.split('\n').slice(1)) {
      const [, local = '', , state] = line.trim().split(/\s+/)
      const [hex = '', port = ''] = local.split(':')
      if (state !== listening) continue
      const listener = { address: address(hex), port: Number.parseInt(port, 16) }
      found.set(`${listener.address} ${listener.port}`, listener)
    }
  }
  return tables === 0 ? undefined : [...found.values()]
}

/** Words of four bytes, each as this machine stores it: the lowest byte first on all that Plimsoll runs on. */
function address(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed())
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16))
  if (numbers.length === 4) return numbers.join('.')
  const mapped = numbers.slice(0, 10).every((byte) => byte === 0) && numbers[10] === 255 && numbers[11] === 255
  return mapped ? numbers.slice(12).join('.') : ipv6(bytes)
}

/** The longest run of zeros is written `::`. https://www.rfc-editor.org/rfc/rfc5952 */
function ipv6(bytes: readonly string[]): string {
  const groups = (bytes.join('').match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16))
  const text = groups.join(':')
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)]
  const longest = runs.toSorted((a, b) => b[0].length - a[0].length)[0]
  if (longest === undefined) return text
  const start = longest.index
  const end = start + longest[0].length
  return `${text.slice(0, start).replace(/:$/, '')}::${text.slice(end).replace(/^:/, '')}`
}
