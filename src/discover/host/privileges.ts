// What the kernel lets one process do, from /proc/PID/status. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html

import type { Machine } from '../../io/machine.ts'

/** A field is absent where the kernel does not tell. */
export interface Privileges {
  /** Effective user id, as the machine sees it. */
  user?: number
  /** Effective capabilities, without `CAP_`. */
  capabilities?: readonly string[]
  seccomp?: 'off' | 'strict' | 'filter'
  noNewPrivileges?: boolean
  /** Whether its user ids are other ones on the machine. */
  userNamespace?: boolean
}

/** Undefined where the process has ended. */
export async function privilegesOf(machine: Machine, process: string): Promise<Privileges | undefined> {
  const status = await machine.text(`/proc/${process}/status`)
  if (status === undefined) return undefined
  const fields = new Map(
    status.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    }),
  )
  const user = fields.get('Uid')?.split(/\s+/)[1]
  const capabilities = fields.get('CapEff')
  const seccomp = (['off', 'strict', 'filter'] as const)[Number(fields.get('Seccomp') ?? Number.NaN)]
  const noNewPrivileges = fields.get('NoNewPrivs')
  const users = await machine.text(`/proc/${process}/uid_map`)
  return {
    ...(user === undefined ? {} : { user: Number(user) }),
    ...(capabilities === undefined ? {} : { capabilities: namesOf(capabilities) }),
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(noNewPrivileges === undefined ? {} : { noNewPrivileges: noNewPrivileges === '1' }),
    ...(users === undefined ? {} : { userNamespace: !isEverybody(users) }),
  }
}

/** All ids, each for itself. https://man7.org/linux/man-pages/man7/user_namespaces.7.html */
function isEverybody(users: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(users)
}

function namesOf(hex: string): string[] {
  const mask = /^[0-9a-f]{1,16}$/i.test(hex) ? BigInt(`0x${hex}`) : 0n
  return capabilityNames.filter((_, bit) => (mask >> BigInt(bit)) & 1n)
}

/** By number. https://man7.org/linux/man-pages/man7/capabilities.7.html and linux/capability.h */
const capabilityNames = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ')
