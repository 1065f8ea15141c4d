// Images of the fixtures: a list, and one with all that its page shows.

import type { ImagesView, ImageView } from '../../src/serve/views/images.ts'
import { findings, hiddenSecret } from './findings.ts'
import { counts, digest } from './parts.ts'
import { containers } from './resources.ts'

const aliases = [['shop/api:4.18.2', `shop/api@${digest('b')}`], ['redis:7.2'], []]

export function imageRows(many: number): ImagesView['images'] {
  return Array.from({ length: many }, (_, index) => ({
    id: `image/${digest('abc'[index]!)}`,
    digest: digest('abc'[index]!),
    aliases: aliases[index]!,
    ...(index < 2 && { distribution: 'Debian 12' }),
    size: 291_000_000 / (index + 1),
    layers: 6 - index,
    packages: 359 - index * 100,
    usedBy: 3 - index,
    findings: index === 2 ? null : counts(index === 0 ? 'C1 H11 M34' : ''),
    // Of the second not all: that nothing is reported of it is not that nothing is open.
    judged: index === 2 ? null : { done: 359 - index * 107, of: 359 - index * 100 },
  }))
}

export const image: ImageView = {
  id: `image/${digest('a')}`,
  digest: digest('a'),
  aliases: aliases[0]!,
  architecture: 'amd64',
  os: 'linux',
  distribution: 'Debian 12',
  size: 291_000_000,
  layers: [
    {
      digest: digest('a'),
      size: 74_800_000,
      packages: 88,
      hidden: 0,
      wasted: 0,
      createdBy: '/bin/sh -c #(nop) ADD file:4b1e… in /',
    },
    {
      digest: digest('b'),
      size: 14_600_000,
      packages: 34,
      hidden: 0,
      wasted: 310_000,
      createdBy: 'RUN apt-get install -y ca-certificates curl openssl',
    },
    {
      digest: digest('c'),
      size: 120_000_000,
      packages: 0,
      hidden: 12,
      wasted: 82_000_000,
      createdBy: 'COPY --from=build /root/.gradle /root/.gradle # buildkit',
    },
    { digest: digest('d'), size: 0, packages: 0, hidden: 0, wasted: 0 },
    {
      digest: digest('e'),
      size: 81_000_000,
      packages: 225,
      hidden: 0,
      wasted: 0,
      createdBy: 'COPY node_modules ./node_modules # buildkit',
    },
    {
      digest: digest('f'),
      size: 310_000,
      packages: 0,
      hidden: 0,
      wasted: 0,
      createdBy: 'COPY dist ./dist # buildkit',
    },
  ],
  base: { layers: 2, name: 'debian:12-slim', digest: digest('9'), known: 'estate' },
  setuid: ['usr/bin/passwd', 'usr/bin/su'].map((path) => ({ path, mode: '4755', layer: digest('a') })),
  packages: Array.from({ length: 359 }, (_, index) => ({
    ecosystem: index < 122 ? 'Debian' : 'npm',
    name: index === 0 ? 'openssl' : `package-${index}`,
    version: index === 0 ? '3.0.11-1' : `1.${index}.0`,
    purl: index === 0 ? 'pkg:deb/debian/openssl@3.0.11-1' : `pkg:npm/package-${index}@1.${index}.0`,
    path:
      index < 122
        ? 'var/lib/dpkg/status'
        : `${index < 134 ? 'root/.gradle' : 'srv'}/node_modules/package-${index}/package.json`,
    layer: digest(index < 88 ? 'a' : index < 122 ? 'b' : index < 134 ? 'c' : 'e'),
    ...(index >= 122 && index < 134 && { hiddenBy: digest('d') }),
    ...(index === 135 && { ownedBy: 'pkg:deb/debian/node-lodash@4.17.21' }),
    ...(index === 136 && { declared: true as const }),
  })),
  findings: [...findings.filter(({ kind }) => kind === 'vulnerability'), hiddenSecret],
  gaps: [
    {
      why: 'a nested archive of more than 100 MB was not opened',
      place: { path: 'srv/model.jar', layer: digest('e') },
    },
    { why: 'no advisories for this release (Debian:12)', place: { path: 'var/lib/dpkg/status' } },
  ],
  judged: { done: 352, of: 359 },
  usedBy: containers(2).map(({ id, name }) => ({ id, name })),
}
