// Small real estates for the suites of the store.

import type { Assessment } from '../model/evidence.ts'
import { findingId, type Finding } from '../model/finding.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Package } from '../model/package.ts'
import { imageId, type Resource } from '../model/resource.ts'
import type { SourceReport } from '../model/source.ts'

export const everything = { teams: 'all' } as const

/** Of November 2026, its first second. */
export function day(number: number): string {
  return `2026-11-${String(number).padStart(2, '0')}T00:00:00Z`
}

export function digest(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`
}

export function report(id: string, askedAt: string, given: Partial<SourceReport> = {}): SourceReport {
  return { id, name: `${id} of the test`, state: 'answered', speaksFor: [], askedAt, resources: 0, gaps: [], ...given }
}

export function machine(name: string): Resource {
  const id = `host/${name}`
  return {
    id,
    kind: 'host.Machine',
    name,
    service: 'self.linux',
    source: 'host',
    labels: {},
    properties: { kernel: '6.1' },
  }
}

/** A container that runs the image with this number. */
export function container(name: string, image: number): Resource {
  return {
    id: `docker/${name}`,
    kind: 'docker.Container',
    name,
    service: 'self.docker',
    source: 'docker',
    runsOn: 'host/a',
    runs: {
      images: [{ reference: `app:${image}`, image: imageId(digest(image)) }],
      exposure: 'local',
      state: 'running',
    },
    labels: { app: name },
    properties: { user: 'root' },
  }
}

export function debian(name: string, version: string, path = 'var/lib/dpkg/status'): Package {
  const purl = `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12`
  return { ecosystem: 'Debian', name, version, purl, arch: 'amd64', place: { path, line: 1 } }
}

export function image(number: number, packages: readonly Package[]): ImageIndex {
  return {
    digest: digest(number),
    configDigest: digest(number + 0x1000),
    aliases: [`app:${number}`, `registry.test/app@${digest(number + 0x2000)}`],
    architecture: 'amd64',
    os: 'linux',
    size: 1000 + number,
    layers: [{ digest: digest(number + 0x3000), size: 900, entries: 10, createdBy: 'ADD rootfs' }],
    config: { exposedPorts: ['80/tcp'], env: [], entrypoint: [], cmd: ['app'], labels: {}, volumes: [] },
    distribution: { id: 'debian', version: '12', name: 'Debian 12', ecosystem: 'Debian:12' },
    packages,
    gaps: [],
  }
}

export function vulnerability(resource: string, found: Package, rule: string, given: Partial<Finding> = {}): Finding {
  const { ecosystem, name, version, purl, place } = found
  return {
    id: findingId({ resource, rule, subject: purl }),
    kind: 'vulnerability',
    resource,
    subLayer: resource.startsWith('image/') ? 'image' : 'node_os',
    task: 'vulnerabilities',
    rule,
    severity: 'high',
    title: `${rule} in ${name}`,
    fix: `Upgrade ${name} to 9`,
    evidence: { package: name, version, places: [place] },
    place,
    package: { ecosystem, name, version, purl, fixedIn: '9' },
    aliases: [`CVE-${rule}`],
    exploited: false,
    score: 7.5,
    references: [`https://example.test/${rule}`],
    ...given,
  }
}

export function ruleFinding(resource: string, rule: string, given: Partial<Finding> = {}): Finding {
  return {
    id: findingId({ resource, rule }),
    kind: 'rule',
    resource,
    subLayer: 'container_config',
    task: 'hardening',
    rule,
    severity: 'medium',
    title: `${rule} is broken`,
    evidence: { 'resource.user': 'root' },
    aliases: [],
    exploited: false,
    references: ['CIS Docker 5.4'],
    ...given,
  }
}

/** Of task vulnerabilities for images and machines, of hardening for the rest. */
export function assessment(
  resource: string,
  at: string,
  findings: readonly Finding[],
  given: Partial<Assessment> = {},
): Assessment {
  const ofPackages = resource.startsWith('image/') || resource.startsWith('host/')
  return {
    resource,
    subLayer: resource.startsWith('image/') ? 'image' : ofPackages ? 'node_os' : 'container_config',
    task: ofPackages ? 'vulnerabilities' : 'hardening',
    engine: 'plimsoll',
    at,
    depth: { done: 10, of: 10, unit: ofPackages ? 'packages judged' : 'rules evaluated' },
    findings,
    gaps: [],
    ...given,
  }
}
