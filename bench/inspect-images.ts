// Images for the bench of `inspect`, made once by the real tools and kept: what is in them is what people ship.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

export interface BenchImage {
  name: string
  /** The folder of its OCI layout. */
  path: string
  /** The files of its layers, gzip. */
  layers: readonly string[]
  /** Bytes without compression. */
  size: number
}

/** `why`: what kept it from being made, in one line. */
export type MadeImage = BenchImage | { name: string; why: string }

/** Raised when what is in the images changes. */
const version = '1'
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plimsoll-bench', version)

interface LayerRecipe {
  name: string
  /** Fills the folder with what lies at the root of the layer. */
  fill(root: string): void | Promise<void>
}

const debian: LayerRecipe = {
  name: 'debian',
  fill(root) {
    const tar = join(root, '..', 'debian.tar')
    run('mmdebstrap', ['--variant=minbase', '--format=tar', 'bookworm', tar])
    run('tar', ['-C', root, '--exclude=./dev/*', '-xf', tar])
  },
}

const node: LayerRecipe = {
  name: 'node',
  async fill(root) {
    const project = await folder(root, 'srv/app')
    await writeFile(join(project, 'package.json'), '{"name":"app","version":"1.0.0","private":true}')
    const packages = ['express@4.21.2', 'react-scripts@5.0.1', 'typescript@5.6.3', 'lodash@4.17.21', 'aws-sdk@2.1692.0']
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packages], project)
  },
}

const python: LayerRecipe = {
  name: 'python',
  async fill(root) {
    const site = await folder(root, 'usr/lib/python3/site-packages')
    const wheels = [
      'numpy',
      'pandas',
      'scipy',
      'django',
      'flask',
      'requests',
      'sqlalchemy',
      'boto3',
      'cryptography',
      'matplotlib',
    ]
    run('python3', [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-compile',
      '--only-binary=:all:',
      '--target',
      site,
      ...wheels,
    ])
  },
}

/** A fat jar, and an archive in an archive in an archive. */
const java: LayerRecipe = {
  name: 'java',
  async fill(root) {
    const work = await folder(root, '..', 'maven')
    await writeFile(join(work, 'pom.xml'), pom())
    run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], work)
    const app = await folder(work, 'fat/BOOT-INF')
    run('cp', ['-r', join(work, 'lib'), app])
    const target = await folder(root, 'srv/java')
    run('zip', ['-q', '-0', '-r', join(target, 'app.jar'), 'BOOT-INF'], dirname(app))
    const war = await folder(work, 'war/WEB-INF')
    run('cp', ['-r', join(work, 'lib'), war])
    const ear = await folder(work, 'ear')
    run('zip', ['-q', '-r', join(ear, 'shop.war'), 'WEB-INF'], dirname(war))
    run('zip', ['-q', '-r', join(target, 'shop.ear'), 'shop.war'], ear)
  },
}

/** The programs of Go's own distribution. */
const go: LayerRecipe = {
  name: 'go',
  async fill(root) {
    const home = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
    const target = await folder(root, 'usr/local/go')
    for (const name of ['bin', 'pkg']) run('cp', ['-r', join(home, name), target])
  },
}

/** This machine's own programs and documents. */
function ownFiles(name: string, ...paths: string[]): LayerRecipe {
  return {
    name,
    async fill(root) {
      for (const path of paths.filter((one) => existsSync(one))) {
        run('cp', ['-r', '--preserve=mode,timestamps,links', path, await folder(root, dirname(path))])
      }
    },
  }
}

const recipes: readonly (readonly [name: string, layers: readonly LayerRecipe[]])[] = [
  ['Debian', [debian]],
  ['Node', [debian, node]],
  ['Python', [debian, python]],
  ['Java', [debian, java]],
  ['Go', [debian, go]],
  [
    'mix',
    [debian, node, python, java, go, ownFiles('share', '/usr/share'), ownFiles('library', '/usr/lib/x86_64-linux-gnu')],
  ],
]

export async function makeImages(tell: (line: string) => void): Promise<MadeImage[]> {
  await mkdir(cache, { recursive: true })
  const images: MadeImage[] = []
  for (const [name, parts] of recipes) {
    try {
      const layers: StoredLayer[] = []
      for (const part of parts) layers.push(await layerOf(part, tell))
      images.push({ name, ...(await layoutOf(name, layers)) })
    } catch (error) {
      images.push({ name, why: (error as Error).message.split('\n')[0]! })
    }
  }
  return images
}

interface StoredLayer {
  path: string
  digest: string
  diffId: string
  stored: number
  size: number
}

/** As many files as an archive of 30 MB can hold. */
export async function makeTinyFiles(count: number): Promise<BenchImage> {
  const path = join(cache, 'tiny.tar.gz')
  if (!existsSync(path)) await writeTinyFiles(count, path)
  return { name: `${count / 1e6} million tiny files`, ...(await layoutOf('tiny', [await described(path)])) }
}

async function writeTinyFiles(count: number, path: string): Promise<void> {
  const made = join(cache, 'tiny.tmp')
  const header = Buffer.alloc(512)
  header.write('0000644\0', 100)
  header.write('00000000001\0', 124)
  header.write('0ustar\x0000', 156)
  function* blocks(): Generator<Buffer> {
    const contents = Buffer.alloc(512, 0)
    contents[0] = 0x78
    for (let from = 0; from < count; from += 1000) {
      const pieces: Buffer[] = []
      for (let number = from; number < Math.min(count, from + 1000); number++) {
        header.fill(0, 0, 100).write(`srv/files/${number % 1000}/${number}`)
        header.fill(0x20, 148, 156)
        const sum = header.reduce((total, byte) => total + byte, 0)
        header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
        pieces.push(Buffer.from(header), contents)
      }
      yield Buffer.concat(pieces)
    }
    yield Buffer.alloc(1024)
  }
  await pipeline(Readable.from(blocks()), createGzip({ level: 6 }), createWriteStream(made))
  await rename(made, path)
}

async function layerOf({ name, fill }: LayerRecipe, tell: (line: string) => void): Promise<StoredLayer> {
  const path = join(cache, `${name}.tar.gz`)
  if (!existsSync(path)) {
    tell(`making the layer ${name} …`)
    const work = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
    try {
      const root = await folder(work, 'root')
      await fill(root)
      const made = join(cache, `${name}.tmp.tar`)
      run('tar', ['-C', root, '--sort=name', '-cf', made, ...(await readdir(root))])
      run('gzip', ['-6', '-f', made])
      await rename(`${made}.gz`, path)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  }
  return described(path)
}

/** Sizes and digests, kept beside the layer: taking them anew takes as long as the bench. */
async function described(path: string): Promise<StoredLayer> {
  const beside = path.replace('.tar.gz', '.json')
  if (existsSync(beside)) return JSON.parse(await readFile(beside, 'utf8')) as StoredLayer
  const [stored, plain] = [await measured(path, false), await measured(path, true)]
  const layer = { path, digest: stored.digest, diffId: plain.digest, stored: stored.size, size: plain.size }
  await writeFile(beside, JSON.stringify(layer))
  return layer
}

async function layoutOf(name: string, layers: readonly StoredLayer[]): Promise<Omit<BenchImage, 'name'>> {
  const path = join(cache, name)
  await rm(path, { recursive: true, force: true })
  const blobs = await folder(path, 'blobs/sha256')
  const blob = async (content: object): Promise<{ digest: string; size: number }> => {
    const text = JSON.stringify(content)
    const hex = createHash('sha256').update(text).digest('hex')
    await writeFile(join(blobs, hex), text)
    return { digest: `sha256:${hex}`, size: text.length }
  }
  for (const layer of layers) run('cp', ['-l', layer.path, join(blobs, layer.digest.slice('sha256:'.length))])
  const platform = { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' }
  const config = await blob({ ...platform, rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) } })
  const manifest = await blob({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map(({ digest, stored }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size: stored,
    })),
  })
  const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, platform }]
  await writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  await writeFile(join(path, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  return { path, layers: layers.map((layer) => layer.path), size: layers.reduce((sum, { size }) => sum + size, 0) }
}

async function measured(path: string, unpacked: boolean): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256')
  let { size } = await stat(path)
  const source = createReadStream(path, { highWaterMark: 1 << 20 })
  if (unpacked) {
    const gunzip = createGunzip({ chunkSize: 1 << 20 })
    size = 0
    gunzip.on('data', (chunk: Buffer) => void (size += chunk.length))
    await pipeline(source, gunzip, hash)
  } else await pipeline(source, hash)
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

async function folder(...parts: string[]): Promise<string> {
  const path = join(...parts)
  await mkdir(path, { recursive: true })
  return path
}

function run(program: string, words: readonly string[], cwd?: string): void {
  execFileSync(program, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 })
}

function pom(): string {
  const dependencies = [
    'org.springframework.boot:spring-boot-starter-web:3.3.5',
    'org.springframework.boot:spring-boot-starter-data-jpa:3.3.5',
    'org.apache.logging.log4j:log4j-core:2.14.1',
    'org.apache.kafka:kafka-clients:3.8.1',
    'org.elasticsearch.client:elasticsearch-rest-high-level-client:7.17.25',
    'software.amazon.awssdk:s3:2.29.6',
    'org.apache.lucene:lucene-analysis-kuromoji:9.12.0',
  ].map((text) => {
    const [groupId, artifactId, number] = text.split(':')
    const fields = `<groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${number}</version>`
    return `<dependency>${fields}</dependency>`
  })
  return (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    '<groupId>org.example</groupId><artifactId>app</artifactId><version>1</version>' +
    `<dependencies>${dependencies.join('')}</dependencies></project>`
  )
}
