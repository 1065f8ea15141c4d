import { Command, Option } from 'commander'
import { severities, type Severity } from '../model/severity.ts'
import { printable } from '../lib/printable.ts'
import type { Result } from '../model/result.ts'
import { exitCodes } from './exit-codes.ts'
import { toList } from './serve.ts'

interface ScanOptions {
  format: string
  output: string[]
  failOn?: Severity
  data?: string
  platform?: string
  insecureRegistry: string[]
  registryMirror: string[]
  trust?: string
  trustedKey: string[]
  yaraRules: string[]
  malwareHashes: string[]
  javaArchives: string[]
  vex: string[]
  ignoreFile: string[]
  rebaseOn: string[]
  onlyFixed?: true
  baseline?: string
  offline?: true
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
        .choices(['table', 'json', 'sarif', 'junit', 'cyclonedx', 'spdx', 'openvex', 'html', 'markdown'])
        .default('table'),
    )
    .option(
      '--output <file>',
      'write to a file instead of standard output; FORMAT=FILE writes another format beside it; can be repeated',
      toList,
      [],
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 when a finding of this severity or worse is open').choices(severities),
    )
    .option('--only-fixed', 'leave out vulnerabilities that have no fix; they are counted, and fail nothing')
    .option('--baseline <file>', 'an earlier result in JSON: what stands in it is known, and fails nothing')
    .option('--offline', 'ask nobody over the network; a target that needs it is an error')
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
    .option(
      '--java-archives <file>',
      'SHA-1 of Java archives, by their paths in a Maven repository; can be repeated',
      toList,
      [],
    )
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
  plimsoll scan image.tar --output sarif=result.sarif --output html=report.html
  plimsoll scan image.tar --fail-on high --only-fixed --baseline main.json
  plimsoll scan image.tar --vex supplier.openvex.json --ignore-file ci/.trivyignore
  plimsoll scan host --fail-on critical`,
    )
    .action(runScan)
}

async function runScan(target: string, options: ScanOptions): Promise<void> {
  const { goOffline } = await import('../io/offline.ts')
  if (options.offline) goOffline()
  const { scanTarget } = await import('../run/scan-target.ts')
  const { whyNotJudged } = await import('../report/judged.ts')
  const { parseOutputs, writeOutputs } = await import('./outputs.ts')
  const { progressLine } = await import('./terminal.ts')

  const outputs = parseOutputs(options.format, options.output)
  const wanted = await scanOptions(options)
  const line = progressLine()
  const result = await scanTarget(target, { ...wanted, progress: line.show }).finally(line.clear)
  await writeOutputs(outputs, result)

  const why = whyNotJudged(result)
  if (why !== undefined) console.error(`plimsoll: ${printable(target)} could not be judged: ${printable(why)}`)
  process.exitCode = exitCode(result, why)
}

async function scanOptions(options: ScanOptions) {
  const { dataFolder } = await import('../run/data-folder.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const { givenContent } = await import('../run/given-content.ts')
  const { registryAccess } = await import('../run/registry-access.ts')
  const { platform, insecureRegistry: insecure, registryMirror: mirrors, trust, trustedKey: trustedKeys } = options
  const { failOn, baseline, onlyFixed = false, offline = false, vex, ignoreFile: ignoreFiles, rebaseOn } = options
  return {
    dataFolder: dataFolder(options.data),
    signal: interruptSignal(),
    ...(await registryAccess({ platform, insecure, mirrors, trust, trustedKeys })),
    content: await givenContent(options),
    vex,
    ignoreFiles,
    rebaseOn,
    onlyFixed,
    offline,
    ...(baseline === undefined ? {} : { baseline }),
    ...(failOn === undefined ? {} : { failOn }),
  }
}

/** A finding that fails the build says more than that the rest could not be judged. */
function exitCode({ failOn }: Result, whyNotJudged: string | undefined): number {
  if (failOn !== undefined && failOn.over > 0) return exitCodes.failOn
  return whyNotJudged === undefined ? exitCodes.done : exitCodes.notJudged
}
