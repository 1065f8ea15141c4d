// How many findings are open, as the view `seen_findings` has them, but counted by the sets of packages that images share.

import { sql, type RawBuilder } from 'kysely'
import type { Scope } from '../model/team.ts'
import { within } from './scope.ts'

/** The parts of a `with` that end with `counted`: `subject`, `sub_layer`, `task`, `severity` and numbers (`n`) to add up; some are negative. */
export function openCounts(scope: Scope): RawBuilder<unknown> {
  return sql`
    seen as materialized (select distinct subject from subjects where ${within(scope, 'team')}), known as materialized (
      select id, package_id, severity, suppressed is null as open from vulnerabilities where fixed_at is null
    ), of_sets as materialized (
      select m.set_id, k.severity, count(*) as n from package_set_members m join known k using (package_id)
        where not m.again and k.open group by m.set_id, k.severity
    ), counted as (
      select s.image as subject, 'image' as sub_layer, 'vulnerabilities' as task, o.severity, o.n
        from image_package_sets s join of_sets o using (set_id) where s.image in (select subject from seen)
      union all
      select c.subject, c.sub_layer, 'vulnerabilities', k.severity, 1
        from contained_packages c join known k using (package_id)
        where c.gone_at is null and k.open and c.subject in (select subject from seen)
      union all
      select x.subject, c.sub_layer, 'vulnerabilities', k.severity, case when k.open then -1 else 1 end
        from subject_exceptions x join known k on k.id = x.vulnerability_id and k.open <> (x.suppressed is null)
        cross join lateral (
          select sub_layer from contained
            where subject = x.subject and package_id = k.package_id and gone_at is null offset 0) c
        where x.subject in (select subject from seen)
      union all
      select subject, sub_layer, task, severity, 1 from findings
        where fixed_at is null and suppressed is null and subject in (select subject from seen)
    )`
}
