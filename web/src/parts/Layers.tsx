// The layers of an image: left a column to scale by size, right one row per layer, joined by hairlines. Hatched is what a
// later layer replaced or removed; the load line separates the base image from the own layers, in both.

import { useId } from 'react'
import type { ImageView } from '../../../src/serve/views/images.ts'
import type { SeverityCountsView } from '../../../src/serve/views/shared.ts'
import { bytes, counted, figure, shortDigest } from '../figures.ts'
import { type Severity, severities } from '../words.ts'
import css from './Layers.module.css'
import { SeverityMarks } from './SeverityMark.tsx'
import { stepWords } from './stepWords.ts'

export interface LayerRow {
  layer: ImageView['layers'][number]
  /** `Dockerfile:10`, where provenance tells what made it. */
  line: string | undefined
  /** Open findings in what this layer brought; null where nobody looked. */
  findings: SeverityCountsView | null
  /** Not all packages of the image could be judged; which layer's is not told. */
  partly: boolean
}

interface LayersProps {
  rows: readonly LayerRow[]
  /** How many of the layers are the base image's, where that is known. */
  baseEnds?: number | undefined
  /** The packages of the layer with this index are asked for. */
  onPackages: (index: number) => void
}

const rowHeight = 44
const least = 4
const columnWidth = 76

export function Layers({ rows, baseEnds, onPackages }: LayersProps) {
  const blocks = scale(rows)
  return (
    <div className={css.layers}>
      <Column rows={rows} blocks={blocks} baseEnds={baseEnds} />
      <Hairlines blocks={blocks} />
      <table className={css.table} aria-label="Layers">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Size</th>
            <th scope="col">Packages</th>
            <th scope="col">Findings</th>
            <th scope="col">Hidden</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row
              key={`${index} ${row.layer.digest}`}
              row={row}
              index={index}
              baseEnds={baseEnds}
              onPackages={() => onPackages(index)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row(props: { row: LayerRow; index: number; baseEnds: number | undefined; onPackages: () => void }) {
  const { row, index, baseEnds, onPackages } = props
  const { digest, createdBy, size, packages, hidden, wasted } = row.layer
  const all = packages + hidden
  const whose = baseEnds === undefined ? '' : index < baseEnds ? 'base image' : 'own'
  return (
    <tr data-first-own={baseEnds !== undefined && index === baseEnds}>
      <td>
        <code title={createdBy}>
          <span className={css.number}>{index + 1}</span> {createdBy ? stepWords(createdBy) : 'step not recorded'}
        </code>
        <span className={css.digest}>
          <span className={css.wide}>
            {whose !== '' && `${whose} · `}
            {row.line !== undefined && `${row.line} · `}
            {shortDigest(digest)}
          </span>
          <span className={css.narrow}>{all === 0 ? whose : counted(all, 'package')}</span>
        </span>
      </td>
      <td>{bytes(size)}</td>
      <td>
        {all === 0 ? (
          <span className="faint">none</span>
        ) : (
          <button
            type="button"
            className={css.count}
            aria-label={`${counted(all, 'package')} of layer ${index + 1}: show them`}
            onClick={onPackages}
          >
            {figure(all)}
          </button>
        )}
      </td>
      <td>
        <SeverityMarks counts={row.findings} atLeast={row.partly && worst(row.findings) === undefined} />
      </td>
      <td>
        <Hidden packages={hidden} wasted={wasted} />
      </td>
    </tr>
  )
}

function Hidden({ packages, wasted }: { packages: number; wasted: number | undefined }) {
  if (wasted === undefined && packages === 0) return <span className="quiet">unknown</span>
  const parts = [
    ...(packages > 0 ? [counted(packages, 'package')] : []),
    ...(wasted !== undefined && wasted > 0 ? [bytes(wasted)] : []),
  ]
  return parts.length === 0 ? <span className="faint">none</span> : <>{parts.join(', ')}</>
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

function Column(props: { rows: readonly LayerRow[]; blocks: readonly Block[]; baseEnds: number | undefined }) {
  const { rows, blocks, baseEnds } = props
  const hatch = useId()
  const height = rowHeight * rows.length
  return (
    <svg className={css.column} width="92" height={height} role="img" aria-label={inWords(rows, baseEnds)}>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" className={css.hatch} />
        </pattern>
      </defs>
      {blocks.map((block, index) => (
        <LayerBlock key={index} block={block} row={rows[index]!} hatch={`url(#${hatch})`} />
      ))}
      {baseEnds !== undefined && <BaseLine y={blocks[baseEnds]?.y ?? height} height={height} />}
    </svg>
  )
}

/** What is hidden of a layer is hatched from its lower end, to scale too. */
function LayerBlock({ block, row, hatch }: { block: Block; row: LayerRow; hatch: string }) {
  const { layer, findings } = row
  const height = Math.max(2, block.height - 1)
  const hidden = layer.size === 0 ? 0 : Math.min(1, (layer.wasted ?? 0) / layer.size) * height
  return (
    <g data-severity={worst(findings)}>
      <rect x="0.5" y={block.y + 0.5} width={columnWidth} height={height} rx="2" />
      {hidden >= 1 && (
        <rect
          className={css.hidden}
          x="0.5"
          y={block.y + 0.5 + height - hidden}
          width={columnWidth}
          height={hidden}
          rx="2"
          fill={hatch}
        />
      )}
      {block.height > 18 && (
        <text x={columnWidth / 2} y={block.y + block.height / 2 + 4} textAnchor="middle">
          {bytes(layer.size)}
        </text>
      )}
    </g>
  )
}

/** The mark on the hull, kept within the picture where it stands at an end. */
function BaseLine({ y, height }: { y: number; height: number }) {
  const at = Math.min(Math.max(y, 6), height - 6)
  return (
    <g className={css.base}>
      <path d={`M-8 ${at}H92`} />
      <circle cx="84" cy={at} r="5" />
    </g>
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

/** The picture for who does not see it; the table beside it says the rest. */
function inWords(rows: readonly LayerRow[], baseEnds: number | undefined): string {
  const sizes = rows.map(({ layer }) => {
    const hidden = layer.wasted !== undefined && layer.wasted > 0 ? ` of which ${bytes(layer.wasted)} hidden` : ''
    return `${bytes(layer.size)}${hidden}`
  })
  const base = baseEnds === undefined ? '' : `; the base image ends after layer ${baseEnds}`
  return `Layers to scale: ${sizes.join(', ')}${base}`
}

function worst(counts: SeverityCountsView | null): Severity | undefined {
  return counts === null ? undefined : severities.find((severity) => counts[severity] > 0)
}
