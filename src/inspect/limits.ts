// How much is read of what nobody trusts. Each limit that is met becomes a gap or an error that names it.

export interface Limits {
  /** Bytes of a file that an extractor wants; the largest dpkg databases are below 20 MB. */
  wantedFile: number
  /** Bytes of an executable that is held whole, and of the parts that are held of a larger one. */
  executable: number
  executableParts: number
  /** Bytes of an archive that is read in parts; from the disk when it is larger than a wanted file. */
  archive: number
  /** Bytes of one line of a wanted file. */
  line: number
  /** Packages that one file may list. */
  packagesPerFile: number
  /** Milliseconds that an extractor may take for one file. */
  extractTime: number
  /** Bytes of a path; Linux takes no longer ones. */
  path: number
  /** Folders above one another. */
  depth: number
  /** Entries of one layer, or of a file system. */
  entries: number
  /** Bytes of one layer without compression. What stops a gzip bomb: at most this is decompressed, and none of it kept. */
  layer: number
  /** Bytes of all layers of an image without compression. */
  image: number
  /** Runtimes refuse images with more than 127 layers in a file system; builders may make a few more. */
  layers: number
  /** Bytes of a manifest, an index or a configuration. Registries take manifests of up to 4 MB. */
  document: number
  /** Manifests that one index may lead to, and indexes inside one another. */
  manifests: number
  indexDepth: number
  /** Bytes of the database in which an engine keeps the names of its images. */
  metadata: number
  /** Entries of an archive that holds an image: blobs, and the documents about them. */
  archiveEntries: number
  /** Bytes of an archive that has to be written to the work folder to be read. */
  spool: number
  /** Whiteouts and links of one layer that merging needs. */
  marks: number
  /** Files and folders of all layers that are listed, and characters of their listing: of more, what one replaces is not known. */
  listed: number
  listing: number
  /** Bytes of the lists of packages' files that are held of one layer. */
  fileLists: number
  /** Bytes of a program whose SHA-256 is kept. */
  hashedProgram: number
  /**
   * Bytes of an archive that is searched in memory, half as many for each one further in; a larger one lies on the disk meanwhile.
   */
  contentInMemory: number
  /** Bytes that one archive, and all of a layer, may unpack to; files in one; archives inside one another, of which a `.tar.gz` is two. */
  contentUnpacked: number
  contentUnpackedInAll: number
  contentEntries: number
  contentDepth: number
  /** Bytes of a file that rules of YARA scan, and milliseconds that they may take for it. */
  yaraFile: number
  yaraTime: number
  /** Secrets and traits of malware of one layer, and of one file. */
  found: number
  foundPerFile: number
  /** Gaps of one kind of work; the rest is counted. */
  gaps: number
}

const mega = 1024 * 1024
const giga = 1024 * mega

export const defaultLimits: Limits = {
  wantedFile: 64 * mega,
  executable: 32 * mega,
  executableParts: 24 * mega,
  archive: 4 * giga,
  line: mega,
  packagesPerFile: 200_000,
  extractTime: 30_000,
  path: 4096,
  depth: 256,
  entries: 10_000_000,
  layer: 50 * giga,
  image: 100 * giga,
  layers: 512,
  document: 16 * mega,
  manifests: 1000,
  indexDepth: 8,
  metadata: 512 * mega,
  archiveEntries: 20_000,
  spool: 100 * giga,
  marks: 500_000,
  listed: 500_000,
  listing: 32 * mega,
  fileLists: 32 * mega,
  hashedProgram: 50 * mega,
  contentInMemory: 8 * mega,
  contentUnpacked: 2 * giga,
  contentUnpackedInAll: 10 * giga,
  contentEntries: 200_000,
  contentDepth: 32,
  yaraFile: 32 * mega,
  yaraTime: 10_000,
  found: 2000,
  foundPerFile: 50,
  gaps: 1000,
}
