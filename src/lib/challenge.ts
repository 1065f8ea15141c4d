// What a server asks for before it answers: `Bearer realm="https://auth.example/token",service="registry"`.
//
// Format of WWW-Authenticate: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1

export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  scheme: string
  /** Names in lower case. */
  parameters: ReadonlyMap<string, string>
}

const token = /[\w!#$%&'*+.^`|~-]+/y
const parameter = /[ \t,]*(?<name>[\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s,"]+))/y
const between = /[ \t,]*/y

/** Several can stand in one header; what cannot be understood ends the list. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = []
  for (let position = 0; ;) {
    position += match(between, header, position)![0].length
    const scheme = match(token, header, position)
    if (!scheme) return challenges
    position += scheme[0].length
    const parameters = new Map<string, string>()
    for (let next = match(parameter, header, position); next; next = match(parameter, header, position)) {
      const { name = '', quoted, plain = '' } = next.groups ?? {}
      parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain)
      position += next[0].length
    }
    challenges.push({ scheme: scheme[0].toLowerCase(), parameters })
  }
}

function match(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position
  return pattern.exec(text)
}
