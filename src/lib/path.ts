// Paths of an image or file system: relative to its root, without a leading slash, `/` between segments.

/**
 * The path without `.`, empty and `..` segments; `''` is the root itself.
 * Undefined when it climbs out of the root or holds a NUL. An absolute path is relative to the root, as runtimes take it.
 */
export function normalPath(path: string): string | undefined {
  if (isNormal(path)) return path
  // `./usr/bin/`, as most writers of archives have it.
  const bare = path.slice(path.startsWith('./') ? 2 : 0, path.endsWith('/') ? -1 : path.length)
  if (isNormal(bare)) return bare
  if (path.includes('\0')) return undefined
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') segments.push(segment)
    else if (segments.pop() === undefined) return undefined
  }
  return segments.join('/')
}

/** The path that a symbolic link at `link` stands for, clamped at the root as in a container. */
export function linkTarget(link: string, target: string): string {
  const segments = target.startsWith('/') ? [] : link.split('/').slice(0, -1)
  for (const segment of target.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return segments.join('/')
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The folders that hold the path, from the outermost. */
export function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) yield path.slice(0, slash)
}

const unusual = /(?:^|\/)\.{0,2}(?:\/|$)|\0/

/** Nearly every path of an archive is already as it should be. */
function isNormal(path: string): boolean {
  return !unusual.test(path)
}
