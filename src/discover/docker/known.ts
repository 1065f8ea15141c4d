/** Without the fields that the engine did not tell: a rule that needs one is undecided, which no default may hide. */
export function known(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null))
}
