// An image as there are many: what Debian installs, and an application in Python and one in JavaScript upon it. Of the names
// many have advisories, some hundreds of them, and most have none. Half of what Debian installs is built from a source that
// builds something else as well.

import type { Distribution, Package } from '../src/model/package.ts'

/** The newest release that the advisories beside the checkout speak of. */
export const distribution: Distribution = {
  id: 'debian',
  version: '11',
  name: 'Debian GNU/Linux 11 (bullseye)',
  ecosystem: 'Debian:11',
}

const debian = `acl adduser apache2 apr apr-util apt attr audit base-files base-passwd bash bind9 brotli busybox bzip2
  ca-certificates cairo coreutils cryptsetup cups curl cyrus-sasl2 dash db5.3 dbus debconf debian-archive-keyring debianutils
  diffutils dpkg e2fsprogs elfutils expat ffmpeg file findutils fontconfig freetype fribidi gcc-10 gdbm gdk-pixbuf ghostscript
  git glib2.0 glibc gmp gnupg2 gnutls28 graphite2 grep gzip haproxy harfbuzz heimdal hostname icu init-system-helpers iproute2
  iptables jansson jbigkit json-c keyutils kmod krb5 lcms2 less libarchive libassuan libcap-ng libcap2 libedit libevent libffi
  libgcrypt20 libgd2 libgpg-error libidn2 libjpeg-turbo libksba libpng1.6 libpsl librsvg libseccomp libselinux libsemanage
  libsepol libsodium libssh2 libtasn1-6 libtirpc libunistring libwebp libx11 libxau libxcb libxcrypt libxdmcp libxext libxml2
  libxpm libxrender libxslt libyaml libzstd linux lsb lua5.3 lz4 mariadb-10.5 mawk mime-support ncurses netbase nettle nghttp2
  nginx nodejs npth nss openjdk-11 openldap openssh openssl p11-kit pam pango1.0 pcre2 pcre3 perl php7.4 pixman postgresql-13
  procps python3-defaults python3.9 readline redis rtmpdump sed sensible-utils shadow sqlite3 sudo systemd sysvinit tar tiff
  tomcat9 tzdata ucf unzip util-linux vim webkit2gtk wget xz-utils zlib`
const python = `aiohttp asgiref bleach celery certifi cffi click cryptography django feedparser flask gitpython gunicorn idna ipython
  jinja2 jupyter-server kombu lxml markdown markupsafe notebook numpy pandas paramiko pillow pip psycopg2 pyasn1 pycparser
  pygments pyjwt pysaml2 pyyaml requests rsa setuptools six sqlalchemy sqlparse tornado twisted urllib3 wagtail waitress
  werkzeug wheel`
const javascript = `angular axios bower defaults-deep electron express handlebars hapi https-proxy-agent i18next jquery lodash marked
  minimatch minimist mqtt mysql npm qs remarkable sanitize-html semver send sequelize serve serve-static swagger-ui tough-cookie
  uglify-js validator ws`

export function typicalPackages(count: number): Package[] {
  const sources = words(debian).map((name, at) => ({ name, version: `2:${1 + (at % 9)}.${at % 20}.1-${1 + (at % 3)}` }))
  const installed = [
    ...sources.map((source) => ofDebian(source.name, source)),
    ...sources.filter((_, at) => at % 2 === 0).map((source) => ofDebian(`${source.name}-common`, source)),
    ...words(python).map((name, at) => ofLanguage('PyPI', 'pypi', name, at)),
    ...words(javascript).map((name, at) => ofLanguage('npm', 'npm', name, at)),
  ]
  const others = Array.from({ length: count - installed.length }, (_, at) =>
    at % 3 === 0
      ? ofLanguage('PyPI', 'pypi', `without-advisories-${at}`, at)
      : ofLanguage('npm', 'npm', `@none/of-${at}`, at),
  )
  return [...installed, ...others]
}

function words(text: string): string[] {
  return text.split(/\s+/)
}

function ofDebian(name: string, source: { name: string; version: string }): Package {
  const { version } = source
  return {
    ecosystem: 'Debian',
    name,
    version,
    source,
    purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=amd64&distro=debian-11`,
    place: { path: 'var/lib/dpkg/status' },
  }
}

function ofLanguage(ecosystem: string, type: string, name: string, at: number): Package {
  const version = `${1 + (at % 4)}.${at % 12}.${at % 7}`
  const path = type === 'npm' ? `app/node_modules/${name}/package.json` : `usr/lib/python3/${name}/METADATA`
  return { ecosystem, name, version, purl: `pkg:${type}/${name.replace('@', '%40')}@${version}`, place: { path } }
}
