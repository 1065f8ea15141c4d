// What is written, held against the schemas that the standards publish.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
// @ts-expect-error it has no types: a function that adds its formats to an Ajv
import formatsOf2019 from 'ajv-formats-draft2019'
import { shared, withoutShared } from '../testing/shared.ts'
import { cyclonedx } from './cyclonedx.ts'
import { openvex } from './openvex.ts'
import { sarif } from './sarif.ts'
import { spdx } from './spdx.ts'
import { big, decided, empty, hostile, layered, narrowed, real, unknownSystem } from './testing.ts'

const results = { empty, real, layered, decided, narrowed, unknownSystem, hostile, big: big() }
const skip = withoutShared('schemas')

function schema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(shared(`schemas/${name}`)!, 'utf8')) as Record<string, unknown>
}

function validator(root: Record<string, unknown>, ...others: Record<string, unknown>[]): ValidateFunction {
  const isNew = String(root['$schema']).includes('2020-12')
  const ajv = new (isNew ? Ajv2020 : Ajv)({ strict: false, allErrors: true })
  formats.default(ajv)
  formatsOf2019(ajv)
  for (const other of others) ajv.addSchema(other)
  return ajv.compile(root)
}

/** The schema is of draft 4; of what changed after it, it uses only the name of the identifier. */
function sarifValidator(): ValidateFunction {
  const { id, $schema: _, ...rest } = schema('sarif-2.1.0.json')
  return validator({ ...rest, $id: id })
}

/** Of IRIs the added formats know only registered schemes, to which `pkg` does not belong: here by the grammar alone. */
function openvexValidator(): ValidateFunction {
  const iri = /^[a-z][a-z0-9+.-]*:(?:[^\s<>"{}|\\^`%]|%[0-9a-f]{2})+$/i
  return validator(withoutFormat(schema('openvex-0.2.0.json'), 'iri', iri.source))
}

/** The schema with a pattern wherever it names the format. */
function withoutFormat<T>(value: T, format: string, pattern: string): T {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'object' && member !== null && (member as { format?: string }).format === format
        ? { ...member, format: undefined, pattern: `^(?i:${pattern.slice(1, -1)})$` }
        : member,
    ),
  ) as T
}

function cyclonedxValidator(): ValidateFunction {
  const parts = ['spdx.schema.json', 'jsf-0.82.schema.json'].map((name) => schema(`cyclonedx/${name}`))
  return validator(schema('cyclonedx/bom-1.6.schema.json'), ...parts)
}

for (const { format, make } of [
  { format: sarif, make: sarifValidator },
  { format: cyclonedx, make: cyclonedxValidator },
  { format: openvex, make: openvexValidator },
  { format: spdx, make: () => validator(schema('spdx-2.3.json')) },
]) {
  test(`${format.id}: the published schema accepts every result`, { skip }, async (t) => {
    const validate = make()
    for (const [name, result] of Object.entries(results)) {
      // Nothing to say is no OpenVEX: its schema wants a statement.
      if (format === openvex && !result.findings.some(({ kind }) => kind === 'vulnerability')) continue
      await t.test(name, () => {
        validate(JSON.parse([...format.render(result)].join('')))
        assert.deepEqual((validate.errors ?? []).slice(0, 10), [])
      })
    }
  })

  test(`${format.id}: the published schema would notice`, { skip }, () => {
    const validate = make()
    const document = JSON.parse([...format.render(real)].join('')) as object
    assert.equal(validate({ ...document, version: 'none', packages: 'none', statements: 'none' }), false)
  })
}

test("cyclonedx: CycloneDX's own library accepts every result", async (t) => {
  const validate = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  for (const [name, result] of Object.entries(results)) {
    await t.test(name, async () => {
      assert.equal(await validate.validate([...cyclonedx.render(result)].join('')), null)
    })
  }
})
