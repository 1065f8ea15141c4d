import type { Place } from './scan.ts'

/** A distribution as its os-release names it. */
export interface Distribution {
  /** `ID` of os-release: `debian`, `alpine`. */
  id: string
  /** `VERSION_ID`, as written: `12`, `3.20.3`; undefined for rolling releases. */
  version?: string
  /** `PRETTY_NAME`, for people. */
  name: string
  /** Ecosystem with its release, `Debian:12`, `Alpine:v3.20`, `Wolfi`; undefined for one that is not known. */
  ecosystem?: string
  /** The day on which the regular updates of the release end, `2028-06-30`; absent where it is not known. */
  endOfLife?: string
}

/** One installed package, as the file that lists it says. */
export interface Package {
  /** Ecosystem of OSV without the release: `Debian`, `Alpine`, `npm`; a distribution that OSV leaves out has a name in the same form, `Fedora`. */
  ecosystem: string
  name: string
  version: string
  /** https://github.com/package-url/purl-spec; `vcs_url` in it holds the repository, and the commit or tag, that it was taken from. */
  purl: string
  /** Distributions judge the source package: libssl3 is matched as openssl. Absent where there is no difference. */
  source?: { name: string; version: string }
  arch?: string
  /** SPDX expression or the words of the package, where the database holds it. */
  licence?: string
  /** Label of the module stream that an rpm was built for, `postgresql:15:…`: its versions compare only within the stream. */
  module?: string
  /** Who built it, where the database tells: a distribution judges only its own packages. */
  vendor?: string
  /** Listed by a lock file or a manifest, which does not show that it is installed; dropped where the installed one is seen. */
  declared?: true
  /** The purl of the operating system's package that brought it: it is listed once, and judged as the system's. */
  ownedBy?: string
  /** Digest of the layer that removed or replaced it: it is shipped still, and a container does not see it. It is listed, and not judged. */
  hiddenBy?: string
  /** The file that it was read from, and the layer of the image that brought it. */
  place: Place
}

/** The version of a program that is known and does not tell it: it is listed, and nothing but a record of all versions judges it. */
export const unknownVersion = 'unknown'
