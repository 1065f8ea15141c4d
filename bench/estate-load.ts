// A large estate written straight into a PostgreSQL, the same in every run: images of three layers, of which the lower ones
// are shared by many.

import pg from 'pg'

export const packageVersions = 150_000
const debianVersions = 30_000
const versionsOfName = 3
/** Packages of a base, a runtime and an application: 300 an image. */
const members = { base: 120, runtime: 100, app: 80 }
const sets = { base: 200, runtime: 1000 }
/** Images that share their uppermost layer, as those do that differ in their settings alone. */
const imagesOfApp = 5

export const packagesOfImage = members.base + members.runtime + members.app

export async function loadEstate(database: string, images: number): Promise<void> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    for (const statement of statements(images)) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** `npm-17` in three versions; the first 30,000 are of Debian. */
export function packageName(id: number): { ecosystem: string; name: string } {
  const number = Math.ceil(id / versionsOfName)
  return id <= debianVersions
    ? { ecosystem: 'Debian:12', name: `deb-${number}` }
    : { ecosystem: 'npm', name: `npm-${number}` }
}

function statements(images: number): string[] {
  const apps = Math.ceil(images / imagesOfApp)
  const npm = packageVersions - debianVersions
  return [
    `insert into sources (id, team, state, report, asked_at) values ('bench', 'default', 'answered', '{}', now())`,
    `insert into packages (id, key, ecosystem, name, version, package, release) overriding system value
      select i, 'p' || i, e, n, v, jsonb_build_object('ecosystem', e, 'name', n, 'version', v, 'purl',
          case when e = 'Debian' then 'pkg:deb/debian/' || n || '@' || v || '?distro=debian-12'
            else 'pkg:npm/' || n || '@' || v end),
          case when e = 'Debian' then '{"id": "debian", "version": "12", "ecosystem": "Debian:12"}'::jsonb end
        from (select i, case when i <= ${debianVersions} then 'Debian' else 'npm' end as e,
          case when i <= ${debianVersions} then 'deb-' else 'npm-' end || ceil(i / ${versionsOfName}.0) as n,
          '1.' || i % ${versionsOfName} || '.0' as v from generate_series(1, ${packageVersions}) i) p`,
    `insert into unjudged_packages select id from packages`,
    `insert into package_sets (id, key, layer) overriding system value
      select i, 's' || i, 'layer' || i from generate_series(1, ${sets.base + sets.runtime + apps}) i`,
    // Steps without a common factor with the pools, so that no set has a package twice.
    memberRows(1, sets.base, members.base, `1 + (s.id * 7919 + i * 101) % ${debianVersions}`),
    memberRows(
      sets.base + 1,
      sets.runtime,
      members.runtime,
      `${debianVersions} + 1 + (s.id * 104729 + i * 2) % ${npm}`,
    ),
    memberRows(
      sets.base + sets.runtime + 1,
      apps,
      members.app,
      `${debianVersions} + 1 + (s.id * 15485863 + i * 1009 + 1) % ${npm}`,
    ),
    `insert into images (id, team, digest, name, distribution, size, layer_count, package_count, index, recorded_at)
      select 'image/sha256:' || lpad(i::text, 64, '0'), 'default', 'sha256:' || lpad(i::text, 64, '0'), 'app:' || i,
          'Debian 12', 1, 3, ${packagesOfImage}, '{"aliases": [], "layers": [], "gaps": []}', now()
        from generate_series(1, ${images}) i`,
    `insert into image_package_sets (image, position, set_id, repeats, first_seen)
      select 'image/sha256:' || lpad(i::text, 64, '0'), position, set_id, false, now() from generate_series(1, ${images}) i
        cross join lateral (values (0, 1 + i % ${sets.base}), (1, ${sets.base + 1} + i % ${sets.runtime}),
          (2, ${sets.base + sets.runtime} + ceil(i / ${imagesOfApp}.0)::int)) as s(position, set_id)`,
    `insert into resources (id, team, source, service, kind, name, resource, first_seen, last_seen)
      select 'w' || i, 'default', 'bench', 'self.docker', 'docker.Container', 'workload ' || i,
          '{"runs": {"state": "running", "exposure": "local"}}', now(), now() from generate_series(1, ${images}) i`,
    `insert into resource_images (resource, position, reference, image)
      select 'w' || i, 0, 'app:' || i, 'image/sha256:' || lpad(i::text, 64, '0') from generate_series(1, ${images}) i`,
    `vacuum analyze`,
  ]
}

function memberRows(first: number, count: number, size: number, packageId: string): string {
  return `insert into package_set_members (set_id, package_id, again, places)
    select s.id, ${packageId}, false, jsonb_build_array(jsonb_build_object('path', 'app/package.json', 'layer', s.layer))
      from package_sets s cross join generate_series(0, ${size - 1}) i
      where s.id between ${first} and ${first + count - 1} on conflict do nothing`
}
