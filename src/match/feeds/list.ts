import type { Feed } from '../feed.ts'
import { amazon } from './amazon.ts'
import { debianTracker } from './debian-tracker.ts'
import { endOfLife } from './end-of-life.ts'
import { epss } from './epss.ts'
import { kev } from './kev.ts'
import { kubernetes } from './kubernetes.ts'
import { oracle } from './oracle.ts'
import { osv } from './osv.ts'
import { redhatVex } from './redhat-vex.ts'

/** OSV takes every JSON file that no other feed knows by its name. */
export const feeds: readonly Feed[] = [amazon, debianTracker, endOfLife, epss, kev, kubernetes, oracle, redhatVex, osv]
