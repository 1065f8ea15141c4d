// Lines as the runtimes write them, from their documentation and systemd's naming of scopes.

import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { containerOf } from './cgroup.ts'

const id = '4f2a'.repeat(16)
const other = '0b1c'.repeat(16)
const pod = '0a1b2c3d-1111-2222-3333-444455556666'

const table: readonly (readonly [string, string | undefined, boolean?])[] = [
  [`0::/system.slice/docker-${id}.scope`, `docker ${id}`],
  [`12:pids:/docker/${id}\n0::/docker/${id}`, `docker ${id}`],
  [`0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${id}.scope`, `docker ${id}`],
  [`0::/machine.slice/libpod-${id}.scope/container`, `podman ${id}`],
  [`4:memory:/libpod_parent/libpod-${id}`, `podman ${id}`],
  [`0::/machine.slice/libpod-conmon-${id}.scope`, undefined],
  [
    `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${pod.replaceAll('-', '_')}.slice/cri-containerd-${id}.scope`,
    `containerd ${id}`,
    true,
  ],
  [`0::/kubepods.slice/kubepods-pod${pod.replaceAll('-', '_')}.slice/crio-${id}.scope`, `cri-o ${id}`, true],
  [`0::/kubepods.slice/kubepods-pod${pod.replaceAll('-', '_')}.slice/crio-conmon-${id}.scope`, undefined],
  [`11:cpu,cpuacct:/kubepods/burstable/pod${pod}/${id}`, `kubernetes ${id}`, true],
  [`0::/docker/${other}/kubelet.slice/kubelet-kubepods.slice/pod${pod}/${id}`, `kubernetes ${id}`],
  [`0::/default/${id}`, `containerd ${id}`],
  ['0::/lxc.payload.web-1/system.slice/nginx.service', 'lxc web-1'],
  ['3:devices:/lxc/web', 'lxc web'],
  ['0::/lxc.monitor.web-1', undefined],
  ['0::/system.slice/docker.service', undefined],
  ['0::/system.slice/containerd.service', undefined],
  ['0::/user.slice/user-0.slice/session-1.scope', undefined],
  ['0::/', undefined],
  ['', undefined],
  ['no such format', undefined],
]

for (const [text, expected, inPod = false] of table) {
  test(`a process in ${text.replaceAll('\n', ' ') || 'nothing'}`, () => {
    const found = containerOf(text)
    deepEqual(found && `${found.runtime} ${found.id}`, expected)
    if (found) deepEqual(found.inPod, inPod)
  })
}
