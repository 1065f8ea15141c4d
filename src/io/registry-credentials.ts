// Who the user is at a registry, from where `docker login`, `podman login` and credential helpers keep it. Only read.
//
// Docker: https://docs.docker.com/reference/cli/docker/login/#credential-stores
// Podman: https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
// Helpers: https://github.com/docker/docker-credential-helpers#development

import { spawn } from 'node:child_process'
import { z } from 'zod'
import type { Machine } from './machine.ts'

export type Credential =
  | { kind: 'password'; username: string; password: string }
  /** Buys a token for the registry where the registry's challenge says so. */
  | { kind: 'identity-token'; token: string }
  /** Is such a token. */
  | { kind: 'registry-token'; token: string }

export interface CredentialAnswer {
  credential?: Credential
  /** Why places that should have told did not; none holds a secret. */
  problems: readonly string[]
}

/** Runs `docker-credential-NAME get` with the server as its input; undefined when it knows nothing of it. Throws a clause. */
export type AskHelper = (name: string, server: string, signal: AbortSignal) => Promise<Credential | undefined>

type Home = Pick<Machine, 'env' | 'text'>

const entrySchema = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
})
const fileSchema = z.object({
  auths: z.record(z.string(), z.unknown()).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
})

/** `registry` as it is written in a reference, `docker.io`; the first place that knows it wins. */
export async function findCredential(
  registry: string,
  repository: string,
  home: Home,
  signal: AbortSignal,
  askHelper: AskHelper = runHelper,
): Promise<CredentialAnswer> {
  const problems: string[] = []
  for (const path of placesOf(home.env)) {
    const text = await home.text(path)
    if (text === undefined) continue
    try {
      const credential = await fromFile(text, registry, repository, (name, server) => askHelper(name, server, signal))
      if (credential) return { credential, problems }
    } catch (error) {
      signal.throwIfAborted()
      problems.push(`${path}: ${(error as Error).message}`)
    }
  }
  return { problems }
}

/** A file that the environment names is the only one. */
function placesOf(env: Home['env']): string[] {
  const only = env['REGISTRY_AUTH_FILE']
  if (only) return [only]
  const home = env['HOME'] ?? ''
  const docker = env['DOCKER_CONFIG'] ?? `${home}/.docker`
  const runtime = env['XDG_RUNTIME_DIR']
  const config = env['XDG_CONFIG_HOME'] ?? `${home}/.config`
  return [
    `${docker}/config.json`,
    ...(runtime ? [`${runtime}/containers/auth.json`] : []),
    `${config}/containers/auth.json`,
  ]
}

async function fromFile(
  text: string,
  registry: string,
  repository: string,
  askHelper: (name: string, server: string) => Promise<Credential | undefined>,
): Promise<Credential | undefined> {
  const { auths, credHelpers, credsStore } = parseFile(text)
  const helper = Object.entries(credHelpers ?? {}).find(([server]) => scopeOf(server) === registry)?.[1] ?? credsStore
  const helped = helper ? await askHelper(helper, serverOf(registry)) : undefined
  if (helped) return helped

  const entries = new Map(Object.entries(auths ?? {}).map(([server, entry]) => [scopeOf(server), entry]))
  for (const scope of scopesOf(registry, repository)) {
    const entry = entrySchema.safeParse(entries.get(scope))
    const credential = entry.success ? credentialOf(entry.data) : undefined
    if (credential) return credential
  }
  return undefined
}

function parseFile(text: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch {
    // The reason would quote the text, which holds secrets.
    throw new Error('is no configuration of docker or podman')
  }
}

/** The narrowest first: podman keeps credentials of parts of a registry too. */
function* scopesOf(registry: string, repository: string): Generator<string> {
  const parts = [registry, ...repository.split('/')]
  for (let length = parts.length; length > 0; length--) yield parts.slice(0, length).join('/')
}

/** `https://index.docker.io/v1/` → `docker.io`; podman's `quay.io/team` stays. */
function scopeOf(server: string): string {
  const plain = server.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '')
  return plain.replace(/^(?:index\.|registry-1\.)docker\.io(?=\/|$)/, 'docker.io')
}

function serverOf(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
}

function credentialOf({ auth, registrytoken, identitytoken, ...rest }: z.infer<typeof entrySchema>) {
  if (registrytoken) return { kind: 'registry-token', token: registrytoken } as const
  if (identitytoken) return { kind: 'identity-token', token: identitytoken } as const
  const decoded = Buffer.from(auth ?? '', 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const username = rest.username ?? decoded.slice(0, Math.max(colon, 0))
  const password = rest.password ?? decoded.slice(colon + 1).replace(/\0+$/, '')
  return username === '' ? undefined : ({ kind: 'password', username, password } as const)
}

const answerSchema = z.object({ Username: z.string(), Secret: z.string() })
const helperTime = 30_000
const answerLimit = 64 * 1024

/** What it says on standard error is not shown: nobody knows what is in it. */
async function runHelper(name: string, server: string, signal: AbortSignal): Promise<Credential | undefined> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw new Error('names a credential helper that is no plain name')
  const program = `docker-credential-${name}`
  const { code, output } = await runProgram(program, server, signal)
  if (code !== 0) {
    // The only words that are the protocol's own.
    if (output.trim() === 'credentials not found in native keychain') return undefined
    throw new Error(`${program} ended with ${code}: try \`${program} get\`, or sign in again`)
  }
  try {
    const { Username, Secret } = answerSchema.parse(JSON.parse(output))
    if (Username === '<token>') return { kind: 'identity-token', token: Secret }
    return { kind: 'password', username: Username, password: Secret }
  } catch {
    throw new Error(`${program} did not answer with a user name and a secret`)
  }
}

function runProgram(program: string, input: string, signal: AbortSignal): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(helperTime)])
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], signal: limited })
    let output = ''
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString('utf8')
      if (output.length > answerLimit) end()
    })
    // What it has started may outlive it; without a reader its output has no end to wait for.
    let isStopped = false
    const end = (): void => {
      isStopped = true
      child.stdout.destroy()
      child.kill()
    }
    limited.addEventListener('abort', end, { once: true })
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`${program} could not be run (${error.code ?? error.name}): install it, or sign in without it`))
    })
    child.on('close', (code) => {
      limited.removeEventListener('abort', end)
      resolve({ code: isStopped ? -1 : (code ?? -1), output })
    })
    // One that ends without reading its input has answered all the same.
    child.stdin.on('error', () => {}).end(`${input}\n`)
  })
}
