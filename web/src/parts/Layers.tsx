// The layers of an image: left a column to scale by size, right one row per layer, joined by hairlines.

import type { ImageView, SeverityCountsView } from '../../../src/serve/views.ts'
import { bytes, figure, shortDigest } from '../figures.ts'
import { type Severity, severities } from '../words.ts'
import css from './Layers.module.css'
import { SeverityMarks } from './SeverityMark.tsx'

export interface LayerRow {
  layer: ImageView['layers'][number]
  /** Open findings in what this layer brought; null where nobody looked. */
  findings: SeverityCountsView | null
}

const rowHeight = 44
const least = 4

export function Layers({ rows }: { rows: readonly LayerRow[] }) {
  const blocks = scale(rows)
  return (
    <div className={css.layers}>
      <Column rows={rows} blocks={blocks} />
      <Hairlines blocks={blocks} />
      <table className={css.table} aria-label="Layers">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Size</th>
            <th scope="col">Packages</th>
            <th scope="col">Findings</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ layer, findings }, index) => (
            <tr key={`${index} ${layer.digest}`}>
              <td>
                <code title={layer.createdBy}>{layer.createdBy ?? 'step not recorded'}</code>
                <span className={css.digest}>{shortDigest(layer.digest)}</span>
              </td>
              <td>{bytes(layer.size)}</td>
              <td>{layer.packages === 0 ? <span className="faint">none</span> : figure(layer.packages)}</td>
              <td>
                <SeverityMarks counts={findings} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface Block {
  y: number
  height: number
}

/** Heights by size over the height of all rows; even the smallest layer is seen. */
function scale(rows: readonly LayerRow[]): readonly Block[] {
  const total = rows.reduce((sum, { layer }) => sum + layer.size, 0)
  const free = rowHeight * rows.length - least * rows.length
  let y = 0
  return rows.map(({ layer }) => {
    const height = least + (total === 0 ? free / rows.length : (layer.size / total) * free)
    const block = { y, height }
    y += height
    return block
  })
}

function Column({ rows, blocks }: { rows: readonly LayerRow[]; blocks: readonly Block[] }) {
  const label = `Layers to scale: ${rows.map(({ layer }) => bytes(layer.size)).join(', ')}`
  return (
    <svg className={css.column} width="92" height={rowHeight * rows.length} role="img" aria-label={label}>
      {blocks.map(({ y, height }, index) => (
        <g key={index} data-severity={worst(rows[index]!.findings)}>
          <rect x="0.5" y={y + 0.5} width="76" height={Math.max(2, height - 1)} rx="2" />
          {height > 18 && (
            <text x="38" y={y + height / 2 + 4} textAnchor="middle">
              {bytes(rows[index]!.layer.size)}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}

function Hairlines({ blocks }: { blocks: readonly Block[] }) {
  return (
    <svg className={css.hairlines} width="54" height={rowHeight * blocks.length} aria-hidden="true">
      {blocks.map(({ y, height }, index) => {
        const from = y + height / 2
        const to = index * rowHeight + rowHeight / 2
        return <path key={index} d={`M-15 ${from}H4C26 ${from} 22 ${to} 50 ${to}`} fill="none" />
      })}
    </svg>
  )
}

function worst(counts: SeverityCountsView | null): Severity | undefined {
  return counts === null ? undefined : severities.find((severity) => counts[severity] > 0)
}
