// Versions of Elixir's and Erlang's packages: semantic versions to the letter, with numbers of any length.
// https://hexdocs.pm/elixir/Version.html

import { readAs, semanticOrder, strict } from './shared/semantic.ts'

export const hex = semanticOrder('hex', ['Hex'], readAs(strict))
