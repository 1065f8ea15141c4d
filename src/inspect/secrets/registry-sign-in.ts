// What `docker login` leaves behind, and what Kubernetes keeps of it: `"auth": "base64 of user:password"`.

import type { Hit } from '../content-scanner.ts'
import { isPlaceholder } from './allowed.ts'
import { secretHit } from './secret-hit.ts'

/** Of one registry, from its first character on. */
const authForm = /"auth"\s{0,8}:\s{0,8}"(?<packed>[A-Za-z0-9+/]{8,4000}={0,2})"/

export interface SignIn {
  password: string
  /** Where it stands in the text. */
  start: number
  length: number
}

/** The first one in `text`. */
export function registrySignIn(text: string): SignIn | undefined {
  const match = authForm.exec(text)
  const plain = Buffer.from(match?.groups?.['packed'] ?? '', 'base64').toString('latin1')
  const { password = '' } = /^[\x21-\x7e]+?:(?<password>[\x21-\x7e]+)$/.exec(plain)?.groups ?? {}
  if (password === '' || isPlaceholder(password)) return undefined
  return { password, start: match!.index, length: match![0].length }
}

export function registrySignInHit(password: string, start: number, end: number): Hit {
  return secretHit(
    { id: 'registry-sign-in', title: 'The sign-in to a registry of images', severity: 'high' },
    password,
    start,
    end,
  )
}
