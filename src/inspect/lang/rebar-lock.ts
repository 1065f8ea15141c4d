// Erlang packages that rebar.lock names: terms of Erlang, in lines of which none ends where an entry does.
//   {"1.2.0",
//   [{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.9.0">>},0},
//    {<<"ranch">>,{git,"https://github.com/ninenines/ranch.git",{ref,"COMMIT"}},1}]}.
// Behind `pkg` stands the name at Hex, which can be another than the application's; `git_subdir` is a folder of a repository.
// Format: https://rebar3.org/docs/configuration/dependencies/#lock-files

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { fromGit, fromHex, isOfDependency } from './hex/package.ts'

export const rebarLock: Extractor = { id: 'rebar-lock', ecosystem: 'Hex', files: ['**/rebar.lock'], extract }

const entry =
  /\{<<"(?<application>[\w.-]{1,500})">>,\s{0,100}\{(?<kind>\w{1,50}),\s{0,100}(?:<<"(?<name>[\w.-]{1,500})">>,\s{0,100}<<"(?<version>[^"\s]{1,500})">>|"(?<url>[^"\s]{1,500})",\s{0,100}\{ref,\s{0,100}"(?<commit>[0-9a-f]{7,64})"\})?/g

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path)) return
  const text = await file.text()
  if (!/^\s*[[{]/.test(text)) return scan.gap('no lock file of rebar: it is no term of Erlang')
  for (const { groups } of text.matchAll(entry)) {
    const { application, kind, name, version, url, commit } = groups as Record<string, string | undefined>
    const place = { path: file.path }
    if (kind === 'pkg' && name && version) yield { ...fromHex(name, version), place }
    else if (kind?.startsWith('git') && url && commit) yield { ...fromGit(application!, commit, url, commit), place }
    else scan.gap(`${application} comes neither from Hex nor from Git`)
  }
}
