// Programs that people know by name, and the text in their own bytes that tells the version. Each pattern is what the
// source of the program writes there, not what a distribution makes of it. `bitnami`: the name under which Bitnami's records
// of OSV judge it (https://github.com/bitnami/vulndb); else those of its repository do, and without either it is listed all
// the same.

export interface KnownProgram {
  /** As people call it, in purls as well. */
  name: string
  bitnami?: string
  /** Where it is developed, and how a release is tagged there. */
  repository?: { url: string; tag(version: string): string }
  /** The last segment of the path. */
  file: RegExp
  /** In Latin-1, with a group `version`; no longer than 500 bytes. `file`: what `file` matched, where it tells a part of it. */
  text: RegExp | ((file: RegExpExecArray) => RegExp)
  /** Part of a container platform: also looked for on machines. */
  platform?: true
}

export const knownPrograms: readonly KnownProgram[] = [
  // The inspector's answer to /json/version.
  {
    name: 'node',
    bitnami: 'node',
    file: /^(?:node|nodejs|libnode\.so\.\d+)$/,
    text: /node\.js\/v(?<version>\d+\.\d+\.\d+)\0/,
  },
  // PY_VERSION; a linker may have laid it on the end of a longer text. The file's name tells the minor version.
  {
    name: 'python',
    bitnami: 'python',
    file: /^(?:python|libpython)(?<minor>[23]\.\d{1,2})m?u?(?:\.so[\d.]*)?$/,
    text: ({ groups }) =>
      new RegExp(
        `(?<![\\d.])(?<version>${groups!['minor']!.replace('.', '\\.')}\\.\\d{1,2}(?:(?:a|b|rc)\\d{1,2})?)\\+?\\0`,
      ),
  },
  // ruby_description
  {
    name: 'ruby',
    bitnami: 'ruby',
    file: /^(?:ruby|ruby\d\.\d+|libruby[\w.-]*\.so[\d.]*)$/,
    text: /ruby (?<version>\d+\.\d+\.\d+)(?:p\d+|(?:dev|preview\d|rc\d))? \(\d{4}-\d\d-\d\d/,
  },
  {
    name: 'php',
    bitnami: 'php',
    file: /^(?:php|php-fpm|php-cgi|libphp)[\d.]*(?:\.so)?$/,
    text: /X-Powered-By: PHP\/(?<version>\d+\.\d+\.\d+)/,
  },
  // Its line of the error report of the virtual machine.
  {
    name: 'java',
    bitnami: 'java',
    file: /^libjvm\.so$/,
    text: /\) for [\w-]+ JRE \((?:Zulu[^)]{1,40}\) \()?(?<version>\d+(?:\.\d+)*)[^)]{0,80}\)/,
  },
  {
    name: 'perl',
    repository: { url: 'https://github.com/perl/perl5', tag: withV },
    file: /^perl(?:5[\d.]*)?$|^libperl\.so[\d.]*$/,
    text: /\0v(?<version>5\.\d+\.\d+)\0/,
  },
  {
    name: 'lua',
    bitnami: 'lua',
    file: /^(?:lua|luac)[\d.]*$|^liblua[\d.]*\.so[\d.]*$/,
    text: /\$LuaVersion: Lua (?<version>5\.\d+\.\d+)/,
  },
  { name: 'bash', file: /^bash$/, text: /@\(#\)Bash version (?<version>\d+\.\d+\.\d+)\(/ },
  // In images whose tools are hard links to one another, the first of them in the alphabet holds the bytes.
  {
    name: 'busybox',
    repository: { url: 'https://git.busybox.net/busybox', tag: (version) => version.replaceAll('.', '_') },
    file: /^(?:busybox(?:\.\w+)?|\[)$/,
    text: /BusyBox v(?<version>\d+\.\d+\.\d+)/,
  },
  // OPENSSL_VERSION_TEXT of the library itself; programs that were linked with it hold it as well.
  {
    name: 'openssl',
    repository: {
      url: 'https://github.com/openssl/openssl',
      tag: (version) => (/^[01]/.test(version) ? `OpenSSL_${version.replaceAll('.', '_')}` : `openssl-${version}`),
    },
    file: /^(?:openssl|libcrypto\.so[\w.]*|libcrypto-[\w-]+\.dll)$/,
    text: /OpenSSL (?<version>[01]\.\d+\.\d+[a-z]{0,2}|[3-9]\.\d+\.\d+)(?:-[a-z]\w*)? {1,2}\d{1,2} [A-Z][a-z]{2} \d{4}/,
  },
  // The default user agents.
  {
    name: 'curl',
    repository: { url: 'https://github.com/curl/curl', tag: (version) => `curl-${version.replaceAll('.', '_')}` },
    file: /^(?:curl|libcurl(?:-gnutls|-nss)?\.so[\d.]*)$/,
    text: /(?:lib)?curl\/(?<version>\d+\.\d+\.\d+)\0/,
  },
  { name: 'git', bitnami: 'git', file: /^git$/, text: /git\/(?<version>\d+\.\d+\.\d+)[\w.-]{0,40}\0/ },
  {
    name: 'nginx',
    bitnami: 'nginx',
    file: /^nginx(?:-debug)?$/,
    text: /nginx version: nginx\/(?<version>\d+\.\d+\.\d+)/,
  },
  {
    name: 'openresty',
    bitnami: 'openresty',
    file: /^(?:nginx|openresty)$/,
    text: /nginx version: openresty\/(?<version>\d+(?:\.\d+){2,3})/,
  },
  { name: 'apache', bitnami: 'apache', file: /^(?:httpd|apache2)$/, text: /Apache\/(?<version>2\.\d+\.\d+)/ },
  {
    name: 'haproxy',
    bitnami: 'haproxy',
    file: /^haproxy$/,
    text: / version (?<version>\d+\.\d+\.\d+)[\w.+-]{0,40}, released \d{4}/,
  },
  { name: 'varnish', bitnami: 'varnish', file: /^varnishd$/, text: /varnish-(?<version>\d+\.\d+\.\d+) revision/ },
  // REDIS_VERSION before the name of the atomic operations, as the answer to INFO has them; check-rdb is the same program.
  {
    name: 'redis',
    bitnami: 'redis',
    file: /^redis-(?:server|check-rdb)$/,
    text: /\0(?<version>\d+\.\d+\.\d+)\0(?:c11|atomic|sync)-builtin\0/,
  },
  { name: 'memcached', bitnami: 'memcached', file: /^memcached$/, text: /\0memcached (?<version>\d+\.\d+\.\d+)\n?\0/ },
  {
    name: 'postgresql',
    bitnami: 'postgresql',
    file: /^(?:postgres|psql|pg_dump)$/,
    text: /\(PostgreSQL\) (?<version>\d+\.\d+(?:\.\d+)?)[^\w.]/,
  },
  { name: 'mariadb', bitnami: 'mariadb', file: /^(?:mariadbd|mysqld)$/, text: /\0(?<version>\d+\.\d+\.\d+)-MariaDB/ },
  // What `--version` prints.
  {
    name: 'conmon',
    repository: { url: 'https://github.com/containers/conmon', tag: withV },
    file: /^conmon$/,
    text: /\0conmon version (?<version>\d+\.\d+\.\d+)[\w.+-]{0,20}\n/,
    platform: true,
  },
  {
    name: 'crun',
    repository: { url: 'https://github.com/containers/crun', tag: (version) => version },
    file: /^crun$/,
    text: /\0(?<version>\d+\.\d+(?:\.\d+)?)\0%s version %s\n\0/,
    platform: true,
  },
  // MESOS_VERSION, which the name of the library has as well.
  {
    name: 'mesos',
    repository: { url: 'https://github.com/apache/mesos', tag: (version) => version },
    file: /^libmesos-(?<version>\d+\.\d+\.\d+)\.so$/,
    text: ({ groups }) => new RegExp(`\\0(?<version>${groups!['version']!.replaceAll('.', '\\.')})\\0`),
    platform: true,
  },
  { name: 'sqlite', bitnami: 'sqlite', file: /^libsqlite3\.so[\d.]*$/, text: /\0(?<version>3\.\d{1,2}\.\d{1,2})\0/ },
]

function withV(version: string): string {
  return `v${version}`
}

/** By the last segment of the path. */
export function isPlatformFile(name: string): boolean {
  return knownPrograms.some(({ platform, file }) => platform && file.test(name))
}
