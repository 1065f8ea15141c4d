// The rule format: YAML with CEL expressions, and the cases that prove it.

import { z } from 'zod'
import { subLayers } from '../model/layers.ts'
import { severities } from '../model/severity.ts'

/** One example: the facts of a resource, only those that the rule reads. */
const ruleCase = z.strictObject({ name: z.string().min(1), resource: z.record(z.string(), z.unknown()) })

export const rule = z.strictObject({
  /** File name = id: `container-runs-as-root`. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** What is wrong where the check fails, as a sentence without a full stop. */
  title: z.string().min(1),
  /** Kinds of resource that it judges: `docker.Container`, `host.Machine`, `image`. */
  on: z.array(z.string()).min(1),
  subLayer: z.enum(subLayers),
  /** CEL: the rule applies when true. Absent: always. `resource` holds the properties. */
  when: z.string().optional(),
  /** CEL: true is good. A field that it reads and that is not known makes the rule undecided, never good. */
  check: z.string(),
  severity: z.enum(severities),
  /** What to do, beginning with a verb. */
  fix: z.string(),
  /** Why it matters: one or two sentences. */
  why: z.string(),
  /** CIS numbers, NIST 800-190 sections, ATT&CK ids: `CIS Docker 1.6.0 5.5`, `NIST SP 800-190 4.4.3`, `ATT&CK T1611`. */
  references: z.array(z.string()).min(1),
  cases: z.strictObject({ pass: z.array(ruleCase).min(1), fail: z.array(ruleCase).min(1) }),
})
export type Rule = z.infer<typeof rule>

export type Verdict =
  | { outcome: 'good' }
  | { outcome: 'bad' }
  | { outcome: 'not applicable' }
  /** `needs` names the fact that was missing. */
  | { outcome: 'undecided'; needs: string }
