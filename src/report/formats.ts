// Every format, in the order in which help lists them.

import { cyclonedx } from './cyclonedx.ts'
import type { Format } from './format.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { openvex } from './openvex.ts'
import { sarif } from './sarif.ts'
import { spdx } from './spdx.ts'
import { table } from './table.ts'

export const formats: readonly Format[] = [table, json, sarif, junit, cyclonedx, spdx, openvex, html, markdown]
