// osv-scanner, asked without a network about the advisories that lie beside the checkout.
// https://google.github.io/osv-scanner/usage/offline-mode/

import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface ScannedPackage {
  /** With its release where osv-scanner knows it. */
  ecosystem: string
  name: string
  version: string
  /** Of the records that affect it. */
  ids: readonly string[]
}

/** Copies, for it follows no link out of its database; `advisories`: laid out as OSV's bucket is. */
export function scannerDatabase(advisories: string, folder: string): string {
  const database = join(folder, 'database')
  for (const { name } of readdirSync(advisories, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    mkdirSync(join(database, 'osv-scanner', name), { recursive: true })
    copyFileSync(join(advisories, name, 'all.zip'), join(database, 'osv-scanner', name, 'all.zip'))
  }
  return database
}

/**
 * A list of packages by ecosystem, name and version, as it reads them from a file of this very name. Of packages that differ by
 * nothing but the ecosystem it takes one.
 */
export function scannerList(packages: readonly Omit<ScannedPackage, 'ids'>[], folder: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'osv-scanner-custom.json')
  const listed = packages.map(({ ecosystem, name, version }) => ({ package: { ecosystem, name, version } }))
  writeFileSync(file, JSON.stringify({ results: [{ packages: listed }] }))
  return file
}

/** All packages of the files, in one run; without a database what it reads of them, and no vulnerability. */
export async function askScanner(
  files: readonly string[],
  folder: string,
  database?: string,
): Promise<ScannedPackage[]> {
  const report = join(folder, 'report.json')
  const options = '--offline --all-packages --format json --output-file'.split(' ').concat(report)
  const lists = files.flatMap((file) => ['-L', file])
  const words = ['scan', 'source', ...options, '--local-db-path', database ?? folder, ...lists]
  // Its exit code says that it found something.
  const { stderr } = await promisify(execFile)('osv-scanner', words, { maxBuffer: 2 ** 28 }).catch(
    (error: { stderr: string }) => error,
  )
  // It reads a database only where one of the packages is of the ecosystem.
  const unread = database !== undefined && /could not load db.*|no offline version.*/.exec(stderr)?.[0]
  if (unread) throw new Error(`osv-scanner: ${unread}`)
  const { results } = JSON.parse(readFileSync(report, 'utf8')) as Report
  return results.flatMap(({ packages }) =>
    packages.map(({ package: found, vulnerabilities = [] }) => ({
      ...found,
      ids: vulnerabilities.map(({ id }) => id),
    })),
  )
}

interface Report {
  results: { packages: { package: Omit<ScannedPackage, 'ids'>; vulnerabilities?: { id: string }[] }[] }[]
}
