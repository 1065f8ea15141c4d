// The tables as the query builder sees them. Times are ISO 8601 in UTC in both directions; jsonb is read as its value,
// and written by `recordset` and `json`, never as a bare string.

import type { ColumnType, Generated } from 'kysely'
import type { Epss } from '../model/advisory.ts'
import type { Depth } from '../model/evidence.ts'
import type { StoredException } from '../model/exception.ts'
import type { Finding, FindingState, Suppression } from '../model/finding.ts'
import type { ChangeCause } from '../model/history.ts'
import type { NotificationContent } from '../model/notification.ts'
import type { Severity } from '../model/severity.ts'
import type { SubLayer, Task } from '../model/layers.ts'
import type { ImageIndex, OriginDocuments } from '../model/image.ts'
import type { Package } from '../model/package.ts'
import type { Resource } from '../model/resource.ts'
import type { Gap, Place } from '../model/scan.ts'
import type { SourceReport, SourceState } from '../model/source.ts'
import type { Role } from '../model/team.ts'
import type { PackageGap, Release } from '../model/verdict.ts'
import type { MoreOfFinding } from './finding-columns.ts'
import type { SignInTables } from './sign-in.ts'

type Json<T> = ColumnType<T, string, string>

export interface Tables extends SignInTables {
  teams: { id: string; name: string }
  people: { id: string; name: string; email: string | null; created_at: string }
  memberships: { person: string; team: string; role: Role }
  audit_log: {
    seq: Generated<number>
    at: string
    person: string
    action: string
    subject: string | null
  }
  sources: {
    id: string
    team: string
    state: SourceState
    report: Json<SourceReport>
    asked_at: string
    answered_at: string | null
  }
  resources: {
    id: string
    team: string
    source: string
    service: string
    kind: string
    name: string
    resource: Json<Resource>
    first_seen: string
    last_seen: string
    gone_at: string | null
  }
  resource_images: { resource: string; position: number; reference: string; image: string | null }
  images: {
    id: string
    team: string
    digest: string
    name: string
    distribution: string | null
    size: number
    layer_count: number
    package_count: number
    /** Of its layers; null where it has none. */
    chain: string | null
    index: Json<Omit<ImageIndex, 'packages' | 'originDocuments' | 'originTrust'> & { unjudged?: readonly Package[] }>
    recorded_at: string
  }
  image_aliases: { key: string; image: string; own: boolean; recorded_at: string }
  packages: {
    id: Generated<number>
    key: string
    ecosystem: string
    name: string
    version: string
    package: Json<Omit<Package, 'place'>>
    release: Json<Release> | null
    generation: string | null
    judged: Generated<boolean>
    gaps: ColumnType<readonly PackageGap[], string | undefined, string>
  }
  unjudged_packages: { package_id: number }
  unjudged_images: { image: string }
  rejudged_packages: { package_id: number }
  package_lookups: { ecosystem: string; name_key: string; package_id: number }
  package_sets: { id: Generated<number>; key: string; layer: string }
  package_set_members: { set_id: number; package_id: number; again: boolean; places: Json<readonly Place[]> }
  image_package_sets: { image: string; position: number; set_id: number; repeats: boolean; first_seen: string }
  image_uses: { resource: string; image: string; first_seen: string; gone_at: string | null }
  finding_changes: {
    id: Generated<number>
    vulnerability_id: number | null
    finding_key: string | null
    engine: string | null
    subject: string | null
    at: string
    state: FindingState
    cause: ChangeCause
    why: string
  }
  exceptions: {
    key: string
    exception: Json<StoredException>
    told: Generated<string>
    ended: boolean
    first_read: string
    gone_at: string | null
  }
  subject_exceptions: {
    subject: string
    vulnerability_id: number
    suppressed: Json<Suppression> | null
    unannounced: Generated<boolean>
  }
  image_origins: {
    image: string
    trust: string
    documents: Json<OriginDocuments> | null
    good_until: string | null
  }
  /** What was loaded of each ecosystem when its packages were judged. */
  judged_ecosystems: { ecosystem: string; loaded: string }
  rematches: {
    id: Generated<number>
    generation: string
    at: string
    packages: number
    opened: number
    closed: number
    evidence: number | null
  }
  notifications: {
    id: Generated<number>
    key: string
    channel: string
    team: string
    content: Json<NotificationContent>
    made_at: string
    attempts: Generated<number>
    due_at: string
    sent_at: string | null
    problem: string | null
  }
  contained_packages: {
    subject: string
    package_id: number
    sub_layer: SubLayer
    places: Json<readonly Place[]>
    first_seen: string
    gone_at: string | null
  }
  evidence: {
    seq: number
    resource: string
    sub_layer: SubLayer
    task: Task
    engine: string
    at: string
    depth_done: number
    depth_of: number
    depth_unit: Depth['unit']
    gaps: Json<readonly Gap[]>
    previous: string
    hash: string
  }
  evidence_head: { only_row: Generated<boolean>; seq: number; hash: string }
  newest_evidence: { resource: string; sub_layer: SubLayer; task: Task; engine: string; at: string; seq: number }
  vulnerabilities: {
    id: Generated<number>
    package_id: number
    engine: string
    key: string
    subject_part: string
    rule: string
    severity: Severity
    score: number | null
    exploited: boolean
    title: string
    fix: string | null
    package: Json<NonNullable<Finding['package']>>
    evidence: Json<Finding['evidence']>
    aliases: Json<readonly string[]>
    reference_list: Json<readonly string[]>
    epss: Json<Epss> | null
    suppressed: Json<Suppression> | null
    more: ColumnType<MoreOfFinding, string | undefined, string>
    /** Hash of all that the verdict says. */
    content: Generated<string>
    /** It came with a change of the index, and no notification has been made of it yet. */
    unannounced: Generated<boolean>
    /** Why it is told again, where it is not new. */
    reopened: string | null
    first_seen: string
    last_seen: string
    fixed_at: string | null
  }
}
