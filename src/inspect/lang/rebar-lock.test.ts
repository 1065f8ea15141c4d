import { test } from 'node:test'
import { deepEqual, ok } from 'node:assert/strict'
import { processorTimeOf } from '../../lib/testing.ts'
import { run } from '../testing.ts'
import { rebarLock } from './rebar-lock.ts'

const commit = '0'.repeat(40)
const text = `{"1.2.0",
[{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.9.0">>},0},
 {<<"json">>,{pkg,<<"jsx">>,<<"3.1.0-rc.1">>},1},
 {<<"ranch">>,
  {git,"https://example.org/o/ranch.git",
       {ref,"${commit}"}},
  1},
 {<<"tool">>,{git_subdir,"https://example.org/o/all.git",{ref,"${commit}"},"apps/tool"},0},
 {<<"old">>,{hg,"https://example.org/old",{ref,"${commit}"}},0}]}.
[
{pkg_hash,[
 {<<"cowboy">>, <<"865DD8B6607E14CF03282E10E934023A1BD8BE6F6BACF921A7E2A96D800CD452">>}]}
].
`

test('from Hex under the name there, and from Git', async () => {
  const { packages, gaps } = await run(rebarLock, 'srv/rebar.lock', text)
  deepEqual(
    packages.map(({ purl, declared }) => [purl, declared]),
    [
      ['pkg:hex/cowboy@2.9.0', true],
      ['pkg:hex/jsx@3.1.0-rc.1', true],
      [`pkg:hex/ranch@${commit}?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fo%2Franch.git%40${commit}`, true],
      [`pkg:hex/tool@${commit}?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fo%2Fall.git%40${commit}`, true],
    ],
  )
  deepEqual(gaps, [{ why: 'old comes neither from Hex nor from Git', place: { path: 'srv/rebar.lock' } }])
})

test('a lock of nothing, and what is no lock', async () => {
  deepEqual(await run(rebarLock, 'rebar.lock', '[].\n'), { packages: [], gaps: [] })
  const { gaps } = await run(rebarLock, 'rebar.lock', 'a')
  deepEqual(gaps[0]?.why, 'no lock file of rebar: it is no term of Erlang')
})

test('long texts take no longer than short ones', async () => {
  for (const piece of ['{<<"a">>,{git,"', '{<<"a">>,' + ' '.repeat(99), `{<<"${'a'.repeat(499)}`])
    ok((await processorTimeOf(() => run(rebarLock, 'rebar.lock', '[' + piece.repeat(2_000_000 / piece.length)))) < 5000)
})
