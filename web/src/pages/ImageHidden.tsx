// What lies in an image and is easily overlooked: what a later layer hid, and programs that run as another user.

import type { ReactNode } from 'react'
import type { ImageView } from '../../../src/serve/views/images.ts'
import { counted, figure } from '../figures.ts'
import { Card } from '../parts/Card.tsx'
import css from './ImageHidden.module.css'

const shown = 8

/** Nothing where nothing is hidden. */
export function ImageHidden({ image }: { image: ImageView }) {
  const hidden = image.packages.filter(({ hiddenBy }) => hiddenBy !== undefined)
  if (hidden.length === 0) return null
  return (
    <Card
      title="Hidden, still shipped"
      note={`${counted(hidden.length, 'package')} that a later layer replaced or removed; whoever pulls the image has them`}
    >
      <Rows more={hidden.length - shown}>
        {hidden.slice(0, shown).map(({ name, version, purl, path, layer, hiddenBy }) => (
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
      <Rows more={setuid.length - shown}>
        {setuid.slice(0, shown).map(({ path, mode, layer }) => (
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

function Rows({ more, children }: { more: number; children: ReactNode }) {
  return (
    <>
      <ul className={css.rows}>{children}</ul>
      {more > 0 && <p className="quiet small">and {figure(more)} more</p>}
    </>
  )
}

function layerName({ layers }: ImageView, digest: string | undefined): string {
  const index = layers.findIndex((layer) => layer.digest === digest)
  return index < 0 ? 'an unknown layer' : `layer ${index + 1}`
}
