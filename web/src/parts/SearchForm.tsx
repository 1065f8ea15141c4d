// One field that is asked by Enter. The key `/` leads to it, see `useKeys`.

import { useState } from 'react'
import { Glyph } from './Glyph.tsx'
import css from './SearchForm.module.css'

interface SearchFormProps {
  label: string
  placeholder: string
  /** What stands in it at first. */
  asked?: string
  /** For the one question of a page, instead of a corner of the head. */
  wide?: boolean
  onAsk: (text: string) => void
}

export function SearchForm({ label, placeholder, asked = '', wide = false, onAsk }: SearchFormProps) {
  const [typed, setTyped] = useState(asked)
  return (
    <search>
      <form
        className={`${css.field} ${wide ? css.wide : css.narrow}`}
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() === '') return
          onAsk(typed.trim())
          if (!wide) setTyped('')
        }}
      >
        <Glyph name="search" />
        <input
          type="search"
          data-search
          aria-label={label}
          placeholder={placeholder}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
    </search>
  )
}
