// A table as every page has it: sticky head, sort on the head, one link per row, a foot that says out of how many.
// Above 200 rows only those near the window are in the document.

import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react'
import css from './DataTable.module.css'

export interface Column<Row> {
  id: string
  title: string
  cell: (row: Row) => ReactNode
  /** What the head sorts by; undefined values come last either way. Without it the head does not sort. */
  by?: (row: Row) => string | number | undefined
  /** CSS width of the column; the others share what is left. */
  width?: string
  number?: boolean
  /** Whether the first press on the head puts the largest first, as those who sort by a number want it. */
  largestFirst?: boolean
  /** Whether it stays on narrow screens. */
  narrow?: boolean
}

export interface DataTableProps<Row> {
  /** Read out as the table's name. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowId: (row: Row) => string
  /** `name` or `-name`, as it stands in the address. */
  sort: string
  onSort: (sort: string) => void
  foot?: ReactNode
}

const virtualAbove = 200
const rowHeight = 36
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns: {} })
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, sort, onSort, foot } = props
  const sorted = useSorted(columns, rows, rowId, sort)
  const body = useRef<HTMLTableSectionElement>(null)
  const window = useWindow(sorted.length, body)
  return (
    <div className={css.frame}>
      <table className={css.table} aria-label={label} aria-rowcount={sorted.length + 1}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} data-narrow={column.narrow ?? false} style={{ width: column.width }} />
          ))}
        </colgroup>
        <Head columns={columns} sort={sort} onSort={onSort} />
        <tbody ref={body}>
          {window.before > 0 && <Spacer height={window.before} columns={columns.length} />}
          {sorted.slice(window.from, window.to).map((row, index) => (
            <BodyRow key={rowId(row)} row={row} columns={columns} number={window.from + index + 2} />
          ))}
          {window.after > 0 && <Spacer height={window.after} columns={columns.length} />}
        </tbody>
      </table>
      {foot !== undefined && <div className={css.foot}>{foot}</div>}
    </div>
  )
}

function Head<Row>({ columns, sort, onSort }: Pick<DataTableProps<Row>, 'columns' | 'sort' | 'onSort'>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const direction = directionOf(sort, column.id)
          return (
            <th
              key={column.id}
              scope="col"
              data-narrow={column.narrow ?? false}
              data-number={column.number ?? false}
              {...(direction && { 'aria-sort': direction })}
            >
              {column.by === undefined ? (
                column.title
              ) : (
                <button onClick={() => onSort(nextSort(column, direction))}>
                  {column.title}
                  <span aria-hidden="true">{direction === 'ascending' ? ' ↑' : direction ? ' ↓' : ''}</span>
                </button>
              )}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}

interface BodyRowProps<Row> {
  row: Row
  columns: readonly Column<Row>[]
  number: number
}

/** Remembered: while scrolling only the rows that come in are drawn. */
const BodyRow = memo(function BodyRow<Row>({ row, columns, number }: BodyRowProps<Row>) {
  return (
    <tr aria-rowindex={number}>
      {columns.map((column) => (
        <td key={column.id} data-narrow={column.narrow ?? false} data-number={column.number ?? false}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}) as <Row>(props: BodyRowProps<Row>) => ReactNode

function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr className={css.spacer} aria-hidden="true" style={{ height }}>
      <td colSpan={columns} />
    </tr>
  )
}

type Direction = 'ascending' | 'descending'

function directionOf(sort: string, id: string): Direction | undefined {
  if (sort === id) return 'ascending'
  return sort === `-${id}` ? 'descending' : undefined
}

function nextSort<Row>({ id, number = false, largestFirst = number }: Column<Row>, now: Direction | undefined): string {
  const first: Direction = largestFirst ? 'descending' : 'ascending'
  const other: Direction = largestFirst ? 'ascending' : 'descending'
  return (now === first ? other : first) === 'ascending' ? id : `-${id}`
}

/** The rows in the order of `sort`; in the server's own where it names no column. */
function useSorted<Row extends object>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  rowId: (row: Row) => string,
  sort: string,
): readonly Row[] {
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    return columns.map(({ id, by }) =>
      helper.accessor((row) => by?.(row) as unknown, {
        id,
        sortUndefined: 'last',
        sortFn: (a, b, column) => compare(a.getValue(column), b.getValue(column)),
      }),
    )
  }, [columns])
  const id = sort.replace(/^-/, '')
  const sorting = useMemo(
    () => (columns.some((column) => column.id === id && column.by) ? [{ id, desc: sort.startsWith('-') }] : []),
    [columns, id, sort],
  )
  const table = useTable({ features, columns: definitions, data: rows, getRowId: rowId, state: { sorting } })
  const model = table.getRowModel().rows
  return useMemo(() => model.map((row) => row.original), [model])
}

function compare(a: unknown, b: unknown): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}

/** Which rows are in the document, and how high those before and after them are. */
function useWindow(count: number, body: React.RefObject<HTMLTableSectionElement | null>) {
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    if (body.current) setMargin(body.current.getBoundingClientRect().top + globalThis.scrollY)
  }, [body, count])
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: margin,
    enabled: count > virtualAbove,
  })
  if (count <= virtualAbove) return { from: 0, to: count, before: 0, after: 0 }
  const shown = virtualizer.getVirtualItems()
  const from = shown[0]?.index ?? 0
  const to = (shown.at(-1)?.index ?? Math.min(count, 40) - 1) + 1
  return { from, to, before: from * rowHeight, after: (count - to) * rowHeight }
}
