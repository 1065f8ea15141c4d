// Documents in every wrapping that publishers use, each made by the program that makes it.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { withoutPrograms } from '../testing/shared.ts'
import { folderDocuments, type Cut, type FolderDocument } from './documents.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-documents-'))
after(() => rmSync(folder, { recursive: true }))

async function read(of: string, cut?: Cut, ending = '.json'): Promise<FolderDocument[]> {
  const found: FolderDocument[] = []
  const wanted = (path: string) => (path.endsWith(ending) ? (cut ? { cut } : {}) : undefined)
  for await (const document of folderDocuments(of, wanted)) found.push(document)
  return found
}

function place(): string {
  return mkdtempSync(join(folder, 'of-'))
}

suite('folders of documents', { skip: withoutPrograms('zip', 'tar', 'gzip', 'zstd', 'bzip2') }, () => {
  test('files, zips and tars hold the same documents, however they are packed', async () => {
    const source = place()
    mkdirSync(join(source, 'in'))
    writeFileSync(join(source, 'in', 'a.json'), '{"a":"é"}')
    writeFileSync(join(source, 'in', 'b.json'), '{"b":2}')
    writeFileSync(join(source, 'in', 'README.md'), 'no document')
    const target = place()
    const run = (program: string, ...args: string[]): void => void execFileSync(program, args, { cwd: source })
    run('zip', '-qr', join(target, 'all.zip'), 'in')
    run('tar', '-cf', join(target, 'all.tar'), 'in')
    run('tar', '-czf', join(target, 'all.tgz'), 'in')
    run('tar', '--zstd', '-cf', join(target, 'all.tar.zst'), './in')
    run('tar', '-cjf', join(target, 'all.tar.bz2'), 'in')
    const documents = await read(target)
    assert.deepEqual(
      documents.map((document) => [document.path, 'text' in document && document.text]).toSorted(),
      ['all.tar', 'all.tar.bz2', 'all.tar.zst', 'all.tgz', 'all.zip']
        .flatMap((archive) => [
          [`${archive}/in/a.json`, '{"a":"é"}'],
          [`${archive}/in/b.json`, '{"b":2}'],
        ])
        .toSorted(),
    )
    assert.ok(documents.every(({ at }) => /^20\d\d-.*Z$/.test(at)))
  })

  test('compressed files are read as what they hold, and cut where they are large', async () => {
    const target = place()
    const members = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`p${n}`, { n }]))
    writeFileSync(join(target, 'gz.json'), JSON.stringify(members))
    writeFileSync(join(target, 'zst.json'), JSON.stringify(members))
    writeFileSync(join(target, 'bz2.json'), JSON.stringify(members))
    execFileSync('gzip', [join(target, 'gz.json')])
    execFileSync('zstd', ['-q', '--rm', join(target, 'zst.json')])
    execFileSync('bzip2', [join(target, 'bz2.json')])
    const documents = await read(target, 'members')
    assert.equal(documents.length, 15_000)
    assert.deepEqual(
      documents.slice(0, 1).map((document) => [document.path, 'text' in document && document.text]),
      [['bz2.json.bz2', '{"p0":{"n":0}}']],
    )
  })

  test('what is cut, damaged, or unpacks to a thousand times its size is a problem, and the others are read', async () => {
    const target = place()
    writeFileSync(join(target, 'bomb.json'), '[' + ' '.repeat(40 * 2 ** 20) + ']')
    execFileSync('zstd', ['-q', '-19', '--rm', join(target, 'bomb.json')])
    writeFileSync(join(target, 'cut.json'), JSON.stringify('x'.repeat(100_000)))
    execFileSync('gzip', [join(target, 'cut.json')])
    truncateSync(join(target, 'cut.json.gz'), 100)
    writeFileSync(join(target, 'no.tar.zst'), 'no tar')
    writeFileSync(join(target, 'empty.tar.bz2'), 'BZh9')
    writeFileSync(join(target, 'plain.json.bz2'), '{"a":1}')
    const documents = await read(target)
    const problems = documents.flatMap((document) =>
      'problem' in document ? [`${document.path}: ${document.problem}`] : [],
    )
    assert.deepEqual(problems.length, 4, problems.join('\n'))
    assert.match(problems[0]!, /^bomb\.json\.zst: bomb\.json\.zst unpacks to more than 16 MB/)
    assert.match(problems[1]!, /^cut\.json\.gz: the gzip stream is cut/)
    assert.match(problems[2]!, /^empty\.tar\.bz2: is cut/)
    assert.match(problems[3]!, /^no\.tar\.zst: /)
    assert.equal(documents.length, 5)
  })

  test('a cut document that breaks off gives what came before, and its problem', async () => {
    const target = place()
    writeFileSync(join(target, 'half.json'), '{"a":1,"b":2,"c":')
    const documents = await read(target, 'members')
    assert.deepEqual(
      documents.map((document) => ('text' in document ? document.text : document.problem)),
      ['{"a":1}', '{"b":2}', 'breaks off'],
    )
  })
})
