// Versions of Haskell's packages and of its compiler: whole numbers of at most nine digits between dots; 1.0 < 1.0.0.
// https://pvp.haskell.org, https://hackage.haskell.org/package/Cabal-syntax/docs/Distribution-Types-Version.html

import { dottedOrder } from './shared/dotted.ts'

export const hackage = dottedOrder('hackage', ['GHC', 'Hackage'], (version) =>
  version.length <= 1000 && /^(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8}))*$/.test(version)
    ? version.split('.').map(Number)
    : undefined,
)
