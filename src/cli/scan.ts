import { Command, Option } from 'commander'
import { severities, type Severity } from '../model/severity.ts'
import { printable } from '../lib/printable.ts'
import type { Result } from '../model/result.ts'
import { exitCodes } from './exit-codes.ts'
import { givenOptions, type GivenOptions } from './given-options.ts'
import { repeatable } from './repeatable.ts'

interface ScanOptions extends GivenOptions {
  format: string
  output: string[]
  failOn?: Severity
  data?: string
  platform?: string
  insecureRegistry: string[]
  registryMirror: string[]
  trustedKey: string[]
  rebaseOn: string[]
  onlyFixed?: true
  baseline?: string
  offline?: true
}

export function scanCommand(): Command {
  const command = new Command('scan')
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
    .addOption(
      repeatable('--output <file>', 'write to a file; FORMAT=FILE writes another format beside it', 'standard output'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 when a finding of this severity or worse is open').choices(severities),
    )
    .option('--only-fixed', 'leave out vulnerabilities that have no fix; they are counted, and fail nothing')
    .option('--baseline <file>', 'an earlier result in JSON: what stands in it is known, and fails nothing')
    .option('--offline', 'ask nobody over the network; a target that needs it is an error')
    .option('--data <dir>', 'folder of the advisory index (default: ~/.plimsoll)')
    .option('--platform <os/arch>', "of an image for several platforms (default: this machine's)")
    .addOption(repeatable('--insecure-registry <host>', 'may be asked without TLS'))
    .addOption(repeatable('--registry-mirror <registry=url>', 'is asked before the registry'))
    .addOption(repeatable('--trusted-key <file>', 'public key of who may sign images'))
    .addOption(repeatable('--rebase-on <target>', 'an image to build on instead: says what that clears'))
  return givenOptions(command)
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
