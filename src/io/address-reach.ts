// How far an address of the network reaches, so that a request goes only where the person who typed the name meant it to.
//
// https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry

import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** `forbidden`: a link's own addresses and metadata services, which hand out a machine's credentials; nobody means those. */
export type Reach = 'public' | 'private' | 'loopback' | 'forbidden'

const forbidden = listOf(
  '0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 224.0.0.0/4 240.0.0.0/4 ::/128 fe80::/10 ff00::/8',
  // Metadata outside the link's own addresses: Alibaba, Azure's wire server, AWS, Google.
  '100.100.100.200/32 168.63.129.16/32 fd00:ec2::/32 fd20:ce::/32',
)
const loopback = listOf('127.0.0.0/8 ::1/128')
const privateUse = listOf('10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7 fec0::/10')

/** `address`: an IP address as a resolver gives it; anything else is `forbidden`. */
export function reachOf(address: string): Reach {
  const [plain = ''] = address.split('%') // `fe80::1%eth0`
  const inner = isIPv6(plain) ? embeddedIPv4(plain) : undefined
  const tested = inner ?? plain
  if (!isIPv4(tested) && !isIPv6(tested)) return 'forbidden'
  const family = isIPv4(tested) ? 'ipv4' : 'ipv6'
  if (forbidden.check(tested, family)) return 'forbidden'
  if (loopback.check(tested, family)) return 'loopback'
  return privateUse.check(tested, family) ? 'private' : 'public'
}

/** Whether what lies at one reach may name an address at the other: nobody from outside sends a request further in. */
export function mayName(from: Reach, to: Reach): boolean {
  return depth[to] <= depth[from]
}

const depth: Readonly<Record<Reach, number>> = { public: 0, private: 1, loopback: 2, forbidden: 3 }

/** IPv4 inside IPv6: mapped, NAT64 (RFC 6052) and 6to4 (RFC 3056). */
function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address)
  const head = groups.slice(0, 6).join(':')
  const mapped = head === '0:0:0:0:0:ffff' || head === '64:ff9b:0:0:0:0'
  const compatible = head === '0:0:0:0:0:0' && groups[6] !== '0'
  const [high, low] = mapped || compatible ? groups.slice(6) : groups[0] === '2002' ? groups.slice(1, 3) : []
  if (high === undefined || low === undefined) return undefined
  return [high, low].flatMap((group) => [Number(`0x${group}`) >> 8, Number(`0x${group}`) & 255]).join('.')
}

/** The eight groups in hex; the URL parser gives every form of an address one spelling. */
function groupsOf(address: string): string[] {
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
}

function listOf(...texts: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of texts.join(' ').split(' ')) {
    const [network = '', bits] = subnet.split('/')
    list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6')
  }
  return list
}
