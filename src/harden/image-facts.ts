// An image as hardening rules see it: what its configuration and history tell.

import type { ImageIndex } from '../model/image.ts'

/**
 * Facts of kind `image`; values of variables and steps of the build are not among them, because they may hold secrets.
 * - `user`: without its group; empty where none is set, which means root
 *   https://github.com/opencontainers/image-spec/blob/main/config.md#properties
 * - `exposedPorts`: numbers
 * - `healthcheck`: absent where the configuration cannot tell
 * - `secretVariables`: names of variables that look like secrets and have a value
 * - `remoteAdds`: addresses that the build added files from; absent where a layer does not say how it was made
 */
export function imageFacts(image: ImageIndex): Readonly<Record<string, unknown>> {
  const { config, layers } = image
  const steps = layers.flatMap((layer) => (layer.createdBy === undefined ? [] : [layer.createdBy]))
  return {
    user: (config.user ?? '').split(':', 1)[0],
    exposedPorts: config.exposedPorts.map(portNumber).filter((port) => port !== undefined),
    ...(config.healthcheck === undefined ? {} : { healthcheck: config.healthcheck }),
    secretVariables: config.env.map(secretName).filter((name) => name !== undefined),
    ...(steps.length < layers.length ? {} : { remoteAdds: steps.flatMap(remoteAddresses) }),
  }
}

/** `8080/tcp`, `53/udp`, `8080`. */
function portNumber(port: string): number | undefined {
  const { number } = /^(?<number>\d{1,5})(?:\/\w+)?$/.exec(port)?.groups ?? {}
  return number === undefined ? undefined : Number(number)
}

/**
 * Last words of names that hold secrets: `DB_PASSWORD`, but not `PASSWORD_FILE` and not `GPG_KEY`, a public one. What is
 * redacted (`lib/redact.ts`) goes by more words: hiding too much costs little, a finding that is wrong costs trust.
 */
const secretWords =
  /(?:^|_)(?:pass|passwd|password|passphrase|secret|token|apikey|credentials?|(?:api|access|private|secret|encryption|signing|master|auth|account)_key)$/i

function secretName(variable: string): string | undefined {
  const { name, value } = /^(?<name>[^=]*)=(?<value>.*)$/s.exec(variable)?.groups ?? {}
  if (!name || !value) return undefined
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])|-/g, '_')
  return secretWords.test(words) ? name : undefined
}

/** Of `ADD https://example.org/a.tar.gz /opt # buildkit`; what follows a `?` and signs in is left out. */
function remoteAddresses(step: string): string[] {
  if (!/^(?:\/bin\/sh -c #\(nop\) )?ADD\s/.test(step)) return []
  return [...step.matchAll(/\b(?<scheme>https?:\/\/)(?:[^\s/@]*@)?(?<rest>[^\s?#]+)/g)].map(
    ({ groups }) => `${groups?.['scheme']}${groups?.['rest']}`,
  )
}
