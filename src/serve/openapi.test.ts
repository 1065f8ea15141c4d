import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { testApp } from './testing.ts'

interface Operation {
  summary?: string
  'x-action'?: string
  parameters?: { name: string; in: string; required?: boolean }[]
  responses: Record<string, { description?: string; content?: Record<string, { schema: object }> }>
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

async function document() {
  const served = testApp()
  const answer = await served.ask('/api/openapi.json', { as: await served.signedIn('viewer') })
  return { served, text: await answer.clone().text(), document: (await answer.json()) as Document }
}

test('it is OpenAPI 3.1 with every route of the router, and no other', async () => {
  const { served, document: generated } = await document()
  assert.match(generated.openapi, /^3\.1\.\d$/)
  assert.deepEqual([generated.info.title, generated.info.version], ['Plimsoll', '1.2.3'])
  const inRouter = served.app.routes
    .filter(({ path }) => path !== '/*')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  const inDocument = Object.entries(generated.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(inDocument.toSorted(), [...new Set(inRouter)].toSorted())
})

test('every operation says what it is, what it needs, what it takes in its path, and what it answers', async () => {
  const { document: generated } = await document()
  for (const [path, operations] of Object.entries(generated.paths)) {
    for (const operation of Object.values(operations)) {
      assert.ok(operation.summary, path)
      assert.ok(operation['x-action'], path)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      assert.deepEqual(
        declared.map(({ name }) => name),
        inPath,
      )
      assert.ok(Object.keys(operation.responses).some((status) => /^[23]\d\d$/.test(status)))
      for (const [status, response] of Object.entries(operation.responses)) {
        assert.match(status, /^[1-5]\d\d$/)
        assert.ok(response.description, `${path} ${status}`)
      }
      if (operation['x-action'] !== 'open') assert.ok(operation.responses['401'] && operation.responses['403'], path)
    }
  }
})

test('every reference in it leads somewhere', async () => {
  const { text, document: generated } = await document()
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!)
  for (const name of references) assert.ok(name in generated.components.schemas, name)
  assert.ok(new Set(references).size >= 5, 'what several routes answer is described once')
})

test('real answers fit the schemas that the document gives for them', async () => {
  const { served, document: generated } = await document()
  const ajv = new Ajv2020({ strict: false, schemas: [{ ...generated, $id: 'api' }] })
  const as = await served.signedIn('viewer')
  const addresses: Readonly<Record<string, string>> = {
    '/api/coverage/{service}/{layer}/{task}': '/api/coverage/self.docker/platform/threats',
    '/api/workloads': '/api/workloads?id=host/a/containers/1',
    '/api/images/detail': '/api/images/detail?id=image/sha256:a',
    '/api/affected': '/api/affected?search=CVE-2021-44228',
  }
  let checked = 0
  for (const [path, { get }] of Object.entries(generated.paths)) {
    if (!get?.responses['200']?.content?.['application/json']) continue
    const answer = await served.ask(addresses[path] ?? path, { as })
    const pointer = `${path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}`
    const schema = `api#/paths/${pointer}/get/responses/200/content/application~1json/schema`
    assert.ok(ajv.validate({ $ref: schema }, await answer.json()), `${path}: ${ajv.errorsText()}`)
    checked++
  }
  assert.equal(checked, 14)
})
