import type { SignIn } from '../store/sign-in.ts'
import type { SignInLinkView } from './views/session.ts'

/** A link for one sign-in of the person, valid for 15 minutes. `baseUrl`: where browsers reach the server. */
export async function createSignInLink(signIn: SignIn, person: string, baseUrl: string | URL): Promise<SignInLinkView> {
  const { token, expiresAt } = await signIn.createLink(person)
  const url = new URL('/sign-in', baseUrl)
  url.searchParams.set('token', token)
  return { url: url.href, expiresAt }
}
