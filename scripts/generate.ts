// Writes the pages that are made from the lists of plug-ins and from the catalogue; `--check` says which are stale.

import { readFile, writeFile } from 'node:fs/promises'
import { sources } from '../src/discover/sources.ts'
import { rulesPage } from '../src/harden/rules-page.ts'
import { extractors } from '../src/inspect/extractors.ts'
import { knownPrograms } from '../src/inspect/programs/known.ts'
import { repositoryName } from '../src/lib/git-address.ts'
import { feeds } from '../src/match/feeds/list.ts'
import { orders } from '../src/match/versions/list.ts'
import { formats } from '../src/report/formats.ts'
import { loadCatalog } from '../src/run/catalog.ts'
import { loadRules } from '../src/run/rules.ts'

const notice = '<!-- Made by npm run generate from the lists of plug-ins and the catalogue. -->\n\n'

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('')
}

const code = (text: string): string => `\`${text}\``

function supportedPage(): string {
  return `# What is supported

## Packages are read from

${table(
  ['ecosystem', 'files', 'extractor'],
  extractors.map(({ ecosystem, files, executables, id }) => {
    const programs = executables ? ['programs (ELF, PE, Mach-O)'] : []
    return [ecosystem, [...files.map(code), ...programs].join(', '), code(id)]
  }),
)}
## Programs that nobody packaged

${table(
  ['program', 'judged by'],
  knownPrograms.map(({ name, bitnami, repository }) => [
    name,
    bitnami === undefined ? repositoryOf(repository?.url) : `Bitnami's ${code(bitnami)}`,
  ]),
)}
## Versions are ordered as these ecosystems order them

${table(
  ['order', 'ecosystems'],
  orders.map(({ id, ecosystems }) => [code(id), ecosystems.join(', ')]),
)}
## Advisories are read from

${table(
  ['feed', 'files'],
  feeds.map(({ id, files }) => [code(id), files.map(code).join(', ')]),
)}
## Results are written as

${table(
  ['`--format`', 'file ending'],
  formats.map(({ id, extension }) => [code(id), code(`.${extension}`)]),
)}`
}

function repositoryOf(url: string | undefined): string {
  return url === undefined ? 'nobody: it is a gap' : `records of ${code(repositoryName(url) ?? url)}`
}

function permissionsPage(): string {
  const parts = sources.map(
    ({ id, offer, asks }) => `## ${code(id)}\n\n${offer}\n\n${asks.map((ask) => `- ${code(ask)}\n`).join('')}`,
  )
  return `# What each source reads\n\nNothing is written anywhere; each call or file that a source asks is listed.\n\n${parts.join('\n')}`
}

async function servicesPage(): Promise<string> {
  const { services } = await loadCatalog()
  return `# Services of the catalogue

${services.length} services that run containers or are packaged as images. Whose job each layer is, with its sources, stands in
\`catalog/services.yaml\`; \`plimsoll coverage --all\` shows it.

${table(
  ['service', 'id', 'provider', 'hosting model', 'status'],
  services.map(({ name, id, provider, hostingModel, status }) => [name, code(id), provider, hostingModel, status]),
)}`
}

const pages: readonly (readonly [string, string])[] = [
  ['docs/supported.md', supportedPage()],
  ['docs/permissions.md', permissionsPage()],
  ['docs/rules.md', rulesPage(await loadRules())],
  ['docs/services.md', await servicesPage()],
]

const stale: string[] = []
for (const [path, text] of pages) {
  const fresh = notice + text
  if ((await readFile(path, 'utf8').catch(() => '')) === fresh) continue
  stale.push(path)
  if (!process.argv.includes('--check')) await writeFile(path, fresh)
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}`)
  process.exitCode = 1
}
