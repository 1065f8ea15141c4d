// Packages of conda: what is found equals what rattler, which installed them, says of them; from a channel of both kinds of
// archive, made here. https://github.com/conda/rattler

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import { inspectTarget, parseTarget } from './inspect.ts'
import { never, workFolder } from './testing.ts'

const isThere = spawnSync('python3', ['-c', 'import rattler']).status === 0
const skip = withoutPrograms('python3', 'zstd') || (isThere || testAll ? false : "Python's py-rattler is not installed")

/** Makes the channel, installs from it, and tells of each package what its record says; the argument is the folder for all. */
const program = `
import asyncio, hashlib, io, json, os, pathlib, subprocess, sys, tarfile, zipfile
from rattler import Gateway, PrefixRecord, Subdir, install, solve
from rattler.index import index_fs

root = pathlib.Path(sys.argv[1])
channel, prefix, cache = root / "channels/acme-forge", root / "image/opt/conda", root / "cache"

def tar(files, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()

def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout

def pack(kind, name, version, build, subdir="linux-64", **more):
    stem = f"{name}-{version}-{build}"
    own = {f"share/{name}/told": stem.encode()}
    paths = [
        {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}
        for path, data in own.items()
    ]
    index = {"name": name, "version": version, "build": build, "build_number": 0, "depends": [], "subdir": subdir, **more}
    info = {
        "info/index.json": json.dumps(index).encode(),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}).encode(),
        "info/about.json": b"{}",
    }
    file = channel / subdir / f"{stem}.{kind}"
    file.parent.mkdir(parents=True, exist_ok=True)
    if kind == "tar.bz2":
        file.write_bytes(tar({**info, **own}, "w:bz2"))
        return
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        archive.writestr(f"info-{stem}.tar.zst", zstd(tar(info)))
        archive.writestr(f"pkg-{stem}.tar.zst", zstd(tar(own)))

pack("conda", "openssl", "3.0.13", "h7f8727e_0", license="Apache-2.0")
pack("conda", "openssl", "1.1.1w", "h7f8727e_0")
pack("tar.bz2", "ca-certificates", "2024.3.11", "h06a4308_0", license=None)
pack("conda", "_libgcc_mutex", "0.1", "main")
pack("conda", "markupsafe", "2.1.3", "py312h5eee18b_0", license="BSD-3-Clause")
pack("tar.bz2", "requests", "2.31.0", "py_0", "noarch", noarch="generic", depends=["openssl >=3"])
pack("conda", "epoch", "1!2.0.post1+local.3", "0", "noarch", noarch="generic", license="LGPL-2.1-or-later AND MIT")

async def main():
    await index_fs(channel)
    wanted = ["requests", "epoch", "ca-certificates", "_libgcc_mutex", "markupsafe"]
    platforms = ["linux-64", "noarch"]
    records = await solve([channel.as_uri()], wanted, platforms=platforms, gateway=Gateway(cache_dir=cache))
    await install(records, prefix, platform=Subdir("linux-64"), cache_dir=cache, show_progress=False)
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        record = PrefixRecord.from_path(path)
        print(json.dumps({
            "path": str(path.relative_to(root / "image")),
            "name": record.name.source,
            "version": str(record.version),
            "build": str(record.build),
            "subdir": str(record.subdir),
            "channel": record.channel,
            "file": record.file_name,
            "licence": record.license,
        }))

asyncio.run(main())
# On a busy machine rattler's threads, which still run while Python ends, now and then bring it down.
sys.stdout.flush()
os._exit(0)
`

interface Told {
  path: string
  name: string
  version: string
  build: string
  subdir: string
  channel: string
  file: string
  licence: string | null
}

test('what rattler installs is read as it tells it', { skip, timeout: 240_000 }, async (t) => {
  const root = workFolder(t)
  const env = { PATH: process.env['PATH'], HOME: root }
  const { stdout, stderr, status } = spawnSync('python3', ['-c', program, root], { env, encoding: 'utf8' })
  equal(status, 0, stderr)
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
  equal(told.length, 6)
  const { packages, gaps } = await inspectTarget(parseTarget(`dir:${join(root, 'image')}`), { signal: never })
  deepEqual(gaps, [])
  deepEqual(
    packages.map(({ purl, ...one }) => {
      const { searchParams, pathname } = new URL(purl)
      const [, name, version] = /^conda\/(.*)@(.*)$/.exec(pathname)!
      return { ...one, purl: [name, decodeURIComponent(version!), Object.fromEntries(searchParams)] }
    }),
    told.map(({ path, name, version, build, subdir, channel, file, licence }) => ({
      ecosystem: 'Conda',
      name,
      version,
      purl: [
        name,
        version,
        // The channel is told by its address, of which a purl has the name.
        { build, channel: channel.split('/').findLast(Boolean), subdir, type: /(?:conda|tar\.bz2)$/.exec(file)![0] },
      ],
      ...(licence === null ? {} : { licence }),
      place: { path },
    })),
  )
})
