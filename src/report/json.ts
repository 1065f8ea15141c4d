// The result as it is: `Result` in src/model/result.ts says what each field means. For programs of one's own; fields are
// only ever added.

import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'

export const json: Format = {
  id: 'json',
  extension: 'json',
  *render(result) {
    yield jsonText(result)
  },
}
