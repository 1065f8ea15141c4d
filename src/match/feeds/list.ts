import type { Feed } from '../feed.ts'
import { kev } from './kev.ts'
import { osv } from './osv.ts'

/** OSV takes every JSON file that no other feed knows by its name. */
export const feeds: readonly Feed[] = [kev, osv]
