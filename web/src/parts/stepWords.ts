// What made a layer, as it would stand in a Dockerfile. Builders record it with the shell that ran it, and one more with each
// argument of the build: https://github.com/moby/moby/blob/v28.0.0/builder/dockerfile/dispatchers.go

const shell = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/(?:ba)?sh -c (?<nop>#\(nop\) *)?/s

/** `/bin/sh -c #(nop) COPY dir:5f in /srv` → `COPY dir:5f in /srv`; `/bin/sh -c make` → `RUN make`. */
export function stepWords(createdBy: string): string {
  const step = createdBy.replace(/\s*# buildkit\s*$/, '')
  const before = shell.exec(step)
  if (before === null) return step
  const rest = step.slice(before[0].length).trim()
  return before.groups?.['nop'] === undefined ? `RUN ${rest}` : rest
}
