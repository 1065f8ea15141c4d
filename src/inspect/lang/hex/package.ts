// What all lists of packages of Erlang, Elixir and Gleam share.

import { vcsUrl } from '../../../lib/git-address.ts'
import { purl } from '../../../lib/purl.ts'
import type { Package } from '../../../model/package.ts'

export type HexPackage = Pick<Package, 'ecosystem' | 'name' | 'version' | 'purl' | 'declared'>

/** `namespace`: the repository of an organisation. */
export function fromHex(name: string, version: string, namespace?: string): HexPackage {
  const url = purl({ type: 'hex', namespace, name: name.toLowerCase(), version })
  return { ecosystem: 'Hex', name, version, purl: url, declared: true }
}

export function fromGit(name: string, version: string, address: string, commit: string): HexPackage {
  const qualifiers = { vcs_url: vcsUrl(address, commit) }
  const url = purl({ type: 'hex', name: name.toLowerCase(), version, qualifiers })
  return { ecosystem: 'Hex', name, version, purl: url, declared: true }
}

/** Where Mix and rebar put what a project needs: a lock file there names what its authors worked with, not what is here. */
export function isOfDependency(path: string): boolean {
  return /(?:^|\/)(?:deps|_build\/[^/]+\/lib)\/[^/]+\//.test(path)
}
