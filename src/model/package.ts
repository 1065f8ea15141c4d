import type { Place } from './scan.ts'

/** A distribution as its os-release names it. */
export interface Distribution {
  /** `ID` of os-release: `debian`, `alpine`. */
  id: string
  /** `VERSION_ID`, as written: `12`, `3.20.3`; undefined for rolling releases. */
  version?: string
  /** `PRETTY_NAME`, for people. */
  name: string
  /** Ecosystem of OSV with its release, `Debian:12`, `Alpine:v3.20`; undefined when OSV has none for it. */
  ecosystem?: string
}

/** One installed package, as the file that lists it says. */
export interface Package {
  /** Ecosystem of OSV without the release: `Debian`, `Alpine`, `npm`. */
  ecosystem: string
  name: string
  version: string
  /** https://github.com/package-url/purl-spec */
  purl: string
  /** Distributions judge the source package: libssl3 is matched as openssl. Absent where there is no difference. */
  source?: { name: string; version: string }
  arch?: string
  /** SPDX expression or the words of the package, where the database holds it. */
  licence?: string
  /** Listed by a lock file or a manifest, which does not show that it is installed; dropped where the installed one is seen. */
  declared?: true
  /** The purl of the operating system's package that brought it: it is listed once, and judged as the system's. */
  ownedBy?: string
  /** The file that it was read from, and the layer of the image that brought it. */
  place: Place
}
