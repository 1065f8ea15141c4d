import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { imageFacts } from './image-facts.ts'
import type { ImageIndex } from '../model/image.ts'

function image(config: Partial<ImageIndex['config']>, steps: readonly (string | undefined)[] = []): ImageIndex {
  return {
    digest: 'sha256:1',
    configDigest: 'sha256:1',
    aliases: [],
    size: 0,
    layers: steps.map((step) => ({ digest: 'sha256:2', size: 0, entries: 0, ...(step ? { createdBy: step } : {}) })),
    config: { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [], ...config },
    packages: [],
    gaps: [],
  }
}

test('the user is told without its group, and none is root', () => {
  equal(imageFacts(image({ user: '1000:1000' }))['user'], '1000')
  equal(imageFacts(image({}))['user'], '')
})

test('a health check that the configuration cannot tell of is not known', () => {
  equal('healthcheck' in imageFacts(image({})), false)
  equal(imageFacts(image({ healthcheck: false }))['healthcheck'], false)
})

test('ports are numbers', () => {
  deepEqual(imageFacts(image({ exposedPorts: ['22/tcp', '53/udp', '8080', 'odd'] }))['exposedPorts'], [22, 53, 8080])
})

test('variables that hold a secret are told by name, those that only point to one are not', () => {
  const secret = ['DB_PASSWORD=[redacted]', 'apiKey=x', 'GITHUB_TOKEN=x', 'AWS_SECRET_ACCESS_KEY=a=b']
  const harmless = [
    'PASSWORD_FILE=/run/secrets/p',
    'GPG_KEY=E3FF2839',
    'EMPTY_TOKEN=',
    'PATH=/bin',
    'TOKENIZER=x',
    'odd',
  ]
  const { secretVariables } = imageFacts(image({ env: [...secret, ...harmless] }))
  deepEqual(secretVariables, ['DB_PASSWORD', 'apiKey', 'GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY'])
})

test('addresses that files were added from are told without sign-in and query', () => {
  const steps = [
    'ADD https://me:pw@example.org/a.tar?sig=1 /opt # buildkit',
    'RUN curl https://example.org',
    'COPY . .',
  ]
  deepEqual(imageFacts(image({}, steps))['remoteAdds'], ['https://example.org/a.tar'])
  equal('remoteAdds' in imageFacts(image({}, [undefined, 'COPY . .'])), false)
})
