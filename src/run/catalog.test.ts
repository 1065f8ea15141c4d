import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { parse } from 'yaml'
import type { Catalog } from '../model/catalog.ts'
import { subLayers, tasks } from '../model/layers.ts'
import { shared, withoutShared } from '../testing/shared.ts'
import { BrokenCatalog, loadCatalog } from './catalog.ts'

let catalog: Catalog
before(async () => {
  catalog = await loadCatalog()
})

const cells = () =>
  catalog.services.flatMap((service) =>
    subLayers.flatMap((subLayer) =>
      tasks.map((task) => ({ service: service.id, subLayer, task, ...service.responsibility[subLayer][task] })),
    ),
  )

test('85 services: 29 of AWS, 23 of Azure, 20 of Google Cloud, 13 that are run by oneself', () => {
  assert.equal(catalog.services.length, 85)
  const of = (provider: string) => catalog.services.filter((service) => service.provider === provider).length
  assert.deepEqual(['aws', 'azure', 'gcp', 'self-managed'].map(of), [29, 23, 20, 13])
})

test('names are readable in a table, and each belongs to one service', () => {
  assert.equal(new Set(catalog.services.map(({ name }) => name)).size, 85)
  assert.equal(catalog.services.find(({ id }) => id === 'aws.lambda-image')?.name, 'Lambda (container image)')
  assert.equal(catalog.services.find(({ id }) => id === 'self.podman')?.name, 'Podman, containerd, LXC')
})

test('profile, what differs and what a document states apply in this order', () => {
  const cell = (service: string) => catalog.services.find(({ id }) => id === service)!.responsibility
  assert.deepEqual(cell('aws.ecs-ec2').control_plane.threats, { who: 'provider', sure: 'gk' }) // differs from its profile
  assert.deepEqual(cell('aws.ecs-ec2').node_os.vulnerabilities.who, 'customer') // the profile says shared, a document customer
  assert.ok(cell('aws.ecs-ec2').node_os.vulnerabilities.documents?.includes('AWS-ECS-SHARED'))
  assert.deepEqual(cell('self.docker').image.hardening, { who: 'customer', sure: 'gk' })
})

test('only a cell that names a document is surely the provider’s', () => {
  const ofProvider = cells().filter(({ who }) => who === 'provider')
  assert.equal(ofProvider.filter(({ documents }) => documents).length, 161)
  assert.equal(ofProvider.filter(({ service, documents }) => service.startsWith('self.') && documents).length, 0)
  for (const { sure, documents } of cells()) assert.equal(sure === 'read', documents !== undefined)
})

test('tools reach the services of their groups and providers', () => {
  const tools = (service: string) => catalog.services.find(({ id }) => id === service)!.tools
  assert.ok(tools('self.docker').includes('falco.runtime')) // by the group of Linux hosts
  assert.ok(tools('self.docker').includes('plimsoll.vulnerabilities'))
  assert.ok(tools('az.aci').includes('prowler.azure')) // by the provider
  assert.ok(tools('gcp.cloudrun-job').includes('trivy.image')) // all
  assert.ok(!tools('aws.eks-fargate').includes('falco.runtime')) // no nodes for an agent
})

test('Plimsoll claims no detection of threats', () => {
  const own = catalog.tools.filter(({ id }) => id.startsWith('plimsoll'))
  assert.equal(own.length, 2)
  assert.ok(own.every((tool) => !tool.tasks.includes('threats')))
})

interface Statements {
  documents: {
    id: string
    confidence: string
    services: string[]
    says: { sublayer: string; task: string; who: string; services?: string[] }[]
  }[]
}

test(
  'every cell that names documents rests on a statement in each of them',
  { skip: withoutShared('cloud/responsibility.yaml') },
  async () => {
    const read = parse(await readFile(shared('cloud/responsibility.yaml')!, 'utf8')) as Statements
    const documents = new Map(read.documents.map((document) => [document.id, document]))
    let checked = 0
    for (const { service, subLayer, task, who, documents: ids = [] } of cells()) {
      for (const id of ids) {
        const document = documents.get(id)
        assert.equal(document?.confidence, 'read', id)
        const says = document.says.some(
          (statement) =>
            statement.sublayer === subLayer &&
            statement.task === task &&
            statement.who === who &&
            (statement.services ?? document.services).includes(service),
        )
        assert.ok(says, `${service} ${subLayer}.${task} is not said to be of ${who} by ${id}`)
        checked++
      }
    }
    assert.ok(checked > 161)
  },
)

async function broken(t: { after: (clean: () => Promise<void>) => void }, file: string, from: string, to: string) {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-catalog-'))
  t.after(() => rm(folder, { recursive: true }))
  await cp(new URL('../../catalog', import.meta.url), folder, { recursive: true })
  const text = await readFile(join(folder, file), 'utf8')
  assert.ok(text.includes(from), `${file} has no ${from}`)
  await writeFile(join(folder, file), text.replace(from, to))
  const line = text.slice(0, text.indexOf(from)).split('\n').length
  const error = await loadCatalog(folder).then(
    () => assert.fail('it was loaded'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof BrokenCatalog)
  return { message: error.message, line }
}

test('a broken catalogue names file, line and field', async (t) => {
  const cases = [
    ['services.yaml', 'provider: aws', 'provider: amazon', 'services[0].provider'],
    ['services.yaml', 'name: EKS Auto Mode', 'title: EKS Auto Mode', 'services[1].name'],
    ['services.yaml', 'profile: managed-k8s', 'profile: managed', 'services[0].profile: there is no profile managed'],
    ['services.yaml', '[AWS-IAM-CVA]', '[NOBODY]', 'there is no document NOBODY'],
    ['services.yaml', 'cells: [image.threats', 'cells: [image.threat', 'services[0].stated[0].cells[0]'],
    ['services.yaml', 'id: aws.eks-auto', 'id: aws.eks-ec2', 'aws.eks-ec2 is there twice'],
    ['tools.yaml', 'services: [self.docker', 'services: [self.dokcer', 'no service, group or provider self.dokcer'],
    ['documents.yaml', 'url: https:', 'url: http:', 'documents[0].url'],
    ['documents.yaml', 'documents:', 'documents: [', ''],
  ] as const
  for (const [file, from, to, said] of cases) {
    const { message, line } = await broken(t, file, from, to)
    assert.ok(message.includes(said), message)
    const named = Number(/^[a-z]+\.yaml:(\d+): /.exec(message)?.[1])
    assert.ok(named === line || file === 'documents.yaml' || said.endsWith('.name'), `${message} (line ${line})`)
  }
})
