import { Command, Option } from 'commander'
import { severities, type Severity } from '../model/severity.ts'
import { printable } from '../lib/printable.ts'
import type { Result } from '../model/result.ts'
import { exitCodes } from './exit-codes.ts'
import { toList } from './serve.ts'

interface ScanOptions {
  format: string
  output?: string
  failOn?: Severity
  data?: string
  platform?: string
  insecureRegistry: string[]
  registryMirror: string[]
  trust?: string
  trustedKey: string[]
  yaraRules: string[]
  malwareHashes: string[]
  vex: string[]
  ignoreFile: string[]
  rebaseOn: string[]
}

export function scanCommand(): Command {
  return new Command('scan')
    .description('Reads one image, file system or this machine: its packages, vulnerabilities and settings.')
    .argument(
      '<target>',
      'docker archive, OCI layout (folder or tar), registry:REFERENCE, containerd:[ROOT#]NAME, SBOM (CycloneDX or SPDX in JSON), dir:PATH (a root file system, also /proc/PID/root), or host',
    )
    .addOption(
      new Option('--format <format>', 'how to print')
        .choices(['table', 'json', 'sarif', 'junit', 'cyclonedx', 'spdx', 'openvex'])
        .default('table'),
    )
    .option('--output <file>', 'write to a file instead of standard output')
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 when a finding of this severity or worse is open').choices(severities),
    )
    .option('--data <dir>', 'folder of the advisory index (default: ~/.plimsoll)')
    .option('--platform <os/arch>', "of an image for several platforms (default: this machine's)")
    .option('--insecure-registry <host>', 'may be asked without TLS; can be repeated', toList, [])
    .option('--registry-mirror <registry=url>', 'is asked before the registry; can be repeated', toList, [])
    .option('--trust <file>', 'who may sign images: keys, identities of sigstore, authorities of Notation')
    .option('--trusted-key <file>', 'public key of who may sign images; can be repeated', toList, [])
    .option(
      '--yara-rules <path>',
      'file or folder with YARA rules for all files; needs YARA-X; can be repeated',
      toList,
      [],
    )
    .option('--malware-hashes <file>', 'list of SHA-256, SHA-1 or MD5 of known malware; can be repeated', toList, [])
    .option('--vex <file>', 'statements of VEX (OpenVEX, CSAF or CycloneDX in JSON); can be repeated', toList, [])
    .option(
      '--ignore-file <file>',
      'exceptions in the form of Trivy, Grype or osv-scanner, beside those of the working directory; can be repeated',
      toList,
      [],
    )
    .option('--rebase-on <target>', 'an image to build on instead: says what that clears; can be repeated', toList, [])
    .addHelpText(
      'after',
      `
Examples:
  plimsoll scan image.tar
  plimsoll scan registry:registry.example/team/app:1.2 --trusted-key cosign.pub
  plimsoll scan containerd:k8s.io/nginx:1.27
  plimsoll scan dir:/mnt/root --format sarif --output result.sarif
  plimsoll scan image.tar --vex supplier.openvex.json --ignore-file ci/.trivyignore
  plimsoll scan host --fail-on critical`,
    )
    .action(runScan)
}

async function runScan(target: string, options: ScanOptions): Promise<void> {
  const { scanTarget } = await import('../run/scan-target.ts')
  const { formats } = await import('../report/formats.ts')
  const { whyNotJudged } = await import('../report/judged.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const { print, progressLine } = await import('./terminal.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const { givenContent } = await import('../run/given-content.ts')
  const { registryAccess } = await import('../run/registry-access.ts')
  const { platform, insecureRegistry: insecure, registryMirror: mirrors, trust, trustedKey: trustedKeys } = options
  const access = await registryAccess({ platform, insecure, mirrors, trust, trustedKeys })

  const content = await givenContent(options)

  const line = progressLine()
  const result = await scanTarget(target, {
    dataFolder: dataFolder(options.data),
    signal: interruptSignal(),
    ...access,
    content,
    vex: options.vex,
    ignoreFiles: options.ignoreFile,
    rebaseOn: options.rebaseOn,
    progress: line.show,
  }).finally(line.clear)

  const format = formats.find(({ id }) => id === options.format)!
  if (options.output === undefined) await print(format.render(result))
  else (await import('../io/files.ts')).writeWhole(options.output, format.render(result))

  const why = whyNotJudged(result)
  if (why !== undefined) console.error(`plimsoll: ${printable(target)} could not be judged: ${printable(why)}`)
  process.exitCode = exitCode(result, options.failOn, why)
}

/** A finding that fails the build says more than that the rest could not be judged. */
function exitCode(result: Result, failOn: Severity | undefined, whyNotJudged: string | undefined): number {
  const worstAllowed = failOn === undefined ? -1 : severities.indexOf(failOn)
  const open = result.findings.filter(({ suppressed }) => suppressed === undefined)
  if (open.some(({ severity }) => severities.indexOf(severity) <= worstAllowed)) return exitCodes.failOn
  return whyNotJudged === undefined ? exitCodes.done : exitCodes.notJudged
}
