import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { compile, ExpressionError, factAt, toFacts } from './cel.ts'

function answer(expression: string, properties: Record<string, unknown>): unknown {
  const result = compile(expression)(toFacts(properties))
  return result.known ? result.value : `needs ${result.needs}`
}

test('an expression over known facts is true or false', () => {
  equal(answer('resource.memory > 0', { memory: 1 }), true)
  equal(answer("resource.sysctl['kernel.kptr_restrict'] in [1, 2]", { sysctl: { 'kernel.kptr_restrict': 0 } }), false)
  equal(answer("resource.mounts.exists(m, m.source == '/')", { mounts: [{ source: '/' }] }), true)
  equal(answer('resource.load < 0.5', { load: 0.25 }), true)
  equal(answer('resource.count % 2 == 0', { count: 4 }), true)
})

test('a fact that is missing is named, at the depth at which it is missing', () => {
  equal(answer('resource.sshd.port == 22', {}), 'needs sshd')
  equal(answer('resource.sshd.port == 22', { sshd: {} }), 'needs sshd.port')
  equal(answer('resource.sshd.port == 22', { sshd: { port: null } }), 'needs sshd.port')
  equal(answer("resource.sysctl['net.ipv4.ip_forward'] == 0", { sysctl: {} }), 'needs sysctl.net.ipv4.ip_forward')
  equal(answer("!resource.mounts.exists(m, m.source == '/')", {}), 'needs mounts')
  equal(answer("resource.mounts.all(m, m.source != '/')", { mounts: [{ source: '/a' }, {}] }), 'needs mounts[].source')
  equal(answer('resource.a[resource.b] == 1', { a: [1] }), 'needs b')
})

test('what does not depend on a missing fact is decided without it', () => {
  equal(answer('resource.a || resource.b', { a: true }), true)
  equal(answer('resource.a || resource.b', { b: true }), true)
  equal(answer('resource.a && resource.b', { b: false }), false)
  equal(answer('resource.a && resource.b', { b: true }), 'needs a')
  equal(answer("resource.mounts.all(m, m.source != '/')", { mounts: [{}, { source: '/' }] }), false)
})

test('a fact of another type is not known, and neither is an answer that is no truth value', () => {
  equal(answer('resource.memory > 0', { memory: 'much' }), 'needs memory of another type')
  equal(answer('!resource.privileged', { privileged: 'no' }), 'needs privileged of another type')
  equal(answer('resource.user', { user: 'root' }), 'needs an expression that gives true or false')
})

test('names of the language of the evaluator are no facts', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'size']) {
    equal(answer(`resource.${name} == 1`, { a: 1 }), `needs ${name}`)
    equal(factAt({ a: 1 }, [name]), undefined)
  }
})

test('the facts that an expression reads are listed once, in the order of the text', () => {
  const { reads } = compile(
    'resource.b.c && resource.mounts.all(m, m.x in resource.a) && resource.b.c && size(resource.d) > 0',
  )
  deepEqual(reads, [['b', 'c'], ['mounts'], ['a'], ['d']])
})

test('an expression that cannot be used is refused when it is compiled', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['resource.a +', /syntax error/],
    ['', /syntax error/],
    ['host.a == 1', /unknown name host/],
    ['a == 1', /unknown name a/],
    ['resource.a.lowerAscii() == ""', /no function lowerAscii/],
    ['has(resource.a)', /has\(\) is not allowed/],
    ['!has(resource.a) || resource.a', /has\(\) is not allowed/],
    ['resource.a.all(x, x.all(y, y.all(z, z)))', /more than 2 loops/],
    [`resource.a == '${'x'.repeat(2000)}'`, /longer than 2000/],
  ]
  for (const [expression, message] of refused) throws(() => compile(expression), { name: 'ExpressionError', message })
})

test('an error names line and column within the expression', () => {
  try {
    compile('resource.a ==\n  1 )')
    ok(false, 'it compiled')
  } catch (error) {
    ok(error instanceof ExpressionError)
    deepEqual([error.line, error.column], [2, 5])
    match(error.message, /syntax error/)
  }
})

test('a hostile regular expression is linear in the text', () => {
  equal(answer("resource.a.matches('^(a+)+$')", { a: `${'a'.repeat(20_000)}b` }), false)
})
