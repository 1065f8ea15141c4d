// Bundles that lie, and those of versions 2 and 6, which no SDK at hand writes: made as the design describes them. Real ones of
// version 1 are published in dotnet.suite.ts.
// https://github.com/dotnet/designs/blob/main/accepted/2020/single-file/bundler.md

import { createHash } from 'node:crypto'

const signature = createHash('sha256').update('.net core bundle\n').digest()
const deps = Buffer.from(JSON.stringify({ libraries: { 'Newtonsoft.Json/13.0.1': { type: 'package' } } }))

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}

export interface BundleForm {
  deps?: number
  header?: number
  /** Of deps.json, in the rows of version 1. */
  kind?: number
  size?: number
  /** Bytes of the host, and of what lies between its signature and deps.json. */
  host?: number
  between?: number
}

/** A host with a bundle of one package, whose places can lie. */
export function singleFile(version: number, lies: BundleForm = {}): Buffer {
  const host = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(lies.host ?? 5000, 1)])
  const between = Buffer.alloc(lies.between ?? 0, 2)
  const depsAt = host.length + 8 + signature.length + between.length
  const fixed = Buffer.alloc(12)
  fixed.writeUInt32LE(version, 0)
  fixed.writeInt32LE(2, 8)
  const id = Buffer.concat([Buffer.from([0x90, 0x01]), Buffer.alloc(144, 'i')])
  const place = [long(lies.deps ?? depsAt), long(lies.size ?? deps.length)]
  const row = (kind: number, path: string, where: Buffer[]): Buffer =>
    Buffer.concat([...where, Buffer.from([kind, path.length]), Buffer.from(path)])
  const rows = [row(3, 'App.runtimeconfig.json', [long(0), long(0)]), row(lies.kind ?? 2, 'App.deps.json', place)]
  const header = [fixed, id, ...(version === 1 ? rows : [...place, long(0), long(0), long(0)])]
  return Buffer.concat([host, long(lies.header ?? depsAt + deps.length), signature, between, deps, ...header])
}
