import { Option } from 'commander'

/** An option that can be given several times; its value is the list of what was given. `otherwise`: what help says of none. */
export function repeatable(flags: string, description: string, otherwise = 'none'): Option {
  return new Option(flags, `${description}; can be repeated`)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], otherwise)
}
