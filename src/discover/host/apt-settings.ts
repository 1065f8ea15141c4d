// The settings of apt. https://manpages.debian.org/apt.conf.5
//
//   APT::Periodic::Unattended-Upgrade "1";
//   APT { Periodic { Unattended-Upgrade "1"; }; };

/** Values by the full name in lower case; of a name that is set twice, the last. */
export function aptSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>()
  const within: string[] = []
  let pending: string[] = []
  for (const { symbol, value } of tokens(text)) {
    if (symbol === undefined) pending.push(value)
    else if (symbol === '{') within.push(pending[0] ?? '')
    else if (symbol === ';' && pending.length > 1) {
      settings.set([...within, pending[0]].join('::').toLowerCase(), pending[1]!)
    } else if (symbol === '}') within.pop()
    if (symbol !== undefined) pending = []
  }
  return settings
}

function* tokens(text: string): Generator<{ symbol?: string; value: string }> {
  const pattern =
    /(?<comment>\/\/.*|#.*|\/\*(?:[\s\S]*?\*\/|[\s\S]*))|"(?<quoted>[^"\n]*)"|(?<symbol>[{};])|(?<word>(?:(?!\/\/|\/\*)[^\s{};"#])+)/g
  for (const { groups } of text.matchAll(pattern)) {
    if (groups?.['comment'] !== undefined) continue
    const symbol = groups?.['symbol']
    const value = groups?.['quoted'] ?? groups?.['word'] ?? ''
    yield symbol === undefined ? { value } : { symbol, value }
  }
}
