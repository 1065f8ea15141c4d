// The session's cookie. Scripts cannot read it, and no other site's request carries it.

import { deleteCookie, setCookie } from 'hono/cookie'
import { lifetimes } from '../store/sign-in.ts'
import type { AppContext } from './context.ts'

/** Browsers keep cookies by host, not by port: the name tells two servers on one machine apart. */
export function cookieName(c: AppContext): string {
  return `plimsoll-session-${new URL(c.req.url).port || 'default'}`
}

export function setSessionCookie(c: AppContext, token: string, publicUrl?: URL): void {
  setCookie(c, cookieName(c), token, { ...attributes(c, publicUrl), maxAge: lifetimes.session })
}

export function deleteSessionCookie(c: AppContext, publicUrl?: URL): void {
  deleteCookie(c, cookieName(c), attributes(c, publicUrl))
}

/** Behind a proxy that speaks https the cookie must never travel in the clear; on the machine itself there is only http. */
function attributes(c: AppContext, publicUrl: URL | undefined) {
  const secure = publicUrl?.protocol === 'https:' && publicUrl.host === c.req.header('host')
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure } as const
}
