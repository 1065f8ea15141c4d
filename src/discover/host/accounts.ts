// Who can sign in. https://man7.org/linux/man-pages/man5/passwd.5.html and shadow.5
//
// Password hashes are looked at for whether there is one, and are never kept.

import type { Machine } from '../../io/machine.ts'
import type { Scan } from '../../model/scan.ts'
import { readFile } from './read-file.ts'

export interface AccountFacts {
  /** Names with user id 0. */
  uidZero?: readonly string[]
  /** Names with an empty password; absent where shadow could not be read. */
  emptyPassword?: readonly string[]
}

export async function readAccounts(machine: Machine, scan: Scan): Promise<AccountFacts> {
  const passwd = await readFile(machine, '/etc/passwd', 'accounts are unknown', scan)
  if (passwd.state !== 'read') return {}
  const accounts = records(passwd.text)
  const uidZero = accounts.filter(([, , uid]) => uid === '0').map(([name]) => name!)
  const shadow = await readFile(machine, '/etc/shadow', 'whether accounts have a password is unknown', scan)
  if (shadow.state === 'refused') return { uidZero }
  const open = (fields: readonly string[]) => fields.length > 1 && fields[1] === ''
  const lists = [accounts, shadow.state === 'read' ? records(shadow.text) : []]
  const emptyPassword = [
    ...new Set(
      lists
        .flat()
        .filter(open)
        .map(([name]) => name!),
    ),
  ]
  return { uidZero, emptyPassword }
}

/** People in a group, by its number: those listed and those whose own group it is, root aside. */
export async function readGroupMembers(machine: Machine, gid: number, scan: Scan): Promise<string[] | undefined> {
  const group = await readFile(machine, '/etc/group', 'members of groups are unknown', scan)
  const passwd = await readFile(machine, '/etc/passwd', 'members of groups are unknown', scan)
  if (group.state !== 'read' || passwd.state !== 'read') return undefined
  const listed = records(group.text).filter(([, , number]) => number === String(gid))
  const own = records(passwd.text).filter(([, , , number]) => number === String(gid))
  const members = [...listed.flatMap(([, , , names]) => (names ?? '').split(',')), ...own.map(([name]) => name!)]
  return [...new Set(members)].filter((name) => name !== '' && name !== 'root').toSorted()
}

/** Fields of each line; NIS entries (`+name`) name accounts of elsewhere. */
function records(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line !== '' && !/^[+#-]/.test(line))
  return lines.map((line) => line.split(':').map((field) => field.trim()))
}
