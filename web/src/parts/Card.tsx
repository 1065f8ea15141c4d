import type { ReactNode } from 'react'
import css from './Card.module.css'

/** A part of a page, with its name; `aside` stands at the right of the head. */
export function Card(props: {
  title: ReactNode
  note?: ReactNode
  aside?: ReactNode
  flush?: boolean
  children: ReactNode
}) {
  const { title, note, aside, flush = false, children } = props
  return (
    <section className={css.card}>
      <div className={css.head}>
        <h2>{title}</h2>
        {note !== undefined && <span className="faint small">{note}</span>}
        {aside !== undefined && <span className={css.aside}>{aside}</span>}
      </div>
      <div className={css.body} data-flush={flush}>
        {children}
      </div>
    </section>
  )
}

/** A row of facts about one thing: name, value, and a line about it. */
export function Facts({ facts }: { facts: readonly { name: string; value: ReactNode; note?: ReactNode }[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={css.value}>{value}</dd>
          {note !== undefined && <dd className="small faint">{note}</dd>}
        </div>
      ))}
    </dl>
  )
}
