// Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid: Dart's own pub_semver, as it was compiled into Dart Sass.
const { Version } = require('sass')

/** What stands behind every version; its `compareTo` is called by the name that Dart's compiler gives it. */
const prototype = Object.getPrototypeOf(Version.parse('1.0.0'))

/** Sass wants neither labels nor builds and throws what has them away, whole as it is: it is taken when its text is set. */
function parse(text) {
  let parsed
  const set = function () {
    parsed = this
  }
  Object.defineProperty(prototype, '_text', { configurable: true, set })
  try {
    Version.parse(text)
  } catch {
    // No version where nothing was set, else one that Sass does not want.
  } finally {
    delete prototype._text
  }
  return parsed
}

for (const line of require('node:fs').readFileSync(0, 'utf8').split('\n').slice(0, -1)) {
  const [a, b] = line.split(' ').map(parse)
  console.log(a && b ? Math.sign(a.compareTo$1(0, b)) : 'invalid')
}
