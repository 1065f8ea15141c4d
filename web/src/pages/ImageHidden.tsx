// What lies in an image and is easily overlooked: what a later layer hid, and programs that run as another user.

import { Children, type ReactNode } from 'react'
import type { FindingView } from '../../../src/serve/views/findings.ts'
import type { ImageView } from '../../../src/serve/views/images.ts'
import { counted } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { useFirst } from '../parts/useFirst.tsx'
import css from './ImageHidden.module.css'

const atFirst = 8

/** Nothing where nothing is hidden. */
export function ImageHidden({ image }: { image: ImageView }) {
  const hidden = image.packages.filter(({ hiddenBy }) => hiddenBy !== undefined)
  const found = image.findings.filter(({ state, evidence }) => state === 'open' && 'hiddenBy' in evidence)
  const what = [
    ...(found.length > 0 ? [counted(found.length, found.every(isSecret) ? 'secret' : 'finding')] : []),
    ...(hidden.length > 0 ? [counted(hidden.length, 'package')] : []),
  ]
  if (what.length === 0) return null
  return (
    <Card
      title="Hidden, still shipped"
      note={`${what.join(' and ')} that a later layer replaced or removed; whoever pulls the image has them`}
    >
      <Rows>
        {found.map(({ id, severity, rule, place, evidence }) => (
          <li key={id}>
            <span>
              <SeverityMark severity={severity} /> {rule}
            </span>
            <span className="mono quiet">{[place?.path, place?.line].filter(Boolean).join(':')}</span>
            <span className="quiet">
              {layerName(image, place?.layer)}, hidden by {layerName(image, String(evidence['hiddenBy']))}
            </span>
          </li>
        ))}
        {hidden.map(({ name, version, purl, path, layer, hiddenBy }) => (
          <li key={`${purl} ${path ?? ''} ${layer ?? ''}`}>
            <span>
              {name} <span className="mono">{version}</span>
            </span>
            <span className="mono quiet">{path ?? ''}</span>
            <span className="quiet">
              {layerName(image, layer)}, hidden by {layerName(image, hiddenBy)}
            </span>
          </li>
        ))}
      </Rows>
    </Card>
  )
}

/** Nothing where there is none. */
export function ImageSetuid({ image }: { image: ImageView }) {
  const { setuid } = image
  if (setuid.length === 0) return null
  return (
    <Card
      title="Run as another user"
      note={`${counted(setuid.length, 'program')} with the setuid or setgid bit, whoever starts them`}
    >
      <Rows>
        {setuid.map(({ path, mode, layer }) => (
          <li key={path}>
            <span className="mono">{path}</span>
            <span className="mono quiet">{mode}</span>
            <span className="quiet">{layerName(image, layer)}</span>
          </li>
        ))}
      </Rows>
    </Card>
  )
}

/** The first ones; the others when they are asked for. */
function Rows({ children }: { children: ReactNode }) {
  const { shown, more } = useFirst(Children.toArray(children), atFirst)
  return (
    <>
      <ul className={css.rows}>{shown}</ul>
      {more && <p>{more}</p>}
    </>
  )
}

function isSecret({ kind }: FindingView): boolean {
  return kind === 'secret'
}

function layerName({ layers }: ImageView, digest: string | undefined): string {
  const index = layers.findIndex((layer) => layer.digest === digest)
  return index < 0 ? 'an unknown layer' : `layer ${index + 1}`
}
