/** Without `git+` in front and the branch or tag behind: `git+https://github.com/o/r@refs/tags/v1`. */
export function repositoryAddress(address: string): string {
  return withoutSignIn(
    address
      .replace(/^git\+/, '')
      .replace(/#.*$/, '')
      .replace(/(?<=\/[^@/]*)@refs\/.*$/, ''),
  )
}

/** Tokens stand in addresses of repositories more often than they should. */
export function withoutSignIn(address: string): string {
  return address.replace(/^(?<scheme>[a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$<scheme>')
}
