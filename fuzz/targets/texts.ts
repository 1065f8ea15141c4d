// Small parsers of texts that others write.

import { basename } from 'node:path'
import { manifestAttributes, properties } from '../../src/inspect/java/manifest.ts'
import { readPom } from '../../src/inspect/java/pom.ts'
import { licenceOfCopyright } from '../../src/inspect/debian-copyright.ts'
import { parseChallenges } from '../../src/lib/challenge.ts'
import { GlobIndex } from '../../src/lib/glob.ts'
import { goPurl, goRelease, parseGoModules, versionAtLinking } from '../../src/lib/go-modules.ts'
import { formatReference, isTaggedReference, parseImageReference } from '../../src/lib/image-reference.ts'
import { ancestorsOf, linkTarget, nameOf, normalPath, parentOf } from '../../src/lib/path.ts'
import { printable, printableLines } from '../../src/lib/printable.ts'
import { parsePurl, purl } from '../../src/lib/purl.ts'
import { redactCommand, redactLabels, redactVariable } from '../../src/lib/redact.ts'
import { spdxExpression } from '../../src/lib/spdx-expression.ts'
import { parseXml, XmlError } from '../../src/lib/xml.ts'
import { hold, holdEqual, orRefusal, type FuzzTarget } from '../target.ts'

function textTarget(
  id: string,
  seeds: readonly string[],
  words: readonly string[],
  read: (text: string) => unknown,
): FuzzTarget {
  return {
    id,
    seeds: () => seeds.map((text) => Buffer.from(text)),
    words,
    run: (input) => read(input.toString('utf8')),
  }
}

const xml = textTarget(
  'xml',
  [
    '<?xml version="1.0"?><!-- c --><project xmlns="http://a"><a b="1" c=\'2\'>t &amp; &#x41;</a><![CDATA[x<y]]><d/></project>',
    '<project><groupId>a</groupId><artifactId>b</artifactId><version>${v}</version><properties><v>1</v><w>${v}${w}</w></properties><dependencies><dependency><groupId>a</groupId><artifactId>c</artifactId><version>${w}</version></dependency></dependencies></project>',
  ],
  [
    '<a>',
    '</a>',
    '<a b="',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '&#99999999;',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    ' a="1"',
  ],
  (text) => [orRefusal(() => parseXml(text), XmlError), orRefusal(() => readPom(text), XmlError)],
)

const paths = textTarget(
  'path',
  ['usr/bin/a', './usr//bin/../lib/', '/etc/passwd', '../../x'],
  ['..', '.', '//', '\0', '../', './', '/..', '.wh.'],
  (text) => {
    const path = normalPath(text)
    if (path !== undefined) {
      hold(!path.startsWith('/') && !path.endsWith('/'), `${JSON.stringify(path)} has a slash at an end`)
      const parts = path === '' ? [] : path.split('/')
      hold(
        !parts.some((part) => part === '' || part === '.' || part === '..') && !path.includes('\0'),
        `${JSON.stringify(path)} is not normal`,
      )
      holdEqual(normalPath(path), path, 'a normal path')
      if (path !== '') holdEqual([parentOf(path), nameOf(path)].filter(Boolean).join('/'), path, 'parent and name')
      holdEqual([...ancestorsOf(path)].length, Math.max(0, parts.length - 1), 'folders above')
      holdEqual(nameOf(path), basename(path), 'the name')
    }
    const target = linkTarget('a/b/c', text)
    hold(!target.split('/').includes('..'), `a link to ${JSON.stringify(text)} climbs out`)
    return { path, target }
  },
)

const purls = textTarget(
  'purl',
  [
    'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12#sub/path',
    'pkg:npm/%40scope/name@1.0.0',
    'pkg:golang/a.b/c@v1',
  ],
  ['pkg:', '%', '%2F', '%C3', '@', '?', '#', '&', '='],
  (text) => {
    const parsed = parsePurl(text)
    if (!parsed?.name || !parsed.version) return parsed
    const written = purl({
      type: parsed.type,
      name: parsed.name,
      version: parsed.version,
      namespace: parsed.namespace ?? '',
    })
    const again = parsePurl(written)
    holdEqual(
      [again?.name, again?.version],
      [parsed.name, parsed.version],
      `${JSON.stringify(text)} written as ${written}`,
    )
    return parsed
  },
)

const references = textTarget(
  'image-reference',
  ['nginx', 'docker.io/library/nginx:1.27', `localhost:5000/a/b@sha256:${'0'.repeat(64)}`, '[::1]:5000/a'],
  [':', '@', '/', '.', '-', '--', '__', 'sha256:', ']', '['],
  (text) => {
    const parsed = orRefusal(() => parseImageReference(text), Error)
    isTaggedReference(text)
    if (!('refused' in parsed))
      holdEqual(parseImageReference(formatReference(parsed)), parsed, 'written and read again')
    return parsed
  },
)

const challenges = textTarget(
  'challenge',
  ['Bearer realm="https://a/token",service="r",scope="repository:a:pull", Basic realm="x\\"y"'],
  ['"', '\\', ',', '=', ' ', 'Bearer ', 'realm='],
  (text) => parseChallenges(text).map(({ scheme, parameters }) => [scheme, [...parameters]]),
)

const goText = textTarget(
  'go-modules',
  [
    'path\ta\nmod\texample.org/a\tv1.0.0\th1:x\ndep\tb\tv2\n=>\tc\tv3\nbuild\t-ldflags="-X main.version=v1.2.3 -w"\nbuild\tGOOS=linux\n',
    'go1.22rc1',
  ],
  ['\t', '-X ', 'Version=', 'build\t', '"', '\\', 'go1.', 'rc', '-X=a.version='],
  (text) => {
    const { main, dependencies, settings } = parseGoModules(text)
    return [
      main,
      dependencies.slice(0, 100).map((module) => goPurl(module)),
      [...settings],
      versionAtLinking(settings),
      goRelease(text),
    ]
  },
)

const licences = textTarget(
  'spdx-expression',
  [
    'MIT OR Apache-2.0',
    'GPLv2+ and (LGPL-2.1-or-later with Classpath-exception-2.0)',
    'Apache License, Version 2.0',
    'MIT/X11',
  ],
  ['(', ')', ' and ', ' or ', ' with ', '|', '&', '/', ' AND ', '+'],
  (text) => {
    const expression = spdxExpression(text)
    if (expression !== undefined) holdEqual(spdxExpression(expression), expression, 'an expression, read again')
    return expression
  },
)

const copyright = textTarget(
  'debian-copyright',
  [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-1+ or Artistic, and Expat\n text\n\nLicense: Expat\n text\n',
  ],
  ['\n\n', 'License: ', 'Files: *\n', ' or ', ' and ', ', and ', ' with Bison exception', '(', ')', '\r\n'],
  (text) => licenceOfCopyright(Buffer.from(text)),
)

const manifests = textTarget(
  'manifest',
  [
    'Manifest-Version: 1.0\r\nBundle-SymbolicName: org.a;singleton\r\n :=true\r\nBundle-Version: 1.0\r\n\r\n',
    'groupId=a\nversion = 1\\\n 2\n',
  ],
  [': ', '\r\n ', '\n ', '\\', '='],
  (text) => [[...manifestAttributes(text)], [...properties(text)]],
)

const secretName = 'DB_PASSWORD'
const redaction = textTarget(
  'redact',
  ['DB_PASSWORD=x', 'app --password hunter2 --token=x', 'postgres://u:p@h/d', 'user:$2y$05$abcdefgh,other:$apr1$x'],
  ['=', ':', '://', '@', '--token ', 'PASSWORD=', '"', "'", '$', 'aaaa'],
  (text) => {
    const value = text.replaceAll(/\s/g, '_')
    const variable = redactVariable(`${secretName}=${value}`)
    hold(value === '' || variable === `${secretName}=[redacted]`, `${variable} shows a password`)
    return [redactVariable(text), redactCommand(text), redactLabels({ label: text, [secretName]: text })]
  },
)

const globs = new GlobIndex(
  ['lib/apk/db/installed', '**/node_modules/*/package.json', '**/*.jar', 'a/*/b*c'].map((glob) => [glob, glob]),
)
const globbing = textTarget(
  'glob',
  ['lib/apk/db/installed', 'srv/node_modules/a/package.json', 'x/y.jar', 'a/x/bxc'],
  ['node_modules/', '.jar', '/', '*', '\n', 'package.json'],
  (text) => globs.match(text),
)

const printing = textTarget(
  'printable',
  ['a\u001B[31mb', 'x\u202Ey\n', 'ü😀'],
  ['\u001B', '\u009B', '\u2028', '\r'],
  (text) => {
    // oxlint-disable-next-line no-control-regex -- what must not be left
    hold(!/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/.test(printable(text)), 'a control character is left')
    return [printable(text), printableLines(text)]
  },
)

export const textTargets: readonly FuzzTarget[] = [
  xml,
  paths,
  purls,
  references,
  challenges,
  goText,
  licences,
  copyright,
  manifests,
  redaction,
  globbing,
  printing,
]
