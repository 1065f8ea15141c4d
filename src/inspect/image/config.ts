// The configuration of an image: how a container starts, and how its layers came to be.
// https://github.com/opencontainers/image-spec/blob/main/config.md; Docker's has the same form with a few fields more.

import {
  array,
  boolean,
  either,
  nullish,
  object,
  optional,
  record,
  text,
  textThat,
  unknown,
  type Mismatch,
  type Shape,
  type Shaped,
} from '../../lib/shape.ts'
import { looksSecret, redactCommand, redacted, redactLabels, redactVariable } from '../../lib/redact.ts'
import type { ImageConfig } from '../../model/image.ts'
import type { Scan } from '../../model/scan.ts'
import { isDigest } from './digest.ts'

export interface ImageDocument {
  architecture?: string
  os?: string
  config: ImageConfig
  /** Digests of the uncompressed layers, in the order in which they are applied. */
  diffIds: string[]
  /** The step that made each layer; undefined where the history does not tell. */
  createdBy: (string | undefined)[]
}

const strings = nullish(array(text()))
const names = nullish(record(unknown))
const word = nullish(text())
// A string is what very old builders wrote; the runtime takes it as one word.
const command = nullish(either(array(text()), text()))
const settings = object({
  User: word,
  ExposedPorts: names,
  Env: strings,
  Entrypoint: command,
  Cmd: command,
  WorkingDir: word,
  Labels: nullish(record(text())),
  Healthcheck: nullish(object({ Test: strings })),
  Volumes: names,
})
const history = array(object({ created_by: optional(text()), empty_layer: optional(boolean) }))
const document = object({
  architecture: optional(text()),
  os: optional(text()),
  created: word,
  config: unknown,
  history: unknown,
  rootfs: object({ diff_ids: array(textThat(isDigest, 'is no digest')) }),
})

/** Throws with one clause when the layers are not to be known; what else is malformed is a gap. */
export function parseImageDocument(text: string, path: string, scan: Scan): ImageDocument {
  const { architecture, os, created, rootfs, ...rest } = parseDocument(document, text, path)
  const config = checked(settings, rest.config ?? {}, 'config', path, scan) ?? {}
  const steps = checked(history, rest.history ?? [], 'history', path, scan) ?? []
  return {
    ...(architecture ? { architecture } : {}),
    ...(os ? { os } : {}),
    config: { ...configOf(config), ...(created ? { created } : {}) },
    diffIds: rootfs.diff_ids,
    createdBy: createdBy(steps, rootfs.diff_ids.length),
  }
}

/** Throws with one clause that names the file and the field. */
export function parseDocument<T>(schema: Shape<T>, text: string, path: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${path} is no JSON`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Error(`${path} is malformed: ${issueOf(parsed.error)}`)
}

function checked<T>(schema: Shape<T>, value: unknown, field: string, path: string, scan: Scan): T | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  scan.gap(`${field} of the image's configuration is malformed: ${issueOf(parsed.error)}`, { path })
  return undefined
}

function issueOf({ issues }: { issues: readonly Mismatch[] }): string {
  const [issue] = issues
  if (!issue) return 'for an unknown reason'
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message
}

function configOf(config: Shaped<typeof settings>): ImageConfig {
  const test = config.Healthcheck?.Test ?? []
  return {
    ...(config.User ? { user: config.User } : {}),
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    env: (config.Env ?? []).map(redactVariable),
    entrypoint: words(config.Entrypoint),
    cmd: words(config.Cmd),
    ...(config.WorkingDir ? { workingDir: config.WorkingDir } : {}),
    labels: redactLabels(config.Labels ?? {}),
    // `NONE` switches off the one that the base image has.
    healthcheck: test.length > 0 && test[0] !== 'NONE',
    volumes: Object.keys(config.Volumes ?? {}),
  }
}

/** `--token x` is two words: a secret is the one after its name. */
function words(value: string | readonly string[] | undefined): string[] {
  const list = typeof value === 'string' ? [value] : (value ?? [])
  return list.map((word, index) => {
    const before = list[index - 1] ?? ''
    const isValue = /^--?[A-Za-z]/.test(before) && !before.includes('=') && looksSecret(before) && !word.startsWith('-')
    return isValue ? redacted : redactCommand(word)
  })
}

/** Steps that made no layer have no part in it; a history that does not fit tells nothing. */
function createdBy(steps: Shaped<typeof history>, layers: number): (string | undefined)[] {
  const made = steps.filter((step) => step.empty_layer !== true)
  if (made.length !== layers) return Array.from({ length: layers }, () => undefined)
  return made.map((step) => (step.created_by === undefined ? undefined : redactCommand(step.created_by)))
}
