import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { rulesPage } from './rules-page.ts'

test('rules stand under their sub-layer, the worst first', () => {
  const rule = {
    title: 'It is wrong',
    on: ['thing'],
    why: 'It matters.',
    fix: 'Mend it',
    references: ['CIS 1', 'CIS 2'],
  }
  const page = rulesPage([
    { ...rule, id: 'a', subLayer: 'network', severity: 'low' },
    { ...rule, id: 'b', subLayer: 'image', severity: 'low' },
    { ...rule, id: 'c', subLayer: 'network', severity: 'high' },
  ])
  const headings = page.split('\n').filter((line) => line.startsWith('##'))
  equal(headings.join(' '), '## image ### b ## network ### c ### a')
  equal(
    page.includes('It is wrong (**high**, on `thing`).\nIt matters.\n\nFix: Mend it. References: CIS 1, CIS 2.\n'),
    true,
  )
})
