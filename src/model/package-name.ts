// The form in which names of packages are compared: each ecosystem says which of them mean the same.

/** `ecosystem` with or without its release. Those that are not named here are compared as they are written. */
export function comparableName(ecosystem: string, name: string): string {
  switch (ecosystem) {
    // https://packaging.python.org/en/latest/specifications/name-normalization/
    case 'PyPI':
      return name.replaceAll(/[-_.]+/g, '-').toLowerCase()
    // Ids of NuGet, names of Packagist and of actions on GitHub, and Bitnami's are the same in any case. A module of Go is
    // fetched in its own case, but its purl has it in lower case, and no two modules differ by nothing else.
    case 'NuGet':
    case 'Packagist':
    case 'GitHub Actions':
    case 'Bitnami':
    case 'Go':
      return name.toLowerCase()
    // crates.io takes no second crate whose name differs by that. https://doc.rust-lang.org/cargo/reference/registry-index.html
    case 'crates.io':
      return name.replaceAll('_', '-').toLowerCase()
    // Swift packages are named by the address of their source.
    case 'SwiftURL':
      return name
        .replace(/^https?:\/\//, '')
        .replace(/\.git$/, '')
        .toLowerCase()
    default:
      return name
  }
}

/**
 * One spelling for all that any ecosystem takes for the same name (`Foo.Bar`, `foo-bar`), to find what may be meant: never to tell
 * two packages apart.
 */
export function spelledAlike(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}
