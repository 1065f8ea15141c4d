import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellPath, columnOf, groupRows, layerAt, move, taskAt } from './cells.ts'

test('a column and its layer and task name each other', () => {
  for (let column = 0; column < 9; column++) assert.equal(columnOf(layerAt(column), taskAt(column)), column)
  assert.equal(columnOf('platform', 'nothing'), undefined)
  assert.equal(cellPath({ service: 'self.docker', column: 5 }), '/coverage/self.docker/platform/threats')
})

test('arrows stop at the edges, Home and End at the row, with Ctrl at the corners', () => {
  const cases: [string, boolean, [number, number], [number, number]][] = [
    ['ArrowRight', false, [1, 8], [1, 8]],
    ['ArrowLeft', false, [1, 0], [1, 0]],
    ['ArrowUp', false, [0, 4], [0, 4]],
    ['ArrowDown', false, [2, 4], [2, 4]],
    ['ArrowDown', false, [1, 4], [2, 4]],
    ['Home', false, [1, 4], [1, 0]],
    ['End', false, [1, 4], [1, 8]],
    ['Home', true, [1, 4], [0, 0]],
    ['End', true, [1, 4], [2, 8]],
  ]
  for (const [key, ctrl, [row, column], [toRow, toColumn]] of cases) {
    assert.deepEqual(move(key, ctrl, { row, column }, 3), { row: toRow, column: toColumn }, key)
  }
  assert.equal(move('ArrowRight', true, { row: 0, column: 0 }, 3), undefined)
  assert.equal(move('x', false, { row: 0, column: 0 }, 3), undefined)
})

test('groups stand in their order, unknown ones last, found rows first', () => {
  const row = (id: string, hostingModel: string, found: boolean) => ({ id, hostingModel, found })
  const rows = [row('a', 'other', true), row('b', 'self-managed', false), row('c', 'self-managed', true)]
  const groups = groupRows(rows).map((group) => [group.hostingModel, group.rows.map(({ id }) => id)])
  assert.deepEqual(groups, [
    ['self-managed', ['c', 'b']],
    ['other', ['a']],
  ])
})
