// Filters of a list. Their state is in the address; an active one is blue and can be cleared.

import { TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { printable } from '../printable.ts'
import css from './FilterBar.module.css'
import { Glyph } from './Glyph.tsx'

export function FilterBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <search className={css.bar} aria-label={label}>
      {children}
    </search>
  )
}

/** Writes the address when typing rests; `/` puts the cursor here. */
export function SearchFilter(props: { value: string; hint: string; label: string; onChange: (value: string) => void }) {
  const { value, hint, label, onChange } = props
  const [typed, setTyped] = useState(value)
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => latest.current(typed), 250)
    return () => clearTimeout(timer)
  }, [typed, value])
  return (
    <TextInput
      className={css.search!}
      type="search"
      data-search
      aria-label={label}
      placeholder={hint}
      leftSection={<Glyph name="search" />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  )
}

/** One choice of a few; `''` is any. */
export function ChoiceFilter(props: {
  label: string
  value: string
  choices: readonly { value: string; label: string }[]
  onChange: (value: string) => void
  any?: string
}) {
  const { label, value, choices, onChange, any = 'any' } = props
  return (
    <label className={css.choice} data-active={value !== ''}>
      {label}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{any}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  )
}

/** A choice that is on or off, with how many it would show. */
export function ChipFilter(props: { pressed: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button className={css.chip} aria-pressed={props.pressed} onClick={props.onPress}>
      {props.children}
    </button>
  )
}

/** A filter that came with a link, e.g. from a cell: it can only be taken away. */
export function GivenFilter({ name, value, onClear }: { name: string; value: string; onClear: () => void }) {
  return (
    <button className={css.chip} aria-pressed="true" onClick={onClear} aria-label={`Clear ${name} ${value}`}>
      {name} <b>{printable(value)}</b> <Glyph name="close" />
    </button>
  )
}

export function Clear({ onClear }: { onClear: () => void }) {
  return (
    <button className="link-button" onClick={onClear}>
      Clear
    </button>
  )
}

export function Rest({ children }: { children: ReactNode }) {
  return <span className={css.rest}>{children}</span>
}
