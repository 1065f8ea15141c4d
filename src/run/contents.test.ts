import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { FoundContent, ImageContents, ImageIndex } from '../model/image.ts'
import { assessImage } from './assess.ts'
import { contentFindings } from './contents.ts'
import { memoryEstate } from './memory-estate.ts'
import { loadRules } from './rules.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const layer = `sha256:${'cd'.repeat(32)}`
const later = `sha256:${'ef'.repeat(32)}`

const secret: FoundContent = {
  kind: 'secret',
  rule: 'npm-token',
  title: 'An npm token',
  severity: 'critical',
  evidence: { fingerprint: '0123456789abcdef', length: 40 },
  place: { path: 'root/.npmrc', line: 2, layer },
}
const malware: FoundContent = { ...secret, kind: 'malware', rule: 'eicar', evidence: {}, place: { path: 'a', layer } }
const contents: ImageContents = { found: [secret, malware], gaps: [{ why: 'was not searched: it is cut' }] }

const image: ImageIndex = {
  digest,
  configDigest: digest,
  aliases: [],
  size: 1,
  layers: [{ digest: layer, size: 1, entries: 1, createdBy: 'COPY . .' }],
  config: { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] },
  packages: [],
  contents,
  gaps: [],
}
const at = '2026-11-22T00:00:00.000Z'

test('a secret is a finding of hardening with its place; a hidden one says why it still counts', () => {
  const [found] = contentFindings(contents, `image/${digest}`, 'secret')
  deepEqual([found?.kind, found?.task, found?.subLayer, found?.place], ['secret', 'hardening', 'image', secret.place])
  const hidden = { found: [{ ...secret, hiddenBy: later }], gaps: [] }
  const [other] = contentFindings(hidden, `image/${digest}`, 'secret')
  match(other?.title ?? '', /in a file that a later layer removes or replaces$/)
  equal(other?.evidence['hiddenBy'], later)
  equal(other?.id, found?.id)
})

test('two secrets in one line are two findings', () => {
  const two = { found: [secret, { ...secret, evidence: { fingerprint: 'f'.repeat(16), length: 40 } }], gaps: [] }
  const [a, b] = contentFindings(two, 'image/x', 'secret')
  notEqual(a?.id, b?.id)
})

test('an image is assessed with its secrets; malware is told, and proves nothing about threats', async () => {
  const estate = memoryEstate()
  const assessments = assessImage(await loadRules(), image, at)
  for (const assessment of assessments) await estate.recordAssessment(assessment)
  const { evidence } = await estate.estate()
  const kinds = new Set(assessments.flatMap(({ findings }) => findings).map(({ kind }) => kind))
  deepEqual([kinds.has('rule'), kinds.has('secret'), kinds.has('malware')], [true, true, true])
  deepEqual([...new Set(evidence.map(({ task }) => task))], ['hardening'])
  deepEqual(
    evidence.flatMap(({ gaps }) => gaps.filter(({ why }) => why.startsWith('was not searched'))),
    contents.gaps,
  )
})

test('without rules the secrets are told and no evidence is left', async () => {
  const estate = memoryEstate()
  const assessments = assessImage([], image, at)
  for (const assessment of assessments) await estate.recordAssessment(assessment)
  const { open, evidence } = await estate.estate()
  const kinds = assessments.flatMap(({ findings }) => findings.map(({ kind }) => kind))
  deepEqual([kinds, open.length, evidence], [['secret', 'malware'], 2, []])
})
