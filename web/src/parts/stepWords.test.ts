import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepWords } from './stepWords.ts'

// In the forms in which the classic builder and BuildKit record them.
const steps = [
  ['/bin/sh -c #(nop) ADD file:4b1e in / ', 'ADD file:4b1e in /'],
  ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['RUN /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
  ['RUN |2 A=1 B=two words /bin/sh -c make all # buildkit', 'RUN make all'],
  ['|1 A=1 /bin/bash -c make', 'RUN make'],
  ['COPY dist ./dist # buildkit', 'COPY dist ./dist'],
  ['RUN apt-get install -y curl', 'RUN apt-get install -y curl'],
  ['bazel build ...', 'bazel build ...'],
  ['', ''],
] as const

for (const [recorded, words] of steps) {
  test(`the step ${JSON.stringify(recorded)}`, () => assert.equal(stepWords(recorded), words))
}
