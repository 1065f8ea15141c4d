import { ok, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { isProjectVersion, printedBy } from './platform-programs.ts'
import { processorTimeOf } from './testing.ts'

test('what a project released, and what somebody else made of it', () => {
  for (const version of [
    'v1.29.3',
    '24.0.5',
    'v1.7.0-rc.1',
    'v1.0.0-rc95',
    'v1.2.0-beta.1-rc.2',
    '19.03.0-ce-rc2',
    '20.10.0-ce-tp1',
    'v3.0.0-alpha',
    'v1.28.2-0.20240301000000-0123456789ab',
    'v24.0.5+incompatible',
  ])
    equal(isProjectVersion(version), true, version)
  for (const version of ['1.6.20~ds1', 'v1.29.3-eks-ae9a62a', 'v1.29.3+k3s1', 'v1.29.3-rc.', 'unknown', ''])
    equal(isProjectVersion(version), false, version)
})

test('a version that an image was made to have costs no time', async () => {
  const judged = (): void => {
    for (const part of ['1', '-1', '.1', 'rc1', '-rc-1', '--1']) {
      equal(isProjectVersion(`v1.29.3-rc${part.repeat(28)}x`), false)
      equal(isProjectVersion(`v1.29.3-rc${part.repeat(28)}-`), false)
    }
  }
  ok((await processorTimeOf(judged)) < 500)
})

test('a file may have its version or its machine in its name', () => {
  const [form] = printedBy('kubectl')
  for (const name of ['kubectl.1.27', 'kubectl-v1.30.2', 'kubectl_1.29', 'kubectl-linux-amd64', 'kubectl.arm64'])
    equal(String(printedBy(name)[0]), String(form), name)
  equal(printedBy('containerd-shim-runc-v2').length, 1)
  for (const name of ['kubectl-neat', 'kubectl.sh', 'my-kubectl', '1.27']) equal(printedBy(name).length, 0, name)
})
