// Every source, in the order in which it is asked.

import { docker } from './docker.ts'
import { host } from './host.ts'
import { podman } from './podman.ts'
import type { Source } from './source.ts'

export const sources: readonly Source[] = [host, docker, podman]
